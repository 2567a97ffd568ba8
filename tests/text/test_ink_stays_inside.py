"""No ink outside the box, whatever the text, the font and the box: judged by the outlines that are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import isinf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.text.faces import Face
from server.text.fit import Box, Fitted, PlacedGlyphs, Run, TextStyle, fit
from server.text.fonts import FontLibrary
from server.text.ink import Ink
from server.text.outlines import Command, outline
from tests.support.shipped import fonts

TOLERANCE = 0.001  # of a pixel
LETTERS = "aefgjpyAJQTVWÅÇỆŸŘß .,-&’“%0179/"
STYLES = st.builds(
    TextStyle,
    families=st.sampled_from([(family,) for family in fonts().families]),
    size=st.floats(6, 150),
    weight=st.sampled_from([100, 400, 650, 900]),
    italic=st.booleans(),
    letter_spacing=st.sampled_from([0.0, 0.0, 3.0, -2.0]),
    word_spacing=st.sampled_from([0.0, 5.0]),
)
RUNS = st.lists(st.builds(Run, text=st.text(LETTERS, max_size=24), style=STYLES), min_size=1, max_size=3)
SIDES = st.floats(0, 900)
PLACES = st.one_of(
    st.fixed_dictionaries({"rect": st.tuples(st.floats(-50, 50), st.floats(-50, 50), SIDES, SIDES)}),
    st.fixed_dictionaries({"inline_size": SIDES, "x": st.floats(-50, 50), "y": st.floats(-50, 50)}),
)
MANNERS = st.fixed_dictionaries(
    {
        "shrink": st.booleans(),
        "wrap_last": st.booleans(),
        "rtl": st.booleans(),
        "max_lines": st.sampled_from([None, 1, 2, 3]),
        "min_size": st.sampled_from([None, 0.0, 12.0, 30.0]),
        "line_height": st.sampled_from([None, 0.8, 1.5]),
        "anchor": st.sampled_from(["start", "middle", "end"]),
        "valign": st.sampled_from(["top", "middle", "bottom"]),
    }
)


@cache
def points(face: Face, glyph: int) -> list[tuple[float, float]]:
    drawn = outline(face, glyph)
    return [(x / drawn.units_per_em, -y / drawn.units_per_em) for x, y in on_curve(drawn.commands)]


def on_curve(commands: tuple[Command, ...]) -> Iterator[tuple[float, float]]:
    """Points on the outline itself, eight on each curve; the points that steer a curve are off it."""
    here = (0.0, 0.0)
    for _, numbers in commands:
        if len(numbers) == 6:
            x1, y1, x2, y2, x3, y3 = numbers
            for step in range(1, 9):
                t, u = step / 8, 1 - step / 8
                yield (
                    here[0] * u**3 + 3 * x1 * u * u * t + 3 * x2 * u * t * t + x3 * t**3,
                    here[1] * u**3 + 3 * y1 * u * u * t + 3 * y2 * u * t * t + y3 * t**3,
                )
        elif numbers:
            yield numbers[0], numbers[1]
        here = (numbers[-2], numbers[-1]) if numbers else here


def drawn_ink(placed: PlacedGlyphs) -> Iterator[tuple[float, float]]:
    for glyph, x, y in placed.glyphs:
        yield from ((x + dx * placed.size, y + dy * placed.size) for dx, dy in points(placed.face, glyph))


def assert_inside(result: Fitted, room: Ink) -> None:
    for x, y in (point for placed in result.placed for point in drawn_ink(placed)):
        assert room.left - TOLERANCE <= x <= room.right + TOLERANCE
        assert room.top - TOLERANCE <= y <= room.bottom + TOLERANCE


@settings(max_examples=200, deadline=None)
@given(RUNS, PLACES, MANNERS)
def test_no_ink_leaves_the_box(runs: list[Run], place: dict[str, object], manner: dict[str, object]) -> None:
    box = Box(**place, **manner)  # type: ignore[arg-type]  # the strategies give each field what it takes
    result = fit(runs, box, fonts())
    assert_inside(result, Ink(*box.room))
    if box.max_lines:
        assert result.lines <= box.max_lines
    if result.fits:
        assert not result.truncated
        assert result.size <= result.designed_size
        assert result.size >= box.smallest(result.designed_size)


@settings(max_examples=60, deadline=None)
@given(RUNS, PLACES, MANNERS)
def test_the_ink_that_is_told_holds_the_ink_that_is_drawn(
    runs: list[Run],
    place: dict[str, object],
    manner: dict[str, object],
) -> None:
    result = fit(runs, Box(**place, **manner), fonts())  # type: ignore[arg-type]  # as above
    if result.ink is not None:
        assert not any(map(isinf, result.ink))
        assert_inside(result, result.ink)


@settings(max_examples=60, deadline=None)
@given(RUNS, st.floats(10, 900), MANNERS)
def test_a_wider_box_never_makes_the_text_smaller(
    runs: list[Run],
    width: float,
    manner: dict[str, object],
) -> None:
    narrow = fit(runs, Box(**manner, inline_size=width), fonts())  # type: ignore[arg-type]  # as above
    wide = fit(runs, Box(**manner, inline_size=width * 1.5), fonts())  # type: ignore[arg-type]  # as above
    if narrow.fits and not manner["wrap_last"]:
        assert wide.size >= narrow.size


@pytest.mark.parametrize(
    "style",
    [
        TextStyle(("Allison",), 100, weight=700),  # synthesized
        TextStyle(("Allison",), 100, italic=True),  # synthesized, and told a little too wide
        TextStyle(("Allison",), 100),
        TextStyle(("Inter",), 100, weight=650),
        TextStyle(("Inter",), 100, italic=True),
    ],
)
@pytest.mark.parametrize("letter", "fgjQÅÇ")
def test_a_glyph_inks_no_more_than_its_extents(letter: str, style: TextStyle, shipped: FontLibrary) -> None:
    result = fit([Run(letter, style)], Box(), shipped)
    assert result.ink is not None
    assert_inside(result, result.ink)
    drawn = [x for placed in result.placed for x, _ in drawn_ink(placed)]
    assert result.ink.width == pytest.approx(max(drawn) - min(drawn), rel=0.25 if style.italic else 0.01)
