"""The one solver: a paragraph and a box in, the size and the lines out. Among the allowed sizes and line
counts it takes the largest size that fits, then the fewest lines; where nothing fits, it cuts (`cut.py`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import ceil, floor, inf

from server.text.box import Box
from server.text.cut import cut_line
from server.text.ink import Ink, union
from server.text.lines import Extent, Line, Paragraph, stack

STEPS_PER_PIXEL = 4  # sizes move in quarter pixels: a float's last digit cannot change a picture
SLACK = 1e-6  # pixels that a sum of floats may be too long

Stretch = tuple[int, int]
Measure = Callable[[int, int], Extent]


@dataclass(frozen=True, slots=True)
class Solution:
    """`size` is that of the largest run. `fits`: nothing cut, no word split, and no size below the
    minimum.
    """

    lines: tuple[Line, ...]
    size: float
    fits: bool = True
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Demand:
    """What lines have to keep to: the room, the number of lines, and the sizes from the designed one down."""

    width: float
    height: float
    max_lines: float
    designed: float
    smallest: float

    def width_at(self, size: float) -> float:
        """The room's width, brought to the designed size."""
        return (self.width + SLACK) * self.designed / size

    def height_at(self, size: float) -> float:
        return (self.height + SLACK) * self.designed / size

    def is_met_by(self, extents: Sequence[Extent], size: float) -> bool:
        return len(extents) <= self.max_lines and stack(extents).ink.height <= self.height_at(size)

    def largest_size(self, ink: Ink) -> float:
        """The largest size at which one line fits, allowed or not: the designed one, or whole steps below
        it.
        """
        if ink.is_empty:
            return self.designed
        share = min((self.width + SLACK) / ink.width, (self.height + SLACK) / ink.height)
        if share >= 1:
            return self.designed
        size = floor(self.designed * share * STEPS_PER_PIXEL) / STEPS_PER_PIXEL
        return self.smallest if size < self.smallest <= self.designed * share else size

    @property
    def steps(self) -> int:
        """How many sizes there are below the designed one."""
        return ceil(self.designed * STEPS_PER_PIXEL) - floor(self.smallest * STEPS_PER_PIXEL)

    def size_at(self, step: int) -> float:
        if step == 0:
            return self.designed
        return max(self.smallest, (ceil(self.designed * STEPS_PER_PIXEL) - step) / STEPS_PER_PIXEL)


def solve(paragraph: Paragraph, box: Box) -> Solution:
    if paragraph.start == paragraph.end:
        return Solution((), paragraph.size)
    if not box.is_bounded:
        return Solution((paragraph.line(paragraph.start, paragraph.end),), paragraph.size)
    demand = Demand(
        width=box.room.width,
        height=box.room.height,
        max_lines=inf if box.max_lines is None else max(1, box.max_lines),
        designed=paragraph.size,
        smallest=box.smallest(paragraph.size),
    )
    return _uncut(paragraph, demand, wrap_last=box.wrap_last) or _cut(paragraph, demand) or _tiny(paragraph, demand)


def _uncut(paragraph: Paragraph, demand: Demand, *, wrap_last: bool) -> Solution | None:
    """The whole text. A word is split only if not even the smallest size gets it on a line of its own."""
    one_line = paragraph.line(paragraph.start, paragraph.end)
    size = demand.largest_size(one_line.extent.ink)
    if size == demand.designed or (size >= demand.smallest and (wrap_last or demand.max_lines == 1)):
        return Solution((one_line,), size)
    if demand.max_lines == 1:
        return None
    whole_words, split_words = paragraph.breaks, _with_split_words(paragraph, demand)
    found = _largest(paragraph, demand, whole_words)
    if not found and len(split_words) > len(whole_words):
        found = _largest(paragraph, demand, split_words, words_are_split=True)
    return found


def _largest(
    paragraph: Paragraph,
    demand: Demand,
    breaks: Sequence[int],
    *,
    words_are_split: bool = False,
) -> Solution | None:
    """The largest size at which these breaks make the text fit: sought by rough measures, proven by exact
    ones.
    """
    rough, exact = paragraph.extent, _exactly(paragraph)

    def seems_to_fit(step: int) -> bool:
        size = demand.size_at(step)
        stretches = _wrap(breaks, demand, size, rough)
        extents = [rough(*stretch) for stretch in stretches]
        return _reaches(stretches, breaks) and demand.is_met_by(extents, size)

    steps = range(demand.steps + 1)
    for step in steps[bisect_left(steps, x=True, key=seems_to_fit) :]:
        size = demand.size_at(step)
        stretches = _wrap(breaks, demand, size, rough, proof=exact)
        lines = tuple(paragraph.line(*stretch) for stretch in stretches)
        if _reaches(stretches, breaks) and demand.is_met_by([line.extent for line in lines], size):
            return Solution(lines, size, fits=not words_are_split)
    return None


def _wrap(
    breaks: Sequence[int],
    demand: Demand,
    size: float,
    rough: Measure,
    *,
    proof: Measure | None = None,
) -> list[Stretch]:
    """Fills line after line; stops where the lines run out, or where one step of `breaks` is too wide."""
    limit, stretches, at = demand.width_at(size), list[Stretch](), 0
    while at < len(breaks) - 1 and len(stretches) < demand.max_lines:
        start = breaks[at]
        to = bisect_right(breaks, limit, lo=at + 1, key=partial(_width, rough, start)) - 1
        while proof and to > at and proof(start, breaks[to]).ink.width > limit:
            to -= 1
        if to == at:
            break
        stretches.append((start, breaks[to]))
        at = to
    return stretches


def _width(measure: Measure, start: int, end: int) -> float:
    return measure(start, end).ink.width


def _reaches(stretches: list[Stretch], breaks: Sequence[int]) -> bool:
    return bool(stretches) and stretches[-1][1] == breaks[-1]


def _exactly(paragraph: Paragraph) -> Measure:
    return lambda start, end: paragraph.line(start, end).extent


def _with_split_words(paragraph: Paragraph, demand: Demand) -> list[int]:
    """The breaks, and those inside every word that is too long for a line at the smallest size."""
    limit = demand.width_at(demand.smallest)
    long_words = [
        (start, end) for start, end in pairwise(paragraph.breaks) if paragraph.extent(start, end).ink.width > limit
    ]
    inside = {at for start, end in long_words for at in paragraph.characters if start < at < end}
    return sorted({*paragraph.breaks, *inside})


def _cut(paragraph: Paragraph, demand: Demand) -> Solution | None:
    """The smallest size, as many lines as there may be, the last one cut; None if no line is low enough."""
    size = demand.smallest
    breaks = _with_split_words(paragraph, demand)
    stretches = _wrap(breaks, demand, size, paragraph.extent, proof=_exactly(paragraph))
    for uncut in range(max(0, len(stretches) - 1), -1, -1):
        before = [paragraph.line(*stretch) for stretch in stretches[:uncut]]
        if not demand.is_met_by([line.extent for line in before], size):
            continue
        start = stretches[uncut][0] if uncut < len(stretches) else paragraph.start
        last, is_cut = cut_line(paragraph, start, demand.width_at(size))
        lines = (*before, *last)
        if demand.is_met_by([line.extent for line in lines], size):
            return Solution(lines, size, fits=False, truncated=is_cut)
    return None


def _tiny(paragraph: Paragraph, demand: Demand) -> Solution:
    """One line in a box too low for the smallest size: no ink may leave a box, so the size goes below."""
    whole = paragraph.line(paragraph.start, paragraph.end)
    dots = paragraph.line(paragraph.start, paragraph.start, paragraph.ellipsis_at(paragraph.start))
    height = union((whole.extent.ink, dots.extent.ink)).height
    size = floor(demand.designed * demand.height / height * STEPS_PER_PIXEL) / STEPS_PER_PIXEL
    if size <= 0:
        return Solution((), demand.smallest, fits=False, truncated=True)
    last, is_cut = cut_line(paragraph, paragraph.start, demand.width_at(size))
    return Solution(last, size, fits=False, truncated=is_cut)
