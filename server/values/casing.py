"""One word of a text in one case with the capitals of its place; which words those are is for `names` and `titles`.

Letters change case by ICU, so that Turkish, Greek and Dutch come out right; here is only what ICU cannot know.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from functools import lru_cache

import icu

KEPT_LOCALES = 64

# Small by category, yet left as they are by those who press caps lock.
_NO_CAPITAL = frozenset("ßŉǰªº")
_APOSTROPHES = re.compile(r"(['’ʼʻ`´])")
_PARTS = re.compile(r"([\s\-‐‑–—/.,;:()\[\]\"“”„«»&+*_!?]+)")
_TURKISH = "tr"
_ONLY_TURKISH = frozenset("İı")


def is_one_case(text: str) -> bool:
    """Whether two or more letters of `text` have a case, and all have the same."""
    small = sum(character.islower() and character not in _NO_CAPITAL for character in text)
    capital = sum(character.isupper() for character in text)
    return (small == 0) != (capital == 0) and small + capital > 1


def spoken_in(text: str, locale: str) -> str:
    """The language to case `text` in: the given one, or the one whose letters it has."""
    return locale or (_TURKISH if _ONLY_TURKISH.intersection(text) else "")


def lower(text: str, locale: str = "") -> str:
    return text.lower() if text.isascii() and not locale else str(icu.UnicodeString(text).toLower(_locale(locale)))


def capital(text: str, locale: str = "") -> str:
    """`text` with its first letter as a capital and the others small."""
    if text.isascii() and not locale:
        return text.capitalize()
    # Small first: the capitals of Georgian are for whole words only.
    cased = str(icu.UnicodeString(text).toLower(_locale(locale)).toTitle(_locale(locale)))
    return unicodedata.normalize("NFC", cased)  # a dotless ı and its accent are two, I and its accent are one


def by_parts(word: str, change: Callable[[str, int], str]) -> str:
    """`word` with what stands between its hyphens, dots and brackets changed; the number is the part's, from 0."""
    if word.isalpha():
        return change(word, 0)
    pieces = _PARTS.split(word)
    return "".join(change(piece, at // 2) if at % 2 == 0 and piece else piece for at, piece in enumerate(pieces))


def with_apostrophes(part: str, capital_after: Collection[str], change: Callable[[str], str], locale: str = "") -> str:
    """`part` with each piece between apostrophes changed: its first one, and those after one of `capital_after` that
    are longer than a letter. The rest is small: O'Brien, but Sarah's and Isma'il."""
    if part.isalnum():
        return change(part)
    pieces = _APOSTROPHES.split(part)
    cased = [change(pieces[0])] if pieces[0] else [""]
    for at in range(2, len(pieces), 2):
        opens = lower(pieces[at - 2], locale) in capital_after and len(pieces[at]) > 1
        cased += [pieces[at - 1], change(pieces[at]) if opens else lower(pieces[at], locale)]
    return "".join(cased)


@lru_cache(KEPT_LOCALES)
def _locale(name: str) -> icu.Locale:
    return icu.Locale(name) if name else icu.Locale.getRoot()
