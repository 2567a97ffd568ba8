"""A service, or a whole application, with real parts around a pool that draws at once."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.types import ASGIApp

from server.catalog.catalog import Catalog, Published
from server.catalog.resolve import Drawing, default_spec
from server.catalog.spec import RenderSpec
from server.catalog.template import Template, build_template
from server.errors import NameplateError
from server.explain import Explainer
from server.images import NO_PICTURES, Format, Picture
from server.preparing import Gatherer
from server.service import Service
from server.store.budget import Budget
from server.store.disk import DiskStore
from server.store.memory import MemoryStore
from server.store.tiers import PictureDisk, PictureStore
from server.urls.keys import FixedKeys, Key, KeyRing, KeyState
from server.web.as_sent import AsSent
from server.web.endpoints import Site, make_app
from server.web.gallery import Gallery
from server.web.health import Health
from server.web.responses import Caching
from server.workers.turns import Turns

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = Key("k1", b"\x01" * 32, KeyState.ACTIVE, NOW)
RING = KeyRing((KEY,))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"/>'
MANIFEST = """
aliases = ["old-card"]
[params.name]
default = "you"
aliases = ["nick"]
[params.seats]
type = "number"
"""
PUBLIC_URL = "http://testserver"  # what Starlette's test client calls the server
PATIENCE_SECONDS = 5.0  # a busy machine's disk may be slower than the 50 ms of a real server


class InstantPool:
    """Draws the values of the spec as text, or fails as told."""

    count = 2
    alive = 2
    offline = True

    def __init__(self) -> None:
        self.drawn: list[RenderSpec] = []
        self.pictures: list[Mapping[str, bytes]] = []  # that came with each
        self.kills = 0
        self.error: NameplateError | None = None
        self.hang = False
        self.gate: asyncio.Event | None = None  # where there is one, nothing is drawn before it is set

    async def draw(self, spec: RenderSpec, template: Template, pictures: Mapping[str, bytes] = NO_PICTURES) -> Picture:
        self.drawn.append(spec)
        self.pictures.append(pictures)
        if self.hang:
            await asyncio.Event().wait()
        if self.gate:
            await self.gate.wait()
        if self.error:
            raise self.error
        return Picture(spec.format, spec.width, spec.height, f"{template.name}:{spec.mapping()}".encode())


def make_template(name: str, manifest: str) -> Template:
    return build_template(name, {"template.svg": SVG, "manifest.toml": manifest.encode()})


class House:
    """One template `card` (params name and seats), one key, one data folder; the parts at hand."""

    def __init__(
        self,
        tmp_path: Path,
        *,
        allow_unsigned: bool = False,
        deadline_seconds: float = 5.0,
        disk: PictureDisk | None = None,
        memory_bytes: int = 1_000_000,
        gather_seconds: float = 0.0,
        gatherer: Gatherer | None = None,
        budget: Budget | None = None,
    ) -> None:
        self.pool = InstantPool()
        self.memory = MemoryStore(memory_bytes)
        disk = disk or DiskStore(tmp_path / "cache", max_bytes=50_000_000)
        self.store = PictureStore(self.memory, disk, wait_seconds=PATIENCE_SECONDS, gather_seconds=gather_seconds)
        self.catalog = Catalog()
        self.now = NOW
        self.card = make_template("card", MANIFEST)
        self.default = Picture(Format.PNG, 400, 200, b"pinned default")
        self.catalog.publish(Published(self.card, {Format.PNG: self.default}))
        self.service = Service(
            catalog=self.catalog,
            ring=FixedKeys(RING),
            store=self.store,
            turns=Turns(self.pool, self.store, queue_limit=4),
            drawing=Drawing(12_000_000, "r"),
            allow_unsigned=allow_unsigned,
            deadline_seconds=deadline_seconds,
            now=lambda: self.now,
            gatherer=gatherer,
            budget=budget,
        )

    def app(self, *, strict: bool = False, gallery: bool = True, memo_bytes: int = 1_000_000) -> ASGIApp:
        async def prove() -> None:
            await self.pool.draw(default_spec(self.card, Format.PNG, self.service.drawing), self.card)

        @contextlib.asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            yield
            await self.store.close()

        health = Health(catalog=self.catalog, pool=self.pool, prove=prove)
        page = self._gallery() if gallery else None
        return make_app(Site(self.service, health, page, Caching(86_400, 604_800), strict, memo_bytes), lifespan)

    def written(self) -> None:
        """Waits until everything that was put is written, and so no longer on its way."""
        done = threading.Event()
        self.store._behind.call(done.set)  # there is one writer, so it is the last in line
        assert done.wait(PATIENCE_SECONDS)

    def explainer(self, *, strict: bool = False) -> Explainer:
        return Explainer(self.service, AsSent(self.service, Caching(86_400, 604_800), strict=strict))

    def _gallery(self) -> Gallery:
        explainer = self.explainer()
        return Gallery(self.service, public_url=PUBLIC_URL, dev=self.service.allow_unsigned, explainer=explainer)
