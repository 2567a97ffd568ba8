"""Which rows of a picture were painted on: what need not be wiped, compared or compressed again afterwards.

A cairo context that notes, for each thing it paints, an upper bound of the rows in which that can show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil, floor, sqrt
from typing import Any

import cairocffi

Rows = tuple[tuple[int, int], ...]
"""Stretches of rows, each from its first row to before its end; in any order, and they may overlap."""

SQUARE_CAP = sqrt(2)  # half line widths from a line's end to its corners
SOFT_EDGE = 1  # pixels that antialiasing may reach beyond an outline
IN_PIXELS = cairocffi.Matrix()


def joined(rows: Iterable[tuple[int, int]]) -> Rows:
    """The same rows from the top, no row twice."""
    found: list[tuple[int, int]] = []
    for first, end in sorted(rows):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((first, end))
    return tuple(found)


class WatchedContext(cairocffi.Context):  # type: ignore[misc]  # cairocffi has no type hints
    """`height` is that of the picture; nothing is noted outside it."""

    def __init__(self, target: cairocffi.Surface, height: int) -> None:
        super().__init__(target)
        self._height = height
        self._rows: list[tuple[int, int]] = []
        self._source_is_group = self._source_is_clear = False

    @property
    def rows(self) -> Rows:
        return tuple(self._rows)

    def fill(self) -> None:
        self._note(self.path_extents)
        super().fill()

    def fill_preserve(self) -> None:
        self._note(self.path_extents)
        super().fill_preserve()

    def stroke(self) -> None:
        """CairoSVG strokes whatever it fills, mostly with nothing; to find out how far that reaches takes its time."""
        if self._source_is_clear:
            self.new_path()
            return
        self._note(self._stroke_bounds)
        super().stroke()

    def _stroke_bounds(self) -> tuple[float, ...]:
        """What a stroke cannot reach beyond. Cairo's own extents go through every dash, however many there are."""
        left, top, right, bottom = self.path_extents()
        beyond = self.get_line_width() / 2 * max(self.get_miter_limit(), SQUARE_CAP)
        return left - beyond, top - beyond, right + beyond, bottom + beyond

    def paint(self) -> None:
        self._note_source()
        super().paint()

    def paint_with_alpha(self, alpha: float) -> None:
        self._note_source()
        super().paint_with_alpha(alpha)

    def mask(self, pattern: cairocffi.Pattern) -> None:
        self._note_source()
        super().mask(pattern)

    def mask_surface(self, surface: cairocffi.ImageSurface, surface_x: float = 0, surface_y: float = 0) -> None:
        """Text comes so, in whole pixels: then nothing shows where the mask is not. Other masks are smoothed."""
        if self._source_is_group or self.get_matrix() != IN_PIXELS or surface_y != floor(surface_y):
            self._note_source()
        else:
            self._note(lambda: (surface_x, surface_y, surface_x + 1, surface_y + surface.get_height()), soft_edge=0)
        super().mask_surface(surface, surface_x, surface_y)

    def pop_group_to_source(self) -> None:
        """What is in a group was noted when it was painted there; painting with the group shows nothing else."""
        super().pop_group_to_source()
        self._source_is_group, self._source_is_clear = True, False

    def set_source(self, source: cairocffi.Pattern) -> None:
        self._source_is_group = self._source_is_clear = False
        super().set_source(source)

    def set_source_rgba(self, red: float, green: float, blue: float, alpha: float = 1) -> None:
        self._source_is_group, self._source_is_clear = False, alpha == 0
        super().set_source_rgba(red, green, blue, alpha)

    def set_source_rgb(self, red: float, green: float, blue: float) -> None:
        self.set_source_rgba(red, green, blue)

    def set_source_surface(self, surface: cairocffi.Surface, x: float = 0, y: float = 0) -> None:
        self._source_is_group = self._source_is_clear = False
        super().set_source_surface(surface, x, y)

    def _note_source(self) -> None:
        if not self._source_is_group:
            self._note(self.clip_extents)

    def _note(self, extents: Callable[[], tuple[float, ...]], soft_edge: int = SOFT_EDGE) -> None:
        left, top, right, bottom = extents()
        if left == right and top == bottom:
            return
        ends = [self.user_to_device(x, y)[1] for x in (left, right) for y in (top, bottom)]
        first, end = max(floor(min(ends)) - soft_edge, 0), min(ceil(max(ends)) + soft_edge, self._height)
        if first < end:
            self._rows.append((first, end))

    def _refuse(self, *_: Any) -> None:
        raise NotImplementedError("no part of CairoSVG that we use paints so")

    show_text = show_glyphs = show_text_glyphs = stroke_preserve = _refuse
