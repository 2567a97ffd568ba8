"""Every shipped template in every example, held against the house's rules of design by what it really inks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from server.catalog.manifest import ParamType
from server.catalog.template import FIRST_EXAMPLES, Example, Template
from tests.support.design import outshone, outside_safe_zone, overlapping, too_pale, too_small
from tests.support.ink import Sheet, ink_of
from tests.support.shipped import example_spec, fonts, templates

NAMES = {
    "usual": "Sarah",
    "shortest": "Amy",
    "longest": "Alexandria-Margaret Featherstonehaugh-Cholmondeley",
    "missing": "",
}
TALL = ("👩🏽\u200d🚀✨", "Ộng Ệ", "الزهراني")
LONE = tuple(Example(case, "", {"name": name}) for case, name in NAMES.items())  # what a lone SVG is tried with
CASES = [(template, example) for template in templates() for example in template.examples or LONE]
FOLDERS = [template for template in templates() if template.examples]


@dataclass(frozen=True, slots=True)
class Intent:
    """What the designer of one template means: its personal slots, and exceptions by slot, each with its reason."""

    personal: tuple[str, ...]
    decoration: Mapping[str, str] = field(default_factory=dict)  # not there to be read: no safe zone, no contrast
    bleeds: Mapping[str, str] = field(default_factory=dict)  # runs to the edge
    layers: Mapping[str, str] = field(default_factory=dict)  # "below+above" of slots that lie on each other
    lines_over: Mapping[str, str] = field(default_factory=dict)  # ids of what is drawn over type


TICKET = Intent(
    personal=("name",),
    decoration={"backdrop": "words set huge and cut by the edge; the event's own name is set to be read above them"},
    layers={"backdrop+name": "the name stands in front of the words, in the darkest colour"},
)
INTENT = {
    "certificate": Intent(personal=("name",)),
    "email-header": Intent(personal=("name", "headline")),
    "event-banner": TICKET,
    "event-banner-wide": TICKET,
    "event-ticket": TICKET,
    "event-ticket-wide": TICKET,
    "hello": Intent(personal=("",)),  # so small that its slots have no names
    "listing": Intent(
        personal=("price",),
        bleeds={"photo": "the property fills the upper part from edge to edge"},
        layers={
            "photo+ribbon": "the ribbon has its own opaque ground",
            "photo+agent-photo": "the portrait stands on a ring of the band's colour",
        },
    ),
    "outreach": Intent(personal=("name", "headline")),
    "product-offer": Intent(
        personal=("price",),
        layers={"photo+saving": "the saving stands on an opaque disc"},
    ),
    "profile-card": Intent(personal=("title",)),
    "webinar": Intent(personal=("name",)),
}


@pytest.mark.parametrize(("template", "example"), CASES, ids=lambda case: case.name)
def test_the_design_holds(template: Template, example: Example) -> None:
    intent = INTENT[template.name]
    sheet = ink_of(
        example_spec(template, example),
        template,
        fonts(),
        decoration=intent.decoration,
        lines_over=intent.lines_over,
    )
    if template.examples:
        assert all(slot.name for slot in sheet.slots), "give each slot an id or a data-slot, for reports to call it by"
    findings = [f"{template.name}, {example.name}: {slot} {what}" for slot, what in judge(sheet, intent)]
    assert not findings, "\n" + "\n".join(findings)


def judge(sheet: Sheet, intent: Intent) -> Iterator[tuple[str, str]]:
    yield from (found for found in outside_safe_zone(sheet) if found[0] not in {*intent.decoration, *intent.bleeds})
    yield from (found for found in too_pale(sheet) if found[0] not in intent.decoration)
    yield from too_small(sheet)
    yield from (found for found in overlapping(sheet) if found[0] not in intent.layers)
    yield from outshone(sheet, intent.personal, intent.decoration)


@pytest.mark.parametrize("tall", TALL, ids=("emoji", "vietnamese", "arabic"))
@pytest.mark.parametrize("template", FOLDERS, ids=lambda case: case.name)
def test_what_reaches_further_than_latin_capitals_touches_no_other_slot(template: Template, tall: str) -> None:
    usual = next(example for example in template.examples if example.name == "usual")
    typed = {name for name, param in template.params.items() if param.type is ParamType.TEXT and param.default is None}
    values = {name: f"{value[:8]} {tall}" if name in typed else value for name, value in usual.values.items()}
    intent = INTENT[template.name]
    sheet = ink_of(example_spec(template, Example("tall", "", values)), template, fonts(), decoration=intent.decoration)
    assert not [found for found in overlapping(sheet) if found[0] not in intent.layers]


def test_every_template_has_its_intent() -> None:
    assert set(INTENT) == {template.name for template in templates()}


@pytest.mark.parametrize("template", FOLDERS, ids=lambda case: case.name)
def test_every_template_has_the_five_examples(template: Template) -> None:
    assert set(FIRST_EXAMPLES) <= {example.name for example in template.examples}


@pytest.mark.parametrize("template", [t for t in templates() if t.manifest.generic], ids=lambda case: case.name)
def test_the_picture_drawn_in_its_place_has_the_same_size(template: Template) -> None:
    generic = next(other for other in templates() if other.name == template.manifest.generic)
    assert (generic.width, generic.height) == (template.width, template.height)


@pytest.mark.parametrize("template", FOLDERS, ids=lambda case: case.name)
def test_no_exception_is_left_over(template: Template) -> None:
    """An exception for a slot that is gone would hide the next one of that name."""
    intent = INTENT[template.name]
    pairs = (name for pair in intent.layers for name in pair.split("+"))
    for name in {*intent.personal, *intent.decoration, *intent.bleeds, *intent.lines_over, *pairs}:
        assert f'id="{name}"' in template.svg or f'data-slot="{name}"' in template.svg, name
