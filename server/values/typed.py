"""Clean text into the typed value that a param asks for, or a reason why it is none."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import NamedTuple
from urllib.parse import urlsplit

from server.report import Reason

MAX_URL_LENGTH = 2048


class Judged(NamedTuple):
    """`value` is None when nothing usable was given; with a reason beside a value, that value stands in for it."""

    value: str | bool | Decimal | date | None
    reason: Reason | None = None


# ASCII on purpose: float() and Decimal() would take 1_000, Arabic digits and surrounding space as well.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INFINITY = re.compile(r"[+-]?(?:inf|infinity)", re.IGNORECASE)
# A double, which is what drawing computes in, holds 15 digits; past 9 decimals nothing moves a pixel. No
# traps: what overflows becomes an infinity and is clamped.
_DOUBLE = Context(prec=15, rounding=ROUND_HALF_EVEN, traps=[])
_DECIMALS = 9
_FINEST = Decimal(1).scaleb(-_DECIMALS)


def number(text: str, low: Decimal, high: Decimal) -> Judged:
    """A finite number within `low` and `high`; one outside becomes the nearer bound, with OUT_OF_RANGE."""
    if not _NUMBER.fullmatch(text) and not _INFINITY.fullmatch(text):
        return Judged(None, Reason.NOT_A_NUMBER)
    value = _DOUBLE.create_decimal(text)
    if value < low:
        return Judged(low, Reason.OUT_OF_RANGE)
    if value > high:
        return Judged(high, Reason.OUT_OF_RANGE)
    return Judged(_plain(value))


def _plain(value: Decimal) -> Decimal:
    """The same number as a person would write it: no exponent, no minus before a zero, no endless decimals."""
    if value.is_zero() or abs(value) < _FINEST:
        return Decimal(0)
    digits = f"{value:f}"
    return Decimal(digits) if len(digits.partition(".")[2]) <= _DECIMALS else value.quantize(_FINEST)


# CSS 2's basic colours. Templates may use all of SVG's names; a link needs no more than these.
_NAMES = {
    "black": "#000000",
    "silver": "#c0c0c0",
    "gray": "#808080",
    "white": "#ffffff",
    "maroon": "#800000",
    "red": "#ff0000",
    "purple": "#800080",
    "fuchsia": "#ff00ff",
    "green": "#008000",
    "lime": "#00ff00",
    "olive": "#808000",
    "yellow": "#ffff00",
    "navy": "#000080",
    "blue": "#0000ff",
    "teal": "#008080",
    "aqua": "#00ffff",
}
_SHORT = re.compile(r"#([0-9a-f])([0-9a-f])([0-9a-f])")
_LONG = re.compile(r"#?([0-9a-f]{6})")  # the # may be missing: a raw one in a URL cuts it short


def color(text: str) -> Judged:
    """#rgb, #rrggbb, rrggbb or a basic colour name, as #rrggbb."""
    lower = text.lower()
    if lower in _NAMES:
        return Judged(_NAMES[lower])
    if short := _SHORT.fullmatch(lower):
        return Judged("#" + "".join(digit * 2 for digit in short.groups()))
    if long := _LONG.fullmatch(lower):
        return Judged(f"#{long[1]}")
    return Judged(None, Reason.NOT_A_COLOR)


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day(text: str) -> Judged:
    """An ISO 8601 day, and no other spelling: 03/04 is March to some and April to others."""
    try:
        return Judged(date.fromisoformat(text)) if _DAY.fullmatch(text) else Judged(None, Reason.NOT_A_DATE)
    except ValueError:
        return Judged(None, Reason.NOT_A_DATE)


def choice(text: str, choices: Iterable[str]) -> Judged:
    """The listed spelling; case counts only where two choices differ in nothing else."""
    listed = tuple(choices)
    if text in listed:
        return Judged(text)
    found = next((one for one in listed if one.casefold() == text.casefold()), None)
    return Judged(found, None if found is not None else Reason.NOT_A_CHOICE)


_FLAGS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def flag(text: str) -> Judged:
    value = _FLAGS.get(text.lower())
    return Judged(value, Reason.NOT_A_FLAG if value is None else None)


ENCODED = "b64:"
"""What an address begins with where reading a link would change it. Behind it stands the address in base64url, without
padding."""
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def encoded(address: str) -> str:
    """The form of `address` in which no reading changes it."""
    return ENCODED + base64.urlsafe_b64encode(address.encode(errors="replace")).rstrip(b"=").decode()


def address_of(text: str) -> str:
    """`text`, or the address that it holds in base64url; what is no good base64url stays what it is."""
    letters = text.removeprefix(ENCODED)
    if letters == text or not _BASE64URL.fullmatch(letters):
        return text
    try:
        return base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return text


def url(text: str) -> Judged:
    """An http or https URL, spaces in it encoded. Which hosts may be asked is for whoever fetches to decide, on the
    connection."""
    address = address_of(text).replace(" ", "%20")
    return Judged(address) if _is_url(address) else Judged(None, Reason.NOT_A_URL)


def _is_url(text: str) -> bool:
    if len(text) > MAX_URL_LENGTH or "\\" in text or any(unicodedata.category(c)[0] in "CZ" for c in text):
        return False
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and "%20" not in parts.netloc
        return parts.scheme in {"http", "https"} and has_host and parts.port != 0
    except ValueError:  # a bracket without its partner, a port that is no number
        return False
