"""Breaks and a width in, lines out, each as full as it gets by rough measures. Proving it is the solver's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from server.text.lines import Paragraph

Stretch = tuple[int, int]
"""The start and the end of a line, as indices into the text."""


@dataclass(frozen=True, slots=True)
class Ruler:
    """The pieces between neighbouring `breaks`, each measured once, from its leftmost to its rightmost ink in the
    whole text on one line. Breaks are counted from 0 here: break `at` is where piece `at` begins.
    """

    breaks: Sequence[int]
    lefts: Sequence[float]
    rights: Sequence[float]

    @classmethod
    def of(cls, paragraph: Paragraph, breaks: Sequence[int]) -> Ruler:
        inks = [paragraph.extent(start, end).ink for start, end in pairwise(breaks)]
        return cls(breaks, [ink.left for ink in inks], [ink.right for ink in inks])

    @property
    def last(self) -> int:
        return len(self.breaks) - 1

    def width(self, start: int, end: int) -> float:
        return max(self.rights[start:end]) - min(self.lefts[start:end])

    def reach(self, start: int, limit: float) -> int:
        """The last break that a line from `start` on reaches; `start` itself where one piece is too wide.

        Spelled out, because the search for a size asks it some hundred times.
        """
        left, right, lefts, rights = inf, -inf, self.lefts, self.rights
        for at in range(start, len(lefts)):
            if lefts[at] < left:
                left = lefts[at]
            if rights[at] > right:
                right = rights[at]
            if right - left > limit:
                return at
        return len(lefts)

    def fill(self, limit: float, most: float) -> list[int] | None:
        """Where the lines begin and end when each is as full as it gets; None if it takes more than `most`."""
        ends, last = [0], self.last
        while ends[-1] < last:
            at = self.reach(ends[-1], limit)
            if at == ends[-1] or len(ends) > most:
                return None
            ends.append(at)
        return ends

    def stretch(self, start: int, end: int) -> Stretch:
        return self.breaks[start], self.breaks[end]

    def stretches(self, ends: Sequence[int]) -> list[Stretch]:
        return [self.stretch(start, end) for start, end in pairwise(ends)]
