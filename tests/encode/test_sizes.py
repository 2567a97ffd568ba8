"""What the shipped cards weigh."""

from __future__ import annotations

import io

import cairocffi
import pytest

from server.catalog.resolve import default_spec
from server.encode.bands import prepare
from server.encode.png import encode_png
from server.images import Effort, Format, Pixels
from server.render.compose import compose
from server.render.paint import paint
from server.render.scene import lay_out
from tests.support.raw_pixels import compared
from tests.support.shipped import DRAWING, fonts, templates


def painted(name: str, *, samples: bool = True) -> Pixels:
    (template,) = (template for template in templates() if template.name == name)
    spec = default_spec(template, Format.PNG, DRAWING, samples=samples)
    return paint(lay_out(compose(spec, template), template, fonts()), spec.width, spec.height)


def by_cairo(pixels: Pixels) -> bytes:
    data = bytearray(pixels.data)
    surface = cairocffi.ImageSurface(cairocffi.FORMAT_ARGB32, pixels.width, pixels.height, data, pixels.stride)
    out = io.BytesIO()
    surface.write_to_png(out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["event-ticket-wide", "email-header", "outreach", "webinar"])
def test_a_card_is_smaller_than_cairo_writes_it(name: str) -> None:
    pixels = painted(name)
    assert len(encode_png(pixels, effort=Effort.SMALL)) < len(by_cairo(pixels))


@pytest.mark.parametrize("name", ["event-ticket-wide", "email-header", "outreach", "webinar"])
def test_a_card_in_half_the_time_is_hardly_larger(name: str) -> None:
    pixels = painted(name)
    assert len(encode_png(pixels, effort=Effort.MEDIUM)) < 1.1 * len(by_cairo(pixels))


@pytest.mark.parametrize("name", ["webinar", "email-header", "listing"])
@pytest.mark.parametrize("effort", Effort)
def test_a_base_makes_a_card_no_larger(name: str, effort: Effort) -> None:
    """But for what the borders of bands cost."""
    ground = painted(name, samples=False)
    pixels, base = compared(painted(name), ground), prepare(ground)
    assert len(encode_png(pixels, base=base, effort=effort)) < 1.02 * len(encode_png(pixels, effort=effort))
