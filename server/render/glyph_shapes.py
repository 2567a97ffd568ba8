"""What is known of a glyph before it is drawn: how far it reaches, at each height, and whether its contours overlap so
that to add up what they cover would show.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import lru_cache
from math import ceil, floor, inf
from typing import NamedTuple

import numpy as np

from server.fonts.faces import EM, Face
from server.fonts.ink import Ink
from server.render.glyphs import PATHS_KEPT
from server.render.rasterise import Area, GlyphRun, Matrix, add_up, unite
from server.text.outlines import Outline, outline

PROBE_SIZE = 96  # pixels to the em
PROBE_SHIFTS = (0.0, 0.5)  # an edge that lies between two pixels shows nothing; half a pixel on, it does
TOO_DARK = 40  # levels; cairo and HarfBuzz differ by up to 24 each from what is exact
FORGIVEN = 2  # pixels, where a stem meets a bow; in Inter 2 letters of 73 have more, in Source Serif 38
LARGEST_OUTLINE = 4000  # commands, of a glyph that is tried out; HarfBuzz leaves out what is more than a million lines


NOWHERE = (inf, -inf)
SLICES = 16  # in an em: enough to see that an A and a V that are kerned do not touch


class Sides(NamedTuple):
    """How far a glyph reaches to the left and to the right, in ems, by slices of an em's height: from slice `first` on,
    counted down from the baseline."""

    first: int
    lefts: array[float]
    rights: array[float]


class GlyphShape(NamedTuple):
    """`ink` is in ems, y down, around the origin. It and the sides may be wider than what is inked, never narrower.
    `commands`: how many its outline has."""

    ink: Ink
    sides: Sides
    overlaps_itself: bool
    commands: int


def overlap(left: GlyphShape, right: GlyphShape, distance: float) -> bool:
    """Whether two glyphs on one baseline may cover the same, their origins being so many ems apart."""
    one, other = left.sides, right.sides
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
    commands = outline(face, glyph)
    xs = [x for _, numbers in commands for x in numbers[::2]]
    ys = [y for _, numbers in commands for y in numbers[1::2]]
    if not xs:
        return None
    ink = Ink(min(xs), -max(ys), max(xs), -min(ys)).scaled(1 / EM)
    overlaps_itself = len(commands) > LARGEST_OUTLINE or _overlaps(face, glyph, ink)
    return GlyphShape(ink, _sides(commands), overlaps_itself, len(commands))


def _sides(commands: Outline) -> Sides:
    """A curve lies within its control points; a straight line is known exactly."""
    found: dict[int, tuple[float, float]] = {}
    at = start = 0.0, 0.0
    for kind, numbers in commands:
        points = [(x / EM, -y / EM) for x, y in zip(numbers[::2], numbers[1::2], strict=True)] or [start]
        if kind == "M":
            start = points[0]
        else:
            _reach(found, [at, *points])
        at = points[-1]
    first, last = min(found, default=0), max(found, default=-1)
    reaches = [found.get(height, NOWHERE) for height in range(first, last + 1)]
    return Sides(first, array("d", [left for left, _ in reaches]), array("d", [right for _, right in reaches]))


def _reach(found: dict[int, tuple[float, float]], points: Sequence[tuple[float, float]]) -> None:
    """Widens `found` by a piece of an outline."""
    xs, ys = zip(*points, strict=True)
    for height in range(floor(min(ys) * SLICES), floor(max(ys) * SLICES) + 1):
        reach = (min(xs), max(xs))
        if len(points) == 2 and ys[0] != ys[1]:
            edges = [min(max(edge / SLICES, min(ys)), max(ys)) for edge in (height, height + 1)]
            crossings = [xs[0] + (xs[1] - xs[0]) * (edge - ys[0]) / (ys[1] - ys[0]) for edge in edges]
            reach = (min(crossings), max(crossings))
        left, right = found.get(height, reach)
        found[height] = min(left, reach[0]), max(right, reach[1])


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
