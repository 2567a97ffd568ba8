"""One <text> to placed glyphs: its tspans become runs of one paragraph, `text` fits it, each tspan gets its
own back.

Design tools split lines into tspans with places of their own. In a text without a box such a tspan starts a
new paragraph where it says; in a text with a box (inline-size, data-box) the box decides, and the pieces
are joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cairosvg.parser import Node

from server.render.styles import Viewport, font_size, length, text_style
from server.report import SlotReport
from server.text.faces import Face
from server.text.fit import Box, Fitted, PlacedGlyphs, fit
from server.text.fonts import FontLibrary
from server.text.shape import Run

Rectangle = tuple[float, float, float, float]
SPANS = ("tspan", "textPath")
X_HEIGHT = 0.52  # of an em; "middle" lowers by half of it. Faces differ by less than one sees
HANGING = 0.8  # of the ascent, what CSS suggests where a face has no hanging baseline
SHIFTS = {"sub": 0.2, "super": -0.4}  # em, as browsers do for faces without a word of their own on it


@dataclass(slots=True)
class Paragraph:
    """Runs set together, from one place. `nodes` and `shifts` (dx, dy) belong to the runs' sources, in
    order."""

    x: float | None  # None: where the paragraph before it ends
    y: float
    runs: list[Run] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    shifts: list[tuple[float, float]] = field(default_factory=list)


class Placed(NamedTuple):
    """The glyphs of one node, one face and size. The shift of a tspan (dx, dy) is already in their places."""

    face: Face
    size: float
    glyphs: tuple[tuple[int, float, float], ...]


class Typeset(NamedTuple):
    """A <text> made into glyphs: each node's share, the box that gradients refer to, and how it came out."""

    shares: tuple[tuple[Node, tuple[Placed, ...]], ...]
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


def read_box(text: Node, rect: Rectangle | None, viewport: Viewport) -> Box:
    """The box that the attributes of `text` describe; `rect` is that of its data-box, in the text's
    coordinates."""
    size = font_size(text)
    inline_size = length(text.get("inline-size"), em=size, whole=viewport.width) or None
    lines = text.get("data-max-lines", "")
    anchor, valign = text.get("text-anchor"), text.get("data-valign")
    place = _start(text, viewport)
    return Box(
        x=place.x or 0.0,
        y=place.y,
        rect=rect,
        inline_size=inline_size,
        shrink=text.get("data-fit") == "shrink",
        min_size=length(text.get("data-min-size"), em=size, whole=size) or None,
        max_lines=max(1, round(float(lines))) if lines.replace(".", "", 1).isdigit() else None,
        wrap_last=text.get("data-wrap") == "last",
        anchor=anchor if anchor in ("middle", "end") else "start",
        valign=valign if valign in ("middle", "bottom") else "top",
        line_height=_line_height(text, size),
        rtl=text.get("direction") == "rtl",
    )


def _line_height(text: Node, size: float) -> float | None:
    value = str(text.get("line-height", "normal"))
    if not size or value == "normal":
        return None
    is_factor = value.replace(".", "", 1).isdigit()
    return (float(value) if is_factor else length(value, em=size, whole=size) / size) or None


def as_one(text: Node, viewport: Viewport) -> Paragraph:
    """All of `text` as one paragraph, whatever places its tspans name."""
    parts = [part for part in paragraphs(text, viewport) if part.runs]
    whole = Paragraph(None, 0.0)
    for part in parts:
        if whole.runs and not whole.runs[-1].text.endswith(" "):
            last = whole.runs[-1]
            whole.runs[-1] = Run(f"{last.text} ", last.style, last.source)
        base = len(whole.nodes)
        whole.runs += [Run(run.text, run.style, base + run.source) for run in part.runs]
        whole.nodes += part.nodes
        whole.shifts += [(0.0, shift[1]) if len(parts) == 1 else (0.0, 0.0) for shift in part.shifts]
    return whole


def paragraphs(text: Node, viewport: Viewport) -> list[Paragraph]:
    """The paragraphs of `text`: one, and one more for every tspan that says where it is."""
    first = Paragraph(0.0, 0.0)
    found = [first]
    _walk(text, viewport, found, shift=(0.0, 0.0))
    for paragraph in found:
        if paragraph.runs:  # a space at the end of a line hangs: it must not move what is centred
            last = paragraph.runs[-1]
            paragraph.runs[-1] = Run(last.text.rstrip(" "), last.style, last.source)
    return [paragraph for paragraph in found if any(run.text for run in paragraph.runs)]


def _start(text: Node, viewport: Viewport) -> Paragraph:
    """Where `text` begins: at its own place or at that of the tspan it begins with."""
    found = paragraphs(text, viewport)
    return found[0] if found else Paragraph(0.0, 0.0)


def _walk(
    node: Node,
    viewport: Viewport,
    found: list[Paragraph],
    *,
    shift: tuple[float, float],
) -> tuple[float, float]:
    """Adds the runs of `node` and its children; gives the shift that holds for what follows."""
    if node.get("display") == "none":
        return shift
    size = font_size(node)
    x, y = _first(node.get("x"), size, viewport.width), _first(node.get("y"), size, viewport.height)
    dx = _first(node.get("dx"), size, viewport.width) or 0.0
    dy = _first(node.get("dy"), size, viewport.height) or 0.0
    if node.tag == "textPath":  # its x runs along the path, its y across it
        x, y = 0.0, 0.0
    if x is not None or y is not None:
        before = found[-1]
        found.append(Paragraph(x, y if y is not None else before.y + shift[1]))
        shift = (0.0, 0.0)
    shift = (shift[0] + dx, shift[1] + dy)
    raised = _baseline_shift(node, size)
    if node.text:
        paragraph = found[-1]
        if not paragraph.runs:  # a shift before anything is set moves the paragraph
            if paragraph.x is not None:
                paragraph.x += shift[0]
            paragraph.y += shift[1]
            shift = (0.0, 0.0)
        paragraph.runs.append(Run(node.text, text_style(node), len(paragraph.nodes)))
        paragraph.nodes.append(node)
        paragraph.shifts.append((shift[0], shift[1] + raised))
    for child in node.children:
        if child.tag in SPANS:
            shift = _walk(child, viewport, found, shift=shift)
    return shift


def _first(value: str | None, em: float, whole: float) -> float | None:
    """The first of a list of lengths: letters are not placed one by one, that would undo their shaping."""
    words = (value or "").replace(",", " ").split()
    return length(words[0], em=em, whole=whole) if words else None


def _baseline_shift(node: Node, size: float) -> float:
    value = node.xml_tree.get("baseline-shift") or ""
    return SHIFTS[value] * size if value in SHIFTS else -length(value, em=size, whole=size)


def set_in_box(paragraph: Paragraph, fitted: Fitted, text: Node, fonts: FontLibrary) -> Typeset:
    return _typeset(text, [(paragraph, fitted)], fonts)


def set_freely(text: Node, box: Box, viewport: Viewport, fonts: FontLibrary) -> Typeset:
    """A text without bounds: each paragraph where it says, at its designed size."""
    done: list[tuple[Paragraph, Fitted]] = []
    end = 0.0
    for paragraph in paragraphs(text, viewport):
        x = end if paragraph.x is None else paragraph.x
        anchor = paragraph.nodes[0].get("text-anchor")
        fitted = fit(
            paragraph.runs,
            Box(
                x=x,
                y=paragraph.y,
                anchor=anchor if anchor in ("middle", "end") else "start",
                rtl=box.rtl,
            ),
            fonts,
        )
        end = fitted.ink.right if fitted.ink else x
        done.append((paragraph, fitted))
    return _typeset(text, done, fonts)


def _typeset(text: Node, done: Sequence[tuple[Paragraph, Fitted]], fonts: FontLibrary) -> Typeset:
    lowered = _baseline(text, fonts)
    shares: list[tuple[Node, tuple[Placed, ...]]] = []
    for paragraph, fitted in done:
        scale = fitted.size / fitted.designed_size if fitted.designed_size else 1.0
        for source, node in enumerate(paragraph.nodes):
            dx, dy = paragraph.shifts[source]
            move = (dx * scale, dy * scale + lowered * fitted.size)
            own = tuple(_moved(placed, move) for placed in fitted.placed if placed.source == source)
            shares.append((node, own))
    fits = tuple(fitted for _, fitted in done)
    return Typeset(tuple(shares), _bounds(shares, fits), fits)


def _moved(placed: PlacedGlyphs, move: tuple[float, float]) -> Placed:
    dx, dy = move
    if not (dx or dy):
        return Placed(placed.face, placed.size, placed.glyphs)
    return Placed(placed.face, placed.size, tuple((glyph, x + dx, y + dy) for glyph, x, y in placed.glyphs))


def _baseline(text: Node, fonts: FontLibrary) -> float:
    """How far below y the alphabetic baseline lies, in ems, for the dominant-baseline of `text`."""
    word = str(text.get("dominant-baseline") or text.xml_tree.get("alignment-baseline") or "auto")
    if word in ("auto", "alphabetic", "baseline", "inherit"):
        return 0.0
    style = text_style(text)
    face = fonts.match(style.families, weight=style.weight, italic=style.italic)
    return {
        "middle": X_HEIGHT / 2,
        "central": (face.ascent - face.descent) / 2,
        "hanging": HANGING * face.ascent,
        "text-before-edge": face.ascent,
        "text-top": face.ascent,
        "text-after-edge": -face.descent,
        "text-bottom": -face.descent,
        "ideographic": -face.descent,
    }.get(word, 0.0)


def _bounds(shares: Sequence[tuple[Node, tuple[Placed, ...]]], fits: Sequence[Fitted]) -> Rectangle | None:
    """The text's box for gradients: from ink to ink across, from ascent to descent down, so that a gradient
    does not move with the letters."""
    inks = [fitted.ink for fitted in fits if fitted.ink]
    placed = [run for _, share in shares for run in share if run.glyphs]
    if not inks or not placed:
        return None
    left, right = min(ink.left for ink in inks), max(ink.right for ink in inks)
    top = min(run.glyphs[0][2] - run.face.ascent * run.size for run in placed)
    bottom = max(run.glyphs[0][2] + run.face.descent * run.size for run in placed)
    return left, top, right - left, bottom - top
