"""A face and a glyph in, its outline out, as path commands that any canvas understands. Drawing them is `render`'s."""

from __future__ import annotations

from array import array
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import uharfbuzz as hb
from numpy.typing import NDArray

from server.fonts.faces import Face

OUTLINES_KEPT = 1024  # 0.5 to 2.5 KB each in Latin, up to 5 in Chinese

POINTS = MappingProxyType({"M": 1, "L": 1, "C": 3, "Z": 0})
"""How many points each kind of command has: move to one, a straight line to one, a cubic curve by two to a third, and
close with a straight line."""


class Outline(NamedTuple):
    """`kinds` has a letter of `POINTS` for each command, `points` their points one after another, of shape (points, 2),
    in units, `EM` to the em, y up. Quadratic curves have become cubic ones; each contour begins with "M"."""

    kinds: str
    points: NDArray[np.float64]


@lru_cache(maxsize=OUTLINES_KEPT)
def outline(face: Face, glyph_id: int) -> Outline:
    """Raises nothing: of a glyph that the font lacks, or cannot draw, it is empty."""
    commands = _Commands()
    face.font.draw_glyph(glyph_id, _PEN, commands)
    points = np.frombuffer(commands.numbers.tobytes()).reshape(-1, 2)  # a copy that nobody can write to
    return Outline("".join(commands.kinds), points)


class _Commands:
    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.numbers = array("d")


def _pen() -> hb.DrawFuncs:
    def move_to(x: float, y: float, commands: Any) -> None:
        commands.kinds.append("M")
        commands.numbers.extend((x, y))

    def line_to(x: float, y: float, commands: Any) -> None:
        commands.kinds.append("L")
        commands.numbers.extend((x, y))

    def cubic_to(x1: float, y1: float, x2: float, y2: float, x: float, y: float, commands: Any) -> None:
        commands.kinds.append("C")
        commands.numbers.extend((x1, y1, x2, y2, x, y))

    def close_path(commands: Any) -> None:
        commands.kinds.append("Z")

    # Without a function for quadratic curves, HarfBuzz hands them over as cubic ones.
    pen = hb.DrawFuncs()
    pen.set_move_to_func(move_to)
    pen.set_line_to_func(line_to)
    pen.set_cubic_to_func(cubic_to)
    pen.set_close_path_func(close_path)
    return pen


_PEN = _pen()
