"""The rectangle that something really inks, y down: what a text box bounds, instead of advances and line boxes."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import NamedTuple


class Ink(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def is_empty(self) -> bool:
        return self.right < self.left

    def moved(self, x: float, y: float) -> Ink:
        return Ink(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def grown(self, by: float) -> Ink:
        return Ink(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def scaled(self, factor: float) -> Ink:
        if self.right < self.left:  # NO_INK is NO_INK in any size
            return self
        return Ink(factor * self.left, factor * self.top, factor * self.right, factor * self.bottom)


NO_INK = Ink(inf, inf, -inf, -inf)
"""The neutral element of `union`; its width and height are -inf, so it fits anywhere."""


def union(inks: Sequence[Ink]) -> Ink:
    if len(inks) == 1:
        return inks[0]
    lefts, tops, rights, bottoms = zip(NO_INK, *inks, strict=True)
    return Ink(min(lefts), min(tops), max(rights), max(bottoms))
