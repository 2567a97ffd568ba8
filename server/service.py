"""The story of one picture. Each stage is one call, in the order it happens:

    parse → verify → resolve → look up → take a turn → [worker: compose → lay out → paint → encode] → store

HTTP is not known here: a path and a query come in, an `Answer` goes out, and for a known template it always has a
picture. What went wrong is in the answer too, for headers, logs and `explain`. A URL that was answered a moment ago
need not come here at all: `web/memo.py` says when.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from server.catalog.catalog import Catalog, Published
from server.catalog.resolve import Drawing, refuse_repeated, resolve_drawable
from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.errors import NameplateError, RequestError, Unsigned
from server.images import Format, Picture
from server.last_resort import last_resort
from server.report import Fallback
from server.store.tiers import PictureStore, Tier
from server.urls.keys import KeyRing
from server.urls.request import ImageRequest, parse_request
from server.urls.signing import expiry_of, verify
from server.urls.target import Target
from server.workers.turns import Turns

log = logging.getLogger(__name__)

UNKNOWN_SIZE = (1200, 630)  # what link previews are made for

Basis = tuple[int, KeyRing]


class Ring(Protocol):
    """Where the keys are: a file that other processes may change, or a fixed ring from the settings."""

    def current(self) -> KeyRing: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A picture and how it came about. `key` names what is shown (for the ETag), `found` the tier it came from.

    `problem` says why this is not the picture that was asked for: it then shows no value of the request, and may be
    otherwise in a minute. `expires` is when the link ends. `picture` is None only where it was asked not to draw.
    """

    template: str
    key: str
    picture: Picture | None
    fallbacks: tuple[Fallback, ...] = ()
    problem: NameplateError | None = None
    found: Tier | None = None
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
    ) -> None:
        self.catalog = catalog
        self.ring = ring
        self.drawing = drawing
        self.allow_unsigned = allow_unsigned
        self._store = store
        self._turns = turns
        self._deadline_seconds = deadline_seconds
        self.now = now

    async def answer(self, target: Target, raw_query: bytes, *, may_draw: bool = True) -> Answer:
        """The answer to a request for `target`. Raises UnknownTemplate; everything else is in the answer.

        With `may_draw` false (HEAD) nothing is drawn: a picture that is not kept yet is left out.
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
        drawn, spec = self.resolve(request, template)
        answer = Answer(template.name, spec.key, None, spec.fallbacks, expires=expiry_of(request))
        kept = await self.kept(spec)
        if kept is not None:
            return replace(answer, picture=kept[0], found=kept[1], ms=_ms_since(started))
        if not may_draw:
            return replace(answer, ms=_ms_since(started))
        try:
            picture = await self.draw(spec, drawn, seconds=self._deadline_seconds - _ms_since(started) / 1000)
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

    def resolve(self, request: ImageRequest, template: Template) -> tuple[Template, RenderSpec]:
        """What will be drawn, and of which template: a `generic` one may stand in."""
        return resolve_drawable(request, template, self.drawing, self.catalog.get)

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

    async def draw(self, spec: RenderSpec, template: Template, *, seconds: float | None = None) -> Picture:
        """Take a turn in a worker; what it draws is stored, even if it is late. Raises LimitReached or Broken."""
        timeout = self._deadline_seconds if seconds is None else seconds
        return await self._turns.draw(spec, template, timeout_seconds=timeout)

    def _default(self, published: Published, format: Format, problem: NameplateError, started: float) -> Answer:
        """The template's pinned default picture; before there is one, the last resort, which needs no worker."""
        template = published.template
        picture = published.defaults.get(format) or last_resort(template.width, template.height, format)
        return Answer(template.name, _key_of(picture), picture, problem=problem, ms=_ms_since(started))


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
