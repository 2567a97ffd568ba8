"""Text in, the same text as `text-transform` wants it out: by ICU's rules for the language.

Turkish has a dotted capital İ, Greek capitals lose their accents and a final sigma has a form of its own, German ß
becomes SS, Dutch IJ is one letter.
"""

from __future__ import annotations

import icu

TITLE = icu.U_TITLECASE_NO_LOWERCASE  # CSS: "capitalize" leaves the other letters alone
WORD_BEGUN = "A"  # stands for the part of a word that is in another element: the word is capital already


def in_case(text: str, transform: str, language: str, *, goes_on: bool = False) -> str:
    """`goes_on`: `text` begins inside a word."""
    words = transform.split()
    if not words or not text:
        return text
    locale = icu.Locale(language)  # takes whatever is said: an unknown one has the rules of none
    if "uppercase" in words:
        return str(icu.CaseMap.toUpper(locale, text))
    if "lowercase" in words:
        return str(icu.CaseMap.toLower(locale, text))
    if "capitalize" in words:
        begun = WORD_BEGUN if goes_on else ""
        return str(icu.CaseMap.toTitle(locale, TITLE, begun + text))[len(begun) :]
    return text
