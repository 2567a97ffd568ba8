"""Every encoder is judged by Pillow's decoders, never by itself."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.encode.formats import encode
from server.images import Effort, Format
from tests.support.raw_pixels import flat, noise, opened, pixels_of

WHITE = "#ffffff"


@given(
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    padding=st.sampled_from([0, 4, 12]),
    effort=st.sampled_from(Effort),
)
@settings(max_examples=40, deadline=None)
def test_opaque_png_gives_every_pixel_back(width: int, height: int, padding: int, effort: Effort) -> None:
    rgba = noise(width, height, opaque=True)
    image = opened(encode(pixels_of(rgba, padding=padding), Format.PNG, WHITE, effort=effort))
    assert image.mode == "RGB"
    assert np.array_equal(np.asarray(image), rgba[:, :, :3])


def test_transparent_png_gives_every_visible_pixel_back() -> None:
    rgba = flat(0, 0, 0, 0)
    rgba[1, 1] = (255, 0, 0, 255)
    rgba[2, 3] = (0, 255, 0, 128)
    image = opened(encode(pixels_of(rgba), Format.PNG, WHITE))
    assert image.mode == "RGBA"
    assert np.array_equal(np.asarray(image), rgba)


def test_one_transparent_pixel_keeps_the_alpha_channel() -> None:
    rgba = flat(10, 20, 30)
    rgba[4, 6, 3] = 254
    assert opened(encode(pixels_of(rgba), Format.PNG, WHITE)).mode == "RGBA"


def test_png_bytes_are_the_same_each_time() -> None:
    pixels = pixels_of(noise(30, 30, opaque=False))
    assert encode(pixels, Format.PNG, WHITE) == encode(pixels, Format.PNG, WHITE)


def test_png_says_96_dots_per_inch() -> None:
    image = opened(encode(pixels_of(flat(1, 2, 3)), Format.PNG, WHITE))
    assert image.info["dpi"] == pytest.approx((96, 96), abs=0.1)


def test_png_holds_nothing_but_its_four_chunks() -> None:
    body = encode(pixels_of(flat(1, 2, 3)), Format.PNG, WHITE)
    kinds, at = [], 8
    while at < len(body):
        (size,) = struct.unpack_from(">I", body, at)
        kinds.append(body[at + 4 : at + 8])
        at += size + 12
    assert kinds == [b"IHDR", b"pHYs", b"IDAT", b"IEND"]


@pytest.mark.parametrize("format_", list(Format))
def test_every_format_has_an_encoder_that_keeps_the_size(format_: Format) -> None:
    image = opened(encode(pixels_of(flat(200, 30, 30, width=33, height=21)), format_, WHITE))
    assert image.size == (33, 21)


@pytest.mark.parametrize("format_", [Format.JPG, Format.WEBP])
def test_lossy_formats_keep_a_flat_colour(format_: Format) -> None:
    image = opened(encode(pixels_of(flat(200, 30, 60, width=32, height=32)), format_, WHITE)).convert("RGB")
    assert np.abs(np.asarray(image).astype(int) - (200, 30, 60)).max() <= 4


def test_jpeg_shows_the_background_where_nothing_was_painted() -> None:
    image = opened(encode(pixels_of(flat(0, 0, 0, 0, width=16, height=16)), Format.JPG, "#102030"))
    assert np.abs(np.asarray(image).astype(int) - (16, 32, 48)).max() <= 2


def test_jpeg_mixes_half_transparent_paint_with_the_background() -> None:
    image = opened(encode(pixels_of(flat(255, 0, 0, 128, width=16, height=16)), Format.JPG, WHITE))
    assert np.abs(np.asarray(image).astype(int) - (255, 127, 127)).max() <= 2


def test_jpeg_keeps_full_colour_resolution() -> None:
    """A one-pixel red line on blue: halved colour would turn it purple."""
    rgba = flat(0, 0, 200, width=16, height=16)
    rgba[8, :, :3] = (230, 0, 0)
    row = np.asarray(opened(encode(pixels_of(rgba), Format.JPG, WHITE)))[8]
    assert row[:, 0].min() > 180
    assert row[:, 2].max() < 60


def test_webp_keeps_transparency() -> None:
    rgba = flat(0, 0, 255, width=16, height=16)
    rgba[:8, :, 3] = 0
    alpha = np.asarray(opened(encode(pixels_of(rgba), Format.WEBP, WHITE)))[:, :, 3]
    assert alpha[0, 0] == 0
    assert alpha[15, 15] == 255
