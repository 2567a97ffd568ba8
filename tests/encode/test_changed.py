"""What is live is found in its bands."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from server.encode.changed import parts, stretches
from server.images import Live

LIVE = st.builds(
    lambda rows, shows, is_letters: Live(min(rows), max(rows) + 1, shows, is_letters),
    st.tuples(st.integers(0, 59), st.integers(0, 59)),
    st.sampled_from(["a", "b", None]),
    st.booleans(),
)


@given(live=st.lists(LIVE, max_size=6), band_rows=st.integers(1, 13))
def test_parts_are_all_bands_and_say_what_is_live_in_each(live: list[Live], band_rows: int) -> None:
    found = parts(60, live, band_rows)
    bands = [band for part in found for band in range(part.start, part.stop)]
    assert bands == list(range(-(-60 // band_rows)))
    for part in found:
        for band in range(part.start, part.stop):
            rows = range(band * band_rows, (band + 1) * band_rows)
            here = [one for one in live if one.first < rows.stop and one.end > rows.start]
            assert part.shows == tuple(one.shows for one in here)
            assert part.is_letters == all(one.is_letters for one in here)


def test_a_part_is_of_whole_bands() -> None:
    assert parts(30, [Live(11, 12, "a")], 10) == [(0, 1, (), True), (1, 2, ("a",), False), (2, 3, (), True)]


def test_stretches_are_where_equal_values_lie_side_by_side() -> None:
    assert stretches(np.array([5, 5, 7, 5])) == [(0, 2), (2, 3), (3, 4)]
    assert stretches(np.array([True])) == [(0, 1)]
