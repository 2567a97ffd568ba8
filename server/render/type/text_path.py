"""Text along a path: each glyph stands with its middle on the path, turned as the path runs there (SVG 2, 11.8)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate, pairwise
from math import atan2, cos, dist, sin

import cairocffi
from cairosvg.helpers import size as to_units
from cairosvg.parser import Node
from cairosvg.surface import Surface

Point = tuple[float, float]


class Track:
    """A path as a chain of short straight lines, and how far along it each begins."""

    def __init__(self, points: Iterable[Point]) -> None:
        lines = [(start, end) for start, end in pairwise(points) if start != end]
        self._lines = lines
        self._ends = list(accumulate(dist(start, end) for start, end in lines))
        self.offset = 0.0

    @property
    def length(self) -> float:
        return self._ends[-1] if self._ends else 0.0

    def place(self, x: float, y: float, advance: float) -> tuple[float, float, float] | None:
        """Where a glyph at `x`, `y` of a straight line goes: x, y, and its angle. None beyond either end."""
        middle = self.offset + x + advance / 2
        if not (self._lines and 0 <= middle <= self.length):
            return None
        index = min(bisect_left(self._ends, middle), len(self._lines) - 1)
        (x1, y1), (x2, y2) = self._lines[index]
        angle = atan2(y2 - y1, x2 - x1)
        back = self._ends[index] - middle + advance / 2  # from the line's end to the glyph's origin
        return x2 - back * cos(angle) - y * sin(angle), y2 - back * sin(angle) + y * cos(angle), angle


def text_path_of(node: Node) -> Node | None:
    """The <textPath> that `node` is or is in."""
    holder = node
    while holder.tag == "tspan" and holder.parent is not None:
        holder = holder.parent
    return holder if holder.tag == "textPath" else None


def track_of(surface: Surface, node: Node) -> Track | None:
    """The track of the <textPath> that `node` is or is in. None for other text; empty where its path is missing."""
    holder = text_path_of(node)
    if holder is None:
        return None
    path = surface.paths.get((holder.get_href() or "").removeprefix("#"))
    points = _flattened(surface, path) if path is not None else []
    track = Track(reversed(points) if holder.xml_tree.get("side") == "right" else points)
    track.offset = to_units(surface, holder.get("startOffset"), track.length)
    return track


def _flattened(surface: Surface, path: Node) -> list[Point]:
    """The points of `path` in the current coordinates. Leaves the surface's current path as it was."""
    context, painted = surface.context, surface.stroke_and_fill
    before = context.copy_path()
    context.new_path()
    surface.stroke_and_fill = False
    surface.draw(path)
    surface.stroke_and_fill = painted
    points = _points(context.copy_path_flat())
    context.new_path()
    context.append_path(before)
    return points


def _points(path: Iterable[tuple[int, tuple[float, ...]]]) -> list[Point]:
    """The first outline alone: text does not jump."""
    points: list[Point] = []
    for kind, numbers in path:
        if kind == cairocffi.PATH_MOVE_TO:
            if len(points) > 1:
                break
            points = []
        if kind == cairocffi.PATH_CLOSE_PATH:
            points.append(points[0])
            break
        points.append((numbers[0], numbers[1]))
    return points
