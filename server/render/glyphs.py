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
from cairocffi import cairo as libcairo
from cairocffi import ffi

from server.fonts.faces import EM, Face
from server.text.outlines import Command, outline

PATHS_KEPT = 4096  # some 2 KB each
KINDS = MappingProxyType(
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


def _encode(commands: Iterable[Command], scale: float) -> CairoPath:
    """As cairo lays paths out: for each command a header, which says how many entries it takes, then its points."""
    encoded = [(KINDS[kind], numbers) for kind, numbers in commands]
    points = ffi.new("cairo_path_data_t[]", sum(1 + len(numbers) // 2 for _, numbers in encoded))
    at = 0
    for kind, numbers in encoded:
        points[at].header.type = kind
        points[at].header.length = 1 + len(numbers) // 2
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            at += 1
            points[at].point.x, points[at].point.y = x * scale, -y * scale
        at += 1
    path = ffi.new("cairo_path_t *", {"status": cairocffi.STATUS_SUCCESS, "data": points, "num_data": at})
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
