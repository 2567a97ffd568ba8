"""Which bands of a picture differ from a base: stretches of rows that an encoder writes anew or takes from the base."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from server.encode.channels import Channels, as_words

Rows = tuple[tuple[int, int], ...]


def band_starts(height: int, band_rows: int) -> range:
    return range(0, height, band_rows)


def changed_bands(base: Channels, bgra: Channels, live_rows: Rows | None, band_rows: int) -> NDArray[np.bool_]:
    """For each band of `bgra` whether it is unlike `base`, of the same size. Looks at bands with `live_rows` in them,
    if these are given: to compare all pixels takes as long as to compress those that changed."""
    changed = np.zeros(len(band_starts(len(bgra), band_rows)), bool)
    words, base_words = as_words(bgra), as_words(base)
    for first, end in [(0, len(changed))] if live_rows is None else _bands_of(live_rows, band_rows):
        rows = slice(first * band_rows, end * band_rows)
        differs = (words[rows] != base_words[rows]).any(axis=1)
        changed[first:end] = np.logical_or.reduceat(differs, band_starts(len(differs), band_rows))
    return changed


def stretches(values: NDArray[np.generic]) -> list[tuple[int, int]]:
    """Where equal values lie side by side: the start and the end of each stretch."""
    borders = [0, *(np.flatnonzero(values[1:] != values[:-1]) + 1).tolist(), len(values)]
    return list(pairwise(borders))


def _bands_of(rows: Rows, band_rows: int) -> list[tuple[int, int]]:
    """The bands with `rows` in them, as stretches that do not overlap."""
    found: list[tuple[int, int]] = []
    for first, end in sorted((first // band_rows, -(-end // band_rows)) for first, end in rows):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((first, end))
    return found
