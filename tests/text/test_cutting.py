"""The ellipsis: what is left when nothing fits, with squares of 40 and an ellipsis of 40."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.fonts.faces import Look
from server.fonts.library import FontLibrary
from server.text.cut import cut_line
from server.text.fit import Box, Fitted, Run, TextStyle, fit
from server.text.lines import Paragraph
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


@pytest.mark.parametrize("whole", ["🇩🇪", FAMILY_OF_THREE, "👍🏽", "e\u0323\u0301\u0302", "নী", "क्ष"])
def test_neither_half_an_emoji_nor_a_bare_mark_is_left(whole: str, shipped: FontLibrary) -> None:
    text = f"ab{whole * 2}cd"
    paragraph = Paragraph([Run(text, TextStyle(("Inter",), 40))], shipped, 1.2)
    kept = set()
    for limit in range(40, 400, 3):
        lines, is_cut = cut_line(paragraph, 0, limit)
        kept |= {text[start:end] for (start, end, _), line in paragraph._lines.items() if is_cut and line in lines}
    assert kept <= {"", "a", "ab", f"ab{whole}", f"ab{whole * 2}", f"ab{whole * 2}c"}
    assert f"ab{whole}" in kept


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


def test_marks_of_direction_count_as_nothing_before_the_ellipsis(squares: FontLibrary) -> None:
    assert drawn_lines(cut("\u2068aaa,\u2069 bbbb", 230, squares).placed) == ["aaa…"]


def test_hebrew_is_cut_at_its_end_which_is_on_the_left(squares: FontLibrary) -> None:
    result = fit([Run("אבבבבבבב", square())], Box(x=0, inline_size=200, max_lines=1, rtl=True), squares)
    assert drawn_lines(result.placed) == ["…בבבא"]
    assert result.ink == (-200, -32, 0, 8)


def test_hebrew_in_a_left_to_right_text_is_cut_at_its_own_end(squares: FontLibrary) -> None:
    assert drawn_lines(cut("a אבבבבב", 219, squares).placed) == ["a…בא"]


def test_the_latin_end_of_a_right_to_left_text_is_cut_on_its_right(squares: FontLibrary) -> None:
    result = fit([Run("אב abcdefg", square())], Box(inline_size=260, max_lines=1, rtl=True), squares)
    assert drawn_lines(result.placed) == ["abc…בא"]


def test_an_arabic_name_shows_its_beginning_on_the_right(shipped: FontLibrary) -> None:
    name, style = "محمد عبد الله بن عبد العزيز", TextStyle(("Inter",), 40)
    box = Box(rect=(10, 0, 200, 80), max_lines=1, rtl=True)
    whole, result = fit([Run(name, style)], Box(rtl=True), shipped), fit([Run(name, style)], box, shipped)
    assert (result.missing, result.truncated) == ((), True)
    assert result.ink is not None
    assert result.ink.left >= 10
    assert result.ink.right <= 210

    def glyphs(fitted: Fitted) -> list[tuple[float, int, str]]:
        return sorted((x, glyph, run.face.key) for run in fitted.placed for glyph, x, _ in run.glyphs)

    first, last = glyphs(result)[-1], glyphs(result)[0]
    assert first[1:] == glyphs(whole)[-1][1:]
    inter = shipped.match(["Inter"], Look(size=40))
    assert last[1:] == (inter.font.get_nominal_glyph(ord("…")), inter.key)


def test_a_letter_that_becomes_the_last_one_stays_inside_a_low_box(shipped: FontLibrary) -> None:
    # The form that a final ج takes reaches further down than anything in the whole name.
    name, style = "نجيب محفوظ", TextStyle(("Inter",), 70, weight=100)
    result = fit([Run(name, style)], Box(rect=(0, 0, 280, 60)), shipped)
    assert result.truncated
    assert result.ink is not None
    assert result.ink.top >= 0
    assert result.ink.bottom <= 60
