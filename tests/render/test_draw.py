"""The whole way from a spec to a picture, and what happens when it cannot be gone."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from server.errors import DrawingFailed
from server.images import Format, Picture


@pytest.mark.parametrize("output", [(100, 60), (150, 90), (200, 120), (77, 46), (301, 181)])
def test_a_picture_has_exactly_the_size_asked_for_and_no_transparent_edge(
    shoot: Any,
    output: tuple[int, int],
) -> None:
    picture = shoot('<rect width="100" height="60" fill="#f00"/>', output=output)
    assert picture.shape[:2] == (output[1], output[0])
    assert picture[:, :, 3].min() == 255


def test_the_size_of_the_svg_has_no_say(shoot: Any) -> None:
    assert shoot('<svg width="9000" height="9000"><rect width="9000" height="9000"/></svg>').shape == (60, 100, 4)


@pytest.mark.parametrize("image", list(Format))
def test_every_format_is_drawn(make_template: Any, make_spec: Any, draw_spec: Any, image: Format) -> None:
    template = make_template('<rect width="50" height="60" fill="#f00"/>')
    picture = draw_spec(make_spec(template, image=image), template)
    assert (picture.format, picture.width, picture.height) == (image, 100, 60)
    assert Image.open(io.BytesIO(picture.body)).size == (100, 60)
    assert Picture.from_bytes(picture.to_bytes()) == picture


def test_jpeg_has_the_background_of_the_manifest(make_template: Any, make_spec: Any, draw_spec: Any) -> None:
    template = make_template('<rect width="1" height="1"/>', params='background = "#00ff00"\n[params]\n')
    body = draw_spec(make_spec(template, image=Format.JPG), template).body
    assert np.asarray(Image.open(io.BytesIO(body)))[30, 50].tolist() == pytest.approx([0, 255, 0], abs=3)


def test_the_same_spec_gives_the_same_bytes(make_template: Any, make_spec: Any, draw_spec: Any) -> None:
    template = make_template('<text y="40" font-size="30">{{ name }}</text>', params="name")
    spec = make_spec(template, name="Ada")
    assert draw_spec(spec, template).body == draw_spec(spec, template).body


HANGS = (
    '<circle r="{n}"/>',
    '<circle r="1{n}"/>',
    '<ellipse rx="{n}" ry="1"/>',
    '<g transform="scale({n})"><circle r="5"/></g>',
    '<svg viewBox="0 0 {n} {n}"><circle r="5"/></svg>',
    '<circle style="r:{n}"/>',
    "<style>circle{{r:{n}}}</style><circle/>",
    '<path d="M0 0A{n} {n} 0 0 1 9 9"/>',
    '<rect width="9" height="9" rx="{n}"/>',
    '<line x2="{n}" stroke="#000" stroke-dasharray="1"/>',
    '<text font-size="{n}">x</text>',
    '<text x="{n}" letter-spacing="{n}">xx</text>',
    '<line x2="9" stroke="#000" stroke-width="{n}"/>',
    '<image href="logo.png" width="{n}" height="{n}"/>',
    '<text inline-size="{n}" data-min-size="{n}" data-max-lines="{n}">x</text>',
    '<path d="M0 0h9z{n}"/>',
)


@pytest.mark.parametrize("number", ["inf", "nan", "1e100", "1e-100", "-1e308", "infinity", "9" * 400])
@pytest.mark.parametrize("body", HANGS)
def test_no_number_keeps_cairo_busy(shoot: Any, body: str, number: str) -> None:
    """That this test ends is what it tests."""
    logo = io.BytesIO()
    Image.new("RGB", (4, 4)).save(logo, "PNG")
    files = {"logo.png": logo.getvalue()}
    assert shoot(body.format(n="{{ n }}"), params="n", n=number, files=files).shape == (60, 100, 4)


@pytest.mark.parametrize(
    "body",
    [
        '<path d="M0 0 L10"/>',
        '<path d="zzz 1 A1 1 0"/>',
        '<rect width="9" height="9" fill="rgb(1,2)"/>',
        '<polygon points="1 2 3"/>',
        '<path d="M0 0L9 9" marker-end="url(#gone)" stroke="#000"/>',
        '<rect width="9" height="9" fill="url(#gone)" filter="url(#gone)" mask="url(#gone)" clip-path="url(#gone)"/>',
        '<linearGradient id="g" href="#g"/><rect width="9" height="9" fill="url(#g)"/>',
        "<text/>",
        "<image/>",
        '<use href="#gone"/>',
        '<text rotate="a b">x</text>',
        '<rect preserveAspectRatio="x" clip="rect(1 2)"/>',
    ],
)
def test_odd_input_is_drawn_or_fails_as_one_kind_of_error(shoot: Any, body: str) -> None:
    with contextlib.suppress(DrawingFailed):
        assert shoot(body).shape == (60, 100, 4)


def test_a_failure_does_not_quote_values(
    make_template: Any,
    make_spec: Any,
    draw_spec: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def explode(*_: object) -> None:
        raise ValueError("secret")

    monkeypatch.setattr("server.render.draw.paint_sheet", explode)
    template = make_template("<rect/>")
    with pytest.raises(DrawingFailed) as raised:
        draw_spec(make_spec(template), template)
    assert "secret" not in str(raised.value)
    assert "ValueError" in str(raised.value)
