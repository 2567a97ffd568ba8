"""A text in, the places where a line may end out: Unicode line breaking with ICU's dictionaries for Thai and
Khmer.
"""

from __future__ import annotations

from itertools import accumulate
from threading import local

import icu

from server.characters import characters

_kept = local()  # ICU's iterators are not safe across threads, and making one costs more than using it


def line_breaks(text: str) -> list[int]:
    """Where a line may begin or end, as indices into `text`: 0 first, its length last."""
    if not text:
        return [0]
    iterator = getattr(_kept, "lines", None)
    if iterator is None:
        iterator = _kept.lines = icu.BreakIterator.createLineInstance(icu.Locale.getRoot())
    iterator.setText(text)
    places = [0, *iterator]
    return places if max(text) <= "\uffff" else _code_points(text, places)


def character_breaks(text: str) -> list[int]:
    """Where one character, as people count them, ends and the next begins: 0 first, the length of `text`
    last.
    """
    return [0, *accumulate(map(len, characters(text)))]


def _code_points(text: str, utf16_places: list[int]) -> list[int]:
    """ICU counts UTF-16 units; Python strings count code points."""
    units = accumulate((1 + (character > "\uffff") for character in text), initial=0)
    index_at = {unit: index for index, unit in enumerate(units)}
    return [index_at[place] for place in utf16_places]
