"""Any name at all, in every text of every shipped template: nothing is raised, no box is left, no tofu is drawn.

CI takes some hundred of them. `NAMEPLATE_ODD_NAMES` says how many each template gets: with 400 it takes some minutes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from random import Random

import pytest

import server.text.fit
from server.catalog.manifest import ParamType
from server.catalog.resolve import resolve
from server.catalog.template import Template
from server.fonts.ink import Ink
from server.images import Format
from server.render.compose import compose
from server.render.paint import paint
from server.render.scene import lay_out
from server.text.box import Box
from server.text.fit import Run, TextStyle, fit
from server.text.lines import Line
from server.text.place import Placement, place
from server.urls.query import QueryValue
from server.urls.request import ImageRequest
from tests.support.odd_names import KNOWN, odd_names
from tests.support.shipped import DRAWING, fonts, templates

NAMES = tuple(odd_names(5000))
SHARE = int(os.environ.get("NAMEPLATE_ODD_NAMES", "25"))  # names for each template, for every template others
RAW = NAMES[: 12 * SHARE]  # those that go to the typography as they are
PAINTED_EVERY = 10
TOLERANCE = 0.001  # of a pixel
BOXES = (
    Box(),
    Box(inline_size=300, shrink=True, max_lines=2, balance=True),
    Box(rect=(10, 10, 200, 90), shrink=True, balance=True, valign="middle", rtl=True),
    Box(rect=(0, 0, 40, 12), anchor="end"),
)

Placed = list[tuple[Box, Placement]]


@pytest.fixture
def placed(monkeypatch: pytest.MonkeyPatch) -> Placed:
    """Every text that is placed during a test, with its box: those of unused wordings too."""
    found: Placed = []

    def noted(lines: Sequence[Line], scale: float, box: Box) -> Placement:
        placement = place(lines, scale, box)
        found.append((box, placement))
        return placement

    monkeypatch.setattr(server.text.fit, "place", noted)
    return found


def assert_sound(box: Box, placement: Placement) -> None:
    assert all(glyph for run in placement.glyphs for glyph, _, _ in run.glyphs)
    if not placement.ink.is_empty:
        assert is_inside(placement.ink, box.room)


def is_inside(ink: Ink, room: Ink) -> bool:
    return (
        ink.left >= room.left - TOLERANCE
        and ink.top >= room.top - TOLERANCE
        and ink.right <= room.right + TOLERANCE
        and ink.bottom <= room.bottom + TOLERANCE
    )


def request(template: Template, name: str) -> ImageRequest:
    """A link that gives `name` to every text of `template`."""
    values = {key: QueryValue.of(name) for key, param in template.params.items() if param.type is ParamType.TEXT}
    return ImageRequest(template.name, Format.PNG, values=values)


def names_for(number: int) -> list[str]:
    """Those for the template of this number: some that are known for trouble, and some of all."""
    return [*KNOWN[number :: len(templates())], *Random(number).sample(NAMES, min(SHARE, len(NAMES)))]


@pytest.mark.parametrize("number", range(len(templates())), ids=[template.name for template in templates()])
def test_any_name_can_be_drawn(number: int, placed: Placed) -> None:
    template = templates()[number]
    for index, name in enumerate(names_for(number)):
        spec = resolve(request(template, name), template, DRAWING)
        scene = lay_out(compose(spec, template), template, fonts())
        assert placed
        for box, placement in placed:
            assert_sound(box, placement)
        placed.clear()
        if index % PAINTED_EVERY == 0:
            assert any(paint(scene, spec.width, spec.height).data)


@pytest.mark.parametrize("box", BOXES, ids=["free", "two-lines", "rect", "tiny"])
def test_any_text_can_be_set(box: Box, placed: Placed) -> None:
    """As above, without what `resolve` and `compose` clean away."""
    style = TextStyle(("Inter",), 40, weight=700)
    for name in RAW:
        fit([Run(name, style)], box, fonts())
    for _, placement in placed:
        assert_sound(box, placement)
