"""The reference cards and who they are drawn for: another person every time, so that nothing is ever drawn twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import lcm
from pathlib import Path

from server.catalog.resolve import Drawing, resolve
from server.catalog.spec import RenderSpec
from server.catalog.template import Template, read_template
from server.images import Format
from server.urls.query import QueryValue
from server.urls.request import ImageRequest

CARDS = Path(__file__).parent / "cards"
CARD_NAMES = ("flat", "header", "photo")
DRAWING = Drawing(max_pixels=12_000_000, renderer="bench")

FIRST_NAMES = (
    "Ada", "Amélie", "Bartholomew", "Bo", "Chiara", "Dmitri", "Elizabeth", "Fatima", "Guðrún", "Hiroshi", "Ibrahim",
    "Jean-Pierre", "Katarzyna", "Li", "Maximiliane", "Ngozi", "Olivia", "Priya", "Rafael", "Siobhán", "Thomas", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Adeyemi", "Brown", "Castellanos", "Dubois", "Featherstone", "García", "Hohenfels", "Ivanova", "Jørgensen",
    "Kowalczyk", "Lindqvist", "Montgomery", "Nakamura", "O’Brien", "Papadopoulos", "Quinn", "Rossi", "Schwarzenberg",
    "Tanaka", "Underwood", "Van der Berg",
)  # fmt: skip
COMPANIES = (
    "Alder", "Brightwater", "Corvane", "Dunmore", "Eastgate", "Fernweh", "Granite", "Harbour", "Ironbridge", "Juniper",
    "Kestrel", "Larkfield", "Meridian", "Northline", "Oakhurst", "Pemberton", "Quarry", "Ridgeway", "Saltmarsh",
    "Thornbury", "Underhill", "Vantage", "Westerly", "Yarrow", "Zephyr", "Ashford", "Birchwood", "Coppersmith",
    "Drumlin", "Elmstead", "Foxglove", "Greystone", "Hawthorn", "Inverness", "Kingsley", "Lowland", "Moorgate",
    "Newhaven", "Orchard", "Pinecrest", "Redwood",
)  # fmt: skip
KINDS = (
    "Analytics", "Foods", "Group", "Health", "Labs", "Logistics", "Partners", "Studio", "Systems", "Trading", "Works",
    "Media", "Textiles",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Job:
    """What is measured: one card in one format."""

    card: str
    format: Format

    def __str__(self) -> str:
        return f"{self.card} {self.format.value}"


JOBS = (
    Job("flat", Format.PNG),
    Job("flat", Format.JPG),
    Job("header", Format.PNG),
    Job("photo", Format.PNG),
    Job("photo", Format.JPG),
)
"""A mail header is a PNG, a photograph should be a JPEG; the PNG of one is there because people ask for it."""


def people() -> int:
    """How many different people there are."""
    return lcm(len(FIRST_NAMES) * len(LAST_NAMES), len(COMPANIES), len(KINDS))


def values_of(number: int) -> Mapping[str, str]:
    """Person `number`: no two below `people()` are alike, neighbours differ in every word, and no name or company
    comes again within four hundred people: what is kept of one would help the other."""
    last, first = divmod(number, len(FIRST_NAMES))
    company, kind = number % len(COMPANIES), number % len(KINDS)
    return {
        "name": f"{FIRST_NAMES[first]} {LAST_NAMES[(last + first) % len(LAST_NAMES)]}",
        "company": f"{COMPANIES[company]} {KINDS[kind]}",
    }


def read_cards() -> dict[str, Template]:
    return {name: read_template(CARDS / name) for name in CARD_NAMES}


def spec_of(template: Template, values: Mapping[str, str], format: Format, scale: int = 1) -> RenderSpec:
    given = {name: QueryValue.of(value) for name, value in values.items()}
    return resolve(ImageRequest(template.name, format, scale, values=given), template, DRAWING)
