"""A JPEG of rows that were coded at different times is the JPEG that libjpeg writes at once."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from server.encode import jpeg_rows
from server.encode.changed import Part
from server.encode.jpeg_rows import BLOCK_ROWS, DENSITY_DPI, FULL_COLOUR, jpeg_over, prepare_jpeg
from server.images import Live
from tests.support.raw_pixels import compared, flat, noise, opened, pixels_of, slope

WHITE = "#ffffff"
QUALITY = 84


def at_once(rgba: np.ndarray) -> bytes:
    """As Pillow writes it whole, with the same settings."""
    out = io.BytesIO()
    Image.fromarray(rgba[:, :, :3]).save(
        out, "JPEG", quality=QUALITY, subsampling=FULL_COLOUR, dpi=DENSITY_DPI, restart_marker_rows=1
    )
    return out.getvalue()


@given(
    width=st.integers(1, 40),
    height=st.integers(1, 90),
    stretches=st.lists(st.tuples(st.integers(0, 89), st.integers(1, 30)), max_size=4),
)
@settings(max_examples=80, deadline=None)
def test_what_is_stitched_is_what_is_written_at_once(width: int, height: int, stretches: list[tuple[int, int]]) -> None:
    below, above = slope(width, height), noise(width, height, opaque=True)
    picture = below.copy()
    for start, length in stretches:
        picture[start : start + length] = above[start : start + length]
    base = prepare_jpeg(pixels_of(below), WHITE, QUALITY)
    assert jpeg_over(base, compared(pixels_of(picture), pixels_of(below))) == at_once(picture)


def test_rows_that_are_not_live_are_not_looked_at() -> None:
    below, picture = flat(9, 9, 9, width=16, height=64), flat(9, 9, 9, width=16, height=64)
    picture[20:22, :, :3] = 200
    base = prepare_jpeg(pixels_of(below), WHITE, QUALITY)
    live, elsewhere = (replace(pixels_of(picture), live=(Live(*rows),)) for rows in ((19, 23), (40, 64)))
    assert jpeg_over(base, live) == at_once(picture)
    assert jpeg_over(base, elsewhere) == at_once(below)


def test_what_is_known_to_be_the_same_is_coded_once() -> None:
    below, picture = flat(9, 9, 9, width=16, height=64), flat(9, 9, 9, width=16, height=64)
    picture[20:22, :, :3] = 200
    base = prepare_jpeg(pixels_of(below), WHITE, QUALITY)
    for _ in range(2):
        assert jpeg_over(base, replace(pixels_of(picture), live=(Live(19, 23, "date"),))) == at_once(picture)
    coded = jpeg_rows._drawn_rows.get((base._name, Part(2, 3, ("date",))), pytest.fail)
    assert len(coded) == 1
    for row in (30, 33):
        other = picture.copy()
        other[row, :, :3] = 0
        live = Live(19, 23, "date"), Live(row, row + 1)
        assert jpeg_over(base, replace(pixels_of(other), live=live)) == at_once(other)


def test_the_same_name_over_another_base_is_something_else() -> None:
    for level in (9, 200):
        below = flat(level, level, 9, width=16, height=64)
        picture = below.copy()
        picture[20:22, :, :3] = 100
        named = replace(pixels_of(picture), live=(Live(19, 23, "date"),))
        assert jpeg_over(prepare_jpeg(pixels_of(below), WHITE, QUALITY), named) == at_once(picture)


def test_what_is_seen_through_lies_on_the_background() -> None:
    below, picture = flat(0, 0, 0, 0, width=16, height=32), flat(0, 0, 0, 0, width=16, height=32)
    picture[8:16] = (0, 0, 255, 128)
    shown = compared(pixels_of(picture), pixels_of(below))
    image = opened(jpeg_over(prepare_jpeg(pixels_of(below), "#ff0000", 95), shown))
    assert np.allclose(np.asarray(image)[28, 8], (255, 0, 0), atol=4)
    assert np.allclose(np.asarray(image)[12, 8], (127, 0, 128), atol=6)


@pytest.mark.parametrize("rows", [1, 9, 17])
def test_a_base_of_n_rows_of_blocks_has_n_pieces(rows: int) -> None:
    height = BLOCK_ROWS * (rows - 1) + 1
    assert len(prepare_jpeg(pixels_of(noise(12, height, opaque=True)), WHITE, QUALITY).rows) == rows
