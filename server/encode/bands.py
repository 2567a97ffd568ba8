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
from numpy.typing import NDArray

from server.encode.channels import Channels, as_array, as_words, is_opaque
from server.encode.deflate import Piece, deflate, deflate_once
from server.encode.filters import UNDECIDED, at_a_glance, band_starts, by_trial
from server.encode.scanlines import Filters, Lines, apply, scanlines, stretches
from server.images import Effort, Pixels

# Measured on the shipped templates: with 4 rows the borders cost 1 to 3 % of the file, with 24 a tenth more rows than
# changed are deflated anew.
BAND_ROWS = 12
# A band that deflates to less than this share is flat colour or a slope. What is drawn over it says which filter is
# best there; over a busier one (a photo, a pattern) it is the band's own.
FLAT_SHARE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """`alone` are its bands, each by itself; in `following` a band's matches reach into the band above.
    `filters` are for pixels that are drawn over a band."""

    bgra: Channels
    is_opaque: bool
    band_rows: int
    filters: Filters
    alone: tuple[Piece, ...]
    following: tuple[Piece, ...]

    def suits(self, bgra: Channels, *, is_opaque: bool) -> bool:
        """Whether a picture can share bands with this one: same size, same kind of pixels in the file."""
        return self.bgra.shape == bgra.shape and self.is_opaque == is_opaque


def prepare(pixels: Pixels, *, band_rows: int = BAND_ROWS) -> Base:
    """Takes a tenth of a second or more; to be done once."""
    bgra = as_array(pixels).copy()
    bgra.flags.writeable = False
    opaque = is_opaque(bgra)
    lines = scanlines(bgra, is_opaque=opaque)
    filters = by_trial(lines, band_rows)
    bands = [lines[start : start + band_rows] for start in band_starts(len(lines), band_rows)]
    for band, kind in zip(bands, filters, strict=True):
        apply(np.full(len(band), kind, np.uint8), band, is_opaque=opaque)
    alone = tuple(deflate_once(_flat(band)) for band in bands)
    following = [deflate_once(_flat(band), _flat(above)) for above, band in pairwise(bands)]
    is_flat = [len(piece.deflated) < FLAT_SHARE * piece.length for piece in alone]
    return Base(bgra, opaque, band_rows, np.where(is_flat, UNDECIDED, filters), alone, (alone[0], *following))


def whole(bgra: Channels, effort: Effort, *, is_opaque: bool) -> Iterator[Piece]:
    """All rows as one piece."""
    filters = np.full(len(band_starts(len(bgra), BAND_ROWS)), UNDECIDED, np.uint8)
    yield _drawn(bgra, filters, BAND_ROWS, effort, is_opaque=is_opaque)


def over(base: Base, bgra: Channels, effort: Effort) -> Iterator[Piece]:
    """The base's own pieces, and new ones where `bgra` is not like it. The base must suit."""
    is_changed = _changed_bands(base, bgra)
    for start, stop in stretches(is_changed):
        if is_changed[start]:
            rows = bgra[start * base.band_rows : stop * base.band_rows]
            yield _drawn(rows, base.filters[start:stop], base.band_rows, effort, is_opaque=base.is_opaque)
        else:
            yield base.alone[start]
            yield from base.following[start + 1 : stop]


def _changed_bands(base: Base, bgra: Channels) -> NDArray[np.bool_]:
    rows = (as_words(bgra) != as_words(base.bgra)).any(axis=1)
    changed: NDArray[np.bool_] = np.logical_or.reduceat(rows, band_starts(len(rows), base.band_rows))
    return changed


def _drawn(bgra: Channels, wanted: Filters, band_rows: int, effort: Effort, *, is_opaque: bool) -> Piece:
    lines = scanlines(bgra, is_opaque=is_opaque)
    tries_all = effort is Effort.SMALL
    filters = by_trial(lines, band_rows) if tries_all else at_a_glance(wanted, bgra, lines, band_rows)
    apply(np.repeat(filters, band_rows)[: len(lines)], lines, is_opaque=is_opaque)
    return deflate(_flat(lines), effort)


def _flat(lines: Lines) -> memoryview:
    return lines.reshape(-1).data
