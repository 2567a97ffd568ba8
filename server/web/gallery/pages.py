"""The gallery's page and each template's as HTML. Everything of a template or a link in them is escaped by Jinja."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from server.catalog.template import SVG_FILE, Example, Template
from server.errors import BrokenTemplate, NameplateError
from server.images import Format
from server.urls.mail_tools import MAIL_TOOLS
from server.web.gallery.fields import fields_of
from server.web.gallery.files import COPY, SCRIPT, STYLE
from server.web.gallery.links import Links, Offer, alt_of
from server.web.gallery.samples import (
    HERO_EXAMPLES,
    example_of,
    examples_of,
    hero_of,
    in_order,
    stand_ins_of,
    usually_open,
)
from server.web.gallery.wish import SCALES, Wish

SHOWN_DIGITS = 4  # of a signature, where a link is shown and not copied
LONE_SVG = "A single SVG file: its placeholders are what can be filled in."

PAGES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A template's picture with these values. `source` is a path; empty where no link can be made."""

    template: Template
    example: Example
    source: str
    alt: str

    @property
    def title(self) -> str:
        return self.template.manifest.title or self.template.name

    @property
    def story(self) -> str:
        """What the template is, without the details that its description has after a colon."""
        return _description(self.template).partition(":")[0].rstrip(".")


@dataclass(frozen=True, slots=True)
class Hero:
    """A link with its tags, in pieces (the odd ones are tags), and the pictures it becomes."""

    link: Sequence[str]
    tiles: Sequence[Tile]


async def gallery_page(
    templates: Sequence[Template], links: Links, *, dev: bool, broken: Sequence[BrokenTemplate]
) -> str:
    names = stand_ins_of(templates)
    ordered = in_order(template for template in templates if template.name not in names)
    first = hero_of(ordered)
    hero = await _hero(first, links) if first else None
    return _render(
        "gallery.html",
        links,
        dev=dev,
        broken=broken,
        tiles=[_tile(template, example_of(template), links) for template in ordered],
        stand_ins=[_tile(t, example_of(t), links) for t in in_order(templates) if t.name in names],
        hero=hero,
        preview=hero.tiles[:1] if hero else [],
    )


async def template_page(wish: Wish, links: Links, *, dev: bool, broken: BrokenTemplate | None) -> str:
    """`broken` is what is wrong with the template as it lies on disk; the page then shows the version before."""
    offer, problem = await _offer(wish, links)
    usual = _tile(wish.template, example_of(wish.template), links)
    return _render(
        "template.html",
        links,
        dev=dev,
        broken=broken,
        wish=wish,
        story=_description(wish.template),
        offer=offer,
        problem=problem,
        usual=usual,
        preview=[usual],
        fields=fields_of(wish),
        examples=[_tile(wish.template, example, links) for example in examples_of(wish.template)],
        formats=list(Format),
        scales=SCALES,
        tools=MAIL_TOOLS.values(),
    )


def _render(page: str, links: Links, **values: object) -> str:
    return PAGES.get_template(page).render(base=links.base, style=STYLE, script=SCRIPT, copying=COPY, **values)


async def _offer(wish: Wish, links: Links) -> tuple[Offer | None, str]:
    """What can be pasted, or why nothing can."""
    try:
        return await links.offer(wish), ""
    except NameplateError as error:
        return None, str(error)


def _tile(template: Template, example: Example, links: Links, format: Format = Format.WEBP) -> Tile:
    """As WebP, which browsers take and which weighs a fifth of a PNG."""
    try:
        source = links.picture(template, example.values, format)
    except NameplateError:  # a value that no link can carry, or no key that signs
        source = ""
    return Tile(template, example, source, alt_of(template, example.values))


async def _hero(template: Template, links: Links) -> Hero | None:
    tool = next(iter(MAIL_TOOLS.values()))
    names = usually_open(template)
    offer, _ = await _offer(Wish(template, {}, names, Format.PNG, SCALES[0], tool), links)
    if offer is None:
        return None
    link = re.sub(rf"(_sig=\w+\.\w{{{SHOWN_DIGITS}}})\w+$", r"\1…", offer.tagged)
    tags = "|".join(re.escape(tool.tag_of(name)) for name in names)
    found = {example.name: example for example in examples_of(template)}
    tiles = [_tile(template, found[name], links) for name in HERO_EXAMPLES if name in found]
    return Hero(re.split(f"({tags})", link) if tags else [link], tiles)


def _description(template: Template) -> str:
    return template.manifest.description or (LONE_SVG if set(template.files) == {SVG_FILE} else "")
