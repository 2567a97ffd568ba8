"""The ellipsis: what is left when nothing fits, with squares of 40 and an ellipsis of 40."""

from __future__ import annotations

from pathlib import Path

from server.text.fit import Box, Fitted, Run, fit
from server.text.fonts import FontLibrary
from tests.support.square_font import FAMILY_OF_THREE, LETTERS, drawn_lines, square, square_library


def cut(text: str, width: float, fonts: FontLibrary, *, lines: int = 1) -> Fitted:
    result = fit([Run(text, square())], Box(inline_size=width, max_lines=lines), fonts)
    assert result.truncated
    assert not result.fits
    return result


def test_as_many_characters_stay_as_fit_with_the_ellipsis(squares: FontLibrary) -> None:
    assert drawn_lines(cut("abcdefgh", 200, squares).placed) == ["abcd…"]
    assert drawn_lines(cut("abcdefgh", 199, squares).placed) == ["abc…"]


def test_the_cut_is_at_the_minimum_size(squares: FontLibrary) -> None:
    result = fit([Run("a" * 20, square())], Box(inline_size=200, max_lines=1, shrink=True), squares)
    assert (result.size, drawn_lines(result.placed)) == (24, ["a" * 7 + "…"])  # 8 * 24 = 192


def test_what_may_not_shrink_is_cut(squares: FontLibrary) -> None:
    result = fit([Run("abcdefgh", square())], Box(inline_size=200, max_lines=1), squares)
    assert drawn_lines(result.placed) == ["abcd…"]


def test_only_the_last_line_is_cut(squares: FontLibrary) -> None:
    assert drawn_lines(cut("aaaa bbbb cccc", 200, squares, lines=2).placed) == ["aaaa", "bbbb…"]


def test_a_word_that_is_too_long_goes_on_until_the_lines_run_out(squares: FontLibrary) -> None:
    assert drawn_lines(cut("abcdefghijklmnop", 200, squares, lines=2).placed) == ["abcde", "fghi…"]


def test_space_before_the_ellipsis_is_dropped(squares: FontLibrary) -> None:
    assert drawn_lines(cut("aaa bbbb", 180, squares).placed) == ["aaa…"]
    assert cut("aaa bbbb", 180, squares).ink == (0, -32, 160, 8)


def test_punctuation_before_the_ellipsis_is_dropped(squares: FontLibrary) -> None:
    assert drawn_lines(cut("aaa, (bbbb", 260, squares).placed) == ["aaa…"]


def test_a_percent_sign_is_no_punctuation(squares: FontLibrary) -> None:
    assert drawn_lines(cut("25% off", 160, squares).placed) == ["25%…"]


def test_text_of_nothing_but_punctuation_keeps_some(squares: FontLibrary) -> None:
    assert drawn_lines(cut("!!!!!!", 160, squares).placed) == ["!!!…"]


def test_an_emoji_family_is_never_parted(squares: FontLibrary) -> None:
    text = f"ab{FAMILY_OF_THREE}cdef"
    for width in (160, 200, 239):
        assert drawn_lines(cut(text, width, squares).placed) == ["ab…"]
    assert drawn_lines(cut(text, 240, squares).placed) == ["ab👨👩👧…"]


def test_an_ellipsis_alone_stands_where_no_character_fits(squares: FontLibrary) -> None:
    assert drawn_lines(cut("abc", 79, squares).placed) == ["…"]


def test_a_font_without_ellipsis_gets_three_dots(tmp_path: Path) -> None:
    fonts = square_library(tmp_path, letters=LETTERS.replace("…", ""))
    assert drawn_lines(cut("abcdefgh", 200, fonts).placed) == ["ab..."]


def test_the_ellipsis_belongs_to_the_run_it_follows(squares: FontLibrary) -> None:
    runs = [Run("aa", square(40), source=1), Run("bbbbbbbb", square(20), source=2)]
    result = fit(runs, Box(inline_size=140, max_lines=1), squares)
    assert drawn_lines(result.placed) == ["aabb…"]
    assert [(part.source, part.size, len(part.glyphs)) for part in result.placed] == [(1, 40, 2), (2, 20, 3)]
