"""A stretch of decorated text in, the lines under, over and through it out: rectangles, where Chromium puts them.

Fonts have measures of their own for these lines, but browsers do not agree on asking them: Chromium does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from server.fonts.faces import Face
from server.fonts.ink import Ink

Decoration = Literal["underline", "overline", "line-through"]

THICKNESS = 0.1  # of an em


def rules(face: Face, size: float, decorations: Sequence[Decoration], sides: tuple[float, float]) -> Iterator[Ink]:
    """The rectangle of each decoration between `sides` (left, right), around a baseline at 0. A space that spacing has
    made narrower than nothing has none.
    """
    if sides[0] >= sides[1]:
        return
    for decoration in decorations:
        top = _top(face, decoration)
        yield Ink(sides[0], top * size, sides[1], (top + THICKNESS) * size)


def _top(face: Face, decoration: Decoration) -> float:
    """How far its upper edge is from the baseline (y down), in ems."""
    match decoration:
        case "underline":
            return THICKNESS / 2
        case "overline":
            return -face.ascent - THICKNESS
        case "line-through":
            return -face.ascent / 3 - THICKNESS / 2
