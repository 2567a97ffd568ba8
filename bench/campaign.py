"""The shipped templates as a campaign draws them: their samples for everybody, or nothing, and for each person another
name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    "Each shipped template with its samples, as PNG, and another name for each person; then with that name alone. What "
    "the recipients have in common is there after the first of them. The first of a row is not counted."
)


def measure(ours: Ours, *, rounds: int, say: Callable[[str], None]) -> Section:
    templates = shipped_templates()
    cases = {template.name: _people_of(template, _samples_of(template)) for template in templates}
    cases |= {f"{template.name}, a name alone": _people_of(template, {}) for template in templates}
    say(f"campaign: {len(templates)} templates, {rounds} bursts")
    drawn = interleave({name: drawer(ours, specs, 0, 1) for name, specs in cases.items()}, rounds=rounds)
    ours.check_all()
    return section("A campaign", TEXT, {name: summarize(bursts) for name, bursts in drawn.items()})


def shipped_templates() -> list[Template]:
    """Those that have something of a person."""
    folders = sorted(Path(manifest).parent for manifest in shipped("svg_templates").glob("*/manifest.toml"))
    return [template for template in map(read_template, folders) if _of_a_person(template)]


def _of_a_person(template: Template) -> str | None:
    return next((name for name in OF_A_PERSON if name in template.params), None)


def _samples_of(template: Template) -> dict[str, str]:
    return {name: str(param.sample) for name, param in template.params.items() if param.sample is not None}


def _people_of(template: Template, everybody: Mapping[str, str]) -> Specs:
    own = _of_a_person(template) or ""
    return lambda number: (spec_of(template, {**everybody, own: _name(number)}, Format.PNG), template)


def _name(number: int) -> str:
    """Two first names; another pair for each of the first five hundred people."""
    first, second = divmod(number, len(FIRST_NAMES))
    return f"{FIRST_NAMES[second]} {FIRST_NAMES[(first + second) % len(FIRST_NAMES)]}"
