"""The solver, with squares: at size 40 a letter is 40 wide and a space 20, so every expected number is a
sum.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from server.fonts.library import FontLibrary
from server.text.extents import stack
from server.text.fit import Box, Fitted, Run, TextStyle, fit
from server.text.lines import Paragraph
from tests.support.square_font import FAMILY_OF_THREE, drawn_lines, square, square_library


def fitted(text: str, box: Box, fonts: FontLibrary) -> Fitted:
    return fit([Run(text, square())], box, fonts)


def test_text_without_a_box_is_drawn_as_designed(squares: FontLibrary) -> None:
    result = fitted("aaaa bb", Box(10, 100, shrink=True), squares)
    assert (result.size, result.lines, result.fits, result.truncated) == (40, 1, True, False)
    assert result.ink == (10, 68, 10 + 6 * 40 + 20, 108)


def test_the_largest_size_wins_over_fewer_lines(squares: FontLibrary) -> None:
    result = fitted("aaaa bbbb", Box(inline_size=200, shrink=True, max_lines=2, min_size=10), squares)
    assert (result.size, drawn_lines(result.placed)) == (40, ["aaaa", "bbbb"])


def test_the_fewest_lines_win_at_one_size(squares: FontLibrary) -> None:
    result = fitted("aa bb cc dd", Box(inline_size=300), squares)
    assert drawn_lines(result.placed) == ["aabbcc", "dd"]


def test_wrap_last_shrinks_to_the_minimum_before_it_wraps(squares: FontLibrary) -> None:
    box = Box(inline_size=200, shrink=True, max_lines=2, min_size=20, wrap_last=True)
    result = fitted("aaaa bbbb", box, squares)
    assert (result.size, result.lines) == (23.5, 1)  # 200 / 8.5 = 23.53


def test_wrap_last_wraps_at_the_largest_size_once_one_line_is_too_small(squares: FontLibrary) -> None:
    box = Box(inline_size=200, shrink=True, max_lines=2, min_size=24, wrap_last=True)
    result = fitted("aaaa bbbb", box, squares)
    assert (result.size, result.lines) == (40, 2)


def test_a_shrunk_size_is_rounded_down_to_a_quarter(squares: FontLibrary) -> None:
    assert fitted("a" * 9, Box(inline_size=300, shrink=True, max_lines=1), squares).size == 33.25  # 33.33


def test_the_minimum_is_sixty_percent_where_none_is_said(squares: FontLibrary) -> None:
    box = Box(inline_size=240, shrink=True, max_lines=1)
    assert fitted("a" * 10, box, squares).size == 24
    assert fitted("a" * 11, box, squares).fits is False


def test_a_minimum_that_is_no_quarter_is_still_used(squares: FontLibrary) -> None:
    box = Box(inline_size=201.1, shrink=True, max_lines=1, min_size=20.1)
    result = fitted("a" * 10, box, squares)
    assert (result.size, result.fits) == (20.1, True)


def test_a_minimum_above_the_designed_size_does_not_enlarge(squares: FontLibrary) -> None:
    assert fitted("aa", Box(inline_size=500, shrink=True, min_size=60), squares).size == 40


def test_without_shrink_the_size_stays_and_the_text_wraps(squares: FontLibrary) -> None:
    result = fitted("aaaa bbbb cccc", Box(inline_size=200), squares)
    assert (result.size, result.lines, result.fits) == (40, 3, True)


def test_a_width_without_max_lines_grows_down(squares: FontLibrary) -> None:
    result = fitted("a b c d e f", Box(0, 100, inline_size=50), squares)
    assert result.lines == 6
    assert result.ink == (0, 68, 40, 100 + 5 * 48 + 8)


def test_a_rect_holds_as_many_lines_as_its_height_lets_ink(squares: FontLibrary) -> None:
    # Three lines ink 40 + 2 * 48 = 136.
    assert fitted("aa bb cc", Box(rect=(0, 0, 80, 136)), squares).lines == 3
    assert fitted("aa bb cc", Box(rect=(0, 0, 80, 135)), squares).truncated


def test_a_low_rect_shrinks_the_text(squares: FontLibrary) -> None:
    result = fitted("aa bb cc", Box(rect=(0, 0, 80, 102), shrink=True), squares)
    # At 30 (three quarters) the three lines ink 102.
    assert (result.size, result.lines, result.fits) == (30, 3, True)


def test_tall_letters_count_with_their_accents(squares: FontLibrary) -> None:
    assert fitted("Aa", Box(rect=(0, 0, 200, 40), shrink=True), squares).size == 40
    assert fitted("Åa", Box(rect=(0, 0, 200, 42), shrink=True), squares).size == 30  # 1.4 * 30 = 42


def test_a_long_word_shrinks_rather_than_being_split(squares: FontLibrary) -> None:
    result = fitted("aa bbbbbbbb", Box(inline_size=200, shrink=True, max_lines=3), squares)
    assert (result.size, drawn_lines(result.placed), result.fits) == (25, ["aa", "bbbbbbbb"], True)


def test_a_word_that_no_size_fits_is_split_between_characters(squares: FontLibrary) -> None:
    result = fitted("aa bbbbbbbbbb", Box(inline_size=200, max_lines=3), squares)
    assert drawn_lines(result.placed) == ["aa", "bbbbb", "bbbbb"]
    assert (result.truncated, result.fits) == (False, False)


def test_a_word_that_must_be_split_begins_a_line_unless_that_takes_one_more(squares: FontLibrary) -> None:
    result = fitted("aa bbbbbbb", Box(inline_size=200), squares)
    assert drawn_lines(result.placed) == ["aabb", "bbbbb"]


def test_spaces_at_line_ends_are_neither_drawn_nor_measured(squares: FontLibrary) -> None:
    result = fitted("  aaaa    bbbb  ", Box(inline_size=160, anchor="end"), squares)
    assert drawn_lines(result.placed) == ["aaaa", "bbbb"]
    assert result.ink == (-160, -32, 0, 56)


def test_line_ends_and_tabs_are_spaces(squares: FontLibrary) -> None:
    result = fitted("a\nb\tc", Box(), squares)
    assert result.missing == ()
    assert result.ink == (0, -32, 160, 8)


def test_a_soft_hyphen_shows_only_where_the_line_ends(squares: FontLibrary) -> None:
    assert drawn_lines(fitted("aaa\u00adbbb", Box(inline_size=400), squares).placed) == ["aaabbb"]
    assert drawn_lines(fitted("aaa\u00adbbb", Box(inline_size=160), squares).placed) == ["aaa‐", "bbb"]


def test_a_hyphen_that_does_not_fit_any_more_moves_its_syllable_to_the_next_line(squares: FontLibrary) -> None:
    # "x aaa" is 180 wide, and 220 with the hyphen that a break there would show.
    assert drawn_lines(fitted("x aaa\u00adbbb", Box(inline_size=200), squares).placed) == ["x", "aaa‐", "bbb"]


def test_a_no_break_space_keeps_its_words_together(squares: FontLibrary) -> None:
    assert drawn_lines(fitted("a b\u00a0c", Box(inline_size=100), squares).placed) == ["a", "bc"]


def test_all_runs_shrink_together_and_keep_their_source(squares: FontLibrary) -> None:
    runs = [Run("aaaa", square(40), source=3), Run("bbbb", square(20), source=7)]
    result = fit(runs, Box(inline_size=180, shrink=True, max_lines=1), squares)  # 240 wide as designed
    assert [(part.size, part.source) for part in result.placed] == [(30, 3), (15, 7)]
    assert (result.size, result.designed_size) == (30, 40)
    assert [x for _, x, _ in result.placed[1].glyphs] == [120, 135, 150, 165]


def test_a_line_may_break_between_runs(squares: FontLibrary) -> None:
    runs = [Run("aa ", square(), source=0), Run("bb", square(), source=1)]
    result = fit(runs, Box(inline_size=100), squares)
    assert [(part.source, part.glyphs[0][1:]) for part in result.placed] == [(0, (0, 0)), (1, (0, 48))]


def test_a_word_of_two_runs_stays_together(squares: FontLibrary) -> None:
    runs = [Run("aa b", square(), source=0), Run("b", square(), source=1)]
    assert drawn_lines(fit(runs, Box(inline_size=130), squares).placed) == ["aa", "bb"]


def test_line_height_is_a_multiple_of_the_size(squares: FontLibrary) -> None:
    result = fitted("a b", Box(inline_size=40, line_height=2), squares)
    assert [part.glyphs[0][2] for part in result.placed] == [0, 80]


def test_blank_text_draws_nothing_and_fits(squares: FontLibrary) -> None:
    for text in ("", "   "):
        result = fitted(text, Box(inline_size=10), squares)
        assert (result.placed, result.lines, result.fits, result.ink) == ((), 0, True, None)


def test_a_rect_too_low_for_the_minimum_still_keeps_the_ink_inside(squares: FontLibrary) -> None:
    result = fitted("aa", Box(rect=(0, 0, 400, 10), shrink=True), squares)
    assert (result.size, result.fits, result.truncated) == (10, False, False)
    assert result.ink == (0, 0, 20, 10)


@pytest.mark.parametrize("rect", [(0, 0, 3, 100), (0, 0, 100, 0), (0, 0, 0, 0), (0, 0, -5, -5)])
def test_nothing_is_drawn_where_not_even_an_ellipsis_fits(
    rect: tuple[float, float, float, float],
    squares: FontLibrary,
) -> None:
    result = fitted("aaaa", Box(rect=rect, min_size=0, shrink=False), squares)
    assert (result.placed, result.truncated, result.fits, result.ink) == ((), True, False, None)


def test_the_same_library_gives_the_same_twice(squares: FontLibrary) -> None:
    box = Box(rect=(0, 0, 333, 100), shrink=True, anchor="middle", valign="middle")
    assert fitted("aaa bbb cccc dd", box, squares) == fitted("aaa bbb cccc dd", box, squares)


def test_an_address_that_no_size_fits_is_parted_before_its_marks(squares: FontLibrary) -> None:
    result = fitted("ada.lovelace@example.com", Box(inline_size=360, max_lines=4), squares)
    assert drawn_lines(result.placed) == ["ada", ".lovelace", "@example", ".com"]
    assert (result.truncated, result.fits) == (False, False)


def test_an_address_is_parted_between_characters_where_its_marks_are_too_far_apart(squares: FontLibrary) -> None:
    result = fitted("ada@lovelacelovelace.com", Box(inline_size=280), squares)
    assert drawn_lines(result.placed) == ["ada@lov", "elacelo", "velace", ".com"]


def test_a_word_of_another_script_is_split_between_characters_too(squares: FontLibrary) -> None:
    result = fit([Run("אאאאאבבב", square())], Box(inline_size=200, rtl=True), squares)
    assert drawn_lines(result.placed) == ["אאאאא", "בבב"]


def test_nothing_is_parted_within_an_emoji(squares: FontLibrary) -> None:
    result = fitted(f"a{FAMILY_OF_THREE}b", Box(inline_size=120), squares)
    assert drawn_lines(result.placed) == ["a", FAMILY_OF_THREE.replace("\u200d", ""), "b"]


def test_lines_break_by_the_rules_of_the_texts_language(tmp_path: Path) -> None:
    fonts = square_library(tmp_path, letters="中“”a")
    styles = square(), replace(square(), language="zh-Hans")
    plain, chinese = (fit([Run("中中“a”中", style)], Box(inline_size=200), fonts) for style in styles)
    assert drawn_lines(plain.placed) == ["中", "中“a”中"]
    assert drawn_lines(chinese.placed) == ["中中“a”", "中"]


def test_lines_in_a_script_that_the_line_height_was_not_made_for_stay_apart(shipped: FontLibrary) -> None:
    style = TextStyle(("Bricolage Grotesque",), 40)

    def tops_and_bottoms(text: str) -> list[tuple[float, float]]:
        paragraph = Paragraph([Run(text, style)], shipped, 0.8)
        lines = [paragraph.line(0, 3), paragraph.line(4, 7)]
        baselines = stack([line.extent for line in lines]).baselines
        return [(y + line.extent.ink.top, y + line.extent.ink.bottom) for line, y in zip(lines, baselines, strict=True)]

    (_, upper), (lower, _) = tops_and_bottoms("山田口 衛門口")
    assert upper < lower
    (_, upper), (lower, _) = tops_and_bottoms("gpy HKL")
    assert upper > lower  # the designer's own script is set as tight as the designer says
