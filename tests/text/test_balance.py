"""Even lines, with squares: at size 40 a letter is 40 wide and a space 20."""

from __future__ import annotations

from itertools import groupby, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.fonts.library import FontLibrary
from server.text.balance import MOST_LINES, balanced
from server.text.fit import Box, Fitted, Run, TextStyle, fit
from server.text.wrap import Ruler
from tests.support.square_font import drawn_lines, square

SOFT_HYPHEN = "\u00ad"


def fitted(text: str, fonts: FontLibrary, width: float = 400, *, balance: bool = True, **box: float) -> Fitted:
    return fit([Run(text, square())], Box(inline_size=width, balance=balance, **box), fonts)  # type: ignore[arg-type]


def lines(text: str, fonts: FontLibrary, width: float = 400, *, balance: bool = True) -> list[str]:
    return drawn_lines(fitted(text, fonts, width, balance=balance).placed)


def test_lines_are_as_full_as_they_get_where_nobody_asks_for_balance(squares: FontLibrary) -> None:
    assert lines("aaa bbb cc d", squares, balance=False) == ["aaabbbcc", "d"]


def test_the_widest_line_is_as_narrow_as_it_can_be(squares: FontLibrary) -> None:
    assert lines("aaa bbb cc d", squares) == ["aaabbb", "ccd"]
    assert lines("aaaa bb cc dd eeee", squares) == ["aaaabb", "ccddeeee"]


def test_lines_that_may_be_as_wide_are_spread_evenly(squares: FontLibrary) -> None:
    # "cccccccc" makes the width 320 whatever the others do.
    text = "aa bb a cccccccc dd e ff gg h"
    assert lines(text, squares, 330, balance=False) == ["aabba", "cccccccc", "ddeff", "ggh"]
    assert lines(text, squares, 330) == ["aabba", "cccccccc", "dde", "ffggh"]


def test_no_short_word_is_left_alone_at_the_end(squares: FontLibrary) -> None:
    assert lines("cccccccc aa bb dd e", squares, 320, balance=False) == ["cccccccc", "aabbdd", "e"]
    assert lines("cccccccc aa bb dd e", squares, 320) == ["cccccccc", "aabb", "dde"]


def test_size_and_number_of_lines_stay(squares: FontLibrary) -> None:
    text, box = "aa bb a cccccccc dd e ff gg h", {"shrink": True, "max_lines": 4}
    greedy, even = (fitted(text, squares, 300, balance=balance, **box) for balance in (False, True))
    assert (greedy.size, drawn_lines(greedy.placed)) == (37.5, ["aabba", "cccccccc", "ddeff", "ggh"])
    assert (even.size, drawn_lines(even.placed), even.fits) == (37.5, ["aabba", "cccccccc", "dde", "ffggh"], True)


def test_one_line_stays_one_line(squares: FontLibrary) -> None:
    assert lines("aa bb", squares) == ["aabb"]
    assert lines("aa bb", squares, 180) == ["aabb"]


def test_a_soft_hyphen_is_used_only_where_the_lines_would_not_do_without(squares: FontLibrary) -> None:
    text = f"aa bbb{SOFT_HYPHEN}bbbbb c"
    assert lines(text, squares, 400) == ["aa", "bbbbbbbbc"]  # 80 and 380; 240 and 260 with the hyphen
    assert lines(text, squares, 300) == ["aabbb‐", "bbbbbc"]


def test_an_emoji_stays_with_the_word_before_it(squares: FontLibrary) -> None:
    text = "aaaa 👨 b cccc"
    assert lines(text, squares, 320, balance=False) == ["aaaa👨b", "cccc"]
    assert lines(text, squares, 320) == ["aaaa👨", "bcccc"]
    assert lines("aaaaa 👨 cccc", squares, 240) == ["aaaaa", "👨cccc"]  # where there is room


def test_a_hyphen_never_makes_a_line_too_wide(squares: FontLibrary) -> None:
    result = fitted(f"aaa{SOFT_HYPHEN}bbb{SOFT_HYPHEN}ccc", squares, 160)
    assert drawn_lines(result.placed) == ["aaa‐", "bbb‐", "ccc"]


def test_taller_letters_brought_together_must_still_fit_the_height(squares: FontLibrary) -> None:
    # Greedy: "aa bb", "Å"; even: "aa", "bb Å". Both are low enough only where the second line may be taller.
    text, box = "aa b Å", Box(rect=(0, 0, 170, 96), balance=True)
    result = fit([Run(text, square())], box, squares)
    assert result.ink is not None
    assert result.ink.bottom <= 96
    assert result.lines == 2


def test_a_cut_text_is_not_balanced(squares: FontLibrary) -> None:
    result = fitted("aaa bbb cc ddddd", squares, 200, max_lines=2)
    assert drawn_lines(result.placed) == ["aaa", "bbb…"]


def test_a_long_text_is_left_as_it_is(squares: FontLibrary) -> None:
    text = " ".join(["aa"] * 3 * (MOST_LINES + 1) + ["b"])
    assert lines(text, squares, 300) == lines(text, squares, 300, balance=False)


@pytest.mark.parametrize(
    ("text", "width", "greedy", "even"),
    [
        ("山田太郎様、株式会社東京支店", 330, "山田太郎様、株式|会社東京支店", "山田太郎様、|株式会社東京支店"),
        ("株式会社トーキョーシステムズ", 250, "株式会社トー|キョーシステ|ムズ", "株式会社|トーキョー|システムズ"),
        ("欢迎王小明参加我们的年度大会", 330, "欢迎王小明参加我|们的年度大会", "欢迎王小明参加|我们的年度大会"),
        ("서울특별시 강남구 김철수 님", 330, "서울특별시 강남구 |김철수 님", "서울특별시 |강남구 김철수 님"),
    ],
)
def test_east_asian_text_is_parted_between_phrases(
    text: str, width: float, greedy: str, even: str, shipped: FontLibrary
) -> None:
    runs = [Run(text, TextStyle(("Inter",), 40))]
    plain, balanced_ = (fit(runs, Box(inline_size=width, balance=balance), shipped) for balance in (False, True))
    if plain.missing:
        pytest.skip("no font for these characters among those that come with us")
    assert letters_in_lines(plain) == [len(line.replace(" ", "")) for line in greedy.split("|")]
    assert letters_in_lines(balanced_) == [len(line.replace(" ", "")) for line in even.split("|")]


def letters_in_lines(result: Fitted) -> list[int]:
    """How many glyphs stand on each baseline: one for each of these letters."""
    baselines = sorted(round(y) for placed in result.placed for _, _, y in placed.glyphs)
    return [len(list(line)) for _, line in groupby(baselines)]


def test_right_to_left_lines_are_balanced_too(squares: FontLibrary) -> None:
    greedy, even = (
        fit([Run("אאא אאא אא א", square())], Box(inline_size=400, balance=balance, rtl=True), squares)
        for balance in (False, True)
    )
    assert [len(line) for line in drawn_lines(greedy.placed)] == [8, 1]
    assert sorted(len(line) for line in drawn_lines(even.placed)) == [3, 6]


WIDTHS = st.lists(st.integers(1, 60), min_size=1, max_size=12)


def ruler(widths: list[int]) -> Ruler:
    rights = [float(sum(widths[: index + 1])) for index in range(len(widths))]
    return Ruler(range(len(widths) + 1), [0.0, *rights[:-1]], rights)


def every_way(count: int, lines: int, start: int = 0) -> list[list[int]]:
    """Every way to make `lines` lines of the pieces from `start` to `count`."""
    if lines == 1:
        return [[start, count]]
    return [[start, *rest] for end in range(start + 1, count - lines + 2) for rest in every_way(count, lines - 1, end)]


@settings(max_examples=300, deadline=None)
@given(WIDTHS, st.integers(60, 240))
def test_no_other_way_is_narrower_or_more_even(widths: list[int], limit: int) -> None:
    """Against every way there is."""
    measured = ruler(widths)
    greedy = measured.fill(limit, len(widths))
    assert greedy is not None
    count = len(greedy) - 1
    ends = balanced(measured, count, limit)
    if not 1 < count <= MOST_LINES:
        assert ends is None
        return
    assert ends is not None

    def worth(way: list[int]) -> tuple[float, float]:
        found = [measured.width(start, end) for start, end in pairwise(way)]
        return max(found), sum(width**2 for width in found)

    best = min(worth(way) for way in every_way(len(widths), count))
    assert worth(ends) == best
    assert (ends[0], ends[-1], len(ends)) == (0, len(widths), count + 1)
