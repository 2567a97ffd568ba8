"""The comparison itself: the smallest real damage must be seen, an identical picture must pass."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from tests.support.pictures import decode, differing_pixels, side_by_side


def card(**changes: object) -> Image.Image:
    image = Image.new("RGBA", (200, 60), str(changes.get("fill", "#ffffff")))
    draw = ImageDraw.Draw(image)
    x = int(str(changes.get("x", 10)))
    draw.text((x, 20), str(changes.get("text", "Hi Sarah.")), fill="#000000")
    return image


def test_identical_pictures_have_no_difference() -> None:
    assert differing_pixels(card(), card()) == 0


@pytest.mark.parametrize(
    "changes",
    [{"text": "Hi Sarah"}, {"text": "Hi Sarak."}, {"x": 11}, {"fill": "#fffffe"}],
    ids=["a lost full stop", "a wrong letter", "a shift by one pixel", "a fill one step darker"],
)
def test_small_damage_is_seen(changes: dict[str, object]) -> None:
    assert differing_pixels(card(), card(**changes)) > 0


def test_another_size_differs_everywhere() -> None:
    assert differing_pixels(card(), card().crop((0, 0, 199, 60))) == 200 * 60


def test_the_failure_picture_shows_all_three() -> None:
    sheet = side_by_side(card(), card(text="Hi Bob."))
    assert sheet.size == (3 * 200 + 20, 60)
    assert sheet.crop((210, 0, 410, 60)).getbbox() is not None


def test_decoding_keeps_every_pixel() -> None:
    out = io.BytesIO()
    card().save(out, "PNG")
    assert differing_pixels(card(), decode(out.getvalue())) == 0
