"""A face and a glyph in, its outline out, as path commands that any canvas understands. Drawing them is `render`'s."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import uharfbuzz as hb

from server.fonts.faces import Face

OUTLINES_KEPT = 4096  # several fonts' worth of Latin; an outline is 1 to 4 KB

Command = tuple[str, tuple[float, ...]]
"""("M", (x, y)), ("L", (x, y)), ("C", (x1, y1, x2, y2, x, y)) or ("Z", ())."""


Outline = tuple[Command, ...]
"""In units, `EM` to the em, y up. Quadratic curves have become cubic ones."""


@lru_cache(maxsize=OUTLINES_KEPT)
def outline(face: Face, glyph_id: int) -> Outline:
    commands: list[Command] = []
    face.font.draw_glyph(glyph_id, _PEN, commands)
    return tuple(commands)


def _pen() -> hb.DrawFuncs:
    def move_to(x: float, y: float, commands: Any) -> None:
        commands.append(("M", (x, y)))

    def line_to(x: float, y: float, commands: Any) -> None:
        commands.append(("L", (x, y)))

    def cubic_to(x1: float, y1: float, x2: float, y2: float, x: float, y: float, commands: Any) -> None:
        commands.append(("C", (x1, y1, x2, y2, x, y)))

    def close_path(commands: Any) -> None:
        commands.append(("Z", ()))

    # Without a function for quadratic curves, HarfBuzz hands them over as cubic ones.
    pen = hb.DrawFuncs()
    pen.set_move_to_func(move_to)
    pen.set_line_to_func(line_to)
    pen.set_cubic_to_func(cubic_to)
    pen.set_close_path_func(close_path)
    return pen


_PEN = _pen()
