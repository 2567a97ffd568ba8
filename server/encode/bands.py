"""Pixels to pieces of deflate, band by band: a base picture's bands are deflated once, and for a picture that shares
most of its pixels with it only the bands that differ are deflated anew.

A base is the part of a template that no value changes, at one size. What a picture's pieces are follows from its
pixels, the base's pixels and the effort alone, never from what was encoded before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from server.encode.changed import Rows, band_starts, changed_bands, stretches
from server.encode.channels import Channels, as_array, is_opaque
from server.encode.deflate import Piece, deflate
from server.encode.filters import UNDECIDED, at_a_glance, by_trial
from server.encode.scanlines import Filters, Lines, apply, scanlines
from server.images import Effort, Pixels

# Measured on the shipped templates: with 4 rows the borders cost 1 to 3 % of the file, with 24 a tenth more rows than
# changed are deflated anew.
BAND_ROWS = 12
# A band that deflates to less than this share is flat colour or a slope. What is drawn over it says which filter is
# best there; over a busier one (a photo, a pattern) it is the band's own.
FLAT_SHARE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """Its bands deflated, each but the first with matches that reach into the band above. `kinds` are their filters,
    `filters` those for pixels that are drawn over a band."""

    bgra: Channels
    is_opaque: bool
    band_rows: int
    kinds: Filters
    filters: Filters
    following: tuple[Piece, ...]
    _alone: dict[int, Piece]

    def suits(self, bgra: Channels, *, is_opaque: bool) -> bool:
        """Whether a picture can share bands with this one: same size, same kind of pixels in the file."""
        return self.bgra.shape == bgra.shape and self.is_opaque == is_opaque

    def alone(self, band: int) -> Piece:
        """A band without matches in the one above, to stand below one that was drawn over. Made when it is needed."""
        if band not in self._alone:
            rows = self.bgra[band * self.band_rows : (band + 1) * self.band_rows]
            lines = scanlines(rows, is_opaque=self.is_opaque)
            apply(np.full(len(lines), self.kinds[band], np.uint8), lines, is_opaque=self.is_opaque)
            self._alone[band] = deflate(_flat(lines), Effort.SMALL)
        return self._alone[band]


def prepare(pixels: Pixels, *, band_rows: int = BAND_ROWS) -> Base:
    """To be done once: it takes up to three times as long as a picture of medium effort. `pixels` must stay as is."""
    bgra = as_array(pixels)
    opaque = is_opaque(bgra)
    lines = scanlines(bgra, is_opaque=opaque)
    kinds = by_trial(lines, band_rows)
    bands = [lines[start : start + band_rows] for start in band_starts(len(lines), band_rows)]
    for band, kind in zip(bands, kinds, strict=True):
        apply(np.full(len(band), kind, np.uint8), band, is_opaque=opaque)
    first = deflate(_flat(bands[0]), Effort.SMALL)
    following = [deflate(_flat(band), Effort.SMALL, after=_flat(above)) for above, band in pairwise(bands)]
    pieces = (first, *following)
    is_flat = [len(piece.deflated) < FLAT_SHARE * piece.length for piece in pieces]
    filters = np.where(is_flat, UNDECIDED, kinds)
    return Base(bgra, opaque, band_rows, kinds, filters, pieces, {0: first})


def whole(bgra: Channels, effort: Effort, *, is_opaque: bool) -> Iterator[Piece]:
    """All rows as one piece."""
    filters = np.full(len(band_starts(len(bgra), BAND_ROWS)), UNDECIDED, np.uint8)
    yield _drawn(bgra, filters, BAND_ROWS, effort, is_opaque=is_opaque)


def over(base: Base, bgra: Channels, effort: Effort, live_rows: Rows | None = None) -> Iterator[Piece]:
    """The base's own pieces, and new ones where `bgra` is not like it: within `live_rows`, if they are given. The base
    must suit."""
    is_changed = changed_bands(base.bgra, bgra, live_rows, base.band_rows)
    for start, stop in stretches(is_changed):
        if is_changed[start]:
            rows = bgra[start * base.band_rows : stop * base.band_rows]
            yield _drawn(rows, base.filters[start:stop], base.band_rows, effort, is_opaque=base.is_opaque)
        else:
            yield base.alone(start)
            yield from base.following[start + 1 : stop]


def _drawn(bgra: Channels, wanted: Filters, band_rows: int, effort: Effort, *, is_opaque: bool) -> Piece:
    lines = scanlines(bgra, is_opaque=is_opaque)
    tries_all = effort is Effort.SMALL
    filters = by_trial(lines, band_rows) if tries_all else at_a_glance(wanted, bgra, lines, band_rows)
    apply(np.repeat(filters, band_rows)[: len(lines)], lines, is_opaque=is_opaque)
    return deflate(_flat(lines), effort)


def _flat(lines: Lines) -> memoryview:
    return lines.reshape(-1).data
