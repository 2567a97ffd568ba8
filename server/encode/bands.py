"""Pixels to pieces of deflate, part by part: a base picture's bands are deflated once, and for a picture that shares
most of its pixels with it only the parts in which something else was painted are deflated anew, if they are new.

A base is what of a template no value changes, at one size. What a picture's pieces are follows from its pixels, what is
live in it, the base and the effort alone, never from what was encoded before. A base is made of its own pixels alone,
and does not keep them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from server.encode.changed import Part, band_starts, parts
from server.encode.channels import ALPHA, OPAQUE, Channels, as_array, is_opaque
from server.encode.deflate import Joined, Piece, deflate
from server.encode.filters import UNDECIDED, at_a_glance, by_trial, for_letters
from server.encode.scanlines import Filters, Lines, apply, scanlines
from server.images import Effort, Live, Pixels
from server.kept import Kept

# Measured on the shipped templates: with 4 rows the borders cost 1 to 3 % of the file, with 24 a tenth more rows than
# changed are deflated anew.
BAND_ROWS = 12
# Where no band refers to the one above: with 12 rows files are 3 to 13 % larger than compressed whole, with 24 rows 0
# to 6, with 48 rows 0 to 3.
ALONE_BAND_ROWS = 24
# A band that deflates to less than this share is flat colour or a slope. What is drawn over it says which filter is
# best there; over a busier one (a photo, a pattern) it is the band's own.
FLAT_SHARE = 0.05
DRAWN_KEPT_BYTES = 6_000_000
"""Of each drawing process: pieces of what a campaign's pictures have in common, such as a photo."""


def _weight(piece: Piece) -> int:
    return len(piece.deflated)


_drawn_pieces: Kept[tuple[object, Part, Effort], Piece] = Kept(DRAWN_KEPT_BYTES, _weight)


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """Its bands deflated, each alone, and each with matches that may reach into the band above. `filters` are those for
    pixels that are drawn over a band. `size`: rows and pixels in a row. `is_opaque`: of what kind the files are;
    `covers`: whether its own pixels are opaque, so that whatever is drawn over them is."""

    size: tuple[int, ...]
    is_opaque: bool
    covers: bool
    band_rows: int
    filters: Filters
    _alone: Joined
    _following: Joined
    _name: object = field(default_factory=object)

    @property
    def weight(self) -> int:
        """Bytes."""
        return sum(bands.weight for bands in {self._alone, self._following})

    def suits(self, bgra: Channels, *, is_opaque: bool) -> bool:
        """Whether a picture can share bands with this one: same size, same kind of pixels in the file."""
        return self.size == bgra.shape[:2] and self.is_opaque == is_opaque

    def between(self, start: int, stop: int) -> Iterator[Piece]:
        """Its own bands. The first has no matches in the one above, which may have been drawn over."""
        yield self._alone.between(start, start + 1)
        if start + 1 < stop:
            yield self._following.between(start + 1, stop)

    def drawn(self, part: Part, bgra: Channels, effort: Effort) -> Piece:
        """A part of `bgra` that is live. Kept where it is known to be the same in other pictures."""

        def deflate_now() -> Piece:
            rows = bgra[part.start * self.band_rows : part.stop * self.band_rows]
            filters = self.filters[part.start : part.stop]
            wanted = for_letters(filters) if part.is_letters else filters
            return _drawn(rows, wanted, self.band_rows, effort, is_opaque=self.is_opaque)

        return _drawn_pieces.get((self._name, part, effort), deflate_now) if part.is_known else deflate_now()


def prepare(
    pixels: Pixels, *, opaque: bool | None = None, effort: Effort = Effort.SMALL, band_rows: int | None = None
) -> Base:
    """To be done once: it takes up to four times as long as a picture of medium effort; with that effort, a tenth to
    a third longer than one, and then no band refers to the one above.
    `opaque`: of what kind the pictures are that will share its bands; as the base itself when not said."""
    refers = effort is Effort.SMALL
    band_rows = band_rows or (BAND_ROWS if refers else ALONE_BAND_ROWS)
    bgra = as_array(pixels)
    covers = is_opaque(bgra)
    opaque = covers if opaque is None else opaque
    if opaque and not covers:
        # Such a picture has no band in common with it that is not opaque, so what stands in the others does not matter.
        bgra = bgra.copy()
        bgra[:, :, ALPHA] = OPAQUE
    lines = scanlines(bgra, is_opaque=opaque)
    starts = band_starts(len(lines), band_rows)
    undecided = np.full(len(starts), UNDECIDED, np.uint8)
    kinds = by_trial(lines, band_rows) if refers else at_a_glance(undecided, bgra, lines, band_rows)
    bands = [lines[start : start + band_rows] for start in starts]
    for band, kind in zip(bands, kinds, strict=True):
        apply(np.full(len(band), kind, np.uint8), band, is_opaque=opaque)
    alone = following = [deflate(_flat(band), effort) for band in bands]
    if refers:
        after = (deflate(_flat(band), effort, after=_flat(above)) for above, band in pairwise(bands))
        following = [alone[0], *after]
    is_flat = [len(piece.deflated) < FLAT_SHARE * piece.length for piece in following]
    filters = np.where(is_flat, UNDECIDED, kinds)
    joined = Joined(alone)
    return Base(bgra.shape[:2], opaque, covers, band_rows, filters, joined, Joined(following) if refers else joined)


def whole(bgra: Channels, effort: Effort, *, is_opaque: bool) -> Iterator[Piece]:
    """All rows as one piece."""
    filters = np.full(len(band_starts(len(bgra), BAND_ROWS)), UNDECIDED, np.uint8)
    yield _drawn(bgra, filters, BAND_ROWS, effort, is_opaque=is_opaque)


def over(base: Base, bgra: Channels, effort: Effort, live: Sequence[Live]) -> Iterator[Piece]:
    """The base's own pieces, and others where something is `live`. The base must suit."""
    for part in parts(len(bgra), live, base.band_rows):
        if part.shows:
            yield base.drawn(part, bgra, effort)
        else:
            yield from base.between(part.start, part.stop)


def _drawn(bgra: Channels, wanted: Filters, band_rows: int, effort: Effort, *, is_opaque: bool) -> Piece:
    lines = scanlines(bgra, is_opaque=is_opaque)
    tries_all = effort is Effort.SMALL
    filters = by_trial(lines, band_rows) if tries_all else at_a_glance(wanted, bgra, lines, band_rows)
    apply(np.repeat(filters, band_rows)[: len(lines)], lines, is_opaque=is_opaque)
    return deflate(_flat(lines), effort)


def _flat(lines: Lines) -> memoryview:
    return lines.reshape(-1).data
