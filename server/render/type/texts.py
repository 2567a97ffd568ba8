"""One <text> to placed glyphs: its letters become paragraphs (`chunks.py`), `text` fits them, and each tspan gets its
own back, with the lines that decorate it.
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
from server.render.glyphs import advance
from server.render.type.baselines import lowered
from server.render.type.chunks import Paragraph, Source, as_one, paragraphs
from server.render.type.decorations import Line, lines_of
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

Rectangle = tuple[float, float, float, float]
SHARES = {"start": 0.0, "middle": 0.5, "end": 1.0}
NOTHING_WIDE = "\u2060"  # behind a space it keeps that from hanging, and so lets it be measured


class Placed(NamedTuple):
    """Glyphs of one face and size, at their places; each turned by an angle, in radians, around its own origin, and
    drawn so many times as wide.
    """

    face: Face
    size: float
    glyphs: tuple[tuple[int, float, float], ...]
    turn: float = 0.0
    widened: float = 1.0


class DrawnLine(NamedTuple):
    """A line under, over or through text of `decorated`, turned around a point."""

    kind: Decoration
    decorated: Node
    area: Ink
    turn: float
    pivot: tuple[float, float]


class Typeset(NamedTuple):
    """A <text> made into glyphs: each node's share, the lines that each node draws, the box that gradients refer to,
    and how it came out.
    """

    shares: tuple[tuple[Node, tuple[Placed, ...]], ...]
    lines: tuple[tuple[Node, DrawnLine], ...]
    bounds: Rectangle | None
    fitted: tuple[Fitted, ...]

    def report(self, slot: str, alternative: int) -> SlotReport:
        largest = max(self.fitted, key=lambda fitted: fitted.designed_size)
        return SlotReport(
            slot=slot,
            designed_size=round(largest.designed_size, 2),
            size=round(largest.size, 2),
            lines=sum(fitted.lines for fitted in self.fitted),
            alternative=alternative,
            truncated=any(fitted.truncated for fitted in self.fitted),
            missing=tuple(dict.fromkeys(name for fitted in self.fitted for name in fitted.missing)),
        )


NOTHING_SET = Typeset((), (), None, ())


@dataclass(frozen=True, slots=True)
class Setting:
    """A paragraph as it was set; what is stretched is so from `box.x` on."""

    paragraph: Paragraph
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
        """What was placed for each source: its glyphs, and the areas of its lines."""
        glyphs, rules = defaultdict[int, list[PlacedGlyphs]](list), defaultdict[int, list[Ink]](list)
        for placed in self.fitted.placed:
            glyphs[placed.source].append(placed)
        for rule in self.fitted.rules:
            rules[rule.source].append(rule.area)
        return glyphs, rules


def read_box(text: Node, letters: Letters, rect: Rectangle | None) -> Box:
    """The box that the attributes of `text` describe; `rect` is that of its data-box, in the text's
    coordinates.
    """
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


def joined(letters: Letters, fonts: FontLibrary) -> Paragraph:
    """All of a text as one paragraph, for a box to fit."""
    whole = as_one(letters)
    return replace(whole, runs=_with_made_letters(whole, fonts))


def set_in_box(paragraph: Paragraph, fitted: Fitted, box: Box, text: Node, fonts: FontLibrary) -> Typeset:
    return _typeset(text, [Setting(paragraph, box, fitted)], fonts)


def set_freely(text: Node, letters: Letters, fonts: FontLibrary) -> Typeset:
    """A text without bounds: each paragraph where it says, at its designed size."""
    done: list[Setting] = []
    for paragraph in paragraphs(letters):
        x = paragraph.x if paragraph.x is not None else _end(done[-1], fonts)
        sources = _kerned(paragraph, fonts)
        runs = _with_made_letters(paragraph, fonts)
        done.append(_set_at(x + paragraph.dx, replace(paragraph, runs=runs, sources=sources), text, fonts))
    return _typeset(text, done, fonts)


def _kerned(paragraph: Paragraph, fonts: FontLibrary) -> list[Source]:
    """The sources, nearer to each other where letters that are shifted one by one are kerned."""
    sources, nearer = paragraph.sources[:1], 0.0
    for (left, before), (right, source) in pairwise(zip(paragraph.runs, paragraph.sources, strict=True)):
        if source.node is before.node and not may_turn(left.text + right.text):
            nearer += kern(left, right, fonts)
        sources.append(source._replace(dx=source.dx + nearer))
    return sources


def _set_at(x: float, paragraph: Paragraph, text: Node, fonts: FontLibrary) -> Setting:
    rtl = is_rtl(text, paragraph.text)
    box = Box(x=x, y=paragraph.y, anchor=_anchor(paragraph.sources[0].node), rtl=rtl)
    runs, widened = paragraph.runs, 1.0
    if wanted := paragraph.length:
        natural = natural_length(runs, fonts, rtl=rtl) + runs[-1].style.letter_spacing
        if wanted.stretches_glyphs:
            widened = stretch(wanted, natural)
        else:
            runs = spaced(runs, wanted, natural)
    fitted = fit(runs, box, fonts)
    nudge = _nudge(paragraph, fitted, SHARES[box.side])
    return Setting(paragraph, box, fitted, nudge, widened)


def _nudge(paragraph: Paragraph, fitted: Fitted, share: float) -> float:
    """By how much a line must move so that it is anchored as its shifts have left it."""
    shifts = [source.dx for source in paragraph.sources]
    cells = [(placed, glyph, x) for placed in fitted.placed for glyph, x, _ in placed.glyphs]
    if not any(shifts) or not cells:
        return 0.0
    lefts = [x for _, _, x in cells]
    rights = [x + advance(placed.face, glyph) * placed.size for placed, glyph, x in cells]
    moves = [shifts[placed.source] for placed, _, _ in cells]
    leftwards: float = min(map(add, lefts, moves)) - min(lefts)
    rightwards: float = max(map(add, rights, moves)) - max(rights)
    return -(1 - share) * leftwards - share * rightwards


def _end(before: Setting, fonts: FontLibrary) -> float:
    """Where what follows a paragraph begins: the anchor of each is heard only when all are in a row."""
    runs = before.paragraph.runs
    runs = [*runs[:-1], replace(runs[-1], text=runs[-1].text + NOTHING_WIDE)]
    way = natural_length(runs, fonts, rtl=before.box.rtl) * before.widened + before.paragraph.sources[-1].dx
    return before.box.x + (-way if before.box.rtl else way)


def _with_made_letters(paragraph: Paragraph, fonts: FontLibrary) -> list[Run]:
    sources = paragraph.sources
    return [made for run in paragraph.runs for made in with_small_caps(run, sources[run.source].node, fonts)]


def _typeset(text: Node, done: Sequence[Setting], fonts: FontLibrary) -> Typeset:
    shares: list[tuple[Node, tuple[Placed, ...]]] = []
    lines: list[tuple[Node, DrawnLine]] = []
    for setting in done:
        # A rectangle says where the whole text stands; only what differs from the rest is moved in it.
        level = lowered(text, fonts) if setting.box.rect else 0.0
        glyphs, rules = setting.by_source()
        for index, source in enumerate(setting.paragraph.sources):
            down = (source.dy + lowered(source.node, fonts) - level) * setting.scale
            move = (source.dx * setting.scale, down)
            own_glyphs = tuple(_placed(setting, placed, source, move) for placed in glyphs[index])
            shares.append((source.node, own_glyphs))
            found = lines_of(source.node, rules[index], glyphs[index])
            lines += [(line.drawn_by, _drawn(setting, source, move, own_glyphs, line)) for line in found]
    bounds = _bounds([placed for _, share in shares for placed in share], done)
    return Typeset(tuple(shares), tuple(lines), bounds, tuple(setting.fitted for setting in done))


def _placed(setting: Setting, placed: PlacedGlyphs, source: Source, move: tuple[float, float]) -> Placed:
    return Placed(placed.face, placed.size, _moved(placed, move, setting), source.turn, setting.widened)


def _moved(placed: PlacedGlyphs, move: tuple[float, float], setting: Setting) -> tuple[tuple[int, float, float], ...]:
    if move == (0.0, 0.0) and setting.widened == 1 and not setting.nudge:
        return placed.glyphs
    dx, dy = move
    return tuple((glyph, setting.across(x) + dx, y + dy) for glyph, x, y in placed.glyphs)


def _drawn(
    setting: Setting, source: Source, move: tuple[float, float], own_glyphs: Sequence[Placed], line: Line
) -> DrawnLine:
    left, right = setting.across(line.area.left), setting.across(line.area.right)
    moved = Ink(left, line.area.top, right, line.area.bottom).moved(*move)
    pivot = own_glyphs[0].glyphs[0][1:] if own_glyphs else (moved.left, moved.top)
    return DrawnLine(line.kind, source.node, moved, source.turn, pivot)


def _bounds(placed: Sequence[Placed], done: Sequence[Setting]) -> Rectangle | None:
    """The text's box for gradients: from ink to ink across, from ascent to descent down, so that a gradient
    does not move with the letters.
    """
    inked = [setting for setting in done if setting.fitted.ink]
    drawn = [run for run in placed if run.glyphs]
    if not inked or not drawn:
        return None
    sides = [side for setting in inked for side in _sides(setting)]
    top = min(run.glyphs[0][2] - run.face.ascent * run.size for run in drawn)
    bottom = max(run.glyphs[0][2] + run.face.descent * run.size for run in drawn)
    return min(sides), top, max(sides) - min(sides), bottom - top


def _sides(setting: Setting) -> Iterator[float]:
    """How far to the left and to the right it reaches."""
    shifts = [source.dx for source in setting.paragraph.sources]
    if setting.fitted.ink:
        yield setting.across(setting.fitted.ink.left) + min(0.0, *shifts)
        yield setting.across(setting.fitted.ink.right) + max(0.0, *shifts)
