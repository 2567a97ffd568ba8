"""Filters are undone here row by row, as the PNG specification words it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from server.encode.channels import as_array
from server.encode.filters import UNDECIDED, at_a_glance, by_trial
from server.encode.scanlines import NONE, SUB, UP, Lines, apply, scanlines
from tests.support.raw_pixels import flat, noise, pixels_of, slope


def unfiltered(lines: Lines, pixel_bytes: int) -> NDArray[np.uint8]:
    rows = lines[:, 1:].astype(int)
    for row in range(len(rows)):
        if lines[row, 0] == UP:
            rows[row] = (rows[row] + rows[row - 1]) % 256
        elif lines[row, 0] == SUB:
            for column in range(pixel_bytes, rows.shape[1]):
                rows[row, column] = (rows[row, column] + rows[row, column - pixel_bytes]) % 256
    return rows.astype(np.uint8)


@given(filters=st.lists(st.sampled_from([NONE, SUB, UP]), min_size=1, max_size=20), opaque=st.booleans())
def test_filters_can_be_undone(filters: list[int], opaque: bool) -> None:
    lines = scanlines(as_array(pixels_of(noise(9, len(filters), opaque=opaque))), is_opaque=opaque)
    before = lines[:, 1:].copy()
    apply(np.array(filters, np.uint8), lines, is_opaque=opaque)
    assert np.array_equal(unfiltered(lines, 3 if opaque else 4), before)
    assert lines[1:, 0].tolist() == filters[1:]


def test_the_first_row_never_looks_up() -> None:
    lines = scanlines(as_array(pixels_of(slope(9, 3))), is_opaque=True)
    apply(np.array([UP, UP, UP], np.uint8), lines, is_opaque=True)
    assert lines[:, 0].tolist() == [SUB, UP, UP]


def filters_of(rgba: NDArray[np.uint8], wanted: int, band_rows: int = 10) -> tuple[list[int], list[int]]:
    bgra = as_array(pixels_of(rgba))
    lines = scanlines(bgra, is_opaque=True)
    asked = np.full(-(-len(bgra) // band_rows), wanted, np.uint8)
    return by_trial(lines, band_rows).tolist(), at_a_glance(asked, bgra, lines, band_rows).tolist()


def test_a_photo_looks_up() -> None:
    assert filters_of(slope(200, 15), UNDECIDED) == ([UP, UP], [UP, UP])


def test_what_looks_drawn_is_not_tried_while_a_visitor_waits() -> None:
    assert filters_of(flat(9, 9, 9, width=200, height=15), UNDECIDED) == ([UP, UP], [NONE, NONE])


def test_noise_is_not_filtered() -> None:
    assert filters_of(noise(200, 10, opaque=True), UNDECIDED) == ([NONE], [NONE])


@pytest.mark.parametrize("wanted", [NONE, UP])
def test_a_decided_band_is_not_looked_at(wanted: int) -> None:
    _, glanced = filters_of(slope(200, 20), wanted)
    assert glanced == [wanted, wanted]


def test_a_band_of_one_row_is_not_filtered() -> None:
    assert filters_of(slope(200, 1), UNDECIDED) == ([NONE], [NONE])
