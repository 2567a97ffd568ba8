"""JPEG within a number of bytes."""

from __future__ import annotations

import pytest
from PIL import Image

from server.encode import jpeg
from server.encode.jpeg import LOWER_QUALITIES, encode_jpeg
from server.images import JPEG_QUALITY, Effort
from tests.support.raw_pixels import noise, opened, pixels_of

PIXELS = pixels_of(noise(64, 64, opaque=True))
WHITE = "#ffffff"
SIZES = {quality: len(encode_jpeg(PIXELS, WHITE, quality=quality)) for quality in (JPEG_QUALITY, *LOWER_QUALITIES)}


def test_a_picture_that_fits_keeps_its_quality() -> None:
    assert len(encode_jpeg(PIXELS, WHITE, max_bytes=SIZES[JPEG_QUALITY])) == SIZES[JPEG_QUALITY]


@pytest.mark.parametrize("quality", LOWER_QUALITIES)
def test_the_best_quality_that_fits_is_taken(quality: int) -> None:
    assert len(encode_jpeg(PIXELS, WHITE, max_bytes=SIZES[quality])) == SIZES[quality]


def test_a_picture_that_never_fits_is_still_a_picture() -> None:
    body = encode_jpeg(PIXELS, WHITE, max_bytes=10)
    assert len(body) == min(SIZES.values())
    assert opened(body).size == (64, 64)


def test_a_wanted_quality_is_the_most() -> None:
    assert len(encode_jpeg(PIXELS, WHITE, quality=50, max_bytes=SIZES[54])) <= SIZES[54]
    assert encode_jpeg(PIXELS, WHITE, quality=50, max_bytes=SIZES[48]) == encode_jpeg(PIXELS, WHITE, quality=48)


def test_a_wanted_quality_below_all_steps_is_the_last_word() -> None:
    assert encode_jpeg(PIXELS, WHITE, quality=30, max_bytes=10) == encode_jpeg(PIXELS, WHITE, quality=30)


@pytest.mark.parametrize("max_bytes", [10, *SIZES.values()])
def test_at_most_four_pictures_are_made(max_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    save = jpeg._saved

    def counted(image: Image.Image, quality: int, effort: Effort) -> bytes:
        made.append(quality)
        return save(image, quality, effort)

    monkeypatch.setattr(jpeg, "_saved", counted)
    encode_jpeg(PIXELS, WHITE, max_bytes=max_bytes)
    assert 1 <= len(made) <= 4


@pytest.mark.parametrize("side", [224, 700])
def test_noise_is_a_picture_too(side: int) -> None:
    body = encode_jpeg(pixels_of(noise(side, side, opaque=True)), "#ffffff", quality=95)
    assert opened(body).size == (side, side)
