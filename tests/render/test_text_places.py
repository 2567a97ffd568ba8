"""Places, shifts, turns and lengths of letters: what lists say is what several texts would, and a box decides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from cairosvg.parser import Node, Tree
from numpy.typing import NDArray

from server.render.type.chunks import Chunk, as_one, chunks
from server.render.type.letters import read
from server.render.type.styles import Viewport

Pixels = NDArray[np.uint8]
INTER = 'font-family="Inter" font-size="20"'
VIEWPORT = Viewport(200, 100)


def text_node(xml: str) -> Node:
    """The <text> of a document, its white space kept as compose leaves it."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" width="200" height="100">{xml}</svg>'
    (text,) = Tree(bytestring=svg.encode()).children
    return text


def summary(chunk: Chunk) -> tuple[float | None, float, str]:
    return chunk.x, chunk.y, chunk.text


def inked(picture: Pixels) -> tuple[int, int, int, int]:
    rows, columns = np.where(picture[:, :, 3] > 40)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@pytest.mark.parametrize(
    ("listed", "separate"),
    [
        ('<text x="10 40 70" y="40" {}>abc</text>', [(10, 40, "a"), (40, 40, "b"), (70, 40, "c")]),
        ('<text x="10 40" y="40" {}>abc</text>', [(10, 40, "a"), (40, 40, "bc")]),
        (
            '<text x="10" y="40" {}>a<tspan x="40 70" y="20 50">bc</tspan></text>',
            [(10, 40, "a"), (40, 20, "b"), (70, 50, "c")],
        ),
        (
            '<text x="10 40 70" y="40" {}>a<tspan x="50">b</tspan>c</text>',
            [(10, 40, "a"), (50, 40, "b"), (70, 40, "c")],
        ),
        ('<text x="10" y="40" {}><tspan dx="5" dy="-5">a</tspan></text>', [(15, 35, "a")]),
        ('<text x="10" y="40" dx="50" {}><tspan dx="5">a</tspan></text>', [(15, 40, "a")]),
    ],
)
def test_letters_with_places_are_texts_of_their_own(
    shoot: Any, listed: str, separate: list[tuple[int, int, str]]
) -> None:
    apart = "".join(f'<text x="{x}" y="{y}" {INTER}>{letters}</text>' for x, y, letters in separate)
    assert np.array_equal(shoot(listed.format(INTER)), shoot(apart))


@pytest.mark.parametrize("anchor", ["middle", "end"])
def test_each_place_is_an_anchor(shoot: Any, anchor: str) -> None:
    listed = f'<text x="30 70" y="40" text-anchor="{anchor}" {INTER}>ab</text>'
    apart = "".join(
        f'<text x="{x}" y="40" text-anchor="{anchor}" {INTER}>{a}</text>' for x, a in ((30, "a"), (70, "b"))
    )
    assert np.array_equal(shoot(listed), shoot(apart))


def test_a_place_inside_a_character_is_not_heard() -> None:
    found = chunks(read(text_node('<text x="0 50 90" y="10">e\u0301x</text>'), VIEWPORT))
    assert [summary(one) for one in found] == [(0.0, 10.0, "e\u0301"), (90.0, 10.0, "x")]


def test_a_letter_with_a_new_y_goes_on_where_the_line_ended(shoot: Any) -> None:
    picture = shoot(f'<text x="10" y="30" {INTER}>II <tspan y="50">I</tspan></text>')
    apart = shoot(f'<text x="10" y="30" {INTER}>II <tspan dy="20">I</tspan></text>')
    assert inked(picture) == inked(apart)


@pytest.mark.parametrize(
    ("spans", "found"),
    [
        ('<tspan x="9" dx="2" y="20">\u00a0</tspan><tspan y="40">a</tspan>', [(11, 40, "a")]),
        ('<tspan x="9" y="20">\u00a0</tspan><tspan y="30">\u00a0</tspan><tspan y="40">a</tspan>', [(9, 40, "a")]),
        ('<tspan y="20">a</tspan><tspan x="9">\u00a0</tspan><tspan y="40">b</tspan>', [(0, 20, "a"), (9, 40, "b")]),
        ('<tspan y="20">a</tspan><tspan y="30">\u00a0</tspan><tspan y="40">b</tspan>', [(0, 20, "a"), (None, 40, "b")]),
    ],
)
def test_what_shows_nothing_hands_on_its_place(spans: str, found: list[tuple[float | None, float, str]]) -> None:
    assert [summary(chunk) for chunk in chunks(read(text_node(f"<text>{spans}</text>"), VIEWPORT))] == found


def test_shifts_add_up_and_leave_rows_of_zeros_alone() -> None:
    (chunk,) = chunks(read(text_node('<text dx="1 2 0 0 3" dy="0 5">abcdef</text>'), VIEWPORT))
    assert [run.text for run in chunk.runs] == ["a", "bcd", "ef"]
    assert [(source.dx, source.dy) for source in chunk.sources] == [(0, 0), (2, 5), (5, 5)]
    assert chunk.dx == 1
    assert len(chunks(read(text_node('<text dx="0 0 0">abc</text>'), VIEWPORT))[0].runs) == 1


def test_shifted_letters_stay_kerned(shoot: Any) -> None:
    together, apart = (shoot(f'<text y="40" {INTER} dy="{dy}">AVAVAV</text>') for dy in ("0", "0 .01 .01 .01 .01 .01"))
    assert abs(inked(together)[2] - inked(apart)[2]) <= 1


def test_the_middle_of_a_line_is_that_of_the_line_as_shifted(shoot: Any) -> None:
    left, _, right, _ = inked(shoot(f'<text x="50" y="40" text-anchor="middle" dx="0 30" {INTER}>II</text>'))
    assert abs((left + right) / 2 - 50) <= 1


def test_the_last_turn_holds_for_what_follows_and_an_inner_list_wins() -> None:
    letters = read(text_node('<text rotate="10 20">ab<tspan rotate="-5">c</tspan>d</text>'), VIEWPORT)
    assert [round(float(np.degrees(letters.turns[at])), 6) for at in range(4)] == [10, 20, -5, 20]


def test_a_letter_turns_around_its_own_origin(shoot: Any) -> None:
    turned = shoot(f'<text x="50" y="30" rotate="90" {INTER}>I</text>').astype(int)
    around_it = shoot(f'<text x="50" y="30" transform="rotate(90 50 30)" {INTER}>I</text>')
    assert np.abs(turned - around_it).max() <= 24  # one by path and one through a stencil


@pytest.mark.parametrize("adjust", ["spacing", "spacingAndGlyphs"])
@pytest.mark.parametrize(("anchor", "x"), [("start", 10), ("middle", 50), ("end", 90)])
def test_a_line_is_as_long_as_it_says(shoot: Any, adjust: str, anchor: str, x: int) -> None:
    attributes = f'x="{x}" y="40" text-anchor="{anchor}" textLength="80" lengthAdjust="{adjust}" {INTER}'
    left, _, right, _ = inked(shoot(f"<text {attributes}>HHH</text>"))
    assert left == pytest.approx(12, abs=3)
    assert right == pytest.approx(88, abs=3)


def test_one_letter_has_no_gap_to_widen(shoot: Any) -> None:
    plain, long = (shoot(f'<text y="40" {extra} {INTER}>H</text>') for extra in ("", 'textLength="80"'))
    assert np.array_equal(plain, long)


def test_a_box_does_not_hear_places_turns_and_lengths(shoot: Any) -> None:
    lists = 'x="0 30 60" dx="0 5 5" rotate="40" textLength="90"'
    listed = shoot(f'<text {lists} y="40" inline-size="90" {INTER}>abc</text>')
    assert np.array_equal(listed, shoot(f'<text x="0" y="40" inline-size="90" {INTER}>abc</text>'))


@pytest.mark.parametrize(
    ("spans", "joined"),
    [
        ('<tspan x="0" y="10">one</tspan><tspan x="0" y="30">two</tspan>', "one two"),
        ('<tspan x="0" y="10">one</tspan><tspan x="0" dy="1.2em">two</tspan>', "one two"),
        ('<tspan x="0" y="10">one </tspan><tspan x="0" y="30">two</tspan>', "one two"),
        ('<tspan x="0" y="10">W</tspan><tspan x="19.2" y="10">elcome</tspan>', "Welcome"),
        ('<tspan x="0 9 18" y="10">abc</tspan>', "abc"),
    ],
)
def test_lines_are_joined_by_a_space_and_pieces_of_a_line_are_not(spans: str, joined: str) -> None:
    assert as_one(read(text_node(f"<text>{spans}</text>"), VIEWPORT)).text == joined


def test_a_raised_part_stays_raised_in_a_box() -> None:
    one = as_one(read(text_node('<text>x<tspan dy="-8">2</tspan><tspan dy="8"> y</tspan></text>'), VIEWPORT))
    assert [source.dy for source in one.sources] == [0, -8, 0]


def test_the_other_side_of_a_path_is_its_way_back(shoot: Any) -> None:
    body = '<path id="p" d="{}" fill="none"/><text {}><textPath href="#p" {}>side</textPath></text>'
    other = shoot(body.format("M90 40H10", INTER, 'side="right" startOffset="20"'))
    assert np.array_equal(other, shoot(body.format("M10 40H90", INTER, 'startOffset="20"')))


@pytest.mark.parametrize(
    ("around", "opening", "closing"),
    [
        ('unicode-bidi="embed" direction="rtl"', "\u202b", "\u202c"),
        ('unicode-bidi="isolate" direction="ltr"', "\u2066", "\u2069"),
        ('unicode-bidi="bidi-override" direction="rtl"', "\u202e", "\u202c"),
        ('unicode-bidi="isolate-override" direction="rtl"', "\u2068\u202e", "\u202c\u2069"),
        ('unicode-bidi="plaintext"', "\u2068", "\u2069"),
        ('direction="rtl"', "", ""),
    ],
)
def test_a_part_with_a_direction_is_kept_together(around: str, opening: str, closing: str) -> None:
    (chunk,) = chunks(read(text_node(f"<text>a<tspan {around}>b<tspan>c</tspan></tspan>d</text>"), VIEWPORT))
    assert chunk.text == f"a{opening}bc{closing}d"


def test_what_is_open_is_opened_again_in_every_line() -> None:
    xml = '<text>a<tspan unicode-bidi="bidi-override" direction="rtl">b<tspan x="0" y="9">c</tspan></tspan></text>'
    assert [one.text for one in chunks(read(text_node(xml), VIEWPORT))] == ["a\u202eb\u202c", "\u202ec\u202c"]


@pytest.mark.parametrize(("text", "is_right"), [("\u05e9\u05dc\u05d5\u05dd", True), ("abc", False)])
@pytest.mark.parametrize("said", ['direction="auto"', 'unicode-bidi="plaintext"', 'style="unicode-bidi:plaintext"'])
def test_a_direction_can_come_from_what_is_written(shoot: Any, text: str, said: str, *, is_right: bool) -> None:
    left, _, right, _ = inked(shoot(f'<text x="50" y="40" {said} {INTER}>{text}</text>'))
    assert (right <= 51) is is_right
    assert (left >= 50) is not is_right
