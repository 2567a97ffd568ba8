"""Titles and places in one case with the capitals of print; in mixed case they stay as they are."""

from __future__ import annotations

import re
from functools import lru_cache

from server.values import casing
from server.values import word_lists as words_of
from server.values.casing import capital, lower

KEPT_TITLES = 1024
LONGEST_ACRONYM = 5  # HTTPS
SHORTEST_MC = 5  # McGee, as in names

_ENGLISH = re.compile(r"[\u0000-\u024f‘’“”–—…]+")
_VOWELS = frozenset("aeiouy")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|s)", re.IGNORECASE)
_CAPITAL_AFTER = frozenset("odl")
_PUNCTUATION = "\"'“”‘’(),.;:"
_CODE_AFTER_COMMA = re.compile(r"(?<=, )[A-Za-z]{2}(?=$|,| \d)")  # San Francisco, CA 94103


@lru_cache(KEPT_TITLES)
def titled(title: str, locale: str = "") -> str:
    """An English title, all in capitals or all small, in title case. Other languages have other rules, and none that
    tells nouns from verbs, so they are left alone."""
    is_english = re.split("[-_]", locale)[0].lower() in {"", "en"} and _ENGLISH.fullmatch(title)
    if not is_english or not casing.is_one_case(title) or (title.isupper() and len(title) <= LONGEST_ACRONYM):
        return title
    words = title.split(" ")
    opens = [at == 0 or words[at - 1].endswith((":", "?", "!", "–", "—", "-", ".")) for at in range(len(words))]
    return " ".join(_title_word(word, is_edge=opens[at] or at == len(words) - 1) for at, word in enumerate(words))


@lru_cache(KEPT_TITLES)
def placed(place: str, locale: str = "") -> str:
    """The name of a place, or an address, all in capitals or all small, with the capitals of a map."""
    if not casing.is_one_case(place):
        return place
    locale = casing.spoken_in(place, locale)
    words = place.split(" ")
    cased = " ".join(_place_word(word, locale, is_first=at == 0) for at, word in enumerate(words))
    return _CODE_AFTER_COMMA.sub(lambda code: code[0].upper(), cased)


def _title_word(word: str, *, is_edge: bool) -> str:
    small = word.lower()
    if not is_edge and small.strip(_PUNCTUATION) in words_of.SMALL_IN_TITLES:
        return small

    def part(text: str, at: int) -> str:
        is_inner = at > 0 and f"-{text.lower()}-" in small and text.lower() in words_of.SMALL_IN_TITLES
        is_ending = "." in word and at > 0 and len(text) > 1  # Node.js
        return text.lower() if is_inner or is_ending else _title_part(text)

    return casing.by_parts(word, part)


def _title_part(text: str) -> str:
    small = text.lower()
    if small in words_of.SPELLED:
        return words_of.SPELLED[small]
    if small in words_of.ACRONYMS or _is_acronym(small):
        return text.upper()
    if _ORDINAL.fullmatch(text):
        return small
    if any(map(str.isdigit, text)):
        return text  # 4K, mp3: nobody knows
    return casing.with_apostrophes(text, _CAPITAL_AFTER, capital)


def _is_acronym(small: str) -> bool:
    is_short = 1 < len(small) <= LONGEST_ACRONYM and small.isascii() and small.isalpha()
    return is_short and small not in words_of.NO_ACRONYMS and _VOWELS.isdisjoint(small)


def _place_word(word: str, locale: str, *, is_first: bool) -> str:
    small = lower(word, locale)
    if not is_first and small in words_of.BETWEEN_IN_PLACES:
        return small
    if small.replace(".", "").strip(",()") in words_of.PLACE_CODES:
        return word.upper()

    def part(text: str, at: int) -> str:
        inner = lower(text, locale)
        if at > 0 and inner in words_of.BETWEEN_IN_PLACES and f"-{inner}-" in small:
            return inner
        return _place_part(text, locale, is_first=is_first and at == 0)

    return casing.by_parts(word, part)


def _place_part(text: str, locale: str, *, is_first: bool) -> str:
    small = lower(text, locale)
    if re.fullmatch(r"['’][st]", small):
        return small  # 's-Hertogenbosch
    if not is_first and re.match(r"d['’].", small):
        return small[:2] + capital(text[2:], locale)  # Coeur d'Alene, Côte d'Ivoire
    if small.startswith("mc") and len(small) >= SHORTEST_MC and small.isalpha():
        return "Mc" + capital(small[2:], locale)
    if text[:1].isdigit():
        return small if _ORDINAL.fullmatch(text) else text.upper()  # 221B
    return casing.with_apostrophes(text, _CAPITAL_AFTER, lambda piece: capital(piece, locale), locale)
