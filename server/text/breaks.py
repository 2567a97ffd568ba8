"""A text in, the places where a line may end out: Unicode's rules (UAX 14) by ICU, with its dictionaries for Thai,
Lao, Khmer and Burmese. Which of these places a line takes is the solver's business.

Of CSS's levels of `line-break` this is "strict", where "auto" leaves the choice to us: no line begins with a small
kana or a long-vowel mark, as Japanese books are set, and the other levels are no longer Unicode's own rules.
"""

from __future__ import annotations

import re
from itertools import accumulate
from threading import local
from typing import Any

import icu

from server.characters import characters, code_points
from server.fonts.emoji import wants_emoji
from server.fonts.han import may_break_in_words, region_of

SOFT_HYPHEN = "\u00ad"

# The only languages whose tailoring differs in ICU 77 are East Asian: they break outside of “ and ” as they do outside
# of 「 and 」, all alike.
STRICT, STRICT_EAST_ASIAN = "en@lb=strict", "ja@lb=strict"
# Between words or phrases: ICU has a model for Japanese, a dictionary for Chinese, and Korean's spaces.
PHRASES = "ja@lb=strict;lw=phrase"

_WORD = re.compile(r"\S+")
_ADDRESS = re.compile(r"://|www\.|\w@\w|\w\.[a-z]{2,}/", re.IGNORECASE)
# Before a mark, so that no reader takes it for the end of the sentence (Chicago Manual of Style, 17th edition, 7.46).
_SEAM = re.compile(r"(?<=\w)(?=[.@?#&=_~%+]\w)|(?<=/)(?=\w)")

_kept = local()  # ICU's iterators are not safe across threads, and making one costs more than using it


def line_breaks(text: str, language: str = "") -> list[int]:
    """Where a line may begin or end, as indices into `text`: 0 first, its length last. `language` is a BCP 47 tag."""
    return _places(text, STRICT_EAST_ASIAN if region_of(language) else STRICT)


def phrase_breaks(text: str, language: str = "") -> list[int]:
    """Those of the line breaks that part neither a phrase of Chinese, Japanese or Korean, nor a word at a soft hyphen,
    nor an emoji from what it stands behind. 0 and the length of `text` are always among them.
    """
    places = line_breaks(text, language)
    if may_break_in_words(text):
        between_phrases = set(_places(text, PHRASES))
        places = [at for at in places if at in between_phrases]
    return [at for at in places if at in (0, len(text)) or not _is_poor(text, at)]


def _is_poor(text: str, at: int) -> bool:
    # Two code points tell an emoji from a sign, but for a keycap, and that one rather begins an item of a list.
    return text[at - 1] == SOFT_HYPHEN or wants_emoji(text[at : at + 2])


def address_breaks(text: str) -> list[int]:
    """Where a URL or an e-mail address may be parted rather than between any two of its characters."""
    addresses = [word for word in _WORD.finditer(text) if _ADDRESS.search(word[0])]
    return [word.start() + seam.start() for word in addresses for seam in _SEAM.finditer(word[0])]


def character_breaks(text: str) -> list[int]:
    """Where one character, as people count them, ends and the next begins: 0 first, the length of `text` last."""
    return [0, *accumulate(map(len, characters(text)))]


def _places(text: str, locale: str) -> list[int]:
    if not text:
        return [0]
    iterator = _iterator(locale)
    iterator.setText(text)
    return code_points(text, [0, *iterator])


def _iterator(locale: str) -> Any:
    iterators: dict[str, Any] = _kept.__dict__.setdefault("lines", {})
    if locale not in iterators:
        iterators[locale] = icu.BreakIterator.createLineInstance(icu.Locale(locale))
    return iterators[locale]
