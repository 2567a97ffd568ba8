"""What is known of a glyph before it is drawn: how far it reaches, at each height, and whether its contours overlap so
that to add up what they cover would show.
"""

from __future__ import annotations

from array import array
from functools import lru_cache
from itertools import pairwise
from math import ceil, inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.fonts.faces import EM, Face
from server.fonts.ink import Ink
from server.render.glyphs import PATHS_KEPT
from server.render.rasterise import Area, GlyphRun, add_up, unite
from server.text.outlines import POINTS, Outline, outline

PROBE_SIZE = 96  # pixels to the em
PROBE_SHIFTS = (0.0, 0.5)  # an edge that lies between two pixels shows nothing; half a pixel on, it does
TOO_DARK = 40  # levels; cairo and HarfBuzz differ by up to 24 each from what is exact
FORGIVEN = 2  # pixels, where a stem meets a bow; in Inter 2 letters of 73 have more, in Source Serif 38
LARGEST_OUTLINE = 4000  # commands, of a glyph that is tried out; HarfBuzz leaves out what is more than a million lines

SLICES = 16  # in an em: enough to see that an A and a V that are kerned do not touch
PARTS = 16  # that a line or curve is split into


def _weights(start: float, end: float, point: int) -> NDArray[np.float64]:
    """How much each of a cubic curve's four points counts in one of the four of its part from `start` to `end`, 0 to 1:
    the curve's blossom, or polar form, at (start, start, start), (start, start, end) …"""
    weights = np.ones(1)
    for t in (start,) * (3 - point) + (end,) * point:
        weights = np.convolve(weights, (1 - t, t))
    return weights


SPLIT = np.array([[_weights(*ends, point) for ends in pairwise(np.arange(PARTS + 1) / PARTS)] for point in range(4)])


class Sides(NamedTuple):
    """How far a glyph reaches to the left and to the right, in ems, by slices of an em's height: from slice `first` on,
    counted down from the baseline. They may be wider than what is inked, never narrower."""

    first: int
    lefts: array[float]
    rights: array[float]


class GlyphShape(NamedTuple):
    """`ink` is in ems, y down, around the origin; it may be wider than what is inked, never narrower. `commands`: how
    many its outline has."""

    ink: Ink
    overlaps_itself: bool
    commands: int


def overlap(one: Sides, other: Sides, distance: float) -> bool:
    """Whether two glyphs on one baseline may cover the same, their origins being so many ems apart."""
    start = max(one.first, other.first)
    stop = min(one.first + len(one.lefts), other.first + len(other.lefts))
    return any(
        one.rights[height - one.first] > other.lefts[height - other.first] + distance
        and one.lefts[height - one.first] < other.rights[height - other.first] + distance
        for height in range(start, stop)
    )


@lru_cache(maxsize=PATHS_KEPT)
def glyph_shape(face: Face, glyph: int) -> GlyphShape | None:
    """None for a glyph without an outline. What a font file says of extents may be wrong, so it is not asked."""
    drawn = outline(face, glyph)
    if not len(drawn.points):
        return None
    (left, bottom), (right, top) = drawn.points.min(axis=0).tolist(), drawn.points.max(axis=0).tolist()
    ink = Ink(left, -top, right, -bottom).scaled(1 / EM)
    overlaps_itself = len(drawn.kinds) > LARGEST_OUTLINE or _overlaps(face, glyph, ink)
    return GlyphShape(ink, overlaps_itself, len(drawn.kinds))


@lru_cache(maxsize=PATHS_KEPT)
def sides(face: Face, glyph: int) -> Sides:
    """Of a glyph that has an outline: the rectangles around the points that steer the parts of its lines and curves."""
    parts = np.tensordot(SPLIT, _curves(outline(face, glyph)), 1)
    corners = (found.swapaxes(0, 1).reshape(2, -1) for found in (parts.min(axis=0), parts.max(axis=0)))
    (lefts, tops), (rights, bottoms) = corners
    firsts, lasts = (np.floor(heights * SLICES).astype(int) for heights in (tops, bottoms))
    first, slices = int(firsts.min()), lasts.max() - firsts.min() + 1
    least, most = np.full(slices, inf), np.full(slices, -inf)
    for further in range((lasts - firsts).max() + 1):
        passed = np.minimum(firsts + further, lasts) - first
        np.minimum.at(least, passed, lefts)
        np.maximum.at(most, passed, rights)
    return Sides(first, array("d", least), array("d", most))


def _curves(drawn: Outline) -> NDArray[np.float64]:
    """All lines and curves of an outline, also those that close it, as cubic curves: (4 points, 2, curves), in ems, y
    down."""
    kinds = np.frombuffer(drawn.kinds.encode(), "S1")
    ends = np.cumsum([POINTS[kind] for kind in drawn.kinds]) - 1
    opened = np.maximum.accumulate(np.where(kinds == b"M", ends, 0))
    ends = np.where(kinds == b"Z", opened, ends)
    starts = np.where(kinds == b"M", ends, np.roll(ends, 1))
    is_curve = kinds == b"C"
    corners = [starts, np.where(is_curve, ends - 2, starts), np.where(is_curve, ends - 1, ends), ends]
    return (drawn.points * (1 / EM, -1 / EM)).T[:, corners].swapaxes(0, 1)


def _overlaps(face: Face, glyph: int, ink: Ink) -> bool:
    """By a picture of the glyph once for each shift, side by side, added up and united."""
    width, height = (ceil(side * PROBE_SIZE) + 1 for side in (ink.width, ink.height))
    area = Area(0, 0, width * len(PROBE_SHIFTS), height)
    runs = [GlyphRun(face, PROBE_SIZE, tuple((glyph, at * width + by, by) for at, by in enumerate(PROBE_SHIFTS)))]
    matrix = (1.0, 0.0, 0.0, 1.0, -ink.left * PROBE_SIZE, -ink.top * PROBE_SIZE)
    added, united = (np.frombuffer(way(runs, matrix, area), np.uint8) for way in (add_up, unite))
    darker = added.astype(np.int16) - united
    too_dark = (darker > TOO_DARK).reshape(height, area.stride)[:, : area.width]
    return bool((too_dark.reshape(height, -1, width).sum(axis=(0, 2)) > FORGIVEN).any())
