"""The story of one picture. Each stage is one call, in the order it happens:

    parse → verify → resolve → gather → look up → take a turn
    → [worker: compose → layers → lay out → paint → encode] → store

HTTP is not known here: a path and a query come in, an `Answer` goes out, and for a known template it always has a
picture. What went wrong is in the answer too, for headers, logs and `explain`. A URL that was answered a moment ago
need not come here at all: `web/memo.py` says when.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from server.catalog.catalog import Catalog, Published
from server.catalog.resolve import Drawing, refuse_repeated
from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.errors import NameplateError, RequestError, Unsigned
from server.images import NO_PICTURES, Format, Picture
from server.last_resort import last_resort
from server.preparing import Gatherer, Prepared, Preparing
from server.report import Fallback
from server.store.budget import Budget, Purse
from server.store.tiers import PictureStore, Tier
from server.urls.keys import KeyRing
from server.urls.request import ImageRequest, parse_request
from server.urls.signing import expiry_of, verify
from server.urls.target import Target
from server.workers.turns import Turns

log = logging.getLogger(__name__)

UNKNOWN_SIZE = (1200, 630)  # what link previews are made for
# Of the deadline, kept back from gathering: drawing a new card takes some 40 ms (docs/operations.md), one with large
# photos several times that, on a machine of which we do not know how busy it is.
DRAWING_SECONDS = 1.0
DRAWING_SHARE = 0.5  # of a deadline that is shorter than twice that

Basis = tuple[int, KeyRing]


class Ring(Protocol):
    """Where the keys are: a file that other processes may change, or a fixed ring from the settings."""

    def current(self) -> KeyRing: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A picture and how it came about. `key` names what is shown (for the ETag), `found` the tier it came from.

    `problem` says why this is not the picture that was asked for: it then shows no value of the request, and may be
    otherwise in a minute; so may one that is not `is_settled`, because a host was slow. `asked_outside`: it stands on
    pictures that others may change. `expires` is when the link ends. `picture` is None only where it was asked not to
    draw.
    """

    template: str
    key: str
    picture: Picture | None
    fallbacks: tuple[Fallback, ...] = ()
    problem: NameplateError | None = None
    found: Tier | None = None
    is_settled: bool = True
    asked_outside: bool = False
    expires: datetime | None = None
    ms: float = 0.0


class Service:
    """One per web process; its parts are made in `app.py`."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        ring: Ring,
        store: PictureStore,
        turns: Turns,
        drawing: Drawing,
        allow_unsigned: bool,
        deadline_seconds: float,
        now: Callable[[], datetime],
        gatherer: Gatherer | None = None,
        budget: Budget | None = None,
    ) -> None:
        self.catalog = catalog
        self.ring = ring
        self.drawing = drawing
        self.allow_unsigned = allow_unsigned
        self._store = store
        self._turns = turns
        self._deadline_seconds = deadline_seconds
        self._preparing = Preparing(drawing, catalog.get, gatherer)
        self._budget = budget
        self.now = now

    async def answer(
        self, target: Target, raw_query: bytes, *, may_draw: bool = True, is_counted: bool = True
    ) -> Answer:
        """The answer to a request for `target`. Raises UnknownTemplate; everything else is in the answer.

        With `may_draw` false (HEAD) nothing is fetched or drawn: a picture that is not kept yet is left out. With
        `is_counted` false (`explain`) the link's budget is looked at, and nothing is taken from it.
        """
        started = time.perf_counter()
        published = self.catalog.find(target.template)
        template = published.template
        try:
            request = parse_request(target, raw_query, template.query_names)
            refuse_repeated(request, template)
            self.verify(request)
        except NameplateError as problem:
            return self._default(published, target.format, problem, started)
        purse = await self._purse_of(request, is_counted=is_counted)
        prepared = await self.prepare(
            request,
            template,
            spent_seconds=_ms_since(started) / 1000,
            may_fetch=may_draw,
            may_fetch_open=purse is None or not purse.is_empty,
        )
        answer = _answer_of(template, prepared, request)
        kept = await self.kept(prepared.spec) if prepared.is_whole else None
        if kept is not None:
            return replace(answer, picture=kept[0], found=kept[1], ms=_ms_since(started))
        if not may_draw:
            return replace(answer, ms=_ms_since(started))
        try:
            seconds = self._deadline_seconds - _ms_since(started) / 1000
            picture = await self.draw(prepared.spec, prepared.template, prepared.pictures, seconds=seconds, purse=purse)
        except NameplateError as problem:
            return self._default(published, target.format, problem, started)
        return replace(answer, picture=picture, ms=_ms_since(started))

    def verify(self, request: ImageRequest) -> None:
        """Raises UnverifiedLink unless the link is one we made, or unsigned ones are allowed."""
        try:
            verify(request, self.ring.current(), self.now())
        except Unsigned:
            if not self.allow_unsigned:
                raise

    async def prepare(
        self,
        request: ImageRequest,
        template: Template,
        *,
        spent_seconds: float = 0.0,
        may_fetch: bool = True,
        may_fetch_open: bool = True,
    ) -> Prepared:
        """Resolve and gather: what will be drawn, and of which template, since a `generic` one may stand in. Takes no
        more of the deadline than leaves time to draw. With `may_fetch_open` false, nobody is asked for what open params
        name."""
        left = self._deadline_seconds - spent_seconds
        seconds = max(left - DRAWING_SECONDS, left * DRAWING_SHARE)
        return await self._preparing.prepare(
            request, template, seconds=seconds, may_fetch=may_fetch, may_fetch_open=may_fetch_open
        )

    async def kept(self, spec: RenderSpec) -> tuple[Picture, Tier] | None:
        """Look up: the picture of `spec`, if it was drawn before, and the tier that had it."""
        return await self._store.get(spec.key)

    def hot(self, key: str) -> Picture | None:
        """The picture of an earlier answer's `key`, if it is still in memory."""
        return self._store.hot(key)

    def basis(self) -> Basis:
        """What answers stand on beside the request, the clock and the store: the same link may get another answer once
        this is another. Raises BrokenKeys."""
        return self.catalog.generation, self.ring.current()

    async def draw(
        self,
        spec: RenderSpec,
        template: Template,
        pictures: Mapping[str, bytes] = NO_PICTURES,
        *,
        seconds: float | None = None,
        purse: Purse | None = None,
    ) -> Picture:
        """Take a turn in a worker; what it draws is stored, even if it is late. `pictures` are those from outside that
        the spec names; `purse` pays, unless somebody else has begun this picture. Raises LimitReached or Broken."""
        timeout = self._deadline_seconds if seconds is None else seconds
        return await self._turns.draw(spec, template, pictures, timeout_seconds=timeout, purse=purse)

    async def _purse_of(self, request: ImageRequest, *, is_counted: bool) -> Purse | None:
        """What an open link may have drawn today; None for those that nobody can change."""
        if self._budget is None or not request.open or request.signature is None:
            return None
        return await self._budget.purse(request.signature, self.now().date(), is_counted=is_counted)

    def _default(self, published: Published, format: Format, problem: NameplateError, started: float) -> Answer:
        """The template's pinned default picture; before there is one, the last resort, which needs no worker."""
        template = published.template
        picture = published.defaults.get(format) or last_resort(template.width, template.height, format)
        return Answer(template.name, _key_of(picture), picture, problem=problem, ms=_ms_since(started))


def _answer_of(template: Template, prepared: Prepared, request: ImageRequest) -> Answer:
    """The answer as far as it is known before there is a picture."""
    return Answer(
        template.name,
        prepared.spec.key,
        None,
        prepared.spec.fallbacks,
        is_settled=prepared.is_settled,
        asked_outside=prepared.asked_outside,
        expires=expiry_of(request),
    )


def unknown_answer(problem: RequestError, format: Format = Format.PNG) -> Answer:
    """What is shown where there is no template to take a default picture from."""
    picture = last_resort(*UNKNOWN_SIZE, format)
    return Answer("", _key_of(picture), picture, problem=problem)


@functools.lru_cache(maxsize=256)
def _key_of(picture: Picture) -> str:
    """Names a default picture by what it shows, so that it never revalidates as the last resort or a later version."""
    return f"default-{hashlib.sha256(picture.body).hexdigest()}"


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
