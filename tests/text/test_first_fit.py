"""Alternative wordings: the first that fits, else the last one, cut."""

from __future__ import annotations

import pytest

from server.fonts.library import FontLibrary
from server.text.fit import Box, Run, first_fit
from tests.support.square_font import drawn_lines, square

Wording = tuple[list[Run], Box]


def wording(text: str, width: float = 200, *, shrink: bool = False) -> Wording:
    return [Run(text, square())], Box(inline_size=width, max_lines=1, shrink=shrink)


def test_the_first_wording_that_fits_is_drawn(squares: FontLibrary) -> None:
    index, result = first_fit([wording("aaaaaaaa"), wording("bbbbb"), wording("c")], squares)
    assert (index, drawn_lines(result.placed), result.fits) == (1, ["bbbbb"], True)


def test_shrinking_comes_before_the_next_wording(squares: FontLibrary) -> None:
    index, result = first_fit([wording("aaaaaaaa", shrink=True), wording("b")], squares)
    assert (index, result.size) == (0, 25)


def test_every_wording_has_its_own_box(squares: FontLibrary) -> None:
    assert first_fit([wording("aaaa", 100), wording("aaaa", 160)], squares)[0] == 1


def test_the_last_wording_is_cut_where_none_fits(squares: FontLibrary) -> None:
    index, result = first_fit([wording("aaaaaaaa"), wording("bbbbbbb")], squares)
    assert (index, drawn_lines(result.placed), result.truncated) == (1, ["bbbb…"], True)


def test_a_shorter_wording_is_preferred_to_a_split_word(squares: FontLibrary) -> None:
    long = [Run("aaaaaaaa", square())], Box(inline_size=200, max_lines=2)
    assert first_fit([long, wording("b")], squares)[0] == 1


def test_there_must_be_a_wording(squares: FontLibrary) -> None:
    with pytest.raises(ValueError, match="at least one"):
        first_fit([], squares)
