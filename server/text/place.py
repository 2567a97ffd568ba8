"""Lines and a box in, glyphs at their places on the page out. What fits is decided before (`solve.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from math import isinf
from typing import NamedTuple

from server.fonts.faces import Face
from server.fonts.ink import Ink, union
from server.text.box import Box
from server.text.extents import Block, stack
from server.text.lines import Line
from server.text.shape import Glyph


class PlacedGlyphs(NamedTuple):
    """Glyphs of one face and size, in user units of the page, y down. `source` is that of their run."""

    face: Face
    size: float
    glyphs: tuple[Glyph, ...]
    source: int


class PlacedRule(NamedTuple):
    """A line under, over or through a text, in user units of the page. `source` is that of the run it decorates."""

    area: Ink
    source: int


class Placement(NamedTuple):
    """What is drawn, and what all of it inks."""

    glyphs: tuple[PlacedGlyphs, ...]
    rules: tuple[PlacedRule, ...]
    ink: Ink


def place(lines: Sequence[Line], scale: float, box: Box) -> Placement:
    """`lines` at `scale` times the designed size."""
    block = stack([line.extent for line in lines])
    room, share = box.room, box.share
    anchor = box.x if isinf(room.left) else room.left + share * room.width
    first_baseline = _first_baseline(lines, block, scale, box, room)
    glyphs: list[PlacedGlyphs] = []
    rules: list[PlacedRule] = []
    inks: list[Ink] = []
    for line, baseline in zip(lines, block.baselines, strict=True):
        # By advances, as type is set; then moved inwards where the ink of a slanted or swinging letter hangs out.
        ink, start = line.extent.ink.scaled(scale), anchor - share * (line.advance * scale)
        x, y = _moved_inside(start, (ink.left, ink.right), (room.left, room.right)), first_baseline + baseline * scale
        glyphs += _glyphs(line, scale, x, y)
        rules += _rules(line, scale, x, y)
        inks.append(ink.moved(x, y))
    return Placement(tuple(glyphs), tuple(rules), union(inks))


def _first_baseline(lines: Sequence[Line], block: Block, scale: float, box: Box, room: Ink) -> float:
    """Without a rect: y. In a rect, "top" and "bottom" put line boxes at its edges, as CSS does; "middle"
    centres what the eye sees, from the first line's cap height to the last baseline. Then it moves until no
    ink is outside.
    """
    if box.rect is None:
        return box.y
    first, last = lines[0].extent, lines[-1].extent
    fall = block.baselines[-1] * scale
    if box.valign == "top":
        baseline = room.top + first.above * scale
    elif box.valign == "bottom":
        baseline = room.bottom - last.below * scale - fall
    else:
        baseline = (room.top + room.bottom + first.cap_height * scale - fall) / 2
    ink = block.ink.scaled(scale)
    return _moved_inside(baseline, (ink.top, ink.bottom), (room.top, room.bottom))


def _moved_inside(origin: float, ink: tuple[float, float], room: tuple[float, float]) -> float:
    """The origin nearest to `origin` from which ink reaches neither side. Without ink, every origin is as good."""
    if ink[0] > ink[1]:
        return origin
    return max(min(origin, room[1] - ink[1]), room[0] - ink[0])


def _glyphs(line: Line, scale: float, x: float, y: float) -> list[PlacedGlyphs]:
    return [
        PlacedGlyphs(
            part.item.face,
            part.run.style.size * scale,
            _moved(part.item.glyphs, scale, x + part.x * scale, y),
            part.run.source,
        )
        for part in line.parts
        if part.item.glyphs
    ]


def _rules(line: Line, scale: float, x: float, y: float) -> list[PlacedRule]:
    return [PlacedRule(area.scaled(scale).moved(x, y), part.run.source) for part in line.parts for area in part.rules]


def _moved(glyphs: tuple[Glyph, ...], scale: float, x: float, y: float) -> tuple[Glyph, ...]:
    return tuple([(glyph, x + dx * scale, y + dy * scale) for glyph, dx, dy in glyphs])
