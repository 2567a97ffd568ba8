"""A template's plan: the parts of its document, from back to front, with holes where values of a person go.

One is made for each *variant*: for what a template says when the values of a person are left out, its skeleton, with
colours, choices and what loops and Jinja's conditions came to; and for which of the `data-if` in it hold. So a plan is
found by what the template came to, and making one may take its time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from cairosvg.parser import Tree
from lxml import etree

from server.catalog.spec import Value
from server.catalog.template import Template
from server.errors import BrokenTemplate
from server.fonts.library import FontLibrary
from server.images import NO_PICTURES
from server.kept import Kept
from server.render.compose import HOLE, Filled, SvgDocument, fill, finish, prune, run_jinja, settle
from server.render.layers.cut import Kind, cut
from server.render.limits import check_drawing
from server.render.svg import Element, parse

MAX_PIXELS = 6_000_000  # of a picture in layers: twice 1080x1350 in each direction; layers take memory
PLANS_KEPT_BYTES = 10_000_000
KEY_BYTES = 500  # of a plan's key, nearly
CHARACTER_BYTES = 2  # where a hole is among them
# What is printed is escaped with these. Anything else that XML would read is markup of the template's own.
OTHER_ENTITY = "&(?!amp;|lt;|gt;|#34;|#39;)"
MARKUP = re.compile(f"<|{OTHER_ENTITY}")
# Spelled with entities it could be anything.
REFERS = re.compile(rf"url\s*\(|href|data-box|\bid\s*=|<\s*style|{OTHER_ENTITY}", re.IGNORECASE)
CONDITION = re.compile(r"data-if(?:-not)?\s*=\s*[\"']([^\"']*)")


@dataclass(frozen=True, slots=True)
class Means:
    """What one picture is drawn from. `keeps`: whether what was painted or read earlier may be used for it, and what is
    now kept for others."""

    values: Mapping[str, Value]
    template: Template
    fonts: FontLibrary
    pictures: Mapping[str, bytes]
    size: tuple[int, int]
    keeps: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A part as XML, with holes for what was `printed`, escaped. `digest` names what it shows, but for its size and for
    words that are printed; "" for a document in one piece."""

    kind: Kind
    xml: str
    printed: tuple[str, ...] = ()
    digest: str = ""

    @property
    def is_layer(self) -> bool:
        """Whether it is painted by itself."""
        return self.kind in (Kind.STAYS, Kind.DRAWING)

    def document(self, means: Means) -> SvgDocument:
        """With values, safe to be laid out. Raises BrokenTemplate."""
        xml = fill(self.xml, self.printed) if self.printed else self.xml
        return finish(xml, means.values, means.template, means.pictures)


Variant = tuple[str, bytes, tuple[tuple[str, bool], ...]]
"""What a template came to without the values of persons: its digest, the skeleton's, and which conditions hold."""

Plan = tuple[Source, ...]
"""The parts of a document, as long as nothing was printed."""


@dataclass(frozen=True, slots=True)
class Composed:
    """`parts` from back to front."""

    variant: Variant
    parts: tuple[Source, ...]


def _weight(plan: Plan | None) -> int:
    return KEY_BYTES + CHARACTER_BYTES * sum(len(part.xml) for part in plan or ())


_plans: Kept[Variant, Plan | None] = Kept(PLANS_KEPT_BYTES, _weight)


def compose_in_parts(means: Means) -> Composed:
    """Raises BrokenTemplate."""
    filled = run_jinja(means.values, means.template)
    variant = variant_of(filled, means.values, means.template)
    width, height = means.size
    plan = plan_of(variant, filled, means.values, means.template) if width * height <= MAX_PIXELS else None
    if plan is None:
        return Composed(variant, (Source(Kind.WHOLE, filled.text),))
    if any(map(REFERS.search, filled.printed)) and any(_may_refer(part, filled.printed) for part in plan):
        return Composed(variant, (Source(Kind.WHOLE, filled.text),))
    return Composed(variant, tuple(_printed_in(part, filled.printed, means) for part in plan))


def _may_refer(part: Source, printed: Sequence[str]) -> bool:
    """Whether something printed may need, or be needed by, what is in another part. In a text only markup may."""
    shown = (printed[int(number)] for number in HOLE.findall(part.xml))
    is_words = part.kind is Kind.WORDS
    return any(REFERS.search(value) for value in shown if not is_words or MARKUP.search(value))


def _printed_in(part: Source, printed: tuple[str, ...], means: Means) -> Source:
    if part.kind is Kind.STAYS:
        return part
    if part.kind is Kind.WORDS:
        return replace(part, printed=printed)
    xml = fill(part.xml, printed)
    conditions = (f"{name} {bool(means.values[name])}" for name in _conditions(xml, means.values))
    return Source(part.kind, xml, digest=_digest(xml, (means.template.digest, *conditions, *sorted(means.pictures))))


def variant_of(filled: Filled, values: Mapping[str, Value], template: Template) -> Variant:
    # A digest, because the skeleton itself would be kept as long as its plan.
    skeleton = hashlib.blake2b(filled.skeleton.encode(), digest_size=32).digest()
    return template.digest, skeleton, tuple((name, bool(values[name])) for name in _conditions(filled.skeleton, values))


def _conditions(skeleton: str, values: Mapping[str, Value]) -> Collection[str]:
    """The values on which it depends what is shown."""
    names = [name.strip() for name in CONDITION.findall(skeleton)]
    # One that is spelled in another way, such as with entities, may be any of them.
    return names if all(name in values for name in names) else sorted(values)


def plan_of(variant: Variant, filled: Filled, values: Mapping[str, Value], template: Template) -> Plan | None:
    """The plan of what `template` came to with `values`. None where it is drawn in one piece: because it has no part
    that stays, or is no XML before its holes are filled. Raises BrokenTemplate."""
    return _plans.get(variant, lambda: _plan(filled, values, template))


def _plan(filled: Filled, values: Mapping[str, Value], template: Template) -> Plan | None:
    try:
        root = parse(filled.skeleton, template)
        prune(root, values, template)
    except BrokenTemplate:
        return None  # with its values it may be fine; if not, drawing it in one piece says what is wrong
    parts = cut(root)
    if parts is None:
        return None
    # Each part is checked when it is laid out. Together they must not be more than one document may.
    check_drawing(Tree(bytestring=settle(root, template, NO_PICTURES).xml, url_fetcher=_nothing), template)
    return tuple(_source(part.kind, part.root, template) for part in parts)


def _source(kind: Kind, root: Element, template: Template) -> Source:
    xml = etree.tostring(root, encoding="unicode")
    return Source(kind, xml, digest=_digest(xml, (template.digest,)))


def _digest(xml: str, may_show: Collection[str]) -> str:
    return hashlib.sha256("\n".join((*may_show, xml)).encode()).hexdigest()


def _nothing(_url: object, _resource_type: object) -> bytes:
    return b""
