"""Text that runs to the left, alone and mixed with text that runs to the right."""

from __future__ import annotations

import pytest

from server.fonts.library import FontLibrary
from server.text.bidi import base_is_rtl, levels, may_turn, visual_order
from server.text.fit import Box, Fitted, Run, TextStyle, fit
from tests.support.square_font import square

INTER = TextStyle(("Inter",), 40)


def read_from_left(fitted: Fitted) -> str:
    """The letters of a text in squares, as they stand on the page."""
    glyphs = sorted((x, placed.face, glyph) for placed in fitted.placed for glyph, x, _ in placed.glyphs)
    return "".join(chr(int(face.font.get_glyph_name(glyph)[1:], 16)) for _, face, glyph in glyphs)


def set_in_squares(text: str, fonts: FontLibrary, **box: object) -> str:
    return read_from_left(fit([Run(text, square())], Box(**box), fonts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "turns"), [("Zoë 山田 👍🏽", False), ("a ש", True), ("\u202eabc", True), ("12", False)]
)
def test_only_text_with_something_that_turns_needs_levels(text: str, turns: bool) -> None:
    assert may_turn(text) is turns


@pytest.mark.parametrize(
    ("text", "rtl"), [("שלום abc", True), ("abc שלום", False), ("123 שלום", True), ("123", False), ("", False)]
)
def test_the_first_strong_character_gives_the_base_direction(text: str, rtl: bool) -> None:
    assert base_is_rtl(text) is rtl


def test_levels_are_by_code_point_beyond_the_first_plane_too() -> None:
    assert levels("😀a ש😀", rtl=False) == [0, 0, 0, 1, 0]
    assert levels("", rtl=None) == []


def test_items_are_turned_level_by_level() -> None:
    assert visual_order([0, 1, 2, 1, 0]) == [0, 3, 2, 1, 4]
    assert visual_order([1, 3, 1]) == [2, 1, 0]
    assert visual_order([]) == []


@pytest.mark.parametrize(
    ("text", "in_a_left_to_right_text", "in_a_right_to_left_text"),
    [
        ("אב", "בא", "בא"),
        ("aאבb", "aבאb", "bבאa"),
        ("אב ab", "באab", "abבא"),  # spaces ink nothing
        ("a(א", "a(א", "א)a"),
    ],
)
def test_letters_stand_where_they_are_read(
    text: str, in_a_left_to_right_text: str, in_a_right_to_left_text: str, squares: FontLibrary
) -> None:
    assert set_in_squares(text, squares) == in_a_left_to_right_text
    assert set_in_squares(text, squares, rtl=True) == in_a_right_to_left_text


def test_each_line_is_turned_by_itself(squares: FontLibrary) -> None:
    fitted = fit([Run("אב בא", square())], Box(inline_size=90, rtl=True), squares)
    lines: dict[float, list[tuple[float, str]]] = {}
    for placed in fitted.placed:
        for glyph, x, y in placed.glyphs:
            lines.setdefault(y, []).append((x, placed.face.font.get_glyph_name(glyph)))
    assert [[name for _, name in sorted(line)] for line in lines.values()] == [["u05D1", "u05D0"], ["u05D0", "u05D1"]]


def test_a_text_that_runs_to_the_left_starts_at_the_right(squares: FontLibrary) -> None:
    ink = fit([Run("אב", square())], Box(x=200, rtl=True), squares).ink
    assert ink is not None
    assert (ink.left, ink.right) == (120, 200)


def test_letters_join_across_runs(shipped: FontLibrary) -> None:
    def forms(*texts: str) -> list[int]:
        runs = [Run(text, INTER, source) for source, text in enumerate(texts)]
        placed = fit(runs, Box(rtl=True), shipped).placed
        return [glyph for one in sorted(placed, key=lambda one: one.source) for glyph, _, _ in reversed(one.glyphs)]

    assert forms("مح", "مد") == forms("محمد")
    assert forms("مح", " ", "مد") != forms("محمد")


def test_spacing_leaves_letters_that_join_together(shipped: FontLibrary) -> None:
    def width(text: str, spacing: float) -> float:
        ink = fit([Run(text, TextStyle(("Inter",), 40, letter_spacing=spacing))], Box(), shipped).ink
        assert ink is not None
        return ink.width

    assert width("محمد", 10) == width("محمد", 0)
    assert width("abcd", 10) == pytest.approx(width("abcd", 0) + 30)


def test_an_ellipsis_follows_the_letter_that_it_stands_behind(shipped: FontLibrary) -> None:
    fitted = fit([Run("محمد عبد الله بن عبد العزيز", INTER)], Box(inline_size=160, max_lines=1, rtl=True), shipped)
    leftmost = min(
        (x, placed.face.font.get_glyph_name(glyph)) for placed in fitted.placed for glyph, x, _ in placed.glyphs
    )
    assert fitted.truncated
    assert leftmost[1] == "ellipsis"


def test_a_bare_mark_brings_no_dotted_circle(shipped: FontLibrary) -> None:
    def glyphs(text: str) -> int:
        return sum(len(placed.glyphs) for placed in fit([Run(text, INTER)], Box(), shipped).placed)

    assert glyphs("\u093f") == 1
    assert glyphs("\u25cc\u093f") == 2
