"""A text that fits in, the same number of lines out, as even as they get: the widest is as narrow as it can be, and
then no line is much shorter than another, least of all the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from server.text.wrap import Ruler

MOST_LINES = 10  # as in Firefox; a longer text reads as a paragraph, and evenness is not seen
NARROWED = 0.0005  # of the width: where the search for the narrowest lines ends; half a pixel of 1000


@dataclass(frozen=True, slots=True)
class Ending:
    """A break, the lines up to it at their most even, and how uneven that is."""

    cost: float
    ends: tuple[int, ...]


def balanced(ruler: Ruler, lines: int, limit: float) -> list[int] | None:
    """Where `lines` lines, none wider than `limit`, begin and end; None where these breaks do not make as many."""
    if not 1 < lines <= MOST_LINES:
        return None
    fullest = _narrowest(ruler, lines, limit)
    if fullest is None or len(fullest) != lines + 1:
        return None
    widest = max(ruler.width(start, end) for start, end in pairwise(fullest))
    return list(_most_even(ruler, _choices(ruler, fullest, widest), widest))


def _narrowest(ruler: Ruler, lines: int, limit: float) -> list[int] | None:
    """The fullest lines within the smallest limit that still makes do with `lines` of them."""
    found = ruler.fill(limit, lines)
    too_narrow = limit / 2 / lines
    while found and limit - too_narrow > NARROWED * limit:
        middle = (limit + too_narrow) / 2
        if narrower := ruler.fill(middle, lines):
            found, limit = narrower, middle
        else:
            too_narrow = middle
    return found


def _choices(ruler: Ruler, fullest: Sequence[int], widest: float) -> list[range]:
    """For each line the breaks where it may end, so that the lines before it and behind it are no wider.

    Filled from the front lines end as late as they can, filled from the back as early.
    """
    earliest = [ruler.last]
    for _ in fullest[2:]:
        start = earliest[-1] - 1
        while start > 0 and ruler.width(start - 1, earliest[-1]) <= widest:
            start -= 1
        earliest.append(start)
    return [range(early, late + 1) for early, late in zip(reversed(earliest), fullest[1:], strict=True)]


def _most_even(ruler: Ruler, choices: Sequence[range], widest: float) -> tuple[int, ...]:
    """Of all ways to break that are no wider, the one with the least sum of squares of the lines' widths.

    Their sum is nearly the same every way, so its squares are least where it is spread most evenly.
    """
    endings = [Ending(0.0, (0,))]
    for ends in choices:
        endings = [ending for end in ends if (ending := _continued(ruler, endings, end, widest))]
    return endings[-1].ends


def _continued(ruler: Ruler, endings: Sequence[Ending], end: int, widest: float) -> Ending | None:
    """The best of `endings` with one more line, up to `end`."""
    found = [
        Ending(ending.cost + width**2, (*ending.ends, end))
        for ending in endings
        if ending.ends[-1] < end and (width := ruler.width(ending.ends[-1], end)) <= widest
    ]
    return min(found, key=lambda ending: ending.cost, default=None)
