"""The gallery at `/`: every template with every example, each tile a working signed link of this server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from server.catalog.alt import alt_text
from server.catalog.manifest import ParamType, as_text
from server.catalog.template import Example, Template
from server.errors import NameplateError
from server.service import Service
from server.urls.signing import sign_target, sign_values
from server.values.merge_tags import is_unmerged

_PAGES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

# Nothing on the page runs a script or comes from elsewhere, so the policy can say so.
_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """`link` is for people to copy; `source` the same with the template's version, so that a browser that keeps
    pictures for a day shows an edit at once."""

    title: str
    link: str
    source: str
    alt: str


@dataclass(frozen=True, slots=True)
class Section:
    template: Template
    tiles: tuple[Tile, ...]
    mail_link: str  # for a mail tool to fill in; empty where no param may be open


class Gallery:
    def __init__(self, service: Service, *, public_url: str, dev: bool) -> None:
        self._service = service
        self._public_url = public_url.rstrip("/")
        self._dev = dev

    async def page(self, _: Request) -> Response:
        html = _PAGES.get_template("gallery.html").render(
            sections=[self._section(template) for template in self._service.catalog],
            dev=self._dev,
            broken=sorted(self._service.catalog.broken.values(), key=str),
        )
        return HTMLResponse(
            html,
            headers={
                "cache-control": "no-store",
                "content-security-policy": _POLICY,
                "x-content-type-options": "nosniff",
                "referrer-policy": "no-referrer",
            },
        )

    def _section(self, template: Template) -> Section:
        examples = template.examples or (Example("default", "As it comes", _samples(template)),)
        tiles = tuple(tile for example in examples if (tile := self._tile(template, example)))
        return Section(template, tiles, self._mail_link(template))

    def _tile(self, template: Template, example: Example) -> Tile | None:
        """None for an example that no link can carry (its value looks encoded), and where no key signs."""
        try:
            link = sign_values(template.name, example.values, key=self._service.ring.current().signing)
        except NameplateError:
            return None
        link = urlsplit(self._public_url).path + link
        mark = f"{'&' if '?' in link else '?'}_t={template.digest[:8]}"
        return Tile(example.title, link, link + mark, alt_text(template.manifest, example.values))

    def _mail_link(self, template: Template) -> str:
        """A link as Mailchimp fills it in, with the first text params open."""
        names = [n for n, p in template.params.items() if p.type is ParamType.TEXT and p.may_be_open][:MAIL_PARAMS]
        query = "&".join(f"{name}=*|URL:{MAIL_TAGS.get(name, name.upper())}|*" for name in names)
        try:
            return (
                sign_target(
                    f"{template.name}.png?{query}",
                    declared_of=lambda _: template.query_names,
                    ring=self._service.ring.current(),
                    open_params=names,
                    public_url=self._public_url,
                    is_unmerged=is_unmerged,
                )
                if names
                else ""
            )
        except NameplateError:
            return ""


MAIL_PARAMS = 2
MAIL_TAGS = {"first_name": "FNAME", "name": "FNAME"}
SAMPLE_WORDS = {"name": "Sarah", "first_name": "Sarah", "company": "Larkfield", "city": "Lisbon"}


def _samples(template: Template) -> dict[str, str]:
    """Something to show for a template without examples: each param's sample, or for text a word of its kind."""
    shown = {}
    for name, param in template.params.items():
        if param.sample is not None:
            shown[name] = as_text(param.sample)
        elif param.type is ParamType.TEXT and not param.default:
            shown[name] = SAMPLE_WORDS.get(name, name.replace("_", " ").capitalize())
    return shown
