"""Foreign PNG, JPEG, WebP and GIF of every make become the same PNG of ours, or are refused with a reason."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from server.errors import UnfitPicture
from server.fonts.library import FontLibrary
from server.render.normalise import normalise
from server.render.pictures import Part, Pictures
from server.report import Reason

MAX_PIXELS = 25_000_000
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)

Normal = Callable[..., Image.Image]
Refused = Callable[..., Reason]


@pytest.fixture
def normal(fonts: FontLibrary) -> Normal:
    """What becomes of `data`, read back."""

    def make(data: bytes, max_pixels: int = MAX_PIXELS) -> Image.Image:
        ours = normalise(data, fonts, max_pixels)
        image = Image.open(io.BytesIO(ours.body))
        image.load()
        assert (image.format, image.size) == ("PNG", (ours.width, ours.height))
        assert image.mode in ("RGB", "RGBA")
        return image

    return make


@pytest.fixture
def refused(fonts: FontLibrary) -> Refused:
    """Why `data` is not taken."""

    def why(data: bytes, max_pixels: int = MAX_PIXELS) -> Reason:
        with pytest.raises(UnfitPicture) as raised:
            normalise(data, fonts, max_pixels)
        return raised.value.reason

    return why


def saved(image: Image.Image, format_: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()


def halves(size: tuple[int, int] = (40, 20)) -> Image.Image:
    """Left half red, right half blue."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image


def noise(width: int = 96, height: int = 64) -> Image.Image:
    return Image.fromarray(np.random.default_rng(5).integers(0, 256, (height, width, 3), dtype=np.uint8))


def pixels(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image.convert("RGBA"))


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(size: tuple[int, int], depth: int, colour: int, rows: bytes, *more: bytes, interlaced: bool = False) -> bytes:
    head = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, interlaced)
    parts = (chunk(b"IHDR", head), *more, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


# -- colours


@pytest.mark.parametrize("format_", ["PNG", "WEBP", "GIF"])
def test_what_loses_nothing_comes_out_as_it_was(normal: Normal, format_: str) -> None:
    options = {"lossless": True} if format_ == "WEBP" else {}
    assert np.array_equal(pixels(normal(saved(halves(), format_, **options))), pixels(halves()))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_comes_out_as_pillow_sees_it(normal: Normal, mode: str) -> None:
    grey = Image.linear_gradient("L").resize((16, 16))
    if mode == "I;16":
        image = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    else:
        image = grey.convert("RGB").convert(mode)
    expected = pixels(grey if mode == "I;16" else image)
    assert np.array_equal(pixels(normal(saved(image, "PNG"))), expected)


def test_half_transparent_colours_keep_their_alpha(normal: Normal) -> None:
    out = normal(saved(Image.new("RGBA", (4, 4), (200, 100, 50, 128)), "PNG"))
    assert out.getpixel((1, 1)) == pytest.approx((200, 100, 50, 128), abs=1)


def test_cmyk_and_ycck_become_rgb(normal: Normal) -> None:
    red = saved(Image.new("CMYK", (32, 32), (0, 255, 255, 0)), "JPEG", quality=95)
    assert normal(red).getpixel((9, 9)) == pytest.approx(RED, abs=6)


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_a_transparent_grey_is_found_at_every_depth(normal: Normal, depth: int) -> None:
    """Two pixels: the value 1, which tRNS makes transparent, and 0."""
    row = b"\0" + (bytes((1, 0)) if depth == 8 else bytes(((1 << 8 - depth),)))
    image = normal(png((2, 1), depth, 0, row, chunk(b"tRNS", struct.pack(">H", 1))))
    assert list(pixels(image)[0, :, 3]) == [0, 255]
    assert list(pixels(image)[0, 1, :3]) == [0, 0, 0]


def test_a_transparent_grey_of_16_bits_is_found(normal: Normal) -> None:
    row = b"\0" + struct.pack(">3H", 0x8000, 0x8001, 0xFFFF)
    out = pixels(normal(png((3, 1), 16, 0, row, chunk(b"tRNS", struct.pack(">H", 0x8000)))))
    assert list(out[0, :, 3]) == [0, 255, 255]
    assert list(out[0, 1:, 0]) == [128, 255]


def test_a_transparent_colour_of_16_bits_is_found(normal: Normal) -> None:
    row = b"\0" + struct.pack(">6H", 0x1234, 0x5678, 0x9ABC, 0xFFFF, 0, 0)
    out = pixels(normal(png((2, 1), 16, 2, row, chunk(b"tRNS", struct.pack(">3H", 0x1234, 0x5678, 0x9ABC)))))
    assert list(out[0, :, 3]) == [0, 255]


def swapped_profile() -> bytes:
    """A profile in which what the file calls red is green."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile = profile.replace(b"s\0R\0G\0B", b"x\0R\0G\0B")  # its name, so that it is not taken for sRGB
    count = struct.unpack_from(">I", profile, 128)[0]
    places = {bytes(profile[132 + 12 * i : 136 + 12 * i]): 136 + 12 * i for i in range(count)}
    red, green = places[b"rXYZ"], places[b"gXYZ"]
    profile[red : red + 8], profile[green : green + 8] = profile[green : green + 8], profile[red : red + 8]
    return bytes(profile)


def test_colours_are_read_by_the_profile_of_the_file(normal: Normal) -> None:
    data = saved(halves(), "PNG", icc_profile=swapped_profile())
    assert normal(data).getpixel((5, 5)) == pytest.approx(GREEN, abs=3)
    assert normal(data).getpixel((35, 5)) == pytest.approx(BLUE, abs=3)


def test_colours_beside_transparency_are_read_by_the_profile_too(normal: Normal) -> None:
    image = Image.new("RGBA", (4, 4), (*RED, 128))
    out = normal(saved(image, "PNG", icc_profile=swapped_profile()))
    assert out.getpixel((1, 1)) == pytest.approx((*GREEN, 128), abs=3)


@pytest.mark.parametrize("profile", [b"none", bytes(200), b"\0" * 16 + b"RGB " + bytes(400), b"\0" * 16 + b"CMYK"])
def test_a_profile_that_is_none_changes_nothing(normal: Normal, profile: bytes) -> None:
    assert normal(saved(halves(), "PNG", icc_profile=profile)).getpixel((5, 5)) == RED


# -- upright, the first frame, not too large


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_upright_however_the_camera_was_held(normal: Normal, format_: str, orientation: int) -> None:
    upright = Image.new("RGB", (48, 32), WHITE)
    upright.paste(RED, (0, 0, 24, 16))  # top left
    upright.paste(BLUE, (24, 0, 48, 16))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how the sensor saw it, as Pillow numbers its transposes
    seen = upright if orientation == 1 else upright.transpose(Image.Transpose(back[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = normal(saved(seen, format_, exif=exif, **({} if format_ == "PNG" else {"quality": 95})))
    assert out.size == (48, 32)
    for place, colour in (((8, 8), RED), ((40, 8), BLUE), ((8, 26), WHITE)):
        assert out.convert("RGB").getpixel(place) == pytest.approx(colour, abs=12)


def test_exif_that_cannot_be_read_is_ignored(normal: Normal) -> None:
    data = saved(halves(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert normal(data).size == (40, 20)


def test_of_an_animation_the_first_frame_is_shown(normal: Normal) -> None:
    frames = [Image.new("RGB", (40, 20), colour) for colour in (GREEN, RED)]
    for format_, options in (("GIF", {}), ("WEBP", {"lossless": True}), ("PNG", {})):
        data = saved(frames[0], format_, save_all=True, append_images=frames[1:], **options)
        assert pixels(normal(data))[5, 5].tolist() == [*GREEN, 255], format_


def test_a_first_frame_smaller_than_its_gif_leaves_the_rest_transparent(normal: Normal) -> None:
    data = bytearray(saved(Image.new("P", (10, 6), 0), "GIF"))
    data[6:10] = struct.pack("<HH", 40, 20)  # the whole; the frame stays 10 by 6
    at = data.index(b"\x2c", 13 + 3 * 2)
    data[at + 1 : at + 5] = struct.pack("<HH", 5, 4)
    alpha = pixels(normal(bytes(data)))[:, :, 3]
    assert alpha.shape == (20, 40)
    assert alpha[4:10, 5:15].min() == 255
    assert alpha.sum() == 60 * 255


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP"])
def test_a_large_picture_is_made_smaller(normal: Normal, format_: str) -> None:
    out = normal(saved(halves((4200, 1050)), format_))
    assert out.size == (2000, 500)
    assert out.convert("RGB").getpixel((100, 100)) == pytest.approx(RED, abs=8)
    assert out.convert("RGB").getpixel((1900, 400)) == pytest.approx(BLUE, abs=8)


def test_making_it_smaller_lends_no_edge_the_colour_behind_transparent_pixels(normal: Normal) -> None:
    image = Image.new("RGBA", (4000, 400), (0, 255, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 2001, 400))
    out = pixels(normal(saved(image, "PNG")))
    assert out.shape == (200, 2000, 4)
    assert out[out[:, :, 3] > 8][:, 1].max() < 20


def test_a_line_of_a_picture_stays_one(normal: Normal) -> None:
    assert normal(saved(Image.new("L", (20_000, 1), 90), "PNG")).size == (2000, 1)


# -- what is none, is damaged, or is too much


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!doctype html><html><body>404</body></html>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'><svg/></html>",
        b"<?xml version='1.0'?><rss/>",
        b"%PDF-1.7",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"RIFF....AVI LIST",
        b"BM\x00",
        b"\x1f\x8b\x08\x00",
        saved(noise(), "TIFF"),
        saved(noise(), "BMP"),
        saved(noise(), "AVIF"),
        saved(noise().resize((32, 32)), "ICO"),
    ],
    ids=["empty", "page", "XHTML", "RSS", "PDF", "EPS", "AVI", "BMP", "gzip", "TIFF", "real BMP", "AVIF", "ICO"],
)
def test_other_formats_are_none(refused: Refused, data: bytes) -> None:
    assert refused(data) is Reason.NOT_A_PICTURE


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_part_of_a_file_is_damaged(refused: Refused, format_: str, share: float) -> None:
    data = saved(noise(), format_)
    assert refused(data[: int(len(data) * share)]) is Reason.DAMAGED


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_half_a_jpeg_with_an_end_is_damaged(refused: Refused, normal: Normal, mode: str) -> None:
    """libjpeg paints the missing half grey, and says nothing."""
    data = saved(noise().convert(mode), "JPEG", quality=90)
    assert refused(data[: len(data) // 2] + b"\xff\xd9") is Reason.DAMAGED
    assert refused(data[: len(data) // 2] + bytes(len(data) // 2)) is Reason.DAMAGED
    assert np.array_equal(pixels(normal(data)), pixels(Image.open(io.BytesIO(data))))


@pytest.mark.parametrize(
    "options", [{"progressive": True}, {"restart_marker_rows": 1}, {"optimize": True}, {"subsampling": 0}]
)
@pytest.mark.parametrize("size", [(96, 64), (17, 9), (1, 1), (250, 3)])
def test_a_whole_jpeg_is_whole(normal: Normal, options: dict[str, Any], size: tuple[int, int]) -> None:
    data = saved(noise(*size), "JPEG", quality=85, **options)
    expected = pixels(Image.open(io.BytesIO(data)))
    assert np.array_equal(pixels(normal(data)), expected)
    assert np.array_equal(pixels(normal(data + b"trailing bytes \xff\xd8\xff\xe0")), expected)


def test_a_jpeg_of_several_pictures_shows_the_first(normal: Normal) -> None:
    data = saved(noise(), "MPO", save_all=True, append_images=[halves()])
    assert normal(data).size == (96, 64)


def test_a_jpeg_that_speaks_of_svg_is_a_jpeg(normal: Normal) -> None:
    data = saved(halves(), "JPEG", comment=b"<?xml?><svg xmlns='http://www.w3.org/2000/svg'/>", quality=95)
    assert normal(data).getpixel((5, 5)) == pytest.approx(RED, abs=8)


def test_a_png_without_its_last_rows_is_damaged(refused: Refused, normal: Normal) -> None:
    rows = b"\0" + b"\xff" * 24
    assert normal(png((8, 8), 8, 2, rows * 8)).size == (8, 8)
    assert refused(png((8, 8), 8, 2, rows * 7)) is Reason.DAMAGED


def test_an_interlaced_png_must_have_all_its_passes(refused: Refused, normal: Normal) -> None:
    passes = (1 + 1) * 1 + (1 + 1) * 1 + (1 + 2) * 1 + (1 + 2) * 2 + (1 + 4) * 2 + (1 + 4) * 4 + (1 + 8) * 4
    rows = bytes((0,)) * passes
    assert normal(png((8, 8), 8, 0, rows, interlaced=True)).size == (8, 8)
    assert refused(png((8, 8), 8, 0, rows[:-9], interlaced=True)) is Reason.DAMAGED


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "GIF"])
def test_damage_in_any_place_is_told_or_drawn_but_nothing_else(fonts: FontLibrary, format_: str) -> None:
    data = saved(noise(24, 16), format_)
    rng = np.random.default_rng(9)
    for _ in range(150):
        harmed = bytearray(data)
        for at in rng.integers(0, len(data), 3):
            harmed[at] = int(rng.integers(0, 256))
        try:
            ours = normalise(bytes(harmed), fonts, MAX_PIXELS)
        except UnfitPicture:
            continue
        assert max(ours.width, ours.height) <= 2000


def bit_png(side: int) -> bytes:
    """Black, one bit a pixel: 50 KB of file and 1.5 GB of pixels at a side of 20,000."""
    return png((side, side), 1, 0, bytes((1 + (side + 7) // 8) * side))


WEBP_BOMB = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\xc7\xb2\x31\x0c\x07\x10\x11\x88\x88\xfe\x07\0\0"


@pytest.mark.parametrize(
    "data",
    [
        bit_png(20_000),
        bit_png(5_001),
        WEBP_BOMB,
        b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff" + bytes(20),
        saved(Image.new("1", (70_000, 2)), "PNG"),
    ],
    ids=["20000²", "5001²", "34 bytes of WebP", "WebP canvas", "70000 wide"],
)
def test_a_picture_that_claims_too_much_is_never_decoded(refused: Refused, data: bytes) -> None:
    assert refused(data) is Reason.PICTURE_TOO_LARGE


def test_the_limit_of_pixels_is_the_callers(refused: Refused, normal: Normal) -> None:
    data = saved(noise(20, 10), "PNG")
    assert normal(data, 200).size == (20, 10)
    assert refused(data, 199) is Reason.PICTURE_TOO_LARGE


@pytest.mark.parametrize("image", [Image.new("RGBA", (1, 1)), Image.new("RGBA", (300, 90), (255, 255, 255, 3))])
def test_a_picture_of_nothing_is_empty(refused: Refused, image: Image.Image) -> None:
    assert refused(saved(image, "PNG")) is Reason.EMPTY


def test_what_comes_out_can_be_drawn(fonts: FontLibrary, make_template: Any) -> None:
    ours = normalise(saved(halves(), "JPEG"), fonts, MAX_PIXELS)
    pictures = Pictures(make_template("<g/>"), {"ab" * 32: ours.body})
    href = f"remote:{'ab' * 32}"
    assert pictures.size(href) == (40, 20)
    assert pictures.scaled(href, Part(0, 0, 40, 20), 20, 10, smooth=True).width == 20
