"""Bands that differ are found, wherever one may look."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from server.encode.changed import changed_bands, stretches
from server.encode.channels import as_array
from tests.support.raw_pixels import flat, pixels_of

ROWS = st.lists(st.tuples(st.integers(0, 59), st.integers(1, 60)).map(lambda r: (r[0], max(r))), max_size=5)


@given(height=st.integers(1, 60), changed=st.sets(st.integers(0, 59)), band_rows=st.integers(1, 13), more=ROWS)
def test_a_band_is_changed_if_one_of_its_rows_is(
    height: int, changed: set[int], band_rows: int, more: list[tuple[int, int]]
) -> None:
    base, picture = flat(1, 2, 3, height=height), flat(1, 2, 3, height=height)
    rows = sorted(row for row in changed if row < height)
    picture[rows, 3] = 9
    expected = [any(start <= row < start + band_rows for row in rows) for start in range(0, height, band_rows)]
    arrays = as_array(pixels_of(base)), as_array(pixels_of(picture))
    assert changed_bands(*arrays, None, band_rows).tolist() == expected
    live = (*((row, row + 1) for row in rows), *((a, min(b, height)) for a, b in more if a < height and a < b))
    assert changed_bands(*arrays, live, band_rows).tolist() == expected


def test_bands_without_live_rows_count_as_unchanged() -> None:
    base, picture = (as_array(pixels_of(flat(level, 0, 0, height=30))) for level in (0, 1))
    assert changed_bands(base, picture, ((11, 12),), 10).tolist() == [False, True, False]


def test_stretches_are_where_equal_values_lie_side_by_side() -> None:
    assert stretches(np.array([5, 5, 7, 5])) == [(0, 2), (2, 3), (3, 4)]
    assert stretches(np.array([True])) == [(0, 1)]
