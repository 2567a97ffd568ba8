"""What kind of words a text param holds, and what that means for a value: the steps that mend it, what it must be to
be shown at all, and the steps that give it the form a careful person would have typed.

The whole way of a text stands in `_WAYS`. Merge tags, length, fonts and what an open param may hold are for `resolve`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from server.report import Reason
from server.values import companies, names, repair, titles
from server.values.placeholders import ANY, COMPANY, NOTHING, PERSON, is_placeholder


class Kind(StrEnum):
    """What a text param holds, as the manifest says it (`clean = "person"`)."""

    PERSON = "person"
    COMPANY = "company"
    PLACE = "place"
    TITLE = "title"
    SENTENCE = "sentence"
    CODE = "code"
    NONE = "none"


class Repair(StrEnum):
    """How a value was changed on its way; it is the link's own all the same. Stable and public (docs/values.md)."""

    MOJIBAKE = "mojibake"
    SPACES = "spaces"  # and whatever cannot be seen
    MARKUP = "markup"
    ADDRESS = "address"
    QUOTES = "quotes"
    PUNCTUATION = "punctuation"
    LETTERS = "letters"
    REORDERED = "reordered"
    FIRST_WORD = "first-word"
    LEGAL_FORM = "legal-form"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What a manifest says of a text param's words."""

    kind: Kind = Kind.SENTENCE
    is_first_name: bool = False  # of a person: what one says in a greeting
    drops_legal_form: bool = False  # of a company
    locale: str = ""  # of which the capitals are; empty where the text must tell


class Cleaned(NamedTuple):
    """`text` is None, and `reason` says why, when there is nothing that could be shown."""

    text: str | None
    reason: Reason | None = None
    repairs: tuple[Repair, ...] = ()


Step = tuple[Repair, Callable[[str, Cleaning], str]]


@dataclass(frozen=True, slots=True)
class Way:
    """Of one kind: first `mends`, then judged by `nothing` and `fits`, then `shapes`."""

    mends: tuple[Step, ...]
    nothing: frozenset[str] = ANY
    fits: Callable[[str], Reason | None] = lambda _text: None
    shapes: tuple[Step, ...] = ()


_PLAIN_NAME = re.compile(r"[A-Z][a-z]{2,19}(?: [A-Z][a-z]{2,19}){0,2}")

_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_ADDRESS = re.compile(r"://|\bwww\.|\bmailto:|[\w-]{2,}\.(?:com|net|org|info|biz|edu|gov|io)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:\d[ ().\-/]{0,2}){7,}|\d{5,}")  # a telephone, a customer's number
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]|\A\?[^\W\d_]|[^\W\d_]\?\Z")  # Ren?e, ?ukasz, Jos?
_TAG = re.compile(r"<[/!?]?[A-Za-z]")


def clean_as(text: str, cleaning: Cleaning) -> Cleaned:
    """`text` as a careful person would have typed it, or the reason why it is nothing of its kind."""
    if _PLAIN_NAME.fullmatch(text) and not cleaning.is_first_name and not cleaning.drops_legal_form:
        return _judged(text, _WAYS[cleaning.kind])  # most values: not one step would change it
    way = _WAYS[cleaning.kind]
    text, mended = _taken(way.mends, text, cleaning)
    judged = _judged(text, way)
    if judged.reason:
        return judged
    text, shaped = _taken(way.shapes, text, cleaning) if len(text) <= repair.MAX_MENDED else (text, ())
    return Cleaned(text, None, (*mended, *shaped))


def _taken(steps: tuple[Step, ...], text: str, cleaning: Cleaning) -> tuple[str, tuple[Repair, ...]]:
    """`text` after `steps`, and those that changed it."""
    repairs: tuple[Repair, ...] = ()
    for name, step in steps:
        after = step(text, cleaning)
        if after != text:
            repairs += (name,)
            text = after
    return text, repairs


def _judged(text: str, way: Way) -> Cleaned:
    if not text:
        return Cleaned(None, Reason.EMPTY)
    if way.nothing is not NOTHING and is_placeholder(text, way.nothing):
        return Cleaned(None, Reason.PLACEHOLDER)
    if reason := way.fits(text):
        return Cleaned(None, reason)
    return Cleaned(text)


def _readable(text: str) -> Reason | None:
    return Reason.GARBLED if repair.LOST_LETTER in text else None


def _a_person(text: str) -> Reason | None:
    """A name has a letter (or is a picture), and neither an address nor a number of many digits in it."""
    if repair.LOST_LETTER in text or ("?" in text and _LOST.search(text)):
        return Reason.GARBLED
    if text.isalpha():
        return None
    is_contact = "@" in text or _ADDRESS.search(text) or _NUMBERED.search(text) or _TAG.search(text)
    if is_contact or not any(unicodedata.category(character) in _NAMING for character in text):
        return Reason.NOT_A_NAME
    return None


_NAMING = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "So"})


def _a_company(text: str) -> Reason | None:
    if _MAIL.fullmatch(text) or text.lower().startswith(("http://", "https://", "www.", "mailto:")):
        return Reason.NOT_A_NAME
    return _readable(text)


def _step(change: Callable[[str], str]) -> Callable[[str, Cleaning], str]:
    return lambda text, _cleaning: change(text)


def _first_name(text: str, cleaning: Cleaning) -> str:
    return names.first_name(text, cleaning.locale) if cleaning.is_first_name else text


def _legal_form(text: str, cleaning: Cleaning) -> str:
    return companies.without_legal_form(text) if cleaning.drops_legal_form else text


_MOJIBAKE: Step = (Repair.MOJIBAKE, _step(repair.mojibake))  # before spaces: a no-break space may be half a letter
_SPACES: Step = (Repair.SPACES, _step(repair.spaces))
_MARKUP: Step = (Repair.MARKUP, _step(repair.markup))
_QUOTES: Step = (Repair.QUOTES, _step(repair.quotes))
_PUNCTUATION: Step = (Repair.PUNCTUATION, _step(repair.punctuation))
_LETTERS: Step = (Repair.LETTERS, _step(repair.letters))

_WAYS: dict[Kind, Way] = {
    Kind.PERSON: Way(
        mends=(
            _MOJIBAKE,
            _SPACES,
            _MARKUP,
            (Repair.ADDRESS, _step(repair.mail_header)),
            _QUOTES,
            _PUNCTUATION,
            _LETTERS,
        ),
        nothing=PERSON,
        fits=_a_person,
        shapes=(
            (Repair.REORDERED, _step(names.reordered)),
            (Repair.FIRST_WORD, _first_name),
            (Repair.CASE, lambda text, cleaning: names.cased(text, cleaning.locale)),
        ),
    ),
    Kind.COMPANY: Way(
        mends=(_MOJIBAKE, _SPACES, _MARKUP, _QUOTES, _PUNCTUATION),
        nothing=COMPANY,
        fits=_a_company,
        shapes=((Repair.LEGAL_FORM, _legal_form),),
    ),
    Kind.PLACE: Way(
        mends=(_MOJIBAKE, _SPACES, _MARKUP, _QUOTES, _PUNCTUATION),
        fits=_readable,
        shapes=((Repair.CASE, lambda text, cleaning: titles.placed(text, cleaning.locale)),),
    ),
    Kind.TITLE: Way(
        mends=(_MOJIBAKE, _SPACES),
        fits=_readable,
        shapes=((Repair.CASE, lambda text, cleaning: titles.titled(text, cleaning.locale)),),
    ),
    Kind.SENTENCE: Way(mends=(_MOJIBAKE, _SPACES), fits=_readable),
    Kind.CODE: Way(mends=(_SPACES,)),
    Kind.NONE: Way(mends=(_SPACES,), nothing=NOTHING),
}
