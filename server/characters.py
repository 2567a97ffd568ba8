"""Characters as people count them: grapheme clusters, by ICU; and code points, which ICU counts otherwise than Python.

A leaf, because limits on values (`values`, `catalog`) and the ellipsis (`text`) must never disagree about what one
character is.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from threading import local

import icu

COENG = "\u17d2"

_kept = local()  # ICU's iterators are not safe across threads, and making one costs ten times what using it does


def characters(text: str) -> list[str]:
    """The grapheme clusters of `text`: one emoji family, one letter with its marks, are one each."""
    if text.isascii() and "\r" not in text:
        return list(text)
    iterator = getattr(_kept, "iterator", None)
    if iterator is None:
        iterator = _kept.iterator = icu.BreakIterator.createCharacterInstance(icu.Locale.getRoot())
    iterator.setText(text)
    clusters = [text[start:end] for start, end in pairwise(code_points(text, [0, *iterator]))]
    return _with_subscripts(clusters) if COENG in text else clusters


def _with_subscripts(clusters: list[str]) -> list[str]:
    """Khmer's coeng puts the letter behind it below the one before; ICU 77 parts the two."""
    joined: list[str] = []
    for cluster in clusters:
        if joined and joined[-1].endswith(COENG):
            joined[-1] += cluster
        else:
            joined.append(cluster)
    return joined


def code_points(text: str, utf16_places: list[int]) -> list[int]:
    """Places in `text` as ICU counts them, in UTF-16 units, to places as Python does, in code points."""
    units = utf16_units(text)
    if units[-1] == len(text):
        return utf16_places
    index_at = {unit: index for index, unit in enumerate(units)}
    return [index_at[place] for place in utf16_places]


def utf16_units(text: str) -> Sequence[int]:
    """How many UTF-16 units stand before each code point of `text`, and in all of it."""
    if not text or max(text) <= "\uffff":
        return range(len(text) + 1)
    return list(accumulate((1 + (character > "\uffff") for character in text), initial=0))
