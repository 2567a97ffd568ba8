"""The runs of one text in, any stretch of it as a line out: measured roughly for the search, exactly for the
result.

All measures are at the designed size; a text in another size is the same lines, scaled.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from server.text.breaks import character_breaks, line_breaks
from server.text.faces import Face
from server.text.fonts import FontLibrary
from server.text.ink import Ink, Inks, union
from server.text.shape import Piece, Run, ShapedRun, shape_run

SPACES = " \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u200b\u205f\u3000"
"""The spaces at which a line may break: neither drawn nor measured where it begins and ends."""

SOFT_HYPHEN, HYPHEN = "\u00ad", "-"
ELLIPSIS, THREE_DOTS = "…", "..."

# SVG turns line ends and tabs into spaces; one for one, so that every character keeps its index.
_ONE_LINE = str.maketrans("\t\n\v\f\r\x85\u2028\u2029", " " * 8)


@dataclass(frozen=True, slots=True)
class Extent:
    """What a line takes: its ink around the start of its baseline, and its line box above and below the
    baseline.
    """

    ink: Ink
    above: float
    below: float
    cap_height: float


Frame = tuple[float, float, float]
"""What the style of one run asks of its line: room above the baseline, below it, and its cap height."""


@dataclass(frozen=True, slots=True)
class Part:
    """The glyphs of one run on one line, `x` from the line's start."""

    pieces: tuple[Piece, ...]
    size: float
    source: int
    x: float


@dataclass(frozen=True, slots=True)
class Line:
    parts: tuple[Part, ...]
    advance: float
    extent: Extent


@dataclass(frozen=True, slots=True)
class Block:
    """Lines below each other: the baselines' distances from the first one, and what all of them ink around
    it.
    """

    baselines: tuple[float, ...]
    ink: Ink


def stack(extents: Sequence[Extent]) -> Block:
    """Line boxes touch each other: from one baseline to the next is what is below the one and above the
    other.
    """
    if len(extents) == 1:
        return Block((0.0,), extents[0].ink)
    steps = (upper.below + lower.above for upper, lower in pairwise(extents))
    baselines = tuple(accumulate(steps, initial=0.0))
    return Block(baselines, union(e.ink.moved(0, y) for e, y in zip(extents, baselines, strict=False)))


class Paragraph:
    """One text: its runs behind each other, and everything measured of it so far. Lives as long as one
    fitting.
    """

    def __init__(self, runs: Sequence[Run], fonts: FontLibrary, leading: float) -> None:
        self._runs = [run for run in runs if run.text and run.style.size > 0]
        self._starts = list(accumulate((len(run.text) for run in self._runs), initial=0))
        self._fonts = fonts
        self._leading = leading
        self._lines: dict[tuple[int, int, str], Line] = {}
        self._extents: dict[tuple[int, int], Extent] = {}
        self.text = "".join(run.text for run in self._runs).translate(_ONE_LINE)
        self.size = max((run.style.size for run in self._runs), default=0.0)
        self.start, self.end = self._trimmed(0, len(self.text))

    @property
    def missing(self) -> tuple[str, ...]:
        """Unicode names of the characters that no font has."""
        return tuple(dict.fromkeys(name for shaped in self._shaped for name in shaped.missing))

    @cached_property
    def breaks(self) -> list[int]:
        """Where a line may begin or end, the text's start and end among them."""
        return self._inside(line_breaks(self.text))

    @cached_property
    def characters(self) -> list[int]:
        """Where a character begins or ends: breaks of last resort."""
        return self._inside(character_breaks(self.text))

    def line(self, start: int, end: int, suffix: str = "") -> Line:
        """Exactly what is drawn for this stretch on a line of its own: shaped anew, for a break may part what
        was joined. `suffix` is set in the style of the last character, or of the first one that is left out.
        """
        key = (start, end, suffix)
        if key not in self._lines:
            self._lines[key] = self._make_line(start, end, suffix)
        return self._lines[key]

    def extent(self, start: int, end: int) -> Extent:
        """The extent of a stretch as cut out of its runs: quick, and exact where no kerning or joining is
        parted.
        """
        key = (start, end)
        if key not in self._extents:
            frames = [self._frames[index] for index, _, _ in self._slices(start, end)]
            self._extents[key] = _extent(self._inks.between(start, end), frames)
        return self._extents[key]

    def ellipsis_at(self, index: int) -> str:
        """The ellipsis as the font of this place has it."""
        return ELLIPSIS if self._shaped[self._run_at(index)].face.has_glyphs_for(ELLIPSIS) else THREE_DOTS

    def _make_line(self, start: int, end: int, suffix: str) -> Line:
        if not suffix and end < self.end and self.text[end - 1] == SOFT_HYPHEN:
            suffix = HYPHEN
        start, end = self._trimmed(start, end)
        slices = self._slices(start, end)
        parts: list[Part] = []
        inks: list[Ink] = []
        frames: list[Frame] = []
        pen = trailing = 0.0
        for at, (index, first, last) in enumerate(slices, 1):
            run = self._runs[index]
            shaped = shape_run(self.text[first:last] + suffix * (at == len(slices)), run.style, self._fonts)
            parts.append(Part(shaped.pieces, run.style.size, run.source, pen))
            inks.append(shaped.ink.moved(pen, 0))
            frames.append(self._frame(shaped.face, run.style.size))
            pen, trailing = pen + shaped.advance, shaped.trailing
        return Line(tuple(parts), pen - trailing, _extent(union(inks), frames))

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        kept = self.text[start:end].rstrip(SPACES)
        return start + len(kept) - len(kept.lstrip(SPACES)), start + len(kept)

    def _inside(self, breaks: list[int]) -> list[int]:
        return [self.start, *(at for at in breaks if self.start < at < self.end), self.end]

    def _slices(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """A stretch run by run: (which run, start, end). One that is empty is an empty part of one run."""
        found = [
            (index, max(start, first), min(end, last))
            for index, (first, last) in enumerate(pairwise(self._starts))
            if first < end and last > start
        ]
        return found or [(self._run_at(start), start, start)]

    def _run_at(self, index: int) -> int:
        return min(bisect_right(self._starts, index), len(self._runs)) - 1

    @cached_property
    def _shaped(self) -> list[ShapedRun]:
        return [
            shape_run(self.text[first:last], run.style, self._fonts)
            for run, (first, last) in zip(self._runs, pairwise(self._starts), strict=True)
        ]

    @cached_property
    def _inks(self) -> Inks:
        """What every character inks, the whole text being one line."""
        if len(self._shaped) == 1:
            return self._shaped[0].inks
        inks, pen = Inks.blank(0), 0.0
        for shaped in self._shaped:
            inks.append(shaped.inks, pen)
            pen += shaped.advance
        return inks

    @cached_property
    def _frames(self) -> list[Frame]:
        runs = zip(self._shaped, self._runs, strict=True)
        return [self._frame(shaped.face, run.style.size) for shaped, run in runs]

    def _frame(self, face: Face, size: float) -> Frame:
        """CSS's inline model: what line-height adds to a font's own height goes half above and half below."""
        half_leading = (self._leading - face.ascent - face.descent) / 2
        above, below = face.ascent + half_leading, face.descent + half_leading
        return above * size, below * size, face.cap_height * size


def _extent(ink: Ink, frames: Sequence[Frame]) -> Extent:
    if len(frames) == 1:
        return Extent(ink, *frames[0])
    above, below, cap_height = (max(sides) for sides in zip(*frames, strict=True))
    return Extent(ink, above, below, cap_height)
