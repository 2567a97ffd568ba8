"""A name into its initials, for the place of a picture that is not there: one or two characters, or nothing."""

from __future__ import annotations

import re
import unicodedata

from server.characters import characters
from server.values import casing
from server.values import word_lists as words_of

# Vowels that are written before the consonant they follow in speech (Thai, Lao): no initial begins with one.
_WRITTEN_FIRST = re.compile("[\u0e40-\u0e44\u0ec0-\u0ec4]")
_JOINED = re.compile("[\u0600-\u07ff\u08a0-\u08ff\u1800-\u18af]")  # Arabic, Syriac, N'Ko, Mongolian: letters join hands
_NOT_JOINED = "\u200c"  # and with this between them they stay two letters rather than a word
_SENTENCE_MARKS = ".,;:"


def initials(name: str, locale: str = "") -> str:
    """SJ of Sarah Jones and of Dr. Sarah Jones, PhD; S of Sarah; nothing of what has no letters."""
    letters = [letter for word in _names(name) if (letter := _first_letter(word, locale))]
    ends = [*letters[:1], *letters[1:][-1:]]
    return (_NOT_JOINED if all(map(_JOINED.match, ends)) else "").join(ends)


def _names(name: str) -> list[str]:
    """The words of `name` without what stands before and behind a name: no title, degree or generation."""
    words = name.split()
    before = words_of.HONORIFICS | words_of.COUPLE
    while len(words) > 1 and _bare(words[0]) in before:
        words = words[1:]
    while len(words) > 1 and _bare(words[-1]) in words_of.SUFFIXES:
        words = words[:-1]
    return words


def _bare(word: str) -> str:
    return word.lower().replace(".", "").strip(_SENTENCE_MARKS)


def _first_letter(word: str, locale: str) -> str:
    """The first character of `word` that a name may begin with, as a capital where its script has any."""
    for character in characters(word):
        if unicodedata.category(character[0])[0] == "L" and not _WRITTEN_FIRST.match(character):
            # One of it: the capital of ß is two letters.
            return characters(casing.capital(character, casing.spoken_in(word, locale)))[0]
        if unicodedata.category(character[0])[0] == "S":
            return ""  # a sign in the place of a name
    return ""
