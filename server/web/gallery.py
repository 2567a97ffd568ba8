"""The gallery at `/`: every template with every example, each tile a working signed link of this server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from server.catalog.alt import alt_text
from server.catalog.manifest import as_text
from server.catalog.template import Example, Template
from server.errors import BrokenKeys, UnfitValue
from server.service import Service
from server.urls.signing import sign_values

_PAGES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

# Nothing on the page runs a script or comes from elsewhere, so the policy can say so.
_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Tile:
    title: str
    link: str
    alt: str


class Gallery:
    def __init__(self, service: Service, *, public_url: str, dev: bool) -> None:
        self._service = service
        self._public_path = urlsplit(public_url).path.rstrip("/")
        self._dev = dev

    async def page(self, _: Request) -> Response:
        sections = [(template, self._tiles(template)) for template in self._service.catalog]
        html = _PAGES.get_template("gallery.html").render(
            sections=sections, dev=self._dev, broken=sorted(self._service.catalog.broken.values(), key=str)
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

    def _tiles(self, template: Template) -> list[Tile]:
        examples = template.examples or (Example("default", "As it comes", _samples(template)),)
        return [tile for example in examples if (tile := self._tile(template, example))]

    def _tile(self, template: Template, example: Example) -> Tile | None:
        """None for an example that no link can carry (its value looks encoded), and where no key signs."""
        try:
            return Tile(example.title, self._link(template, example), alt_text(template.manifest, example.values))
        except (UnfitValue, BrokenKeys):
            return None

    def _link(self, template: Template, example: Example) -> str:
        key = self._service.ring.current().signing
        return self._public_path + sign_values(template.name, example.values, key=key)


def _samples(template: Template) -> dict[str, str]:
    """Something to show for a template without examples: each param's sample, or for text its own name."""
    shown = {}
    for name, param in template.params.items():
        if param.sample is not None:
            shown[name] = as_text(param.sample)
        elif param.type == "text" and not param.default:
            shown[name] = name.replace("_", " ").capitalize()
    return shown
