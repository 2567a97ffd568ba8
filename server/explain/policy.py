"""A request that was changed in what it says, into the requests it may have been: a locked value re-encoded or edited,
a param added, lost, opened or locked, another format or end. Each with the words for what happened.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, islice
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from server.catalog.manifest import as_text
from server.catalog.template import Template
from server.explain.explanation import Remark
from server.images import Format
from server.urls.query import QueryValue
from server.urls.request import ImageRequest

Variant = tuple[Remark, ImageRequest]

SCALES = (1, 2, 3)
MOST_TEXTS = 32  # that one value may have been before one kind of change
DAYS_AROUND = 400  # of an end that somebody typed anew; a year and a month either way
DAYS_AHEAD = 800  # of an end that was lost


def variants(request: ImageRequest, template: Template, now: datetime) -> Iterator[Variant]:
    """What may have been signed, the likelier first. Of other templates see `cause.py`: they read the query anew."""
    yield from _other_values(request)
    yield from _added_params(request)
    yield from _other_open_list(request, template)
    yield from _other_output(request)
    yield from _lost_ours(request)
    yield from _known_values(request, template)
    yield from _other_end(request, now)


def _with_texts(request: ImageRequest, texts: Mapping[str, str]) -> ImageRequest:
    changed = {name: QueryValue.of(text) for name, text in texts.items()}
    return replace(request, values={**request.values, **changed})


# A change that is made to a value on its way, and the texts it may have been before.
Before = Callable[[QueryValue], Iterable[str]]

_CURLY = str.maketrans({"'": "’", '"': "”", "-": "–"})
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " ", "…": "..."})
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def _decoded_to_the_end(value: QueryValue) -> Iterator[str]:
    text = value.text
    for _ in range(len(text)):
        after = html.unescape(unquote(text)) if len(text) < 8192 else text
        if after == text:
            break
        text = after
        yield text


def _less_mojibake(value: QueryValue) -> Iterator[str]:
    for wrong in ("cp1252", "latin-1"):
        try:
            yield value.text.encode(wrong).decode("utf-8")
        except UnicodeError:
            continue


def _without_what_was_glued(value: QueryValue) -> Iterator[str]:
    for sign in "&?":
        cut = value.text
        while sign in cut:
            cut = cut.rpartition(sign)[0]
            yield cut


def _without_punctuation(value: QueryValue) -> Iterator[str]:
    text = value.text
    while text and not text[-1].isalnum():
        text = text[:-1]
        yield text


_VALUE_CHANGES: tuple[tuple[str, str, Before], ...] = (
    (
        "plus",
        "A + in {name} arrived unencoded and reads as a space; it must be written %2B.",
        lambda v: [unquote(v.raw)] if "+" in v.raw else [],
    ),
    ("plus-kept", "A space in {name} arrived as %2B, which reads as a plus.", lambda v: [v.text.replace("+", " ")]),
    ("glued", "Something was joined to {name} with a bare & or ?, and reads as part of it.", _without_what_was_glued),
    ("encoded-again", "{name} is encoded once more than it can be read.", _decoded_to_the_end),
    ("mojibake", "{name} went through a wrong character set.", _less_mojibake),
    ("spaces", "Spaces came into {name}, or went.", lambda v: [v.text.strip(), " ".join(v.text.split()), f"{v.text} "]),
    ("unseen", "Characters that cannot be seen came into {name}.", lambda v: [v.text.translate(_UNSEEN)]),
    (
        "typography",
        "Quotes, dashes or spaces of {name} were changed into typographic ones, or back.",
        lambda v: [v.text.translate(_STRAIGHT), v.text.translate(_CURLY), v.text.replace(" ", "\u00a0")],
    ),
    (
        "unicode-form",
        "The letters of {name} were composed anew (Unicode normalization).",
        lambda v: [unicodedata.normalize(form, v.text) for form in ("NFC", "NFD", "NFKC", "NFKD")],
    ),
    (
        "tail",
        "Punctuation was glued to the end of {name}.",
        _without_punctuation,
    ),
    (
        "case",
        "{name} was written in another case.",
        lambda v: [v.text.lower(), v.text.upper(), v.text.capitalize(), v.text.title()],
    ),
    (
        "signed-encoded",
        "{name} was signed as it is encoded; a signer signs the plain value (docs/urls.md).",
        lambda v: [v.raw, quote(v.text, safe=""), quote_plus(v.text), quote(v.text), html.escape(v.text)],
    ),
    ("plus-all", "{name} was form-decoded once too often.", lambda v: [unquote_plus(v.text)]),
)


def _other_values(request: ImageRequest) -> Iterator[Variant]:
    """One value other, then all of them in the same way."""
    locked = dict(request.locked)
    for code, said, before in _VALUE_CHANGES:
        everywhere: dict[str, str] = {}
        for name, value in locked.items():
            for text in islice(before(value), MOST_TEXTS):
                if text != value.text and _is_unicode(text):
                    everywhere.setdefault(name, text)
                    yield Remark(code, said.format(name=name)), _with_texts(request, {name: text})
        if len(everywhere) > 1:
            yield Remark(code, said.format(name=" and ".join(everywhere))), _with_texts(request, everywhere)


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _added_params(request: ImageRequest) -> Iterator[Variant]:
    for name, _ in request.locked:
        values = {other: value for other, value in request.values.items() if other != name}
        yield Remark("added", f"{name} was added after the link was signed."), replace(request, values=values)


def _other_open_list(request: ImageRequest, template: Template) -> Iterator[Variant]:
    if request.open is None:
        yield from _lost_open_list(request, template)
        return
    for name in request.open:
        less = tuple(other for other in request.open if other != name)
        yield Remark("opened", f"{name} was added to _open after the link was signed."), replace(request, open=less)
        values = {other: value for other, value in request.values.items() if other != name}
        said = f"{name} was added, and to _open, after the link was signed."
        yield Remark("opened", said), replace(request, values=values, open=less or None)
    for name in sorted(template.query_names - {*request.open}):
        more = tuple(sorted((*request.open, name)))
        said = f"{name} is missing from _open, where it was when the link was signed."
        yield Remark("closed", said), replace(request, open=more)
    if not request.open:
        yield Remark("open-empty", "An empty _open was added: it is not the same as none."), replace(request, open=None)


def _lost_open_list(request: ImageRequest, template: Template) -> Iterator[Variant]:
    remark = Remark("open-lost", "The list of open params (_open) got lost.")
    names = sorted(template.query_names)
    for opened in ((), *((name,) for name in names), *combinations(names, 2), tuple(sorted(request.values))):
        yield remark, replace(request, open=opened)


def _other_output(request: ImageRequest) -> Iterator[Variant]:
    for format in Format:
        for scale in SCALES:
            if (format, scale) != (request.format, request.scale):
                was = f"@{scale}x.{format.value}" if scale > 1 else f".{format.value}"
                what = "ending" if format != request.format else "scale"
                remark = Remark("output", f"The {what} was changed: the link was signed for {was}.")
                yield remark, replace(request, format=format, scale=scale)


def _lost_ours(request: ImageRequest) -> Iterator[Variant]:
    if request.version:
        yield Remark("version", "A version (_v) was added after the link was signed."), replace(request, version="")
    if request.audience:
        yield (
            Remark("audience", "An audience (_aud) was added after the link was signed."),
            replace(request, audience=""),
        )
    if request.expires:
        yield Remark("expiry", "An end (_exp) was added after the link was signed."), replace(request, expires="")


def _known_values(request: ImageRequest, template: Template) -> Iterator[Variant]:
    """Words that the template itself has: examples, samples, defaults, choices. Links are often made of them."""
    for name, param in template.params.items():
        if request.is_open(name):
            continue
        words = [as_text(value) for value in (param.default, param.sample) if value is not None]
        words += [*param.choices, *(example.values.get(name, "") for example in template.examples)]
        has_it = name in request.values
        said = f"{name} was changed after the link was signed." if has_it else f"{name} got lost after signing."
        for text in dict.fromkeys([*words, ""]):
            yield Remark("edited" if has_it else "lost", said), _with_texts(request, {name: text})


def _other_end(request: ImageRequest, now: datetime) -> Iterator[Variant]:
    given = _day_of(request.expires)
    start, days = (given - timedelta(DAYS_AROUND), 2 * DAYS_AROUND) if given else (now.date(), DAYS_AHEAD)
    for number in range(days):
        day = start + timedelta(number)
        said = f"The end was changed: the link was signed to be good until {day.isoformat()}."
        yield Remark("expiry", said), replace(request, expires=day.isoformat().replace("-", ""))


def _day_of(expires: str) -> date | None:
    try:
        day = date.fromisoformat(expires) if len(expires) == len("20270101") else None
        day = day or (datetime.fromtimestamp(int(expires), UTC).date() if expires.isdecimal() else None)
    except (ValueError, OverflowError, OSError):
        return None
    return day if day and date.min + timedelta(DAYS_AROUND) < day < date.max - timedelta(DAYS_AROUND) else None
