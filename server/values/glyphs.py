"""A text and the characters that no font has in, what can be shown of it out: never a box, and no name without its
letters unless the template says so.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from server.values.text import clean

LETTERS = "LMN"  # Unicode's letters, marks and numbers: without one of them a name is another name
SHOWN = "LNS"  # letters, numbers and signs: a text of punctuation alone says nothing


def without(text: str, missing: Collection[str], *, may_lose_letters: bool) -> str | None:
    """`text` without its `missing` code points, or None where that would no longer be the same word."""
    if not missing:
        return text
    kept = clean("".join(character for character in text if character not in missing))
    loses_letters = any(unicodedata.category(character)[0] in LETTERS for character in missing)
    says_something = any(unicodedata.category(character)[0] in SHOWN for character in kept)
    return kept if says_something and (may_lose_letters or not loses_letters) else None
