"""The ink of every character of a run, so that any stretch of it can be measured without being set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from server.fonts.ink import NO_INK, Ink


@dataclass(slots=True)
class Inks:
    """The ink of every character of a run, one list for each side: a stretch is measured by four quick min
    and max.
    """

    lefts: list[float]
    tops: list[float]
    rights: list[float]
    bottoms: list[float]

    @classmethod
    def blank(cls, count: int) -> Inks:
        return cls([inf] * count, [inf] * count, [-inf] * count, [-inf] * count)

    def add(
        self, inks: Iterable[tuple[int, float, float, float, float]], x: float, *, mirrored_at: float | None = None
    ) -> None:
        """More glyphs of characters, each (index, left, top, right, bottom), `x` to the right. `mirrored_at` is the
        width of an item that runs to the left: it is turned over, so that its first character comes first.
        """
        lefts, tops, rights, bottoms = self.lefts, self.tops, self.rights, self.bottoms
        for index, left, top, right, bottom in inks:
            if mirrored_at is not None:
                left, right = mirrored_at - right, mirrored_at - left  # noqa: PLW2901  # the same ink from the other side
            if left + x < lefts[index]:
                lefts[index] = left + x
            if top < tops[index]:
                tops[index] = top
            if right + x > rights[index]:
                rights[index] = right + x
            if bottom > bottoms[index]:
                bottoms[index] = bottom

    def append(self, other: Inks, x: float) -> None:
        """The characters of the next run, which starts at `x`."""
        self.lefts += [left + x for left in other.lefts]
        self.tops += other.tops
        self.rights += [right + x for right in other.rights]
        self.bottoms += other.bottoms

    def between(self, start: int, end: int) -> Ink:
        if start >= end:
            return NO_INK
        return Ink(
            min(self.lefts[start:end]),
            min(self.tops[start:end]),
            max(self.rights[start:end]),
            max(self.bottoms[start:end]),
        )
