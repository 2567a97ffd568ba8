"""Every address of the server and what answers there."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Lifespan

from server.errors import Broken, MalformedLink, NameplateError, RequestError, UnknownFormat, UnknownTemplate
from server.images import Format
from server.service import Service, unknown_answer
from server.tally.counting import Tally
from server.urls.target import IMAGE_PREFIX, parse_path
from server.web.access_log import AccessLog
from server.web.counting import counts_of, counts_of_hits
from server.web.error_responses import STATUS, problem_response
from server.web.front_door import FrontDoor
from server.web.gallery import Gallery
from server.web.gallery.files import FILES
from server.web.gallery.site import EXPLAIN_PATH, named_template
from server.web.health import Health
from server.web.memo import Memo, is_settled, url_of
from server.web.metrics import Metrics
from server.web.responses import Caching, Headers, image_reply

log = logging.getLogger(__name__)

DEV_HEADER: Headers = ((b"nameplate-dev", b"unsigned requests are allowed"),)


@dataclass(frozen=True, slots=True)
class Site:
    """What the endpoints answer with; made once in `app.py`."""

    service: Service
    health: Health
    gallery: Gallery | None
    caching: Caching
    strict: bool
    memo_bytes: int
    tally: Tally = field(default_factory=Tally)
    metrics: Metrics | None = None


def make_app(site: Site, lifespan: Lifespan[Starlette]) -> ASGIApp:
    memo = Memo(site.service, site.caching, max_bytes=site.memo_bytes)
    routes = [
        Route(f"{IMAGE_PREFIX}{{rest:path}}", Images(site, memo).answer, methods=["GET"]),  # GET brings HEAD with it
        Route("/healthz", site.health.alive, methods=["GET"]),
        Route("/readyz", site.health.ready, methods=["GET"]),
        Route("/robots.txt", _robots, methods=["GET"]),
    ]
    if site.metrics is not None:
        routes.append(Route("/metrics", site.metrics.answer, methods=["GET"]))
    if site.gallery is not None:
        routes += site.gallery.routes()
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={Exception: _unforeseen_by(site.tally)})
    app.router.redirect_slashes = False  # a redirect would be built from the Host header
    logged = AccessLog(app, shown_path=_shown_path(site.service))
    return FrontDoor(logged, memo=memo, log=logged, tally=site.tally)


class Images:
    """`/i/…`: an image, whatever happens."""

    def __init__(self, site: Site, memo: Memo) -> None:
        self._site = site
        self._memo = memo
        self._extra = DEV_HEADER if site.service.allow_unsigned else ()

    async def answer(self, request: Request) -> ASGIApp:
        service = self._site.service
        basis = self._memo.basis()  # before the answer is made, so that a change meanwhile shows
        is_head = request.method == "HEAD"
        format, status = Format.PNG, 200
        try:
            target = parse_path(request.scope["path"])
            format = target.format
            answer = await service.answer(target, request.scope["query_string"], may_draw=not is_head)
        except (UnknownTemplate, UnknownFormat, MalformedLink) as error:
            status, answer = STATUS[type(error)], unknown_answer(error, format)
        if isinstance(answer.problem, Broken):
            log.error("%s: %s", answer.problem.code, answer.problem)
        counts = counts_of(self._site.tally, answer)
        if self._site.strict and answer.problem is not None:
            self._site.tally.answered(counts, 0)
            return problem_response(answer.problem)
        reply = partial(
            image_reply, answer, format, caching=self._site.caching, now=service.now(), status=status, extra=self._extra
        )
        if is_settled(answer):
            hits = counts_of_hits(self._site.tally, answer)
            self._memo.remember(url_of(request.scope), answer, reply(), basis, hits)
        sent = reply(if_none_match=request.headers.get("if-none-match"), is_head=is_head)
        self._site.tally.answered(counts, len(sent.body))
        return sent


async def _robots(_: Request) -> Response:
    """Link-preview bots must be able to fetch pictures; `X-Robots-Tag` keeps them out of search results."""
    return PlainTextResponse("User-agent: *\nAllow: /i/\nDisallow: /\n")


def _unforeseen_by(tally: Tally) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def unforeseen(request: Request, error: Exception) -> Response:
        """What no stage foresaw; the traceback is in the log, the client is told nothing of it."""
        known = error if isinstance(error, NameplateError) else NameplateError("something went wrong on our side")
        if request.scope["path"].startswith(IMAGE_PREFIX):
            tally.answered(tally.counts_of("", known.code), 0)
        return problem_response(known)

    return unforeseen


def _shown_path(service: Service) -> Callable[[str], str]:
    """A path as it may be logged: ours, or of a template that exists; anything else could hold a person's name."""
    files = (f"/{file.name}" for file in FILES)
    ours = {"/", "/healthz", "/readyz", "/metrics", "/robots.txt", EXPLAIN_PATH, *files}

    def shown(path: str) -> str:
        if path in ours:
            return path
        try:
            service.catalog.find(named_template(path) or parse_path(path).template)
        except RequestError:
            return f"{IMAGE_PREFIX}?" if path.startswith(IMAGE_PREFIX) else "/?"
        return path

    return shown
