"""Raster pictures of a template: every format, every fit, and files that are no pictures."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from server.errors import BrokenTemplate

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def halves(size: tuple[int, int] = (40, 20)) -> Image.Image:
    """Left half red, right half blue."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image


def saved(image: Image.Image, format_: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()


def at(picture: Any, x: int, y: int) -> list[int]:
    return [int(channel) for channel in picture[y, x]]


def shown(shoot: Any, data: bytes, attributes: str = 'x="10" y="10" width="40" height="20"', **arguments: Any) -> Any:
    return shoot(f'<image href="p.bin" {attributes}/>', files={"p.bin": data}, **arguments)


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_format_is_drawn_whatever_its_name(shoot: Any, format_: str) -> None:
    options = {"quality": 95} if format_ in ("JPEG", "WEBP") else {}
    picture = shown(shoot, saved(halves(), format_, **options))
    assert at(picture, 15, 20) == pytest.approx([*RED, 255], abs=8)
    assert at(picture, 45, 20) == pytest.approx([*BLUE, 255], abs=8)
    assert at(picture, 5, 20)[3] == at(picture, 55, 20)[3] == at(picture, 20, 35)[3] == 0


def test_a_picture_at_its_own_size_is_not_touched(shoot: Any) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (20, 40, 3), dtype=np.uint8)
    picture = shown(shoot, saved(Image.fromarray(noise), "PNG"))
    assert np.array_equal(picture[10:30, 10:50, :3], noise)


def test_transparency_is_kept(shoot: Any) -> None:
    picture = shown(shoot, saved(Image.new("RGBA", (40, 20), (255, 0, 0, 128)), "PNG"))
    assert at(picture, 20, 20) == pytest.approx([255, 0, 0, 128], abs=2)


def test_transparent_pixels_lend_their_colour_to_no_edge(shoot: Any) -> None:
    image = Image.new("RGBA", (80, 40), (0, 255, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 41, 40))
    picture = shown(shoot, saved(image, "PNG"))
    assert picture[10:30, 10:50, 1].max() < 10


def test_cmyk_becomes_rgb(shoot: Any) -> None:
    picture = shown(shoot, saved(Image.new("CMYK", (40, 20), (0, 255, 255, 0)), "JPEG", quality=95))
    red, green, blue, _ = at(picture, 20, 20)
    assert red > 180 > 90 > max(green, blue)


def test_a_palette_with_transparency_is_drawn(shoot: Any) -> None:
    image = Image.new("P", (40, 20), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.paste(1, (20, 0, 40, 20))
    picture = shown(shoot, saved(image, "GIF", transparency=1))
    assert at(picture, 15, 20) == [*RED, 255]
    assert at(picture, 45, 20)[3] == 0


def test_a_camera_held_sideways_is_turned(shoot: Any) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise: the left side comes on top
    picture = shown(shoot, saved(halves((40, 20)), "JPEG", exif=exif, quality=95), 'width="20" height="40"')
    assert at(picture, 10, 5) == pytest.approx([*RED, 255], abs=8)
    assert at(picture, 10, 35) == pytest.approx([*BLUE, 255], abs=8)


def test_the_first_frame_stands_for_an_animation(shoot: Any) -> None:
    frames = [Image.new("RGB", (40, 20), colour) for colour in (GREEN, RED)]
    picture = shown(shoot, saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert at(picture, 20, 20) == [*GREEN, 255]


BOX = 'x="20" y="0" width="40" height="40"'


@pytest.mark.parametrize(
    ("aspect", "inside", "outside"),
    [
        ("", [(22, 20, RED), (58, 20, BLUE)], [(40, 5), (40, 35)]),
        ("xMidYMin", [(22, 5, RED), (58, 15, BLUE)], [(40, 25)]),
        ("xMidYMax meet", [(22, 35, RED)], [(40, 15)]),
        ("none", [(22, 2, RED), (58, 38, BLUE)], [(10, 10), (70, 10)]),
        ("xMidYMid slice", [(22, 2, RED), (38, 38, RED), (42, 20, BLUE)], [(10, 20), (70, 20)]),
        ("xMinYMid slice", [(22, 2, RED), (57, 38, RED)], [(10, 20), (70, 20)]),
        ("xMaxYMid slice", [(22, 2, BLUE), (58, 38, BLUE)], [(10, 20), (70, 20)]),
    ],
)
def test_preserve_aspect_ratio(shoot: Any, aspect: str, inside: Any, outside: Any) -> None:
    picture = shown(shoot, saved(halves(), "PNG"), f'{BOX} preserveAspectRatio="{aspect}"')
    for x, y, colour in inside:
        assert at(picture, x, y) == pytest.approx([*colour, 255], abs=6)
    for x, y in outside:
        assert at(picture, x, y)[3] == 0


@pytest.mark.parametrize(
    ("attributes", "right", "bottom"),
    [
        ("", 40, 20),
        ('width="80"', 80, 40),
        ('height="10"', 20, 10),
    ],
)
def test_a_side_that_is_not_given_follows_from_the_picture(
    shoot: Any,
    attributes: str,
    right: int,
    bottom: int,
) -> None:
    alpha = shown(shoot, saved(halves(), "PNG"), attributes)[:, :, 3]
    rows, columns = np.where(alpha > 127)
    assert (int(columns.max()) + 1, int(rows.max()) + 1) == (right, bottom)


def test_scaling_down_uses_every_pixel(shoot: Any) -> None:
    """A fine chequerboard becomes an even grey; mixing four neighbours would leave a pattern."""
    board = (np.indices((400, 800)).sum(axis=0) % 2 * 255).astype(np.uint8)
    picture = shown(shoot, saved(Image.fromarray(board), "PNG"))
    inner = picture[12:28, 12:48, :3].astype(int)
    assert inner.max() - inner.min() <= 6
    assert abs(inner.mean() - 127.5) < 3


def test_a_picture_is_as_sharp_as_the_output_allows(shoot: Any) -> None:
    stripes = np.zeros((40, 80), np.uint8)
    stripes[:, ::2] = 255
    row = shown(shoot, saved(Image.fromarray(stripes), "PNG"), scale=2.0)[40, 22:98, 0]
    assert row.min() == 0
    assert row.max() == 255


def test_clip_opacity_and_transform_apply(shoot: Any) -> None:
    body = (
        '<clipPath id="c"><rect x="10" y="10" width="20" height="20"/></clipPath>'
        '<g transform="translate(5 0)"><image href="p.png" x="10" y="10" width="40" height="20" '
        'clip-path="url(#c)" opacity="0.5"/></g>'
    )
    picture = shoot(body, files={"p.png": saved(halves(), "PNG")})
    assert at(picture, 20, 20) == pytest.approx([*RED, 128], abs=2)
    assert at(picture, 40, 20)[3] == 0


def test_a_turned_picture_is_drawn_turned(shoot: Any) -> None:
    body = '<image href="p.png" width="40" height="20" transform="translate(60 5) rotate(90)"/>'
    picture = shoot(body, files={"p.png": saved(halves(), "PNG")})
    assert at(picture, 50, 10) == pytest.approx([*RED, 255], abs=3)
    assert at(picture, 50, 40) == pytest.approx([*BLUE, 255], abs=3)


def test_an_embedded_picture_is_drawn(shoot: Any) -> None:
    data = base64.b64encode(saved(halves(), "PNG")).decode()
    picture = shoot(f'<image href="data:image/png;base64,{data}" width="40" height="20"/>')
    assert at(picture, 5, 10) == [*RED, 255]


@pytest.mark.parametrize(
    "body",
    [
        "<image/>",
        '<image href=""/>',
        '<image href="gone.png" width="9" height="9"/>',
        '<image href="p.png" width="0"/>',
        '<image href="https://example.com/x.png" width="9" height="9"/>',
        '<image href="p.png" display="none"/>',
        '<image href="p.png" visibility="hidden"/>',
        '<g display="none"><image href="p.png"/></g>',
        '<clipPath id="c"><image href="p.png"/></clipPath><rect width="50" height="9" clip-path="url(#c)"/>',
    ],
)
def test_where_there_is_no_picture_nothing_is_drawn(shoot: Any, body: str) -> None:
    assert shoot(body, files={"p.png": saved(halves(), "PNG")})[:, :, 3].max() == 0


def bomb_png(side: int) -> bytes:
    """A black picture of one bit a pixel: 1.5 GB for cairo at a side of 20,000."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compress(bytes((side // 8 + 1) * 64)) if side > 6000 else zlib.compress(bytes((side // 8 + 1) * side))
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (bomb_png(5001), "25,000,000 are allowed"),
        (bomb_png(20_000), "allowed|too large"),
        (saved(halves(), "PNG")[:60], "damaged"),
        (saved(halves((400, 300)), "JPEG")[:900], "damaged"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "no PNG"),
        (b"", "no PNG"),
        (saved(halves(), "TIFF"), "no PNG"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8X", "damaged"),
        (b"RIFF....AVI LIST", "damaged"),
    ],
    ids=["5001²", "20000²", "half a PNG", "half a JPEG", "SVG", "EPS", "empty", "TIFF", "WebP head", "AVI"],
)
def test_a_broken_picture_of_the_template_is_named(shoot: Any, data: bytes, said: str) -> None:
    with pytest.raises(BrokenTemplate, match=said) as raised:
        shown(shoot, data)
    assert raised.value.file == "p.bin"
