"""Text of one colour or gradient goes through a stencil, other text by path; nobody can tell which it was."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from numpy.typing import NDArray

from server.render import paint
from server.render.rasterise import Matrix
from server.render.stencil import Bounds, Stencil, stencil
from server.render.type.texts import Placed
from tests.render.conftest import Shoot

Pixels = NDArray[np.uint8]

TEXT = 'x="8" y="42" font-family="Inter" font-size="30"'
GRADIENT = (
    '<defs><linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient></defs>'
)
PAGE_GRADIENT = (
    '<defs><radialGradient id="p" gradientUnits="userSpaceOnUse" cx="30" cy="30" r="30" gradientTransform="skewX(20)">'
    '<stop stop-color="red" stop-opacity=".4"/><stop offset="1" stop-color="blue"/></radialGradient></defs>'
)
CLIP = '<defs><clipPath id="c"><circle cx="40" cy="30" r="22"/></clipPath></defs>'
PLAIN = {
    "black": f"<text {TEXT}>Hoi</text>",
    "a colour": f'<text {TEXT} fill="#c2410c">Hoi</text>',
    "a colour with alpha": f'<text {TEXT} fill="rgba(194,65,12,.4)">Hoi</text>',
    "opacity": f'<text {TEXT} fill="teal" opacity=".3">Hoi</text>',
    "opacities": f'<text {TEXT} fill="teal" opacity=".6" fill-opacity=".5">Hoi</text>',
    "opacity above one": f'<text {TEXT} fill="teal" opacity="3">Hoi</text>',
    "opacity of parts": f'<text {TEXT} fill="teal" opacity=".6">H<tspan opacity=".5" fill="red">oi</tspan></text>',
    "parts": f'<text {TEXT}>H<tspan fill="red" font-weight="700">oi</tspan></text>',
    "a group": f'<g opacity=".5" fill="teal"><text {TEXT}>Hoi</text><text {TEXT} dx="4">Hoi</text></g>',
    "a stroke of nothing": f'<text {TEXT} stroke="none" stroke-width="9">Hoi</text>',
    "a stroke without opacity": f'<text {TEXT} stroke="red" stroke-opacity="0">Hoi</text>',
    "a clipped one": f'{CLIP}<text {TEXT} clip-path="url(#c)">Hoi</text>',
    "transforms": f'<g transform="rotate(9) scale(1.2 .7) skewX(8)"><text {TEXT}>Hoi</text></g>',
    "turned by a half": f'<g transform="rotate(180 45 30)"><text {TEXT}>Hoi</text></g>',
    "a gradient": f'{GRADIENT}<text {TEXT} fill="url(#g)">Hoi</text>',
    "a gradient of the page": f'{PAGE_GRADIENT}<text {TEXT} fill="url(#p)" transform="rotate(9)">Hoi</text>',
    "a gradient of another": f'{GRADIENT}{PAGE_GRADIENT}<defs><linearGradient id="o" href="#p"/></defs>'
    f'<text {TEXT} fill="url(#o)" opacity=".4">H<tspan fill="url(#g)">oi</tspan></text>',
    "a missing gradient": f'<text {TEXT} fill="url(#none) red">Hoi</text>',
    "used": f'<defs><text id="t" {TEXT}>Hoi</text></defs><use href="#t" x="3" y="2" fill="teal"/>',
    "emoji among letters": f"<text {TEXT}>H😀i</text>",
    "an underlined one": f'<text {TEXT} text-decoration="underline">Hoi</text>',
    "out of the picture": f'<text {TEXT} dx="-20">Hoi</text><text {TEXT} dx="60" dy="12">Hoi</text>',
    "an arabic one": f"<text {TEXT}>سلام</text>",
    "crisp edges are for shapes": f'<text {TEXT} shape-rendering="geometricPrecision">Hoi</text>',
}
BY_PATH = {
    "a pattern": '<defs><pattern id="p" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="2" height="4"/>'
    f'</pattern></defs><text {TEXT} fill="url(#p)">Hoi</text>',
    "a stroke": f'<text {TEXT} stroke="red">Hoi</text>',
    "a stroke alone": f'<text {TEXT} fill="none" stroke="red">Hoi</text>',
    "a stroke with a gradient": f'{GRADIENT}<text {TEXT} stroke="url(#g)">Hoi</text>',
    "an outline that clips": f'<defs><clipPath id="c"><text {TEXT}>Hoi</text></clipPath></defs>'
    '<rect width="100" height="60" clip-path="url(#c)"/>',
    "a mask": f'<defs><mask id="m"><text {TEXT} fill="white">Hoi</text></mask></defs>'
    '<rect width="100" height="60" mask="url(#m)"/>',
    "in a pattern": '<defs><pattern id="p" width="60" height="50" patternUnits="userSpaceOnUse">'
    f'<text {TEXT}>Hoi</text></pattern></defs><rect width="100" height="60" fill="url(#p)"/>',
    "turned letters": f'<text {TEXT} rotate="20">Hoi</text>',
    "stretched letters": f'<text {TEXT} textLength="70" lengthAdjust="spacingAndGlyphs">Hoi</text>',
    "along a path": '<path id="w" d="M5 50 Q 50 10 95 50" fill="none"/>'
    '<text font-family="Inter" font-size="20"><textPath href="#w">Hoi</textPath></text>',
}
UNSEEN = {
    "hidden": f'<text {TEXT} visibility="hidden">Hoi</text>',
    "not displayed": f'<text {TEXT} display="none">Hoi</text>',
    "no fill": f'<text {TEXT} fill="none">Hoi</text>',
    "no opacity": f'<text {TEXT} opacity="0">Hoi</text>',
    "no size": '<g font-size="0"><text y="40" font-family="Inter">Hoi</text></g>',
    "no width": f'<g transform="scale(0 1)"><text {TEXT}>Hoi</text></g>',
}
OFF = 24  # levels of 255 that cairo is off at most, HarfBuzz as well
SPECKS = 12  # pixels that are more off: see test_stencil.py


@pytest.fixture
def stencils(monkeypatch: pytest.MonkeyPatch) -> list[Stencil | None]:
    """Those that are made while a picture is painted."""
    made: list[Stencil | None] = []

    def counted(letters: Iterable[Placed], matrix: Matrix, bounds: Bounds) -> Stencil | None:
        made.append(stencil(letters, matrix, bounds))
        return made[-1]

    monkeypatch.setattr(paint, "stencil", counted)
    return made


def by_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paint, "plain_fill", lambda *_: None)


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_fill_goes_through_a_stencil_and_looks_as_by_path(
    shoot: Shoot, monkeypatch: pytest.MonkeyPatch, stencils: list[Stencil | None], name: str
) -> None:
    body = f'<rect width="100" height="60" fill="#fde68a"/>{PLAIN[name]}'
    ours = shoot(body).astype(int)
    assert stencils
    by_path(monkeypatch)
    expected = shoot(body).astype(int)
    assert (np.abs(ours - expected).max(axis=2) > 2 * OFF).sum() <= SPECKS
    assert np.abs(ours - expected).mean() < 1
    assert (expected != expected[0, -1]).any()


@pytest.mark.parametrize("name", BY_PATH)
def test_what_is_more_than_a_colour_goes_by_path(shoot: Shoot, stencils: list[Stencil | None], name: str) -> None:
    assert shoot(BY_PATH[name])[..., 3].any()
    assert not stencils


@pytest.mark.parametrize("name", UNSEEN)
def test_what_is_not_seen_stays_so(shoot: Shoot, name: str) -> None:
    assert not shoot(UNSEEN[name]).any()


def test_letters_never_take_a_colour_that_they_have_not(shoot: Shoot) -> None:
    picture = shoot(f'<rect width="100" height="60" fill="#ffffff"/><text {TEXT} fill="#0000ff">Hoi</text>')
    assert (picture[..., 2] == 255).all()
    assert (picture[..., 0] == picture[..., 1]).all()


@pytest.mark.parametrize("value", ["a" * 40, "W" * 200])
def test_a_text_scaled_beyond_measure_is_drawn(shoot: Shoot, value: str) -> None:
    shoot(f'<g transform="scale(1000)"><g transform="scale(1000)"><text {TEXT}>{value}</text></g></g>')
