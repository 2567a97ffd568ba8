"""The gallery: `/` with a tile for each template, `/t/{template}` with a form that makes its links, the answers that
the form's script asks for, and `/explain`, which tells why a picture is as it is. Off, none of it is there."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from server.catalog.template import Template
from server.errors import NameplateError, UnknownTemplate
from server.explain import Explainer
from server.service import Service
from server.web.error_responses import problem_response
from server.web.gallery.explain_page import explain_page, read_pasted
from server.web.gallery.files import FILES
from server.web.gallery.hosts import is_forwarded, is_known_host
from server.web.gallery.links import Links, Offer
from server.web.gallery.pages import gallery_page, template_page
from server.web.gallery.wish import read_wish

log = logging.getLogger(__name__)

TEMPLATE_PREFIX = "/t/"
EXPLAIN_PATH = "/explain"
MAX_FORM_BYTES = 65_536  # eight times the longest query that a link may have

# Nothing runs or loads but our own script, style sheet and pictures; nobody may frame the page.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": _POLICY,
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
    "referrer-policy": "no-referrer",
}

Answer = Callable[[Request], Awaitable[Response]]


class Gallery:
    """With `is_for_all` it answers through proxies too: an operator has said so, and it is not on by default only."""

    def __init__(
        self, service: Service, *, public_url: str, dev: bool, explainer: Explainer, is_for_all: bool = False
    ) -> None:
        self._service = service
        self._explainer = explainer
        self._is_for_all = is_for_all
        self._public_url = public_url.rstrip("/")
        self._dev = dev

    def routes(self) -> list[Route]:
        return [
            Route("/", self._guarded(self._all), methods=["GET"]),
            Route(EXPLAIN_PATH, self._guarded(self._explain), methods=["GET", "POST"]),
            Route(f"{TEMPLATE_PREFIX}{{name}}", self._guarded(self._one), methods=["GET"]),
            Route(f"{TEMPLATE_PREFIX}{{name}}/links", self._guarded(self._links), methods=["POST"]),
            *(Route(f"/{file.name}", file.answer, methods=["GET"]) for file in FILES),
        ]

    def _guarded(self, answer: Answer) -> Answer:
        """404 for whom the gallery is not: the world behind a proxy on this machine, names that are not ours, and
        whatever another site's page asks."""

        async def guarded(request: Request) -> Response:
            if not self._is_for_all and is_forwarded(request.headers):
                log.warning("the gallery is for this machine alone: set gallery to true to show it through a proxy")
                raise HTTPException(404)
            if not is_known_host(request.headers.get("host", ""), self._public_url):
                log.warning("the gallery was asked for under a name that is not this server's; set public_url")
                raise HTTPException(404)
            if request.method == "POST" and request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
                raise HTTPException(404)
            return await answer(request)

        return guarded

    async def _all(self, request: Request) -> Response:
        broken = sorted(self._service.catalog.broken.values(), key=str)
        page = await gallery_page(list(self._service.catalog), self._links_for(request), dev=self._dev, broken=broken)
        return HTMLResponse(page, headers=_HEADERS)

    async def _one(self, request: Request) -> Response:
        wish = read_wish(self._template(request), request.scope["query_string"])
        broken = self._service.catalog.broken.get(wish.template.name)
        page = await template_page(wish, self._links_for(request), dev=self._dev, broken=broken)
        return HTMLResponse(page, headers=_HEADERS)

    async def _links(self, request: Request) -> Response:
        """What the form makes, for its script. The form comes as the body: typed values stand in no address."""
        wish = read_wish(self._template(request), await _body(request))
        try:
            offer = await self._links_for(request).offer(wish)
        except NameplateError as problem:
            return problem_response(problem)
        return JSONResponse(_to_json(offer), headers=_HEADERS)

    async def _explain(self, request: Request) -> Response:
        """The link comes as the body of a form, never in the address, and the page is kept nowhere."""
        pasted = read_pasted(await _body(request)) if request.method == "POST" else ""
        found = await self._explainer.explain(pasted) if pasted.strip() else None
        return HTMLResponse(explain_page(pasted, found), headers=_HEADERS)

    def _template(self, request: Request) -> Template:
        try:
            return self._service.catalog.find(request.path_params["name"]).template
        except UnknownTemplate:
            raise HTTPException(404) from None

    def _links_for(self, request: Request) -> Links:
        base = self._public_url or f"{request.url.scheme}://{request.headers['host']}"
        return Links(self._service, base=base, is_public=bool(self._public_url))


def named_template(path: str) -> str | None:
    """The template that a path of the gallery names; None for any other path."""
    name = path.removeprefix(TEMPLATE_PREFIX).removesuffix("/links")
    return name if path.startswith(TEMPLATE_PREFIX) and "/" not in name else None


async def _body(request: Request) -> bytes:
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_FORM_BYTES:
                raise HTTPException(413)
    except ClientDisconnect:
        raise HTTPException(400) from None
    return body


def _to_json(offer: Offer) -> dict[str, Any]:
    return {
        "picture": f"..{offer.picture}",
        "width": offer.width,
        "height": offer.height,
        "alt": offer.alt,
        "links": dict(offer.pasted),
        "reasons": dict(offer.reasons),
        "notes": list(offer.notes),
    }
