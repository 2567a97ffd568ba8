"""The sheet that docs/proof.md shows is what the proof draws now."""

from __future__ import annotations

from docs.draw import encoded, is_same
from docs.proof import FILE, draw_sheet

MAX_BYTES = 200_000


def test_the_sheet_of_the_page_is_what_is_drawn() -> None:
    assert is_same(FILE, encoded(draw_sheet(), FILE)), "`make pictures`, and look at it"
    assert FILE.stat().st_size <= MAX_BYTES
