"""The rules under, over and through text: which element draws them, and where.

`server.text` measures a rule for each run (Chromium does it for each piece of SVG text, too: a raised or larger tspan
has its own underline). A rule has the fill and the stroke of the element that asks for it, and makes way for what
hangs below the baseline.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import cycle, islice
from typing import NamedTuple

from cairosvg.parser import Node

from server.fonts.faces import EM, Face, glyph_inks
from server.fonts.ink import Ink
from server.render.type.own import own
from server.text.fit import PlacedGlyphs
from server.text.outlines import POINTS, Outline, outline
from server.text.rules import Decoration

KINDS: tuple[Decoration, ...] = ("underline", "overline", "line-through")
MAX_GAP = 13.0  # pixels on either side of a letter, as in Chromium; else the rule keeps its own thickness away
BANDS_KEPT = 2048
STEPS = 8  # straight pieces of a curve: a hundredth of a letter off at the most


def decorating(node: Node) -> Mapping[Decoration, Node]:
    """The element that draws each rule of the text of `node`: the nearest that asks for it."""
    found: dict[Decoration, Node] = {}
    part: Node | None = node
    while part is not None:
        words = f"{own(part, 'text-decoration')} {own(part, 'text-decoration-line')}".split()
        for kind in KINDS:
            if kind in words:
                found.setdefault(kind, part)
        part = part.parent
    return {kind: found[kind] for kind in KINDS if kind in found}


class Rule(NamedTuple):
    kind: Decoration
    drawn_by: Node
    area: Ink


def rules_of(node: Node, areas: Sequence[Ink], glyphs: Sequence[PlacedGlyphs]) -> Iterator[Rule]:
    """The rules of a run of `node`, parted where its letters cross them. `areas` are one for each kind, again and again
    for each piece of the run.
    """
    if not areas or node.get("visibility") in ("hidden", "collapse"):
        return
    by_kind = decorating(node)
    for area, (kind, drawn_by) in zip(areas, cycle(by_kind.items()), strict=False):
        pieces = [area] if kind == "line-through" else _parted(area, glyphs)
        yield from (Rule(kind, drawn_by, piece) for piece in pieces)


def _parted(area: Ink, runs: Sequence[PlacedGlyphs]) -> Iterator[Ink]:
    gap = min(area.bottom - area.top, MAX_GAP)
    left = area.left
    for start, end in sorted(_crossings(area, runs)):
        if start - gap > left:
            yield Ink(left, area.top, min(start - gap, area.right), area.bottom)
        left = max(left, end + gap)
    if left < area.right:
        yield Ink(left, area.top, area.right, area.bottom)


def _crossings(area: Ink, runs: Sequence[PlacedGlyphs]) -> Iterator[tuple[float, float]]:
    """From where to where each letter is in the way of the rule."""
    for run in runs:
        for glyph, x, y in run.glyphs:
            band = (area.top - y) / run.size, (area.bottom - y) / run.size
            if (found := _inked(run.face, glyph, *(round(side, 3) for side in band))) is None:
                continue
            start, end = x + found[0] * run.size, x + found[1] * run.size
            if start < area.right and end > area.left:
                yield start, end


@lru_cache(maxsize=BANDS_KEPT)
def _inked(face: Face, glyph: int, top: float, bottom: float) -> tuple[float, float] | None:
    """The leftmost and rightmost place of a glyph's outline between two heights (y down); all in ems."""
    ink = glyph_inks(face, 1)[glyph]
    if ink.is_empty or ink.bottom <= top or ink.top >= bottom:
        return None
    places = [
        place
        for start, end in _straight(outline(face, glyph))
        for place in _within(start, end, -bottom * EM, -top * EM)
    ]
    return (min(places) / EM, max(places) / EM) if places else None


Point = tuple[float, float]


def _straight(drawn: Outline) -> Iterator[tuple[Point, Point]]:
    """An outline as straight lines."""
    points: Iterator[Point] = map(tuple, drawn.points.tolist())
    first = at = (0.0, 0.0)
    for kind in drawn.kinds:
        own = list(islice(points, POINTS[kind]))
        if kind == "M":
            first = at = own[0]
        else:
            for place in _on_curve(at, *own) if kind == "C" else own or [first]:
                yield at, place
                at = place


def _on_curve(*points: Point) -> Iterator[Point]:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
    for step in range(1, STEPS + 1):
        t = step / STEPS
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


def _within(start: Point, end: Point, low: float, high: float) -> Iterator[float]:
    """The x of both ends of that part of a straight line which is between two heights."""
    (x1, y1), (x2, y2) = start, end
    least, most = max(min(y1, y2), low), min(max(y1, y2), high)
    if least > most:
        return
    if y1 == y2:
        yield from (x1, x2)
    else:
        yield from (x1 + (x2 - x1) * (y - y1) / (y2 - y1) for y in (least, most))
