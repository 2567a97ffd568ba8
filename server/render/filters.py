"""Numbers, money, dates and possessives in the words of a locale, and QR codes as a path: values in, text out.

A value is anything a recipient's row may hold, so none of it raises: what is missing gives "", and what is no
number or date is shown as it came. What it says is escaped by the sandbox, like every text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

import segno
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import (
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
    is_currency,
)

FALLBACK_LOCALE = "en"
LOCALES_KEPT = 64
LARGEST_NUMBER = Decimal(10) ** 15  # beyond it a float loses units, and no card has the room
MAX_QR_TEXT = 200  # as long as a text param can be; 57 modules a side when it is plain ASCII
QR_CODES_KEPT = 64  # some 20 KB each; a code takes eight milliseconds
MAX_QR_SIDE = 4096  # the largest side of a template

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMALS = re.compile(r"\.[0#]+")  # in a CLDR number pattern: what follows the units
_HAS_POSSESSIVE = re.compile(r"(?:['’]s|s['’])\Z", re.IGNORECASE)
_NO_BREAK = "\u00a0"


def money(value: object, currency: str = "", locale: str = FALLBACK_LOCALE) -> str:
    """An amount with its currency, where the locale puts it; no decimals for whole amounts. A currency that is none
    stands in front as it is."""
    amount = _number(value)
    if amount is None:
        return _as_it_came(value)
    known, code = _locale(locale), str(currency or "").strip()
    if not is_currency(code.upper()):
        figures = format_decimal(amount, _decimals("#,##0.00", amount, 2), locale=known)
        return f"{code}{_NO_BREAK}{figures}" if code else figures
    code = code.upper()
    pattern = _decimals(known.currency_formats["standard"].pattern, amount, get_currency_precision(code))
    return _spaced(format_currency(amount, code, pattern, locale=known, currency_digits=False))


def number(value: object, locale: str = FALLBACK_LOCALE) -> str:
    """A number with the locale's separators and three decimals at most."""
    amount = _number(value)
    return _as_it_came(value) if amount is None else format_decimal(amount, locale=_locale(locale))


def percent(value: object, locale: str = FALLBACK_LOCALE) -> str:
    """A share, 0.25 for 25 %, in whole percent."""
    amount = _number(value)
    return _as_it_came(value) if amount is None else format_percent(amount, locale=_locale(locale))


def in_words(value: object, form: str = "long", locale: str = FALLBACK_LOCALE) -> str:
    """A day: `form` is full, long, medium or short, a CLDR pattern (`d MMMM`), or a CLDR skeleton (`MMMMd`), which
    has the order and the punctuation of the locale."""
    day = _day(value)
    if day is None:
        return _as_it_came(value)
    known = _locale(locale)
    if form.isalpha() and form in known.datetime_skeletons:
        return str(format_skeleton(form, day, locale=known, fuzzy=False))
    return format_date(day, form, locale=known)


def possessive(value: object, locale: str = FALLBACK_LOCALE) -> str:
    """Sarah’s and James’, as English writes it; other languages say it otherwise, and get the name as it came."""
    name = _as_it_came(value).rstrip()
    if not name or _locale(locale).language != "en" or _HAS_POSSESSIVE.search(name):
        return name
    return f"{name}’" if name[-1] in "sS" else f"{name}’s"


def qr(text: object, size: object = None) -> str:
    """The `d` of a path: the dark modules of a QR code, within `size` pixels from the origin (one a module when not
    said). A module is a whole number of pixels, so its edges stay sharp; the light margin is the template's."""
    content = "" if text is None else str(text)
    if not 0 < len(content) <= MAX_QR_TEXT:
        return ""
    return _qr_path(content, _number(size))


@lru_cache(maxsize=QR_CODES_KEPT)
def _qr_path(content: str, size: Decimal | None) -> str:
    rows = [bytes(row) for row in segno.make_qr(content, error="m").matrix]
    side = int(min(size or len(rows), MAX_QR_SIDE))
    module = max(1, side // len(rows))
    inset = max(0, side - module * len(rows)) // 2
    return "".join(_row(row, module, x=inset, y=inset + module * line) for line, row in enumerate(rows))


FILTERS: dict[str, Callable[..., str]] = {
    "money": money,
    "number": number,
    "percent": percent,
    "date": in_words,
    "possessive": possessive,
}
FUNCTIONS: dict[str, Callable[..., str]] = {"qr": qr}


def _row(modules: bytes, module: int, *, x: int, y: int) -> str:
    """One rectangle for each run of dark modules."""
    path = []
    for dark, run in groupby(modules):
        width = module * len(list(run))
        if dark:
            path.append(f"M{x} {y}h{width}v{module}h-{width}z")
        x += width
    return "".join(path)


def _number(value: object) -> Decimal | None:
    """The number that a value is or says; None if it is none, or too large to be shown."""
    if isinstance(value, str):
        text = value.strip()
        return Decimal(text) if _NUMBER.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    amount = Decimal(str(value))
    return amount if amount.is_finite() and abs(amount) < LARGEST_NUMBER else None


def _day(value: object) -> date | None:
    if isinstance(value, str) and _DAY.fullmatch(value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            return None
    return value if isinstance(value, date) else None


def _as_it_came(value: object) -> str:
    """Words in the place of a number ("on request") are shown; a number that cannot be is not."""
    return "" if value is None or isinstance(value, int | float | Decimal) else str(value)


def _decimals(pattern: str, amount: Decimal, digits: int) -> str:
    """The pattern with as many decimals as the currency has, or none if they would all be zero."""
    whole = digits == 0 or round(amount, digits) % 1 == 0
    return _DECIMALS.sub("" if whole else "." + "0" * digits, pattern)


def _spaced(text: str) -> str:
    """A no-break space between letters and figures, as CLDR's currencySpacing asks: CHF 5 but $5."""
    return re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", _NO_BREAK, text)


@lru_cache(LOCALES_KEPT)
def _locale(tag: str) -> Locale:
    """`de-CH` or `de_CH`; of one that is unknown its language, and English when that is unknown too."""
    name = str(tag or "").strip().replace("-", "_")
    for candidate in (name, name.partition("_")[0]):
        try:
            return Locale.parse(candidate)
        except (ValueError, UnknownLocaleError):
            continue
    return Locale.parse(FALLBACK_LOCALE)
