"""The ink of every character of a run, so that any stretch of it can be measured without being set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf
from operator import add
from typing import NamedTuple

from server.fonts.ink import NO_INK, Ink


class InkedGlyphs(NamedTuple):
    """The glyphs of an item, from left to right, in columns: the index of the character that each belongs to, what it
    inks around its origin, and where that stands.
    """

    characters: Sequence[int]
    inks: Sequence[Ink]
    xs: Sequence[float]
    ys: Sequence[float]

    @property
    def union(self) -> Ink:
        if not self.inks:
            return NO_INK
        lefts, tops, rights, bottoms = zip(*self.inks, strict=True)
        if any(self.ys):
            tops, bottoms = tuple(map(add, self.ys, tops)), tuple(map(add, self.ys, bottoms))
        return Ink(min(map(add, self.xs, lefts)), min(tops), max(map(add, self.xs, rights)), max(bottoms))


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

    def add(self, glyphs: InkedGlyphs, x: float, *, mirrored_at: float | None = None) -> None:
        """More glyphs of characters, `x` to the right. `mirrored_at` is the width of an item that runs to the left: it
        is turned over, so that its first character comes first.
        """
        lefts, tops, rights, bottoms = self.lefts, self.tops, self.rights, self.bottoms
        for index, (left, top, right, bottom), pen, y in zip(*glyphs, strict=True):
            near, far = pen + left, pen + right
            if mirrored_at is not None:
                near, far = mirrored_at - far, mirrored_at - near  # the same ink from the other side
            if near + x < lefts[index]:
                lefts[index] = near + x
            if y + top < tops[index]:
                tops[index] = y + top
            if far + x > rights[index]:
                rights[index] = far + x
            if y + bottom > bottoms[index]:
                bottoms[index] = y + bottom

    def append(self, other: Inks, x: float) -> None:
        """The characters of the next run, which starts at `x`."""
        self.lefts += [left + x for left in other.lefts]
        self.tops += other.tops
        self.rights += [right + x for right in other.rights]
        self.bottoms += other.bottoms

    def widths_from(self, start: int) -> list[float]:
        """The width of what is inked from `start` on: by nothing, by one character, by two, and so on."""
        lefts = accumulate(self.lefts[start:], min, initial=inf)
        rights = accumulate(self.rights[start:], max, initial=-inf)
        return [right - left for left, right in zip(lefts, rights, strict=True)]

    def between(self, start: int, end: int) -> Ink:
        if start >= end:
            return NO_INK
        return Ink(
            min(self.lefts[start:end]),
            min(self.tops[start:end]),
            max(self.rights[start:end]),
            max(self.bottoms[start:end]),
        )
