"""Where something is live in a picture: parts of it, each of whole bands of rows, that an encoder writes anew or takes
from what it wrote before. All others are as in its base."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.images import Live


class Part(NamedTuple):
    """The bands from `start` to before `stop`. `shows` are the names of all that is live in them, from back to front:
    none where they are as in the base. A None among them is something without a name. `is_letters`: all of it is
    text."""

    start: int
    stop: int
    shows: tuple[Hashable | None, ...]
    is_letters: bool = False

    @property
    def is_known(self) -> bool:
        """Whether the same names always mean the same pixels."""
        return None not in self.shows


def band_starts(height: int, band_rows: int) -> range:
    return range(0, height, band_rows)


def parts(height: int, live: Sequence[Live], band_rows: int) -> list[Part]:
    """All of a picture of so many rows, from the top."""
    bands = len(band_starts(height, band_rows))
    reaches = [(max(one.first // band_rows, 0), min(-(-one.end // band_rows), bands), one) for one in live]
    borders = sorted({0, bands, *(start for start, _, _ in reaches), *(stop for _, stop, _ in reaches)})
    return [
        _part(start, stop, [one for first, end, one in reaches if first <= start and stop <= end])
        for start, stop in pairwise(borders)
    ]


def _part(start: int, stop: int, live: Sequence[Live]) -> Part:
    return Part(start, stop, tuple(one.shows for one in live), all(one.is_letters for one in live))


def stretches(values: NDArray[np.generic]) -> list[tuple[int, int]]:
    """Where equal values lie side by side: the start and the end of each stretch."""
    borders = [0, *(np.flatnonzero(values[1:] != values[:-1]) + 1).tolist(), len(values)]
    return list(pairwise(borders))
