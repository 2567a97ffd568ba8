"""Logos of every shape and ground: margins cut off, a plate behind them, none blown up; and remote ones by digest."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from server.fonts.library import FontLibrary
from server.render.draw import draw
from server.render.picture_look import look
from server.render.tones import contrast, first_that_shows, luminance, read_tone

RED, WHITE, BLACK, NAVY, CLEAR = (255, 0, 0), (255, 255, 255), (0, 0, 0), (20, 33, 61), (0, 0, 0, 0)
BOX = 'x="10" y="10" width="80" height="40"'
DIGEST = "5e" * 32


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def logo(color: Any, ground: Any = CLEAR, size: tuple[int, int] = (100, 100), inner: Any = (40, 45, 60, 55)) -> bytes:
    """A bar of 20 by 10 in the middle of a wide margin."""
    image = Image.new("RGBA", size, ground)
    image.paste(color, inner)
    return png(image)


def shown(shoot: Any, data: bytes, attributes: str, **arguments: Any) -> NDArray[np.uint8]:
    picture: NDArray[np.uint8] = shoot(f'<image href="p.png" {attributes}/>', files={"p.png": data}, **arguments)
    return picture


def extent(picture: NDArray[np.uint8], color: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is nearly of one colour."""
    near = (np.abs(picture[:, :, :3].astype(int) - color).max(axis=2) < 40) & (picture[:, :, 3] > 200)
    rows, columns = np.where(near)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


# -- margins


@pytest.mark.parametrize("ground", [CLEAR, WHITE, (252, 251, 253), (240, 240, 235)])
def test_empty_margins_are_cut_off(shoot: Any, ground: Any) -> None:
    picture = shown(shoot, logo(RED, ground), f'{BOX} data-trim="true"')
    assert extent(picture, RED) == pytest.approx((10, 10, 90, 50), abs=1)


def test_without_the_attribute_margins_stay(shoot: Any) -> None:
    for attributes in (BOX, f'{BOX} data-trim="false"'):
        assert extent(shown(shoot, logo(RED), attributes), RED)[2] < 60


def test_a_coloured_ground_keeps_a_little_of_its_margin(shoot: Any) -> None:
    picture = shown(shoot, logo(RED, NAVY), f'{BOX} data-trim="true"')
    left, top, right, bottom = extent(picture, RED)
    around = extent(picture, NAVY)
    assert around[0] < left < right < around[2]
    assert around[1] < top < bottom < around[3]


def test_what_jpeg_makes_of_white_is_a_margin(shoot: Any) -> None:
    image = Image.open(io.BytesIO(logo(RED, WHITE, (200, 200), (60, 80, 140, 120)))).convert("RGB")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    left, top, right, bottom = look(Image.open(out).convert("RGBA")).content
    assert 48 <= left <= 60 <= 140 <= right <= 152
    assert 68 <= top <= 80 <= 120 <= bottom <= 132


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGBA", (30, 30), RED),
        Image.new("RGBA", (30, 30), CLEAR),
        Image.linear_gradient("L").convert("RGBA"),
        Image.new("RGBA", (1, 1), WHITE),
    ],
    ids=["one colour", "nothing", "corners differ", "one pixel"],
)
def test_a_picture_without_margins_is_left_whole(image: Image.Image) -> None:
    assert look(image).content == (0, 0, *image.size)


def test_margins_are_found_at_the_very_edge() -> None:
    image = Image.new("RGBA", (50, 40), WHITE)
    image.putpixel((49, 39), (*BLACK, 255))
    assert look(image).content == (0, 0, 50, 40)  # that corner is not white: the four share no colour
    image.putpixel((49, 39), (*WHITE, 255))
    image.putpixel((48, 39), (*BLACK, 255))
    image.putpixel((0, 1), (*BLACK, 255))
    assert look(image).content == (0, 1, 49, 40)


def test_trimming_and_slicing_go_together(shoot: Any) -> None:
    picture = shown(shoot, logo(RED), f'{BOX} data-trim="true" preserveAspectRatio="xMidYMid slice"')
    assert extent(picture, RED) == pytest.approx((10, 10, 90, 50), abs=1)
    square = shown(shoot, logo(RED, inner=(40, 40, 60, 60)), f'{BOX} data-trim="true" preserveAspectRatio="none"')
    assert extent(square, RED) == pytest.approx((10, 10, 90, 50), abs=1)


def letter_h(ground: Any) -> Image.Image:
    """Cropped to its ink: all four corners are of its own colour."""
    image = Image.new("RGBA", (60, 60), (*BLACK, 255))
    for top, bottom in ((0, 24), (36, 60)):
        image.paste(ground, (15, top, 45, bottom))
    return image


@pytest.mark.parametrize("ground", [CLEAR, (*WHITE, 255)])
def test_a_letter_in_all_four_corners_is_no_margin(ground: Any) -> None:
    found = look(letter_h(ground))
    assert found.content == found.framed == (0, 0, 60, 60)
    assert found.ground is None


# -- plates


@pytest.mark.parametrize(
    ("color", "plate"),
    [(BLACK, WHITE), (RED, WHITE), (WHITE, NAVY), ((226, 232, 240), NAVY), (NAVY, WHITE)],
)
def test_the_plate_is_the_first_colour_from_which_the_logo_stands_out(
    shoot: Any, color: tuple[int, int, int], plate: tuple[int, int, int]
) -> None:
    picture = shown(shoot, logo(color), f'{BOX} data-trim="true" data-plate="#ffffff #14213d" data-plate-padding="6"')
    assert extent(picture, plate) == (16, 10, 84, 50)  # 28 high inside 6 of padding, so 56 wide
    assert extent(picture, color)[1] == pytest.approx(16, abs=1)


def test_a_plate_lies_around_the_picture_and_not_around_its_box(shoot: Any) -> None:
    square = logo(BLACK, inner=(40, 40, 60, 60))
    attributes = f'{BOX} data-trim="true" data-plate="#fff" data-plate-padding="5"'
    picture = shown(shoot, square, f'{attributes} preserveAspectRatio="xMaxYMid"')
    assert extent(picture, WHITE) == (50, 10, 90, 50)


def test_a_plate_takes_the_ground_that_a_picture_brings_along(shoot: Any) -> None:
    picture = shown(
        shoot, logo(BLACK, (250, 204, 21)), f'{BOX} data-trim="true" data-plate="#fff" data-plate-padding="5"'
    )
    assert extent(picture, (250, 204, 21)) == (15, 10, 85, 50)  # the bar is 60 by 30, with 5 around it
    assert not np.any(np.all(picture[:, :, :3] == 255, axis=2) & (picture[:, :, 3] == 255))


def test_the_corners_of_a_plate_are_round_and_no_picture_shows_beside_them(shoot: Any) -> None:
    opaque = png(Image.new("RGB", (80, 40), RED))
    picture = shown(shoot, opaque, f'{BOX} data-plate="#fff" data-plate-radius="16"')
    assert picture[11, 11, 3] == picture[48, 88, 3] == 0
    assert picture[30, 10, 3] == picture[10, 50, 3] == 255


def test_a_plate_and_its_picture_fade_as_one(shoot: Any) -> None:
    picture = shown(shoot, png(Image.new("RGB", (80, 40), BLACK)), f'{BOX} data-plate="#fff" opacity="0.5"')
    assert picture[30, 50].tolist() == pytest.approx([0, 0, 0, 128], abs=1)


@pytest.mark.parametrize(
    "more",
    [
        'data-plate="nonsense"',
        'data-plate=""',
        'data-plate="none url(#x)"',
        'data-plate-padding="9" data-plate-radius="9"',
    ],
)
def test_without_a_colour_there_is_no_plate(shoot: Any, more: str) -> None:
    data = logo(BLACK)
    assert np.array_equal(shown(shoot, data, f"{BOX} {more}"), shown(shoot, data, BOX))


@pytest.mark.parametrize("number", ["inf", "nan", "1e308", "-5", "1e-320", "none", "9999999", "50%", "2em", "x"])
def test_no_number_of_a_look_does_harm(shoot: Any, number: str) -> None:
    attributes = " ".join(
        f'{name}="{number}"' for name in ("data-plate-padding", "data-plate-radius", "data-max-upscale")
    )
    for box in (BOX, 'x="10" y="10"', 'width="0.001" height="9"'):
        shown(shoot, logo(BLACK), f'{box} data-trim="true" data-plate="#fff" {attributes}')


# -- size


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('data-max-upscale="2"', (40, 20)),
        ('data-max-upscale="1"', (20, 10)),
        ('data-max-upscale="100"', (80, 40)),
        ("", (80, 40)),
        ('data-max-upscale="2" preserveAspectRatio="xMidYMid slice"', (80, 40)),
    ],
)
def test_a_tiny_picture_is_not_blown_up(shoot: Any, attributes: str, size: tuple[int, int]) -> None:
    picture = shown(shoot, png(Image.new("RGB", (20, 10), RED)), f"{BOX} {attributes}")
    left, top, right, bottom = extent(picture, RED)
    assert (right - left, bottom - top) == size
    assert (left + right, top + bottom) == (100, 60)


# -- tones


def test_contrast_is_that_of_wcag() -> None:
    black, white, grey = ((share, share, share) for share in (0.0, 1.0, 118 / 255))
    assert contrast(black, white) == contrast(white, black) == pytest.approx(21)
    assert contrast(grey, white) == pytest.approx(4.54, abs=0.01)  # #767676, the textbook's lightest grey on white
    assert luminance(white) == pytest.approx(1)


def test_where_nothing_stands_out_the_best_is_taken() -> None:
    assert first_that_shows((0.5, 0.5, 0.5), [(0.45,) * 3, (0.2,) * 3, (0.55,) * 3]) == (0.2,) * 3
    assert first_that_shows((0.5, 0.5, 0.5), []) is None


@pytest.mark.parametrize("value", ["", "none", "transparent", "currentColor", "url(#a)", "greenish", "#12345"])
def test_what_is_no_colour_is_none(value: str) -> None:
    assert read_tone(value) is None


# -- remote pictures


@pytest.fixture
def shoot_with(make_template: Any, make_spec: Any, fonts: FontLibrary) -> Callable[..., NDArray[np.uint8]]:
    def take(href: str, pictures: Mapping[str, bytes], body: str = "") -> NDArray[np.uint8]:
        template = make_template(
            body or f'<image href="{{{{ logo }}}}" {BOX}/>', params='[params.logo]\ntype = "image"\n'
        )
        picture = draw(make_spec(template, logo=href), template, fonts, pictures)
        return np.asarray(Image.open(io.BytesIO(picture.body)).convert("RGBA"))

    return take


def test_a_remote_picture_that_came_along_is_drawn(shoot_with: Any) -> None:
    data = png(Image.new("RGB", (8, 4), RED))
    assert extent(shoot_with(f"remote:{DIGEST}", {DIGEST: data}), RED) == (10, 10, 90, 50)


def test_two_remote_pictures_are_never_taken_for_each_other(shoot_with: Any) -> None:
    ours, theirs = png(Image.new("RGB", (8, 4), RED)), png(Image.new("RGB", (8, 4), NAVY))
    pictures = {DIGEST: ours, "ab" * 32: theirs}
    for _ in range(2):
        assert extent(shoot_with(f"remote:{DIGEST}", pictures), RED) == (10, 10, 90, 50)
        assert extent(shoot_with(f"remote:{'ab' * 32}", pictures), NAVY) == (10, 10, 90, 50)


@pytest.mark.parametrize("href", [f"remote:{'00' * 32}", "remote:", f"remote:{DIGEST.upper()}", f"remote:{DIGEST}#x"])
def test_what_merely_looks_like_one_draws_nothing(shoot_with: Any, href: str) -> None:
    picture = shoot_with(href, {DIGEST: png(Image.new("RGB", (8, 4), RED))})
    assert picture[:, :, 3].max() == 0


def test_a_photo_on_a_plate_has_its_frame(shoot: Any) -> None:
    image = Image.linear_gradient("L").resize((80, 40)).convert("RGB")
    ImageDraw.Draw(image).rectangle((0, 0, 3, 3), fill=RED)
    picture = shown(shoot, png(image), f'{BOX} data-plate="#14213d" data-plate-padding="4"')
    assert picture[12, 50].tolist() == [*NAVY, 255]
