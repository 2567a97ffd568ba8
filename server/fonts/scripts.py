"""A coverage in, the writing systems that it serves out, for people who choose fonts."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import cache

import icu

from server.fonts.coverage import Coverage
from server.fonts.han import JAPANESE, KOREAN, SIMPLIFIED, TRADITIONAL

# A writing system, and the language whose everyday letters (CLDR's exemplar characters) stand for it.
WRITING_SYSTEMS = {
    "Latin": "en",
    "Western European": "fr",
    "Central European": "pl",
    "Vietnamese": "vi",
    "Greek": "el",
    "Cyrillic": "ru",
    "Arabic": "ar",
    "Hebrew": "he",
    "Devanagari": "hi",
    "Bengali": "bn",
    "Gujarati": "gu",
    "Gurmukhi": "pa",
    "Kannada": "kn",
    "Malayalam": "ml",
    "Sinhala": "si",
    "Tamil": "ta",
    "Telugu": "te",
    "Thai": "th",
    "Lao": "lo",
    "Khmer": "km",
    "Myanmar": "my",
    "Armenian": "hy",
    "Georgian": "ka",
    "Ethiopic": "am",
    "Japanese": JAPANESE,
    "Chinese (simplified)": SIMPLIFIED,
    "Chinese (traditional)": TRADITIONAL,
    "Korean": KOREAN,
}
SMILEYS = range(0x1F600, 0x1F650)  # the block "Emoticons"


def writing_systems(coverage: Coverage) -> tuple[str, ...]:
    """Those whose everyday letters are all there; for a face that serves none, the script it has most of, if it is one
    that we do not name.
    """
    found = [name for name, language in WRITING_SYSTEMS.items() if coverage.draws(letters_of(language))]
    if all(code in coverage for code in SMILEYS):
        found.append("Emoji")
    return tuple(found or _main_script(coverage))


@cache
def letters_of(language: str) -> str:
    """The letters that a language is written with every day, without the signs that scripts share."""
    said = icu.LocaleData(language.replace("-", "_")).getExemplarSet()
    return "".join(sorted({part for letter in said for part in letter if unicodedata.category(part)[0] in "LM"}))


def _main_script(coverage: Coverage) -> list[str]:
    letters = [chr(code) for first, last in coverage.ranges for code in range(first, last + 1) if chr(code).isalpha()]
    counted = Counter(str(icu.Script.getScript(letter).getName()) for letter in letters)
    named = [script.replace("_", " ") for script, _ in counted.most_common(1)]
    return [script for script in named if script not in WRITING_SYSTEMS]
