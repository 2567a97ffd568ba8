from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from bench.cards import read_cards, spec_of, values_of
from bench.checking import WrongPicture, check, check_size, plain, worst_block
from server.images import Format
from server.render.draw import draw
from tests.support.shipped import fonts

CARD = read_cards()["header"]


@pytest.mark.parametrize("format", [Format.PNG, Format.JPG])
def test_a_picture_as_drawn_is_right(format: Format) -> None:
    spec = spec_of(CARD, values_of(3), format)
    check(draw(spec, CARD, fonts()).body, spec, CARD, fonts())


@pytest.mark.parametrize("format", [Format.PNG, Format.JPG])
def test_another_persons_picture_is_wrong(format: Format) -> None:
    others = draw(spec_of(CARD, values_of(4), format), CARD, fonts())
    with pytest.raises(WrongPicture, match="worst block"):
        check(others.body, spec_of(CARD, values_of(3), format), CARD, fonts())


def test_one_pixel_that_differs_by_one_is_wrong_in_a_png() -> None:
    spec = spec_of(CARD, values_of(3), Format.PNG)
    colours = plain(spec, CARD, fonts()).copy()
    colours[199, 599, 2] ^= 1
    out = io.BytesIO()
    Image.fromarray(colours).save(out, "PNG")
    with pytest.raises(WrongPicture, match="differs"):
        check(out.getvalue(), spec, CARD, fonts())


def test_another_size_or_format_or_no_picture_is_wrong() -> None:
    spec = spec_of(CARD, values_of(3), Format.PNG)
    body = draw(spec, CARD, fonts()).body
    check_size(body, Format.PNG, (600, 200), "ours")
    with pytest.raises(WrongPicture, match="600x200 pixels, not 600x201"):
        check_size(body, Format.PNG, (600, 201), "ours")
    with pytest.raises(WrongPicture, match="no JPEG"):
        check_size(body, Format.JPG, (600, 200), "ours")
    with pytest.raises(WrongPicture, match="not what was asked"):
        check(body, spec_of(CARD, values_of(3), Format.PNG, scale=2), CARD, fonts())


def test_the_worst_block_is_found_at_the_edge_of_an_odd_size() -> None:
    one = np.zeros((13, 21, 3), np.uint8)
    other = one.copy()
    other[12, 20] = 64
    assert worst_block(one, other) == 1
    assert worst_block(one, one) == 0
