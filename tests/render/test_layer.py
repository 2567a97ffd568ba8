"""Paper shows what is asked of it, and says what is still to be painted; layers are put where they belong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.encode.channels import as_array
from server.images import Pixels
from server.render.layer import Layer, Paper, Thing
from server.render.touched import joined

SIZE = (6, 8)
RED = (0, 0, 255, 255)


def ground(*, rows: tuple[int, int] = (0, 8)) -> Layer:
    """Red in `rows`."""
    bgra = np.empty((rows[1] - rows[0], 6, 4), np.uint8)
    bgra[:] = RED
    return Layer(bgra, 0, rows[0], (), "ground", stays=True)


def painted(pixels: Pixels, first: int, end: int) -> None:
    as_array(pixels)[first:end] = 7


def test_new_paper_shows_the_lowest_layer_and_wants_all_the_rest() -> None:
    pixels, missing = Paper().begun(ground(rows=(2, 5)), SIZE)
    assert missing is None
    assert (as_array(pixels)[2:5] == RED).all()
    assert not as_array(pixels)[[0, 1, 5, 6, 7]].any()


def test_what_both_pictures_show_in_the_same_place_is_not_wanted_again() -> None:
    paper, lowest, button, ada, bo = Paper(), ground(), object(), object(), object()
    pixels, _ = paper.begun(lowest, SIZE, [(ada, ((1, 3),)), (button, ((5, 7),))])
    painted(pixels, 1, 3)
    painted(pixels, 5, 7)
    paper.ended([(ada, ((1, 3),)), (button, ((5, 7),))])
    pixels, missing = paper.begun(lowest, SIZE, [(bo, ((2, 4),)), (button, ((5, 7),))])
    assert missing == ((1, 4),), "where one was, and where the other goes"
    assert (as_array(pixels)[:5] == RED).all()
    assert (as_array(pixels)[5:7] == 7).all()


@pytest.mark.parametrize("things", [[(None, None)], [], [("a", ((0, 1),)), ("b", ((1, 2),))]])
def test_other_things_are_all_wanted_on_a_clean_ground(things: list[Thing]) -> None:
    paper, lowest = Paper(), ground()
    pixels, _ = paper.begun(lowest, SIZE, [("a", ((1, 3),))])
    painted(pixels, 1, 3)
    paper.ended([("a", ((1, 3),))])
    pixels, missing = paper.begun(lowest, SIZE, things)
    assert missing is None
    assert (as_array(pixels) == RED).all()


def test_a_picture_that_was_not_finished_leaves_nothing() -> None:
    paper, lowest = Paper(), ground()
    for _ in range(2):
        pixels, missing = paper.begun(lowest, SIZE, [("a", ((1, 3),))])
        assert missing is None
        assert (as_array(pixels) == RED).all()
        painted(pixels, 0, 8)


@pytest.mark.parametrize("size", [(6, 4), (3, 8), (9, 9)])
def test_another_size_or_ground_begins_anew(size: tuple[int, int]) -> None:
    paper, lowest = Paper(), ground()
    pixels, _ = paper.begun(lowest, SIZE, [])
    paper.ended([])
    pixels, missing = paper.begun(None, size, [])
    assert missing is None
    assert not as_array(pixels).any()


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 5)).map(lambda row: (row[0], sum(row))), max_size=6))
def test_joined_rows_are_the_same_rows_once(rows: list[tuple[int, int]]) -> None:
    found = [row for first, end in joined(rows) for row in range(first, end)]
    assert found == sorted({row for first, end in rows for row in range(first, end)})
