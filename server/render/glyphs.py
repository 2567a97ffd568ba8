"""Glyph outlines as cairo paths, made once and replayed wherever the glyph stands.

A path is exact at every sub-pixel place, and stroke, gradient and clip treat it like any shape; text drawn so is the
same to the pixel whichever cairo draws it. Letters without a stroke mostly need none (`stencil.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import cairocffi
import numpy as np
from cairocffi import cairo as libcairo
from cairocffi import ffi

from server.fonts.faces import EM, Face
from server.text.outlines import POINTS, Outline, outline

PATHS_KEPT = 4096  # some 2 KB each
TYPES = MappingProxyType(
    {
        "M": cairocffi.PATH_MOVE_TO,
        "L": cairocffi.PATH_LINE_TO,
        "C": cairocffi.PATH_CURVE_TO,
        "Z": cairocffi.PATH_CLOSE_PATH,
    }
)


class CairoPath(NamedTuple):
    """A cairo_path_t in ems, y down, and the memory that it points to: both live as long as this does."""

    path: Any
    points: Any


@lru_cache(maxsize=PATHS_KEPT)
def glyph_path(face: Face, glyph: int) -> CairoPath:
    return _encode(outline(face, glyph), 1 / EM)


def _encode(drawn: Outline, scale: float) -> CairoPath:
    """As cairo lays paths out, in entries of 16 bytes: for each command a header, which says how many entries it takes,
    then its points."""
    lengths = np.array([1 + POINTS[kind] for kind in drawn.kinds], np.intp)
    headers = np.cumsum(lengths) - lengths
    entries = np.empty((len(drawn.kinds) + len(drawn.points), 2))
    is_point = np.ones(len(entries), bool)
    is_point[headers] = False
    entries[is_point] = drawn.points * (scale, -scale)
    entries.view(np.int32)[headers, :2] = np.transpose(([TYPES[kind] for kind in drawn.kinds], lengths))
    points = ffi.from_buffer("cairo_path_data_t[]", entries)
    path = ffi.new("cairo_path_t *", {"status": cairocffi.STATUS_SUCCESS, "data": points, "num_data": len(entries)})
    return CairoPath(path, points)


def advance(face: Face, glyph: int) -> float:
    """How far a glyph moves the pen, in ems."""
    return float(face.font.get_glyph_h_advance(glyph)) / EM


def trace(
    context: cairocffi.Context,
    face: Face,
    size: float,
    glyphs: Iterable[tuple[int, float, float]],
) -> None:
    """Adds the outlines of `glyphs` to the current path; their places are in user units."""
    if not size:
        return
    cr = context._pointer  # noqa: SLF001  # cairocffi's own append_path re-encodes the path at every call
    libcairo.cairo_save(cr)
    libcairo.cairo_scale(cr, size, size)
    at_x = at_y = 0.0
    for glyph, x, y in glyphs:
        libcairo.cairo_translate(cr, x / size - at_x, y / size - at_y)
        at_x, at_y = x / size, y / size
        libcairo.cairo_append_path(cr, glyph_path(face, glyph).path)
    libcairo.cairo_restore(cr)
