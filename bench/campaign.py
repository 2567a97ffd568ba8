"""The shipped templates as a campaign draws them: their samples for everybody, and for each person another name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.cards import FIRST_NAMES, spec_of
from bench.growth import Specs, drawer, section
from bench.ours import Ours
from bench.results import Section
from bench.rounds import interleave, summarize
from server.catalog.template import Template, read_template
from server.images import Format
from server.settings import shipped

OF_A_PERSON = ("first_name", "name", "agent_name", "title")  # what of a template is another one for each person
TEXT = (
    "Each shipped template with its samples, as PNG, and another name for each person: what the recipients have in "
    "common is there after the first of them. The first of a row is not counted."
)


def measure(ours: Ours, *, rounds: int, say: Callable[[str], None]) -> Section:
    cases = {template.name: _people_of(template) for template in shipped_templates()}
    say(f"campaign: {len(cases)} templates, {rounds} bursts")
    drawn = interleave({name: drawer(ours, specs, 0, 1) for name, specs in cases.items()}, rounds=rounds)
    ours.check_all()
    return section("A campaign", TEXT, {name: summarize(bursts) for name, bursts in drawn.items()})


def shipped_templates() -> list[Template]:
    """Those that have something of a person."""
    folders = sorted(Path(manifest).parent for manifest in shipped("svg_templates").glob("*/manifest.toml"))
    return [template for template in map(read_template, folders) if _of_a_person(template)]


def _of_a_person(template: Template) -> str | None:
    return next((name for name in OF_A_PERSON if name in template.params), None)


def _people_of(template: Template) -> Specs:
    samples = {name: str(param.sample) for name, param in template.params.items() if param.sample is not None}
    own = _of_a_person(template) or ""
    return lambda number: (spec_of(template, {**samples, own: _name(number)}, Format.PNG), template)


def _name(number: int) -> str:
    """Two first names; another pair for each of the first five hundred people."""
    first, second = divmod(number, len(FIRST_NAMES))
    return f"{FIRST_NAMES[second]} {FIRST_NAMES[(first + second) % len(FIRST_NAMES)]}"
