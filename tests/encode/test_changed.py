"""Bands that differ are found, wherever one may look."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from server.encode.changed import changed_bands, parts, stretches
from server.encode.channels import as_array
from server.images import Live
from tests.support.raw_pixels import flat, pixels_of


@given(height=st.integers(1, 60), changed=st.sets(st.integers(0, 59)), band_rows=st.integers(1, 13))
def test_a_band_is_changed_if_one_of_its_rows_is(height: int, changed: set[int], band_rows: int) -> None:
    base, picture = flat(1, 2, 3, height=height), flat(1, 2, 3, height=height)
    rows = sorted(row for row in changed if row < height)
    picture[rows, 3] = 9
    expected = [any(start <= row < start + band_rows for row in rows) for start in range(0, height, band_rows)]
    arrays = as_array(pixels_of(base)), as_array(pixels_of(picture))
    assert changed_bands(*arrays, band_rows).tolist() == expected
    found = parts(*arrays, None, band_rows)
    assert [bool(part.shows) for part in found for _ in range(part.start, part.stop)] == expected
    assert not any(part.shows and part.is_known for part in found)


LIVE = st.builds(
    lambda rows, shows, is_letters: Live(min(rows), max(rows) + 1, shows, is_letters),
    st.tuples(st.integers(0, 59), st.integers(0, 59)),
    st.sampled_from(["a", "b", None]),
    st.booleans(),
)


@given(live=st.lists(LIVE, max_size=6), band_rows=st.integers(1, 13))
def test_parts_are_all_bands_and_say_what_is_live_in_each(live: list[Live], band_rows: int) -> None:
    pixels = as_array(pixels_of(flat(1, 2, 3, height=60)))
    found = parts(pixels, pixels, live, band_rows)
    bands = [band for part in found for band in range(part.start, part.stop)]
    assert bands == list(range(-(-60 // band_rows)))
    for part in found:
        for band in range(part.start, part.stop):
            rows = range(band * band_rows, (band + 1) * band_rows)
            here = [one for one in live if one.first < rows.stop and one.end > rows.start]
            assert part.shows == tuple(one.shows for one in here)
            assert part.is_letters == all(one.is_letters for one in here)


def test_bands_in_which_nothing_is_live_are_not_looked_at() -> None:
    base, picture = (as_array(pixels_of(flat(level, 0, 0, height=30))) for level in (0, 1))
    assert parts(base, picture, [Live(11, 12, "a")], 10) == [(0, 1, (), True), (1, 2, ("a",), False), (2, 3, (), True)]


def test_stretches_are_where_equal_values_lie_side_by_side() -> None:
    assert stretches(np.array([5, 5, 7, 5])) == [(0, 2), (2, 3), (3, 4)]
    assert stretches(np.array([True])) == [(0, 1)]
