"""No ink outside the box, whatever the text, the script, the font and the box: judged by the outlines that are drawn,
and by the pixels.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import islice
from math import ceil, floor, isinf
from pathlib import Path

import cairocffi
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from server.fonts.faces import EM, Face
from server.fonts.ink import Ink
from server.fonts.library import FontLibrary
from server.render.color_glyphs import has_own_colors, paint_glyph
from server.render.glyphs import trace
from server.text.fit import Box, Fitted, PlacedGlyphs, Run, TextStyle, fit
from server.text.outlines import POINTS, Outline, outline
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
        "balance": st.booleans(),
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
    return [(x / EM, -y / EM) for x, y in on_curve(outline(face, glyph))]


def on_curve(drawn: Outline) -> Iterator[tuple[float, float]]:
    """Points on the outline itself, eight on each curve; the points that steer a curve are off it."""
    points = iter(drawn.points.tolist())
    here = (0.0, 0.0)
    for kind in drawn.kinds:
        numbers = list(islice(points, POINTS[kind]))
        if kind == "C":
            (x1, y1), (x2, y2), (x3, y3) = numbers
            for step in range(1, 9):
                t, u = step / 8, 1 - step / 8
                yield (
                    here[0] * u**3 + 3 * x1 * u * u * t + 3 * x2 * u * t * t + x3 * t**3,
                    here[1] * u**3 + 3 * y1 * u * u * t + 3 * y2 * u * t * t + y3 * t**3,
                )
        elif numbers:
            yield numbers[0]
        here = numbers[-1] if numbers else here


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


# What a fixed-point edge may spill over it: cairo's coordinates are whole 256ths of a pixel.
FAINT = 2
OPAQUE = (0.0, 0.0, 0.0, 1.0)
MARGIN = 60.0  # of the canvas around the box, for ink that left it to be seen on
NAMES: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
DIRTY = ["e\u0301\u0302\u0303\u0323\u0330", "\u0301", "a\u00adb", "ff\u200dfi", "\u2067אב\u2069 (a)", "…", "A\u202eBC"]
WORDS = {**NAMES, "dirty": DIRTY}
FAMILIES = ["Inter", "Source Serif 4", "Fraunces", "Allison", "Geist Mono"]
SCRIPT_STYLES = st.builds(
    TextStyle,
    families=st.sampled_from(FAMILIES).map(lambda family: (family,)),
    size=st.sampled_from([6, 13.3, 24, 40, 70]),
    weight=st.sampled_from([100, 400, 700, 900]),
    italic=st.booleans(),
    letter_spacing=st.sampled_from([0.0, 0.0, 4.0, -2.0]),
)
SHAPES = st.sampled_from([(280.0, 60.0), (60.0, 220.0), (150.0, 150.0), (30.0, 30.0), (9.5, 14.25), (200.0, 9.0)])
CORNERS = st.tuples(st.sampled_from([0.0, 0.25, 7.6]), st.sampled_from([0.0, 0.5, 11.3]))


@st.composite
def texts(draw: st.DrawFn, script: str) -> list[Run]:
    """One to three runs: mostly of `script`, with another's words among them."""
    own, foreign = st.sampled_from(WORDS[script]), st.sampled_from([word for words in WORDS.values() for word in words])
    text = " ".join(draw(st.lists(own, min_size=1, max_size=3))) + draw(st.sampled_from(["", " "]))
    runs = [Run(text, draw(SCRIPT_STYLES))]
    if draw(st.booleans()):
        runs += [Run(draw(foreign), draw(SCRIPT_STYLES), source) for source in (1, 2)]
    return runs


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    (width, height), (left, top) = draw(SHAPES), draw(CORNERS)
    manner = draw(MANNERS)
    if draw(st.booleans()):
        place: dict[str, object] = {"rect": (left, top, width, height)}
    else:
        place = {"inline_size": width, "x": left, "y": top}
    return Box(**place, **manner)  # type: ignore[arg-type]  # the strategies give each field what it takes


def painted(result: Fitted, room: Ink, ink: Ink) -> tuple[NDArray[np.uint8], int, int]:
    """The alpha of what is drawn on a canvas larger than `room`, and the place of its upper left corner."""
    inside = room if not isinf(room.top) else Ink(room.left, ink.top, room.right, ink.bottom)
    left, top = floor(inside.left - MARGIN), floor(inside.top - MARGIN)
    surface = cairocffi.ImageSurface(
        cairocffi.FORMAT_ARGB32, ceil(inside.right + MARGIN) - left, ceil(inside.bottom + MARGIN) - top
    )
    context = cairocffi.Context(surface)
    context.translate(-left, -top)
    for placed in result.placed:
        paint_glyphs(context, placed)
    surface.flush()
    bgra = np.frombuffer(surface.get_data(), np.uint8).reshape(surface.get_height(), surface.get_width(), 4)
    return bgra[:, :, 3].copy(), left, top


def paint_glyphs(context: cairocffi.Context, placed: PlacedGlyphs) -> None:
    colored = [glyph for glyph in placed.glyphs if has_own_colors(placed.face, glyph[0])]
    trace(context, placed.face, placed.size, [glyph for glyph in placed.glyphs if glyph not in colored])
    context.fill()
    for glyph, x, y in colored:
        context.save()
        context.translate(x, y)
        paint_glyph(context, placed.face, placed.size, glyph, OPAQUE)
        context.restore()


def stray_pixels(result: Fitted, room: Ink) -> int:
    """How many pixels are inked that lie outside of `room` altogether."""
    if result.ink is None:
        return 0
    alpha, left, top = painted(result, room, result.ink)
    outside = alpha > FAINT
    rows = slice(0, None) if isinf(room.top) else slice(floor(room.top) - top, ceil(room.bottom) - top)
    outside[rows, floor(room.left) - left : ceil(room.right) - left] = False
    return int(outside.sum())


@pytest.mark.parametrize("script", WORDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_pixel_of_any_script_is_inked_outside_the_box(script: str, data: st.DataObject) -> None:
    runs, box = data.draw(texts(script)), data.draw(boxes())
    result = fit(runs, box, fonts())
    assert stray_pixels(result, Ink(*box.room)) == 0


def test_pixels_outside_are_seen() -> None:
    """What the tests above count, where there is some."""
    result = fit([Run("HHH", TextStyle(("Inter",), 40))], Box(x=0, y=40), fonts())
    assert result.ink is not None
    assert stray_pixels(result, result.ink) == 0
    assert stray_pixels(result, Ink(*result.ink[:2], result.ink.right - 2, result.ink.bottom)) > 20
