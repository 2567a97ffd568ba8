"""The runs of one text in, any stretch of it as a line out: measured roughly for the search, exactly for the
result.

All measures are at the designed size; a text in another size is the same lines, scaled.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple

from server.fonts.faces import Face
from server.fonts.han import may_break_in_words, written_language
from server.fonts.ink import Ink, union
from server.fonts.library import FontLibrary
from server.text.bidi import CONTROLS, levels, may_turn, visual_order
from server.text.breaks import SOFT_HYPHEN, character_breaks, line_breaks, phrase_breaks
from server.text.extents import Extent, Frame, extent_of
from server.text.inks import Inks
from server.text.rules import rules
from server.text.shape import ALONE, Run, ShapedItem, ShapedRun, Surroundings, shape_run

SPACES = " \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u200b\u205f\u3000"
"""The spaces at which a line may break: neither drawn nor measured where it begins and ends."""
HANGING = SPACES + CONTROLS
"""What is dropped where a line begins and ends: a space at its end hangs even behind a control."""

HYPHEN, PLAIN_HYPHEN = "\u2010", "-"
ELLIPSIS, THREE_DOTS = "…", "..."

CONTEXT = 5  # characters around a run that may change the form of its letters: as many as HarfBuzz looks at

# SVG turns line ends and tabs into spaces; one for one, so that every character keeps its index.
_ONE_LINE = str.maketrans("\t\n\v\f\r\x85\u2028\u2029", " " * 8)


Slice = tuple[int, int, int]
"""Which run, and the start and end of the part of it, as indices into the paragraph's text."""


class LineItem(NamedTuple):
    """One item of one run, `x` from the line's left. `rules` are its decorations, around the line's start."""

    item: ShapedItem
    run: Run
    x: float
    rules: tuple[Ink, ...] = ()


class Line(NamedTuple):
    """`parts` stand from left to right, whatever the direction in which they are read."""

    parts: tuple[LineItem, ...]
    advance: float
    extent: Extent


class Paragraph:
    """One text: its runs behind each other, and everything measured of it so far. Lives as long as one fitting."""

    def __init__(self, runs: Sequence[Run], fonts: FontLibrary, leading: float, *, rtl: bool = False) -> None:
        self._runs = _in_its_language([run for run in runs if run.text and run.style.size > 0])
        self._starts = list(accumulate((len(run.text) for run in self._runs), initial=0))
        self._fonts = fonts
        self._leading = leading
        self._lines: dict[tuple[int, int, str], Line] = {}
        self._extents: dict[tuple[int, int], Extent] = {}
        text = "".join([run.text for run in self._runs])
        self.text = text if text.isprintable() else text.translate(_ONE_LINE)
        self._base = int(rtl)
        self._levels = levels(self.text, rtl=rtl) if rtl or may_turn(self.text) else None
        self.size = max([run.style.size for run in self._runs], default=0.0)
        self.start, self.end = self._trimmed(0, len(self.text))

    @property
    def missing(self) -> tuple[str, ...]:
        """Unicode names of the characters that no font has."""
        return tuple(dict.fromkeys(name for shaped in self._shaped for name in shaped.missing))

    @cached_property
    def breaks(self) -> list[int]:
        """Where a line may begin or end, the text's start and end among them."""
        return self._inside(line_breaks(self.text, self._language))

    @cached_property
    def spaces(self) -> list[int]:
        """Where a line may break without parting a name in Chinese, Japanese or Korean letters: at a space alone."""
        if not may_break_in_words(self.text):
            return self.breaks
        return [at for at in self.breaks if at in (self.start, self.end) or self.text[at - 1] in SPACES]

    @cached_property
    def phrases(self) -> list[int]:
        """The better ones of `breaks`."""
        return self._inside(phrase_breaks(self.text, self._language))

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
        """The extent of a stretch as cut out of its runs: quick, and exact where no kerning or joining is parted."""
        key = (start, end)
        if key not in self._extents:
            is_one = len(self._runs) == 1
            frames = self._frames if is_one else [self._frames[index] for index, _, _ in self._slices(start, end)]
            self._extents[key] = extent_of(self._inks.between(start, end), frames)
        return self._extents[key]

    def widths_from(self, start: int) -> list[float]:
        """How wide the ink of each stretch from `start` on is, as quick and as exact as `extent`."""
        return self._inks.widths_from(start)

    def ellipsis_at(self, index: int) -> str:
        """The ellipsis as the font of this place has it."""
        return self._sign_at(index, ELLIPSIS, THREE_DOTS)

    def _sign_at(self, index: int, sign: str, stand_in: str) -> str:
        return sign if self._shaped[self._run_at(index)].face.has_glyphs_for(sign) else stand_in

    def _make_line(self, start: int, end: int, suffix: str) -> Line:
        if not suffix and end < self.end and self.text[end - 1] == SOFT_HYPHEN:
            suffix = self._sign_at(end - 1, HYPHEN, PLAIN_HYPHEN)
        stretch = self._trimmed(start, end)
        slices = self._slices(*stretch)
        items, frames = list[tuple[Run, Face, ShapedItem]](), list[Frame]()
        for part in slices:
            run, shaped = self._runs[part[0]], self._shape(part, stretch, suffix * (part is slices[-1]))
            frames.append(self._frame(shaped, run.style.size))
            items += [(run, shaped.face, item) for item in shaped.items]
        parts = _in_visual_order(items)
        inks = [ink for part in parts for ink in (part.item.ink.moved(part.x, 0), *part.rules)]
        return Line(tuple(parts), _advance(parts), extent_of(union(inks), frames))

    def _shape(self, part: Slice, line: tuple[int, int], suffix: str = "") -> ShapedRun:
        """One run's share of a line, in the sight of what stands beside it there."""
        index, first, last = part
        text = self.text[first:last] + suffix
        surroundings = ALONE
        if self._levels is not None:
            # A suffix follows the letter that it stands behind, to the left where that runs to the left.
            own = self._levels[first:last] or [self._base]
            own_levels = (*self._levels[first:last], *own[-1:] * len(suffix))
            before = self.text[max(line[0], first - CONTEXT) : first]
            after = "" if suffix else self.text[last : min(line[1], last + CONTEXT)]
            surroundings = Surroundings(own_levels, before, after)
        return shape_run(text, self._runs[index].style, self._fonts, surroundings)

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        kept = self.text[start:end].rstrip(HANGING)
        return start + len(kept) - len(kept.lstrip(HANGING)), start + len(kept)

    @property
    def _language(self) -> str:
        """That of the first run: lines are broken by one language's rules."""
        return self._runs[0].style.language if self._runs else ""

    def _inside(self, breaks: list[int]) -> list[int]:
        return [self.start, *(at for at in breaks if self.start < at < self.end), self.end]

    def _slices(self, start: int, end: int) -> list[Slice]:
        """A stretch run by run. One that is empty is an empty part of one run."""
        if len(self._runs) == 1:
            return [(0, start, end)]
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
        whole = (0, len(self.text))
        return [self._shape((index, first, last), whole) for index, (first, last) in enumerate(pairwise(self._starts))]

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
        return [self._frame(shaped, run.style.size) for shaped, run in runs]

    def _frame(self, shaped: ShapedRun, size: float) -> Frame:
        """CSS's inline model: what line-height adds to a font's own height goes half above and half below."""
        face = shaped.face
        half_leading = (self._leading - face.ascent - face.descent) / 2
        above, below = face.ascent + half_leading, face.descent + half_leading
        is_foreign = any(item.face is not face for item in shaped.items)
        return Frame(above * size, below * size, face.cap_height * size, is_foreign)


def _in_its_language(runs: Sequence[Run]) -> list[Run]:
    """The runs, with the language that the whole text tells where they do not say how its Han characters look."""
    text = "".join(run.text for run in runs)
    if text.isascii():
        return list(runs)
    languages = {run.style.language: written_language(text, run.style.language) for run in runs}
    return [
        run
        if languages[run.style.language] == run.style.language
        else Run(run.text, replace(run.style, language=languages[run.style.language]), run.source)
        for run in runs
    ]


def _in_visual_order(items: Sequence[tuple[Run, Face, ShapedItem]]) -> list[LineItem]:
    """Items in logical order to parts in the order of the page, each behind the one to its left. Of each item: its run,
    and the face whose measures its decorations take.
    """
    parts: list[LineItem] = []
    pen = 0.0
    for index in visual_order([item.level for _, _, item in items]):
        run, face, item = items[index]
        sides = (pen, pen + item.advance)
        drawn = tuple(rules(face, run.style.size, run.style.decorations, sides)) if run.style.decorations else ()
        parts.append(LineItem(item, run, pen, drawn))
        pen += item.advance
    return parts


def _advance(parts: Sequence[LineItem]) -> float:
    for last in reversed(parts):
        if last.item.advance:  # an isolate's end takes no room
            return last.x + last.item.advance - last.item.trailing
    return 0.0
