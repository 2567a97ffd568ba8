"""What is known of a glyph before it is drawn: how far it reaches, and whether its contours overlap so that to add up
what they cover would show.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import NamedTuple

import numpy as np

from server.fonts.faces import EM, Face
from server.fonts.ink import Ink
from server.render.glyphs import PATHS_KEPT
from server.render.rasterise import Area, GlyphRun, Matrix, add_up, unite
from server.text.outlines import outline

PROBE_SIZE = 96  # pixels to the em
PROBE_SHIFTS = (0.0, 0.5)  # an edge that lies between two pixels shows nothing; half a pixel on, it does
TOO_DARK = 40  # levels; cairo and HarfBuzz differ by up to 24 each from what is exact
FORGIVEN = 2  # pixels, where a stem meets a bow; in Inter 2 letters of 73 have more, in Source Serif 38
LARGEST_OUTLINE = 4000  # commands; HarfBuzz leaves out what comes after a million straight lines in one text


class GlyphShape(NamedTuple):
    """`ink` is in ems, y down, around the origin; it may be larger than what is inked, never smaller."""

    ink: Ink
    overlaps_itself: bool


@lru_cache(maxsize=PATHS_KEPT)
def glyph_shape(face: Face, glyph: int) -> GlyphShape | None:
    """None for a glyph without an outline. What a font file says of extents may be wrong, so it is not asked."""
    commands = outline(face, glyph)
    xs = [x for _, numbers in commands for x in numbers[::2]]
    ys = [y for _, numbers in commands for y in numbers[1::2]]
    if not xs:
        return None
    ink = Ink(min(xs), -max(ys), max(xs), -min(ys)).scaled(1 / EM)
    return GlyphShape(ink, len(commands) > LARGEST_OUTLINE or _overlaps(face, glyph, ink))


def _overlaps(face: Face, glyph: int, ink: Ink) -> bool:
    width, height = (ceil(side * PROBE_SIZE) + 1 for side in (ink.width, ink.height))
    area = Area(0, 0, width, height)
    runs = (GlyphRun(face, PROBE_SIZE, ((glyph, 0.0, 0.0),)),)
    for shift in PROBE_SHIFTS:
        matrix = (1.0, 0.0, 0.0, 1.0, shift - ink.left * PROBE_SIZE, shift - ink.top * PROBE_SIZE)
        if _pixels_too_dark(runs, matrix, area) > FORGIVEN:
            return True
    return False


def _pixels_too_dark(runs: tuple[GlyphRun, ...], matrix: Matrix, area: Area) -> int:
    united = bytearray(area.stride * area.height)
    unite(united, runs, matrix, area)
    added = add_up(runs, matrix, area)
    return int((np.frombuffer(added, np.uint8).astype(np.int16) - np.frombuffer(united, np.uint8) > TOO_DARK).sum())
