"""How much a template may hold and draw. Each bomb here kept CairoSVG busy for more than 15 seconds."""

from __future__ import annotations

from typing import Any

import pytest

from server.errors import BrokenTemplate


def nested(kind: str, use: str, levels: int = 6, width: int = 10) -> str:
    """Definitions of `kind`, each painted with ten times the next."""
    parts = []
    for level in range(levels):
        inner = "".join(f'<rect x="{i}" width="9" height="9" {use.format(level + 1)}/>' for i in range(width))
        parts.append(f'<{kind} id="d{level}" width="10" height="10" viewBox="0 0 10 10">{inner}</{kind}>')
    return f'<defs>{"".join(parts)}</defs><rect width="50" height="50" {use.format(0)}/>'


BOMBS = {
    "pattern": nested("pattern", 'fill="url(#d{0})"'),
    "mask": nested("mask", 'mask="url(#d{0})"'),
    "clipPath": nested("clipPath", 'clip-path="url(#d{0})"'),
    "marker": nested("marker", 'd="M0 0L1 1L2 2" marker-mid="url(#d{0})"').replace("<rect", "<path"),
    "css": nested("pattern", 'style="fill:url(#d{0})"'),
    "use": "<defs>"
    + "".join(f'<g id="d{level}">' + f'<use href="#d{level + 1}"/>' * 10 + "</g>" for level in range(6))
    + '<rect id="d6" width="1" height="1"/></defs><use href="#d0"/>',
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_bombs_are_refused(shoot: Any, bomb: str) -> None:
    with pytest.raises(BrokenTemplate):
        shoot(bomb)


@pytest.mark.parametrize(
    "body",
    [
        '<g id="a"><use href="#a"/></g>',
        '<pattern id="p" width="9" height="9"><rect fill="url(#p)"/></pattern><rect width="9" fill="url(#p)"/>',
        '<mask id="m"><g mask="url(#m)"/></mask><rect mask="url(#m)"/>',
    ],
)
def test_what_refers_to_itself_is_refused(shoot: Any, body: str) -> None:
    with pytest.raises(BrokenTemplate, match="itself"):
        shoot(body)


def test_elements_are_counted(shoot: Any) -> None:
    with pytest.raises(BrokenTemplate, match="2,000 are allowed"):
        shoot("<g/>" * 2000)


def test_depth_is_counted(shoot: Any) -> None:
    with pytest.raises(BrokenTemplate, match="64 are allowed"):
        shoot("<g>" * 64 + "</g>" * 64)


def test_uses_are_counted(shoot: Any) -> None:
    with pytest.raises(BrokenTemplate, match="200 are allowed"):
        shoot('<use href="#x"/>' * 201)


def test_ordinary_references_are_fine(shoot: Any) -> None:
    dots = '<pattern id="p" width="4" height="4" patternUnits="userSpaceOnUse"><circle r="2"/></pattern>'
    clip = '<clipPath id="c"><circle cx="50" cy="30" r="20"/></clipPath>'
    picture = shoot(
        dots + clip + '<rect id="r" width="100" height="60" fill="url(#p)" clip-path="url(#c)"/><use href="#r"/>'
    )
    assert picture[20:40, 40:60, 3].max() > 0
    assert picture[2, 2, 3] == 0
