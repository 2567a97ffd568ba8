"""One <text> to placed glyphs: its letters become chunks (`chunks.py`), `text` fits them, and each tspan gets its
own back, with the rules that decorate it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import add
from typing import NamedTuple

from cairosvg.parser import Node

from server.fonts.faces import Face
from server.fonts.ink import Ink
from server.fonts.library import FontLibrary
from server.render.geometry import Rectangle
from server.render.glyphs import advance
from server.render.type.baselines import lowered
from server.render.type.chunks import Chunk, RunSource, as_one, chunks
from server.render.type.decorations import Rule, rules_of
from server.render.type.directions import is_rtl
from server.render.type.letters import Letters
from server.render.type.own import own
from server.render.type.small_caps import with_small_caps
from server.render.type.styles import font_size, length
from server.render.type.text_length import kern, natural_length, spaced, stretch
from server.report import SlotReport
from server.text.bidi import may_turn
from server.text.box import Anchor
from server.text.fit import Box, Fitted, PlacedGlyphs, Run, fit
from server.text.rules import Decoration
from server.text.shape import Glyph

NOTHING_WIDE = "\u2060"  # behind a space it keeps that from hanging, and so lets it be measured


class Placed(NamedTuple):
    """Glyphs of one face and size, at their places; each turned by an angle, in radians, around its own origin, and
    drawn so many times as wide.
    """

    face: Face
    size: float
    glyphs: tuple[Glyph, ...]
    turn: float = 0.0
    widened: float = 1.0


class DrawnRule(NamedTuple):
    """A rule at the text of `decorated`, turned around a point."""

    kind: Decoration
    decorated: Node
    area: Ink
    turn: float
    pivot: tuple[float, float]


class Typeset(NamedTuple):
    """A <text> made into glyphs: each node's share, the rules that each node draws, the box that gradients refer to,
    and how it came out.
    """

    shares: tuple[tuple[Node, tuple[Placed, ...]], ...]
    rules: tuple[tuple[Node, DrawnRule], ...]
    bounds: Rectangle | None
    fitted: tuple[Fitted, ...]


NOTHING_SET = Typeset((), (), None, ())


@dataclass(frozen=True, slots=True)
class SetChunk:
    """A chunk as it was set; what is stretched is so from `box.x` on."""

    chunk: Chunk
    box: Box
    fitted: Fitted
    nudge: float = 0.0
    widened: float = 1.0

    @property
    def scale(self) -> float:
        return self.fitted.size / self.fitted.designed_size if self.fitted.designed_size else 1.0

    def across(self, x: float) -> float:
        return self.box.x + (x - self.box.x) * self.widened + self.nudge

    def by_source(self) -> tuple[Mapping[int, list[PlacedGlyphs]], Mapping[int, list[Ink]]]:
        """What was placed for each source: its glyphs, and the areas of its rules."""
        glyphs, rules = defaultdict[int, list[PlacedGlyphs]](list), defaultdict[int, list[Ink]](list)
        for placed in self.fitted.placed:
            glyphs[placed.source].append(placed)
        for rule in self.fitted.rules:
            rules[rule.source].append(rule.area)
        return glyphs, rules


def slot_report(slot: str, fitted: Sequence[Fitted], alternative: int = 0) -> SlotReport:
    """How a text came out that was fitted in so many chunks."""
    largest = max(fitted, key=lambda chunk: chunk.designed_size)
    return SlotReport(
        slot=slot,
        designed_size=round(largest.designed_size, 2),
        size=round(largest.size, 2),
        lines=sum(chunk.lines for chunk in fitted),
        alternative=alternative,
        truncated=any(chunk.truncated for chunk in fitted),
        missing=tuple(dict.fromkeys(name for chunk in fitted for name in chunk.missing)),
    )


def read_box(text: Node, letters: Letters, rect: Rectangle | None) -> Box:
    """The box that the attributes of `text` describe; `rect` is that of its data-box, in the text's coordinates."""
    size, (x, y) = font_size(text), letters.start
    lines = text.get("data-max-lines", "")
    valign = text.get("data-valign")
    return Box(
        x=x,
        y=y,
        rect=rect,
        inline_size=length(text.get("inline-size"), em=size, whole=letters.viewport.width) or None,
        shrink=text.get("data-fit") == "shrink",
        min_size=length(text.get("data-min-size"), em=size, whole=size) or None,
        max_lines=max(1, round(float(lines))) if lines.replace(".", "", 1).isdigit() else None,
        wrap_last=text.get("data-wrap") == "last",
        balance="balance" in (own(text, "text-wrap-style") or str(text.get("text-wrap", ""))).split(),
        anchor=_anchor(text),
        valign=valign if valign in ("middle", "bottom") else "top",
        line_height=_line_height(text, size),
        rtl=is_rtl(text, letters.text),
    )


def _anchor(node: Node) -> Anchor:
    word = node.get("text-anchor")
    return word if word in ("middle", "end") else "start"


def _line_height(text: Node, size: float) -> float | None:
    value = str(text.get("line-height", "normal"))
    if not size or value == "normal":
        return None
    is_factor = value.replace(".", "", 1).isdigit()
    return (float(value) if is_factor else length(value, em=size, whole=size) / size) or None


def joined(letters: Letters, fonts: FontLibrary) -> Chunk:
    """All of a text as one chunk, for a box to fit."""
    whole = as_one(letters)
    return replace(whole, runs=_with_made_letters(whole, fonts))


def with_room_for_raised(box: Box, chunk: Chunk, text: Node, fonts: FontLibrary) -> Box:
    """`box`, lower by as much as parts of the text are raised above or sunk below the rest: they are moved when the
    rest has been fitted, and must not leave the rectangle then."""
    if box.rect is None:
        return box
    level = lowered(text, fonts)
    moves = [source.dy + lowered(source.node, fonts) - level for source in chunk.sources]
    up, down = max(0.0, -min(moves, default=0.0)), max(0.0, max(moves, default=0.0))
    x, y, width, height = box.rect
    return replace(box, rect=(x, y + up, width, max(height - up - down, 0.0)))


def set_in_box(chunk: Chunk, fitted: Fitted, box: Box, text: Node, fonts: FontLibrary) -> Typeset:
    return _typeset(text, [SetChunk(chunk, box, fitted)], fonts)


def set_freely(text: Node, letters: Letters, fonts: FontLibrary) -> Typeset:
    """A text without bounds: each chunk where it says, at its designed size."""
    done: list[SetChunk] = []
    for chunk in chunks(letters):
        x = chunk.x if chunk.x is not None else _end(done[-1], fonts)
        sources = _kerned(chunk, fonts)
        runs = _with_made_letters(chunk, fonts)
        done.append(_set_at(x + chunk.dx, replace(chunk, runs=runs, sources=sources), text, fonts))
    return _typeset(text, done, fonts)


def _kerned(chunk: Chunk, fonts: FontLibrary) -> list[RunSource]:
    """The sources, nearer to each other where letters that are shifted one by one are kerned."""
    sources, nearer = chunk.sources[:1], 0.0
    for (left, before), (right, source) in pairwise(zip(chunk.runs, chunk.sources, strict=True)):
        if source.node is before.node and not may_turn(left.text + right.text):
            nearer += kern(left, right, fonts)
        sources.append(source._replace(dx=source.dx + nearer))
    return sources


def line_box(x: float, chunk: Chunk, text: Node) -> Box:
    """The box of a line that nothing bounds, from `x` on."""
    return Box(x=x, y=chunk.y, anchor=_anchor(chunk.sources[0].node), rtl=is_rtl(text, chunk.text))


def _set_at(x: float, chunk: Chunk, text: Node, fonts: FontLibrary) -> SetChunk:
    box = line_box(x, chunk, text)
    runs, widened = chunk.runs, 1.0
    if wanted := chunk.length:
        natural = natural_length(runs, fonts, rtl=box.rtl) + runs[-1].style.letter_spacing
        if wanted.stretches_glyphs:
            widened = stretch(wanted, natural)
        else:
            runs = spaced(runs, wanted, natural)
    fitted = fit(runs, box, fonts)
    nudge = _nudge(chunk, fitted, box.share)
    return SetChunk(chunk, box, fitted, nudge, widened)


def _nudge(chunk: Chunk, fitted: Fitted, share: float) -> float:
    """By how much a line must move so that it is anchored as its shifts have left it."""
    shifts = [source.dx for source in chunk.sources]
    cells = [(placed, glyph, x) for placed in fitted.placed for glyph, x, _ in placed.glyphs]
    if not any(shifts) or not cells:
        return 0.0
    lefts = [x for _, _, x in cells]
    rights = [x + advance(placed.face, glyph) * placed.size for placed, glyph, x in cells]
    moves = [shifts[placed.source] for placed, _, _ in cells]
    leftwards: float = min(map(add, lefts, moves)) - min(lefts)
    rightwards: float = max(map(add, rights, moves)) - max(rights)
    return -(1 - share) * leftwards - share * rightwards


def _end(before: SetChunk, fonts: FontLibrary) -> float:
    """Where what follows a chunk begins: the anchor of each is heard only when all are in a row."""
    runs = before.chunk.runs
    runs = [*runs[:-1], replace(runs[-1], text=runs[-1].text + NOTHING_WIDE)]
    way = natural_length(runs, fonts, rtl=before.box.rtl) * before.widened + before.chunk.sources[-1].dx
    return before.box.x + (-way if before.box.rtl else way)


def _with_made_letters(chunk: Chunk, fonts: FontLibrary) -> list[Run]:
    sources = chunk.sources
    return [made for run in chunk.runs for made in with_small_caps(run, sources[run.source].node, fonts)]


def _typeset(text: Node, done: Sequence[SetChunk], fonts: FontLibrary) -> Typeset:
    shares: list[tuple[Node, tuple[Placed, ...]]] = []
    drawn: list[tuple[Node, DrawnRule]] = []
    for set_chunk in done:
        # A rectangle says where the whole text stands; only what differs from the rest is moved in it.
        level = lowered(text, fonts) if set_chunk.box.rect else 0.0
        glyphs, areas = set_chunk.by_source()
        for index, source in enumerate(set_chunk.chunk.sources):
            down = (source.dy + lowered(source.node, fonts) - level) * set_chunk.scale
            move = (source.dx * set_chunk.scale, down)
            own_glyphs = tuple(_placed(set_chunk, placed, source, move) for placed in glyphs[index])
            shares.append((source.node, own_glyphs))
            found = rules_of(source.node, areas[index], glyphs[index])
            drawn += [(rule.drawn_by, _drawn(set_chunk, source, move, own_glyphs, rule)) for rule in found]
    bounds = _bounds([placed for _, share in shares for placed in share], done)
    return Typeset(tuple(shares), tuple(drawn), bounds, tuple(set_chunk.fitted for set_chunk in done))


def _placed(set_chunk: SetChunk, placed: PlacedGlyphs, source: RunSource, move: tuple[float, float]) -> Placed:
    return Placed(placed.face, placed.size, _moved(placed, move, set_chunk), source.turn, set_chunk.widened)


def _moved(placed: PlacedGlyphs, move: tuple[float, float], set_chunk: SetChunk) -> tuple[Glyph, ...]:
    if move == (0.0, 0.0) and set_chunk.widened == 1 and not set_chunk.nudge:
        return placed.glyphs
    dx, dy = move
    return tuple((glyph, set_chunk.across(x) + dx, y + dy) for glyph, x, y in placed.glyphs)


def _drawn(
    set_chunk: SetChunk, source: RunSource, move: tuple[float, float], own_glyphs: Sequence[Placed], rule: Rule
) -> DrawnRule:
    left, right = set_chunk.across(rule.area.left), set_chunk.across(rule.area.right)
    moved = Ink(left, rule.area.top, right, rule.area.bottom).moved(*move)
    pivot = own_glyphs[0].glyphs[0][1:] if own_glyphs else (moved.left, moved.top)
    return DrawnRule(rule.kind, source.node, moved, source.turn, pivot)


def _bounds(placed: Sequence[Placed], done: Sequence[SetChunk]) -> Rectangle | None:
    """The text's box for gradients: from ink to ink across, from ascent to descent down, so that a gradient
    does not move with the letters.
    """
    inked = [set_chunk for set_chunk in done if set_chunk.fitted.ink]
    drawn = [run for run in placed if run.glyphs]
    if not inked or not drawn:
        return None
    sides = [side for set_chunk in inked for side in _sides(set_chunk)]
    top = min(run.glyphs[0][2] - run.face.ascent * run.size for run in drawn)
    bottom = max(run.glyphs[0][2] + run.face.descent * run.size for run in drawn)
    return min(sides), top, max(sides) - min(sides), bottom - top


def _sides(set_chunk: SetChunk) -> Iterator[float]:
    """How far to the left and to the right it reaches."""
    shifts = [source.dx for source in set_chunk.chunk.sources]
    if set_chunk.fitted.ink:
        yield set_chunk.across(set_chunk.fitted.ink.left) + min(0.0, *shifts)
        yield set_chunk.across(set_chunk.fitted.ink.right) + max(0.0, *shifts)
