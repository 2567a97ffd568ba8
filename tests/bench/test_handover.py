"""Each way hands over what it was given, and says so when there is nobody to take it."""

from __future__ import annotations

import os
from contextlib import closing

import pytest

from bench.handover import WAYS, cost_us, measure
from bench.handover_lines import Pipes, SharedMemory, Sockets
from bench.handover_ways import Fork, HandoverFailed

LINES = (Sockets, Pipes, SharedMemory)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", [1, 121_000, 810_000])
def test_a_picture_comes_back_as_it_was_and_costs_something(way: str, size: int) -> None:
    assert cost_us(WAYS[way], os.urandom(size), questions=3) > 0


def test_a_picture_that_comes_out_another_is_no_measurement() -> None:
    with pytest.raises(ValueError, match="another"):
        cost_us(lambda _: Fork(Sockets(), b"other"), b"picture", questions=1)


@pytest.mark.parametrize("line", LINES)
def test_a_process_that_dies_is_heard_of(line: type[Sockets | Pipes | SharedMemory]) -> None:
    class Dying(line):  # type: ignore[misc, valid-type]  # which line it is made of is the test's parameter
        def hear(self) -> bytes:
            os._exit(3)

    with closing(Fork(Dying(), b"picture")) as way, pytest.raises(HandoverFailed, match="exit code 3"):
        way.ask(1)


def test_every_way_has_its_row() -> None:
    section = measure(questions=2, rounds=1)
    assert [row[0] for row in section.rows] == list(WAYS)
