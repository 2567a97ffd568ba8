"""Unicode's own test file for the bidirectional algorithm through our code. Debian's package `unicode-data` has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from server.text.bidi import base_is_rtl, levels, visual_order

PATH = Path("/usr/share/unicode/BidiCharacterTest.txt")
REMOVED = "x"  # by rule X9: marks and embeddings have no level of their own
DIRECTIONS = {"0": False, "1": True, "2": None}  # None: that of the text itself
LEAST_SHARE = 0.999  # today 91,676 of 91,707 cases, and the visual order of all


class Case(NamedTuple):
    text: str
    rtl: bool | None
    base: int
    levels: list[int | None]
    order: list[int]


@pytest.fixture(scope="module")
def known() -> list[Case]:
    if not PATH.exists():
        pytest.skip(f"{PATH} is not here: apt-get install unicode-data")
    return list(_cases())


def _cases() -> Iterator[Case]:
    for line in PATH.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            text, direction, base, expected, order = line.split(";")
            yield Case(
                "".join(chr(int(code, 16)) for code in text.split()),
                DIRECTIONS[direction],
                int(base),
                [None if level == REMOVED else int(level) for level in expected.split()],
                [int(index) for index in order.split()],
            )


def test_levels_are_those_of_unicodes_test_file(known: list[Case]) -> None:
    wrong = [case for case in known if not _has_levels(case)]
    assert len(known) > 90_000
    assert 1 - len(wrong) / len(known) >= LEAST_SHARE, wrong[:20]


def _has_levels(case: Case) -> bool:
    found = levels(case.text, rtl=case.rtl)
    return all(expected in (None, level) for expected, level in zip(case.levels, found, strict=True))


def test_characters_stand_in_the_order_of_unicodes_test_file(known: list[Case]) -> None:
    """The order of one line, which leaves out what rule X9 removed."""
    wrong = [case for case in known if _order(case) != case.order]
    assert 1 - len(wrong) / len(known) >= LEAST_SHARE, wrong[:20]


def _order(case: Case) -> list[int]:
    shown = [index for index, level in enumerate(case.levels) if level is not None]
    return [shown[index] for index in visual_order([case.levels[index] or 0 for index in shown])]


def test_the_direction_of_a_paragraph_is_that_of_its_first_strong_character(known: list[Case]) -> None:
    wrong = [case for case in known if case.rtl is None and base_is_rtl(case.text) != bool(case.base)]
    assert not wrong
