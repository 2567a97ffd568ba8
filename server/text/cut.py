"""A line that is too long in, the same line with an ellipsis out: between characters as people count them."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from server.text.bidi import CONTROLS
from server.text.lines import Line, Paragraph

KERNED = 0.1  # em by which a rough measure may be too wide: what kerning takes off at a line's end
MEANINGFUL_SIGNS = "%‰‱#"  # punctuation to Unicode, but "25…" is not what "25%" said


def cut_line(paragraph: Paragraph, start: int, limit: float) -> tuple[tuple[Line, ...], bool]:
    """What is left of the text from `start` on, inked no wider than `limit`, and whether it was cut.

    No line at all where not even an ellipsis fits.
    """
    if paragraph.extent(start, paragraph.end).ink.width <= limit + KERNED * paragraph.size:
        rest = paragraph.line(start, paragraph.end)
        if rest.extent.ink.width <= limit:
            return (rest,), False
    ends = paragraph.characters[bisect_left(paragraph.characters, start) :]
    for end in reversed(ends[: _how_many_seem_to_fit(paragraph, start, ends, limit)]):
        kept = _tidied(paragraph.text, start, end)
        line = paragraph.line(start, kept, paragraph.ellipsis_at(max(start, kept - 1)))
        if line.extent.ink.width <= limit:
            return (line,), True
    return (), True


def _how_many_seem_to_fit(paragraph: Paragraph, start: int, ends: Sequence[int], limit: float) -> int:
    """A letter and the ellipsis may be kerned into each other, so this is sooner one too many than one too few."""
    widths = paragraph.widths_from(start)
    many, style_of = 0, start
    for _ in range(2):  # the ellipsis looks like the letter before it, and only the first time we do not know which
        dots = paragraph.line(style_of, style_of, paragraph.ellipsis_at(style_of)).extent.ink
        room = limit - dots.right + KERNED * paragraph.size
        many = bisect_right(ends, room, key=lambda end: widths[end - start])
        style_of = max(start, ends[max(0, many - 1)] - 1)
    return many


def _tidied(text: str, start: int, end: int) -> int:
    """The end of `text[start:end]` without the spaces and punctuation that an ellipsis must not follow."""
    kept = end
    while kept > start and _is_dropped(text[kept - 1]):
        kept -= 1
    return kept if kept > start else start + len(text[start:end].rstrip())


def _is_dropped(character: str) -> bool:
    is_punctuation = unicodedata.category(character)[0] == "P" and character not in MEANINGFUL_SIGNS
    return is_punctuation or character.isspace() or character in CONTROLS
