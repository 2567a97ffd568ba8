"""Each way hands over what it was given."""

from __future__ import annotations

import os

import pytest

from bench.handover import WAYS, cost_us, measure


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", [1, 121_000, 810_000])
def test_a_picture_comes_back_as_it_was_and_costs_something(way: str, size: int) -> None:
    assert cost_us(WAYS[way], os.urandom(size), questions=3) > 0


def test_every_way_has_its_row() -> None:
    section = measure(questions=2, rounds=1)
    assert [row[0] for row in section.rows] == list(WAYS)
