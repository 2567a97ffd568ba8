"""The one solver: a paragraph and a box in, the size and the lines out. Among the allowed sizes and line
counts it takes the largest size that fits, then the fewest lines, then, where asked, the most even ones; where
nothing fits, it cuts (`cut.py`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from server.fonts.ink import union
from server.text.balance import balanced
from server.text.box import Box
from server.text.breaks import address_breaks
from server.text.cut import cut_line
from server.text.demand import STEPS_PER_PIXEL, Demand
from server.text.extents import stack
from server.text.lines import Line, Paragraph
from server.text.wrap import Ruler


class Solution(NamedTuple):
    """`size` is that of the largest run. `fits`: nothing cut, no word split, and no size below the minimum."""

    lines: tuple[Line, ...]
    size: float
    fits: bool = True
    truncated: bool = False


def solve(paragraph: Paragraph, box: Box) -> Solution:
    if paragraph.start == paragraph.end:
        return Solution((), paragraph.size)
    if not box.is_bounded:
        return Solution((paragraph.line(paragraph.start, paragraph.end),), paragraph.size)
    demand = Demand.of(box, paragraph.size)
    found = _uncut(paragraph, demand, wrap_last=box.wrap_last)
    if found is None:
        return _cut(paragraph, demand) or _tiny(paragraph, demand)
    if not found.fits or len(found.lines) == 1:
        return found
    return _balanced(paragraph, demand, found) if box.balance else _with_whole_words(paragraph, demand, found)


def _uncut(paragraph: Paragraph, demand: Demand, *, wrap_last: bool) -> Solution | None:
    """The whole text. A word is split only if not even the smallest size gets it on a line of its own."""
    one_line = paragraph.line(paragraph.start, paragraph.end)
    size = demand.largest_size(one_line.extent.ink)
    if size == demand.designed or (size >= demand.smallest and (wrap_last or demand.max_lines == 1)):
        return Solution((one_line,), size)
    if demand.max_lines == 1:
        return None
    words = Ruler.of(paragraph, paragraph.breaks)
    if found := _largest(paragraph, demand, words):
        return found
    split_words = _with_split_words(paragraph, words, demand)
    if split_words is words:
        return None
    found = _largest(paragraph, demand, split_words, words_are_split=True)
    return found and _with_split_words_on_lines_of_their_own(paragraph, demand, found, split_words)


def _largest(paragraph: Paragraph, demand: Demand, ruler: Ruler, *, words_are_split: bool = False) -> Solution | None:
    """The largest size at which these breaks make the text fit: sought by rough measures, proven by exact ones."""

    def seems_to_fit(step: int) -> bool:
        size = demand.size_at(step)
        ends = ruler.fill(demand.width_at(size), demand.max_lines)
        if ends is None:
            return False
        return demand.height == inf or demand.is_met_by(
            [paragraph.extent(*stretch) for stretch in ruler.stretches(ends)], size
        )

    steps = range(demand.steps + 1)
    if not seems_to_fit(steps[-1]):
        return None
    for step in steps[bisect_left(steps, x=True, key=seems_to_fit) :]:
        size = demand.size_at(step)
        lines = _filled(paragraph, demand, ruler, size)
        if lines is not None and demand.is_met_by([line.extent for line in lines], size):
            return Solution(lines, size, fits=not words_are_split)
    return None


def _filled(paragraph: Paragraph, demand: Demand, ruler: Ruler, size: float) -> tuple[Line, ...] | None:
    """Line after line, each as full as it gets, proven; None where the lines run out."""
    limit, lines, at = demand.width_at(size), list[Line](), 0
    while at < ruler.last:
        end = _line_end(paragraph, ruler, at, limit)
        if end == at or len(lines) == demand.max_lines:
            return None
        lines.append(paragraph.line(*ruler.stretch(at, end)))
        at = end
    return tuple(lines)


def _line_end(paragraph: Paragraph, ruler: Ruler, start: int, limit: float) -> int:
    """The break at which a full line from break `start` on ends: `start` itself where nothing fits."""
    end = ruler.reach(start, limit)
    while end > start and paragraph.line(*ruler.stretch(start, end)).extent.ink.width > limit:
        end -= 1
    return end


def _with_whole_words(paragraph: Paragraph, demand: Demand, found: Solution) -> Solution:
    """As many lines in the same size, broken at spaces alone, if that makes as many: a name in Chinese, Japanese or
    Korean letters may be broken anywhere, but rather is not.
    """
    spaces = paragraph.spaces
    if len(spaces) == len(paragraph.breaks):
        return found
    lines = _filled(paragraph, demand, Ruler.of(paragraph, spaces), found.size)
    if lines is None or len(lines) > len(found.lines):
        return found
    return Solution(lines, found.size) if demand.is_met_by([line.extent for line in lines], found.size) else found


def _with_split_words_on_lines_of_their_own(
    paragraph: Paragraph, demand: Demand, found: Solution, ruler: Ruler
) -> Solution:
    """As many lines in the same size, none of which ends inside a word that could begin the next one, if that makes as
    many. "Maximiliane W / olfeschlegel" becomes "Maximiliane / Wolfeschlegel".
    """
    limit, between_words = demand.width_at(found.size), set(paragraph.breaks)
    lines, at = list[Line](), 0
    while at < ruler.last:
        end = _line_end(paragraph, ruler, at, limit)
        whole = next((place for place in range(end, at, -1) if ruler.breaks[place] in between_words), end)
        if end == at or len(lines) == len(found.lines):
            return found
        lines.append(paragraph.line(*ruler.stretch(at, whole)))
        at = whole
    if not demand.is_met_by([line.extent for line in lines], found.size):
        return found
    return Solution(tuple(lines), found.size, fits=False)


def _balanced(paragraph: Paragraph, demand: Demand, found: Solution) -> Solution:
    """As many lines in the same size, broken between phrases if that makes as many; `found` itself if neither does."""
    limit = demand.width_at(found.size)
    phrases = Ruler.of(paragraph, paragraph.phrases)
    for ruler in (_refined(paragraph, phrases, limit, paragraph.breaks), Ruler.of(paragraph, paragraph.breaks)):
        if ends := balanced(ruler, len(found.lines), limit):
            lines = tuple(paragraph.line(*stretch) for stretch in ruler.stretches(ends))
            extents = [line.extent for line in lines]
            if all(extent.ink.width <= limit for extent in extents) and demand.is_met_by(extents, found.size):
                return Solution(lines, found.size)
    return found


def _with_split_words(paragraph: Paragraph, words: Ruler, demand: Demand) -> Ruler:
    """`words`, and breaks inside every word that is too long for a line at the smallest size: those of an
    address first, and those between characters inside what is still too long.
    """
    limit = demand.width_at(demand.smallest)
    seams = _refined(paragraph, words, limit, address_breaks(paragraph.text))
    return _refined(paragraph, seams, limit, paragraph.characters)


def _refined(paragraph: Paragraph, ruler: Ruler, limit: float, finer: Sequence[int]) -> Ruler:
    """`ruler`, and those of the `finer` breaks that are inside a piece wider than `limit`."""
    too_wide = [ruler.stretch(at, at + 1) for at in range(ruler.last) if ruler.width(at, at + 1) > limit]
    inside = {place for start, end in too_wide for place in _between(finer, start, end)}
    return Ruler.of(paragraph, sorted({*ruler.breaks, *inside})) if inside else ruler


def _between(places: Sequence[int], start: int, end: int) -> Sequence[int]:
    return places[bisect_right(places, start) : bisect_left(places, end)]


def _cut(paragraph: Paragraph, demand: Demand) -> Solution | None:
    """The smallest size, as many lines as there may be, the last one cut; None if no line is low enough."""
    size = demand.smallest
    lines, starts = _uncut_lines(paragraph, demand, size)
    for uncut, start in reversed(list(enumerate(starts))):
        last, is_cut = cut_line(paragraph, start, demand.width_at(size))
        fitting = (*lines[:uncut], *last)
        if demand.is_met_by([line.extent for line in fitting], size):
            return Solution(fitting, size, fits=False, truncated=is_cut)
    return None


def _uncut_lines(paragraph: Paragraph, demand: Demand, size: float) -> tuple[list[Line], list[int]]:
    """The lines that may stand above the cut one, and where a line to be cut may start: at each, and behind."""
    lines, starts = list[Line](), [paragraph.start]
    if demand.max_lines == 1:
        return lines, starts
    ruler = _with_split_words(paragraph, Ruler.of(paragraph, paragraph.breaks), demand)
    at = 0
    while len(starts) < demand.max_lines:
        end = _line_end(paragraph, ruler, at, demand.width_at(size))
        if end in (at, ruler.last):
            break
        line = paragraph.line(*ruler.stretch(at, end))
        if not demand.is_met_by([line.extent for line in (*lines, line)], size):
            break
        lines.append(line)
        starts.append(ruler.breaks[end])
        at = end
    return lines, starts


def _tiny(paragraph: Paragraph, demand: Demand) -> Solution:
    """One line in a box too low for the smallest size: no ink may leave a box, so the size goes below."""
    whole = paragraph.line(paragraph.start, paragraph.end)
    dots = paragraph.line(paragraph.start, paragraph.start, paragraph.ellipsis_at(paragraph.start))
    size = demand.size_for_height(union((whole.extent.ink, dots.extent.ink)).height)
    while size > 0:
        last, is_cut = cut_line(paragraph, paragraph.start, demand.width_at(size))
        extents = [line.extent for line in last]
        if demand.is_met_by(extents, size):
            return Solution(last, size, fits=False, truncated=is_cut)
        # A letter that has become the last one may take another form, which reaches further down.
        size = min(size - 1 / STEPS_PER_PIXEL, demand.size_for_height(stack(extents).ink.height))
    return Solution((), demand.smallest, fits=False, truncated=True)
