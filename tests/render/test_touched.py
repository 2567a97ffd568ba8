"""No pixel changes in a row that was not noted."""

from __future__ import annotations

import cairocffi
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.render.touched import WatchedContext

SIZE = 60
SCALE = st.sampled_from([-2, -0.4, 0.3, 1, 3])
NUMBER = st.floats(-40, 100).map(lambda number: round(number, 2))


def paint(way: str, numbers: list[float], context: cairocffi.Context) -> None:
    a, b, c, d, turn, scale = numbers
    context.translate(c, d)
    context.rotate(turn)
    context.scale(scale or 1, 1)
    context.set_source_rgba(0.1, 0.4, 0.9, 0.7)
    if way == "in a group":
        context.push_group()
        paint("fill", numbers, context)
        context.pop_group_to_source()
        context.paint_with_alpha(0.5)
    elif way == "clipped":
        context.rectangle(a, b, 20, 9)
        context.clip()
        context.paint()
    elif way == "mask":
        context.rectangle(a, b, 20, 9)
        context.clip()
        context.mask(cairocffi.SolidPattern(0, 0, 0, 0.5))
    elif way == "mask surface":
        mask = cairocffi.ImageSurface(cairocffi.FORMAT_A8, 9, 7)
        cairocffi.Context(mask).paint()
        context.mask_surface(mask, a, b)
    elif way == "square dots":
        context.set_line_cap(cairocffi.LINE_CAP_SQUARE)
        context.set_miter_limit(1)
        context.set_line_width(16)
        context.move_to(a, b)
        context.line_to(a + 3, b + 3)
        context.move_to(b, a)
        context.close_path()
        context.stroke()
    elif way == "spikes":
        context.set_line_width(6)
        context.move_to(a, b)
        context.line_to(a + 2, b + 40)
        context.line_to(a + 4, b)
        context.stroke()
    elif way == "stroke":
        context.set_line_width(7)
        context.move_to(a, b)
        context.curve_to(b, a, a + 9, b - 20, a + 30, b + 8)
        context.stroke()
    else:
        context.arc(a, b, 9, 0, 6)
        context.line_to(a + 20, b)
        (context.fill if way == "fill" else context.fill_preserve)()


@pytest.mark.parametrize(
    "way", ["fill", "fill_preserve", "stroke", "square dots", "spikes", "clipped", "mask", "mask surface", "in a group"]
)
@settings(max_examples=60, deadline=None)
@given(numbers=st.tuples(NUMBER, NUMBER, NUMBER, NUMBER, st.floats(-4, 4), SCALE).map(list))
def test_rows_that_are_not_noted_stay_as_they_were(way: str, numbers: list[float]) -> None:
    surface = cairocffi.ImageSurface(cairocffi.FORMAT_ARGB32, SIZE, SIZE)
    context = WatchedContext(surface, SIZE)
    paint(way, numbers, context)
    surface.flush()
    pixels = np.frombuffer(surface.get_data(), np.uint32).reshape(SIZE, SIZE)
    noted = np.zeros(SIZE, bool)
    for first, end in context.rows:
        noted[first:end] = True
    assert not pixels[~noted].any()


def test_of_a_mask_on_whole_pixels_its_own_rows_are_noted() -> None:
    context = WatchedContext(cairocffi.ImageSurface(cairocffi.FORMAT_ARGB32, SIZE, SIZE), SIZE)
    context.set_source_rgb(1, 0, 0)
    context.mask_surface(cairocffi.ImageSurface(cairocffi.FORMAT_A8, 9, 7), 3, 20)
    assert context.rows == ((20, 27),)


def test_a_stroke_of_nothing_is_not_noted() -> None:
    context = WatchedContext(cairocffi.ImageSurface(cairocffi.FORMAT_ARGB32, SIZE, SIZE), SIZE)
    context.set_source_rgba(0, 0, 0, 0)
    context.rectangle(1, 1, 9, 9)
    context.stroke()
    assert not context.rows


def test_what_is_outside_of_the_picture_is_not_noted() -> None:
    context = WatchedContext(cairocffi.ImageSurface(cairocffi.FORMAT_ARGB32, SIZE, SIZE), SIZE)
    context.rectangle(1, SIZE + 5, 9, 9)
    context.fill()
    assert not context.rows


def test_painting_with_a_source_set_after_a_group_is_noted() -> None:
    context = WatchedContext(cairocffi.ImageSurface(cairocffi.FORMAT_ARGB32, SIZE, SIZE), SIZE)
    context.push_group()
    context.pop_group_to_source()
    context.set_source_rgb(1, 0, 0)
    context.paint()
    assert context.rows == ((0, SIZE),)
