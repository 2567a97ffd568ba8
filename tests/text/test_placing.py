"""Where lines go in their box: anchors, sides of a rect, line boxes."""

from __future__ import annotations

import pytest

from server.fonts.library import FontLibrary
from server.text.box import Anchor, VAlign
from server.text.fit import Box, Run, TextStyle, fit
from tests.support.square_font import square

AA = [Run("aa", square())]  # 80 wide, from 32 above the baseline to 8 below


@pytest.mark.parametrize(("anchor", "left"), [("start", 100), ("middle", 60), ("end", 20)])
@pytest.mark.parametrize("inline_size", [None, 200])
def test_the_anchor_says_which_point_of_a_line_is_at_x(
    anchor: Anchor,
    left: float,
    inline_size: float | None,
    squares: FontLibrary,
) -> None:
    result = fit(AA, Box(100, 50, inline_size=inline_size, anchor=anchor), squares)
    assert result.ink == (left, 18, left + 80, 58)


def test_every_line_is_anchored_by_itself(squares: FontLibrary) -> None:
    result = fit([Run("aaaa b", square())], Box(100, 0, inline_size=180, anchor="middle"), squares)
    assert [part.glyphs[0][1] for part in result.placed] == [20, 80]


@pytest.mark.parametrize(("anchor", "left"), [("start", 20), ("middle", 60), ("end", 100)])
def test_right_to_left_text_starts_on_the_right(anchor: Anchor, left: float, squares: FontLibrary) -> None:
    result = fit(AA, Box(100, 50, anchor=anchor, rtl=True), squares)
    assert result.ink is not None
    assert result.ink.left == left


@pytest.mark.parametrize(("anchor", "left"), [("start", 10), ("middle", 70), ("end", 130)])
def test_a_rect_aligns_between_its_sides_and_ignores_x_and_y(
    anchor: Anchor,
    left: float,
    squares: FontLibrary,
) -> None:
    result = fit(AA, Box(999, 999, rect=(10, 20, 200, 100), anchor=anchor), squares)
    assert result.ink is not None
    assert result.ink.left == left


# A line box is 48 high, 4 more than the font on each side: top and bottom keep those 4 as distance.
# The middle is that of the square above the baseline, its cap height: 20 + (100 - 32) / 2 = 54.
@pytest.mark.parametrize(("valign", "top"), [("top", 24), ("middle", 54), ("bottom", 76)])
def test_a_rect_aligns_between_top_and_bottom(valign: VAlign, top: float, squares: FontLibrary) -> None:
    result = fit(AA, Box(rect=(10, 20, 200, 100), valign=valign), squares)
    assert result.ink is not None
    assert result.ink.top == top


@pytest.mark.parametrize(("valign", "top"), [("top", 24), ("middle", 80), ("bottom", 128)])
def test_several_lines_are_aligned_as_one_block(valign: VAlign, top: float, squares: FontLibrary) -> None:
    # From the first cap height to the last baseline: 32 + 48 = 80, in the middle of 200.
    result = fit([Run("aaaa aaaa", square())], Box(rect=(10, 20, 200, 200), valign=valign), squares)
    assert result.ink is not None
    assert (result.lines, result.ink.top) == (2, top)


@pytest.mark.parametrize("valign", ["top", "middle", "bottom"])
def test_a_rect_as_high_as_the_ink_holds_it_exactly(valign: VAlign, squares: FontLibrary) -> None:
    assert fit(AA, Box(rect=(0, 0, 80, 40), valign=valign), squares).ink == (0, 0, 80, 40)


def test_accents_move_the_block_down_until_they_are_inside(squares: FontLibrary) -> None:
    result = fit([Run("Å", square())], Box(rect=(0, 0, 80, 100), line_height=1), squares)
    assert result.ink == (0, 0, 40, 56)


def test_mixed_sizes_are_spaced_by_the_larger_run_of_each_line(squares: FontLibrary) -> None:
    runs = [Run("aa ", square(40)), Run("b", square(20)), Run(" cc", square(20))]
    result = fit(runs, Box(inline_size=100), squares)
    # Below the first baseline 12 (8 and half of the leading of 8), above the second 18 (16 and half of 4).
    assert [part.glyphs[0][2] for part in result.placed] == pytest.approx([0, 30, 30])


def test_the_spacing_behind_the_last_letter_takes_no_part_in_alignment(squares: FontLibrary) -> None:
    result = fit([Run("aa", square(letter_spacing=10))], Box(100, 0, anchor="end"), squares)
    assert result.ink == (10, -32, 100, 8)


def test_overhanging_ink_moves_the_line_inwards(shipped: FontLibrary) -> None:
    style = TextStyle(("Fraunces",), 100, italic=True)
    free = fit([Run("jf", style)], Box(), shipped).ink
    assert free is not None
    assert free.left < 0  # or this test says nothing
    boxed = fit([Run("jf", style)], Box(inline_size=200), shipped).ink
    assert boxed is not None
    assert boxed.left == pytest.approx(0, abs=1e-6)
