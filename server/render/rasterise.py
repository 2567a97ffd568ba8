"""Outlines to coverage, one byte a pixel: added up by HarfBuzz, or united by cairo.

HarfBuzz takes a third of cairo's time. It adds up the areas that contours cover, which is exact where none overlap;
where two share an edge, pixels along it count twice. Cairo fills what any contour covers, in 15 steps from row to row.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import cairocffi
import uharfbuzz as hb

from server.fonts.faces import EM, Face
from server.render.glyphs import trace
from server.text.shape import Glyph

STRIDE_STEP = 4  # cairo's, for surfaces of one byte a pixel; HarfBuzz's own is the same

Matrix = tuple[float, float, float, float, float, float]
"""xx, yx, xy, yy, x0, y0, as cairo has them: from user units to pixels, y down."""


class GlyphRun(NamedTuple):
    """Glyphs of one face and size, at their places in user units."""

    face: Face
    size: float
    glyphs: tuple[Glyph, ...]


class Area(NamedTuple):
    """Whole pixels; neither width nor height is 0."""

    left: int
    top: int
    width: int
    height: int

    @property
    def stride(self) -> int:
        return -(-self.width // STRIDE_STEP) * STRIDE_STEP


def add_up(runs: Iterable[GlyphRun], matrix: Matrix, area: Area) -> bytearray:
    """Their coverage of `area`, whose `stride` bytes a row begin at the top."""
    xx, yx, xy, yy, x0, y0 = matrix
    pen = hb.RasterDraw()  # a new one for each text: one that failed halfway would keep somebody's letters
    pen.extents = hb.RasterExtents(area.left, area.top, area.width, area.height, area.stride)
    for face, size, glyphs in runs:
        # HarfBuzz's y grows upwards and its first row is the lowest, so with y turned round the first is the top.
        scale = size / EM
        upright = (xx * scale, yx * scale, -xy * scale, -yy * scale)
        for glyph, x, y in glyphs:
            pen.transform = (*upright, xx * x + xy * y + x0, yx * x + yy * y + y0)
            pen.draw_glyph(face.font, glyph)
    image = pen.render()
    if image is None:
        raise MemoryError
    return bytearray(image.buffer)


def unite(runs: Iterable[GlyphRun], matrix: Matrix, area: Area, others: bytearray | None = None) -> bytearray:
    """What any of the glyphs covers, added to what `others` do, which is of `area` as well and is written to."""
    xx, yx, xy, yy, x0, y0 = matrix
    alpha = bytearray(area.stride * area.height) if others is None else others
    surface = cairocffi.ImageSurface(cairocffi.FORMAT_A8, area.width, area.height, alpha, area.stride)
    context = cairocffi.Context(surface)
    # On an empty surface to add is the same as to lay over, for which cairo takes half the time.
    context.set_operator(cairocffi.OPERATOR_OVER if others is None else cairocffi.OPERATOR_ADD)
    context.set_matrix(cairocffi.Matrix(xx, yx, xy, yy, x0 - area.left, y0 - area.top))
    for run in runs:
        trace(context, *run)
    context.fill()
    surface.finish()
    return alpha
