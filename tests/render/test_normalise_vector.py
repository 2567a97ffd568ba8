"""Logos drawn as SVG: what of them is drawn, what is left out, and what is refused."""

from __future__ import annotations

import base64
import gzip
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from server.errors import UnfitPicture
from server.fonts.library import FontLibrary
from server.render.normalise import normalise
from server.report import Reason

MAX_PIXELS = 25_000_000
RED_RECT = '<rect width="100%" height="100%" fill="#f00"/>'
DOT = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()

Drawn = Callable[..., NDArray[np.uint8]]


def svg(body: str, attributes: str = 'viewBox="0 0 40 20"', before: str = "") -> bytes:
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{body}</svg>'.encode()


@pytest.fixture
def drawn(fonts: FontLibrary) -> Drawn:
    def draw(data: bytes) -> NDArray[np.uint8]:
        ours = normalise(data, fonts, MAX_PIXELS)
        image = np.asarray(Image.open(io.BytesIO(ours.body)).convert("RGBA"))
        assert image.shape[:2] == (ours.height, ours.width)
        return image

    return draw


@pytest.fixture
def refused(fonts: FontLibrary) -> Callable[[bytes], Reason]:
    def why(data: bytes) -> Reason:
        with pytest.raises(UnfitPicture) as raised:
            normalise(data, fonts, MAX_PIXELS)
        return raised.value.reason

    return why


# -- size


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('viewBox="0 0 40 20"', (1000, 500)),
        ('viewBox="-20,-10,40,20" width="10" height="999"', (1000, 500)),
        ('viewBox="0 0 1.5 1"', (1000, 667)),
        ('viewBox="0 0 9000 9000"', (1000, 1000)),
        ('viewBox="0 0 1 9000"', (1, 1000)),
        ('width="3cm" height="6cm"', (500, 1000)),
        ('width="100%" height="100%"', (1000, 500)),
        ("", (1000, 500)),
        ('viewBox="nonsense" width="20" height="20"', (1000, 1000)),
        ('viewBox="0 0 nan inf"', (1000, 500)),
    ],
)
def test_the_longer_side_has_a_thousand_pixels(drawn: Drawn, attributes: str, size: tuple[int, int]) -> None:
    picture = drawn(
        svg(
            '<rect x="-99999" y="-99999" width="99999" height="99999" fill="#f00"/>' * 2
            + '<path d="M-9e4-9e4h18e4v18e4h-18e4z" fill="#f00"/>',
            attributes,
        )
    )
    assert picture.shape[1::-1] == size
    assert picture[:, :, 0].min() == picture[:, :, 3].min() == 255


def test_what_is_drawn_stands_where_it_was(drawn: Drawn) -> None:
    picture = drawn(svg('<circle cx="10" cy="10" r="8" fill="#0a0"/><rect x="30" width="10" height="20" fill="blue"/>'))
    assert picture[250, 250].tolist() == [0, 170, 0, 255]
    assert picture[10, 900].tolist() == [0, 0, 255, 255]
    assert picture[10, 10, 3] == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_every_encoding_is_read(drawn: Drawn, encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    text = svg(RED_RECT + "<desc>Müller</desc>", before=f'<?xml version="1.0" encoding="{name}"?>').decode()
    assert drawn(text.encode(encoding))[5, 5].tolist() == [255, 0, 0, 255]


def test_what_illustrator_writes_is_drawn(drawn: Drawn) -> None:
    data = (
        '<?xml version="1.0" encoding="utf-8"?>\n<!-- Generator -->\n'
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [\n'
        '<!ENTITY ns_svg "http://www.w3.org/2000/svg"><!ENTITY ns_ai "http://ns.adobe.com/AI/10.0/">]>\n'
        '<svg version="1.1" xmlns="&ns_svg;" xmlns:i="&ns_ai;" x="0px" y="0px" viewBox="0 0 40 20" '
        'style="enable-background:new 0 0 40 20;" xml:space="preserve"><style type="text/css">.st0{fill:#00FF00;}'
        '</style><switch><foreignObject requiredExtensions="&ns_ai;"/><g i:extraneous="self">'
        '<path class="st0" d="M0,0h40v20H0z"/></g></switch></svg>'
    )
    assert drawn(data.encode())[100, 100].tolist() == [0, 255, 0, 255]


def test_text_is_drawn_in_our_fonts(drawn: Drawn) -> None:
    picture = drawn(svg('<text x="2" y="15" font-family="Nowhere Sans" font-size="14">Acme</text>'))
    assert picture[:, :, 3].max() == 255


# -- what is left out


@pytest.mark.parametrize(
    "body",
    [
        f'<image href="data:image/png;base64,{DOT}" width="40" height="20"/>',
        '<image href="https://example.com/a.png" width="40" height="20"/>',
        '<image href="file:///etc/passwd" width="40" height="20"/>',
        f'<image href="remote:{"ab" * 32}" width="40" height="20"/>',
        '<image href="initials:SN" width="40" height="20"/>',
        '<use href="https://example.com/a.svg#b"/>',
        '<use href="data:image/svg+xml,&lt;svg/&gt;#b"/>',
        "<script>alert(1)</script>",
        '<foreignObject width="40" height="20"><p xmlns="http://www.w3.org/1999/xhtml">hi</p></foreignObject>',
        '<style>@import url("https://example.com/a.css");</style>',
        "<style>rect{fill:url(https://example.com/a.svg#b)}</style>",
        '<rect data-if="x" onload="alert(1)" onclick="alert(1)" width="0"/>',
        '<text data-box="#nothing" data-fit="shrink" y="-50">x</text>',
        '<animate attributeName="x" from="0" to="inf"/>',
    ],
)
def test_what_reaches_outside_or_runs_draws_nothing(drawn: Drawn, body: str) -> None:
    rect = '<path d="M0 0h20v20h-20z" fill="#f00"/>'
    assert np.array_equal(drawn(svg(rect + body)), drawn(svg(rect)))


def test_entities_of_the_outside_are_not_read(drawn: Drawn, tmp_path: Any) -> None:
    secret = tmp_path / "secret"
    secret.write_text("M0 0h40v20h-40z")
    before = f'<!DOCTYPE svg [<!ENTITY out SYSTEM "{secret.as_uri()}">]>'
    data = svg('<path d="M0 0h9v9h-9z"/><text y="15">&out;</text>', before=before)
    try:
        picture = drawn(data)
    except UnfitPicture:
        return
    assert picture[400, :, 3].max() == 0


# -- what is refused


def nested(kind: str, attribute: str, depth: int = 6) -> str:
    """Each is painted with the one before it, ten times over."""

    def shapes(inner: int) -> str:
        return f'<path d="M0 0h9v9z" {attribute}="url(#{kind}{inner})"/>' * 10

    first = f'<{kind} id="{kind}0" width="9" height="9"><rect width="9" height="9"/></{kind}>'
    more = (f'<{kind} id="{kind}{n}" width="9" height="9">{shapes(n - 1)}</{kind}>' for n in range(1, depth))
    return first + "".join(more) + shapes(depth - 1)


def uses(depth: int = 6) -> str:
    more = (f'<g id="u{n}">' + f'<use href="#u{n - 1}"/>' * 10 + "</g>" for n in range(1, depth))
    return f'<g id="u0"><circle r="9"/></g>{"".join(more)}'


@pytest.mark.parametrize(
    "body",
    [
        nested("pattern", "fill"),
        nested("mask", "mask"),
        nested("clipPath", "clip-path"),
        nested("marker", "marker-start"),
        uses(),
        '<g id="a"><use href="#a"/></g>',
        "<path/>" * 2001,
        "<g>" * 70 + "</g>" * 70,
        "<use href='#a'/>" * 201,
        " " * (1 << 20),
    ],
    ids=["patterns", "masks", "clips", "markers", "uses", "circle", "elements", "depth", "200 uses", "1 MB"],
)
def test_more_than_a_template_may_hold_is_refused(refused: Callable[[bytes], Reason], body: str) -> None:
    assert refused(svg(body)) is Reason.PICTURE_TOO_LARGE


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "' + f"&l{n - 1};" * 10 + '">' for n in range(1, 10))
    return svg("<desc>&l9;</desc>" + RED_RECT, before=f"<!DOCTYPE svg [<!ENTITY l0 '{'ha' * 50}'>{entities}]>")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (laughs(), Reason.DAMAGED),
        (gzip.compress(svg(RED_RECT)), Reason.NOT_A_PICTURE),
        (svg(RED_RECT)[:-6], Reason.DAMAGED),
        (svg("&nbsp;"), Reason.DAMAGED),
        (b"<svg>" * 300, Reason.DAMAGED),
        (b'<s:svg xmlns:s="urn:other"/>', Reason.NOT_A_PICTURE),
        (svg(""), Reason.EMPTY),
        (svg('<rect width="9" height="9" fill="none"/>'), Reason.EMPTY),
        (svg(RED_RECT, 'width="0" height="20"'), Reason.EMPTY),
    ],
    ids=["laughs", "gzip", "cut", "entity", "unclosed", "namespace", "nothing", "unseen", "no width"],
)
def test_what_is_no_drawing_is_refused(refused: Callable[[bytes], Reason], data: bytes, reason: Reason) -> None:
    assert refused(data) is reason


@pytest.mark.parametrize("number", ["inf", "1e100", "nan", "-1e308", "1e-320"])
def test_no_number_keeps_cairo_busy(fonts: FontLibrary, number: str) -> None:
    """Each of these hangs cairo 1.16 for ever when it gets through."""
    body = (
        f'<circle r="{number}"/><ellipse rx="{number}" ry="1"/><g transform="scale({number})"><circle r="1"/></g>'
        f'<circle r="2" stroke-dasharray="{number}"/><style>circle{{stroke-width:{number}}}</style>{RED_RECT}'
    )
    for attributes in ('viewBox="0 0 40 20"', f'viewBox="0 0 {number} {number}"', f'width="{number}" height="9"'):
        try:
            normalise(svg(body, attributes), fonts, MAX_PIXELS)
        except UnfitPicture:
            continue
