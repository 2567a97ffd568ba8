"""Chooses a filter for each band of rows: by trying both, or at a glance where a visitor waits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from server.encode.changed import band_starts
from server.encode.channels import Channels, as_words
from server.encode.deflate import deflate
from server.encode.scanlines import NONE, UP, Filters, Lines
from server.images import Effort

UNDECIDED = 255  # no filter of the file

# A band is busy if more of the pixels in its middle row differ from their left neighbour: half of a photo card's do,
# a twentieth of a card of flat shapes and text. Over the shipped templates, trying busy bands alone takes 0.1 ms on
# cards without a photo and gives files within 1 % of trying all.
BUSY = 0.2
# *Up* must win a tenth: deflated in one piece with the bands above, the plain rows find more of what was there before.
# Over all shipped templates files become 1 % smaller than without this.
WORTH = 0.9


def by_trial(lines: Lines, band_rows: int) -> Filters:
    """The filter with which each band of unfiltered `lines` becomes smaller."""
    return _tried(lines, band_rows, np.ones(len(band_starts(len(lines), band_rows)), bool))


def for_letters(wanted: Filters) -> Filters:
    """`wanted`, and for bands that are undecided *None*: letters repeat. To try, where they are in a gradient or have
    emoji among them, saves half a per cent at the most, and takes a third of a picture's time."""
    return np.where(wanted == UNDECIDED, NONE, wanted).astype(np.uint8)


def at_a_glance(wanted: Filters, bgra: Channels, lines: Lines, band_rows: int) -> Filters:
    """`wanted`, and for bands that are undecided *None* if they look drawn. Others are tried."""
    is_open = wanted == UNDECIDED
    if not is_open.any():
        return wanted
    return np.where(is_open, _tried(lines, band_rows, is_open & _are_busy(bgra, band_rows)), wanted)


def _are_busy(bgra: Channels, band_rows: int) -> NDArray[np.bool_]:
    middles = [min(start + band_rows // 2, len(bgra) - 1) for start in band_starts(len(bgra), band_rows)]
    rows = as_words(bgra)[middles]
    busy: NDArray[np.bool_] = np.count_nonzero(rows[:, 1:] != rows[:, :-1], axis=1) > BUSY * rows.shape[1]
    return busy


def _tried(lines: Lines, band_rows: int, bands: NDArray[np.bool_]) -> Filters:
    """*None* for all but `bands`. A band's first row cannot look up, and has no say."""
    filters = np.full(len(bands), NONE, np.uint8)
    for band in np.flatnonzero(bands):
        rows = lines[band * band_rows : (band + 1) * band_rows]
        plain, upward = rows[1:], rows[1:] - rows[:-1]
        if len(plain) and _deflated(upward) < WORTH * _deflated(plain):
            filters[band] = UP
    return filters


def _deflated(lines: Lines) -> int:
    return len(deflate(lines.reshape(-1).data, Effort.FAST).deflated)
