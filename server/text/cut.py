"""A line that is too long in, the same line with an ellipsis out: between characters as people count them."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right

from server.text.lines import Line, Paragraph

MEANINGFUL_SIGNS = "%‰‱#"  # punctuation to Unicode, but "25…" is not what "25%" said


def cut_line(paragraph: Paragraph, start: int, limit: float) -> tuple[tuple[Line, ...], bool]:
    """What is left of the text from `start` on, inked no wider than `limit`, and whether it was cut.

    No line at all where not even an ellipsis fits.
    """
    if paragraph.extent(start, paragraph.end).ink.width <= limit:
        rest = paragraph.line(start, paragraph.end)
        if rest.extent.ink.width <= limit:
            return (rest,), False
    dots = paragraph.line(start, start, paragraph.ellipsis_at(start)).extent.ink
    ends = [at for at in paragraph.characters if at >= start]
    roughly = bisect_right(ends, limit - dots.width, key=lambda end: paragraph.extent(start, end).ink.width)
    # One more than seems to fit, because a letter and the ellipsis may be kerned into each other.
    for end in reversed(ends[: roughly + 1]):
        kept = _tidied(paragraph.text, start, end)
        line = paragraph.line(start, kept, paragraph.ellipsis_at(max(start, kept - 1)))
        if line.extent.ink.width <= limit:
            return (line,), True
    return (), True


def _tidied(text: str, start: int, end: int) -> int:
    """The end of `text[start:end]` without the spaces and punctuation that an ellipsis must not follow."""
    kept = end
    while kept > start and _is_dropped(text[kept - 1]):
        kept -= 1
    return kept if kept > start else start + len(text[start:end].rstrip())


def _is_dropped(character: str) -> bool:
    is_punctuation = unicodedata.category(character)[0] == "P" and character not in MEANINGFUL_SIGNS
    return is_punctuation or character.isspace()
