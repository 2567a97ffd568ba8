"""A template's plan: its layers, ready to be painted, and the source of the live document between them.

One is made for each *skeleton*, which is what a template says when the values of a person are left out: conditions,
loops, colours and choices are in it. So a plan is found by what the template came to, and making one may take its time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cairosvg.parser import Tree
from lxml import etree

from server.catalog.spec import RenderSpec, Value
from server.catalog.template import Template
from server.errors import BrokenTemplate
from server.images import NO_PICTURES
from server.render.compose import Filled, SvgDocument, fill, finish, prune, run_jinja, settle
from server.render.kept import Kept
from server.render.layers.cut import cut
from server.render.limits import check_drawing
from server.render.svg import parse

MAX_PIXELS = 6_000_000  # of a picture in layers: twice 1080x1350 in each direction; layers take memory
PLANS_KEPT_BYTES = 16_000_000
KEY_BYTES = 500  # of a plan's key, nearly
CONDITION = re.compile(r"data-if(?:-not)?\s*=\s*[\"']\s*(\w+)")


@dataclass(frozen=True, slots=True)
class LayerSource:
    """A document without holes. `digest` names what it shows, but for its size: its own words, and the template, whose
    pictures it may use."""

    document: SvgDocument
    digest: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`live` is XML with holes."""

    live: str
    layers: tuple[LayerSource, ...]


def _weight(plan: Plan | None) -> int:
    sources = plan.layers if plan else ()
    return KEY_BYTES + (len(plan.live) if plan else 0) + sum(len(source.document.xml) for source in sources)


Key = tuple[str, bytes, tuple[tuple[str, bool], ...]]
_plans: Kept[Key, Plan | None] = Kept(PLANS_KEPT_BYTES, _weight)


def compose_in_layers(
    spec: RenderSpec, template: Template, pictures: Collection[str] = NO_PICTURES
) -> tuple[SvgDocument, tuple[LayerSource, ...]]:
    """The live document of `spec`, or the whole one, and the layers that go into it. `pictures`: digests of the remote
    ones at hand. Raises BrokenTemplate."""
    values = spec.mapping()
    filled = run_jinja(values, template)
    plan = plan_of(filled, values, template) if spec.width * spec.height <= MAX_PIXELS else None
    if plan is None:
        return finish(filled.text, values, template, pictures), ()
    return finish(fill(plan.live, filled.printed), values, template, pictures), plan.layers


def plan_of(filled: Filled, values: Mapping[str, Value], template: Template) -> Plan | None:
    """The plan of what `template` came to with `values`. None where it is drawn in one piece: because it has no part
    that stays, or is no XML before its holes are filled. Raises BrokenTemplate."""
    shown = tuple((name, bool(values[name])) for name in CONDITION.findall(filled.skeleton) if name in values)
    # A digest, because the skeleton itself would be kept as long as its plan.
    key = (template.digest, hashlib.blake2b(filled.skeleton.encode(), digest_size=32).digest(), shown)
    return _plans.get(key, lambda: _plan(filled, values, template))


def _plan(filled: Filled, values: Mapping[str, Value], template: Template) -> Plan | None:
    try:
        root = parse(filled.skeleton, template)
        prune(root, values, template)
    except BrokenTemplate:
        return None  # with its values it may be fine; if not, drawing it in one piece says what is wrong
    parts = cut(root)
    if parts is None:
        return None
    layers = tuple(_source(settle(layer, template, NO_PICTURES), template) for layer in parts.layers)
    live = etree.tostring(parts.live, encoding="unicode")
    # Each part is checked when it is laid out. Together they must not be more than one document may.
    check_drawing(Tree(bytestring=settle(root, template, NO_PICTURES).xml, url_fetcher=_nothing), template)
    return Plan(live, layers)


def _source(document: SvgDocument, template: Template) -> LayerSource:
    return LayerSource(document, hashlib.sha256(template.digest.encode() + document.xml).hexdigest())


def _nothing(_url: object, _resource_type: object) -> bytes:
    return b""
