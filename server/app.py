"""Wiring: settings into parts, parts into one application; starts them in order and stops them in reverse."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.types import ASGIApp

from server import __version__
from server.catalog.catalog import Catalog
from server.catalog.last_good import LastGood
from server.catalog.resolve import Drawing, default_spec
from server.errors import NoWorker
from server.explain import Explainer
from server.fonts.facts import font_facts
from server.gather.gather import Gatherer
from server.images import Format
from server.publishing import Publisher
from server.service import Ring, Service
from server.settings import Settings, load_settings
from server.store.budget import Budget
from server.store.disk import DiskStore
from server.store.memory import MemoryStore
from server.store.tiers import PictureStore
from server.tally import counting
from server.tally.book import Book
from server.tally.counting import Tally
from server.tally.keeping import Keeper
from server.urls.keys import FixedKeys, KeyFile, parse_keys
from server.web.access_log import FORMAT, EveryLine
from server.web.as_sent import AsSent
from server.web.endpoints import Site, make_app
from server.web.gallery import Gallery
from server.web.health import Health
from server.web.metrics import ALIVE, QUEUE, Metrics
from server.web.responses import Caching
from server.workers.font_reader import read_coverage
from server.workers.jobs import DRAWING, DRAWING_AFRESH
from server.workers.limits import die_with
from server.workers.pool import WorkerPool
from server.workers.turns import Turns

log = logging.getLogger(__name__)

MEGABYTE = 1_000_000
DEV_WATCH_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Parts:
    """What a process that draws is made of."""

    service: Service
    publisher: Publisher
    pool: WorkerPool
    store: PictureStore
    gatherer: Gatherer | None
    budget: Budget
    tally: Tally

    async def open(self) -> None:
        await self.pool.start()
        await self.publisher.refresh()

    async def close(self) -> None:
        if self.gatherer:
            await self.gatherer.close()  # before the pool, which it asks
        await self.pool.close()
        await self.store.close()
        self.budget.close()

    async def prove(self) -> None:
        """Read the keys, and draw one template afresh, past every cache. Raises what went wrong."""
        self.service.ring.current()
        template = min(self.service.catalog, key=lambda t: t.width * t.height, default=None)
        if template is None:
            raise NoWorker("there is no template to draw")
        await self.pool.draw(default_spec(template, Format.PNG, self.service.drawing), template)


def make_parts(settings: Settings, catalog: Catalog | None = None) -> Parts:
    """The parts; with a `catalog` of its own a command serves that, untried, instead of publishing one."""
    data = open_data_folder(settings)
    catalog = Catalog() if catalog is None else catalog
    store = PictureStore(
        MemoryStore(settings.memory_cache_mb * MEGABYTE),
        DiskStore(data / "cache", max_bytes=settings.disk_cache_mb * MEGABYTE),
    )
    pool = make_pool(settings, count=max(1, settings.renderers // settings.workers))
    tally = Tally()
    turns = Turns(pool, store, queue_limit=settings.queue, drawn=tally.drawn)
    _watch(tally, pool, store, turns)
    drawing = drawing_of(settings)
    gatherer = make_gatherer(settings, pool)
    budget = Budget(data / "budgets", per_day=settings.open_link_budget)
    service = Service(
        catalog=catalog,
        ring=open_keys(settings),
        store=store,
        turns=turns,
        drawing=drawing,
        allow_unsigned=settings.dev,
        deadline_seconds=settings.deadline_seconds,
        now=utc_now,
        gatherer=gatherer,
        budget=budget,
    )
    publisher = Publisher(
        roots=settings.templates,
        catalog=catalog,
        last_good=LastGood(data / "templates"),
        store=store,
        pool=pool,
        drawing=drawing,
    )
    return Parts(service, publisher, pool, store, gatherer, budget, tally)


def _watch(tally: Tally, pool: WorkerPool, store: PictureStore, turns: Turns) -> None:
    """What these count and know themselves is told with the rest."""
    tally.watch(counting.KILLS, lambda: pool.kills)
    tally.watch(counting.DROPPED, lambda: store.dropped)
    tally.gauge(QUEUE, lambda: turns.waiting)
    tally.gauge(ALIVE, lambda: pool.alive)


def make_pool(settings: Settings, *, count: int) -> WorkerPool:
    return WorkerPool(
        count=count,
        fonts=settings.fonts,
        font_index=font_index(settings),
        render_seconds=settings.render_seconds,
        memory_bytes=settings.render_memory_mb * 1024 * 1024,
        recycle_after=settings.renders_per_process,
        jobs=DRAWING if settings.keep_layers else DRAWING_AFRESH,
    )


def make_gatherer(settings: Settings, pool: WorkerPool) -> Gatherer | None:
    """Who fetches pictures from outside; None where that is switched off."""
    if not settings.remote_pictures:
        return None
    return Gatherer(pool.normalise, open_data_folder(settings) / "sources", hosts=settings.picture_hosts)


def drawing_of(settings: Settings) -> Drawing:
    facts = font_facts(settings.fonts, font_index(settings), read_coverage)
    drawn = "" if settings.keep_layers else "-afresh"  # pictures drawn one way do not answer for the other
    return Drawing(settings.max_pixels, f"{__version__}-{facts.digest[:16]}{drawn}", facts.missing_from)


def create_app(settings: Settings) -> ASGIApp:
    parts = make_parts(settings)
    # Several web processes answer as one, so each must know what the others counted.
    shares = settings.workers > 1
    keeper = Keeper(parts.tally, Book(settings.data, process=str(os.getpid())), shares=shares)
    metrics = _metrics(settings, parts, keeper if shares else None) if settings.metrics else None
    gallery = _gallery(settings, parts.service) if settings.gallery else None
    health = Health(catalog=parts.service.catalog, pool=parts.pool, prove=parts.prove)
    caching = caching_of(settings)
    watch_seconds = min(settings.watch_seconds, DEV_WATCH_SECONDS) if settings.dev else settings.watch_seconds

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await parts.open()
        watching = asyncio.create_task(parts.publisher.watch(watch_seconds))
        keeper.start()
        try:
            yield
        finally:
            watching.cancel()
            await parts.close()
            await asyncio.to_thread(keeper.stop)

    memo_bytes = settings.memo_mb * MEGABYTE
    site = Site(parts.service, health, gallery, caching, settings.strict, memo_bytes, parts.tally, metrics)
    return make_app(site, lifespan)


def _metrics(settings: Settings, parts: Parts, keeper: Keeper | None) -> Metrics:
    is_asked_for = "metrics" in settings.model_fields_set  # rather than on by default
    return Metrics(parts.tally, parts.service.catalog, is_for_all=is_asked_for, keeper=keeper)


def _gallery(settings: Settings, service: Service) -> Gallery:
    is_asked_for = "gallery" in settings.model_fields_set  # rather than on by default
    explainer = make_explainer(settings, service)
    return Gallery(
        service, public_url=settings.public_url, dev=settings.dev, is_for_all=is_asked_for, explainer=explainer
    )


def make_explainer(settings: Settings, service: Service) -> Explainer:
    return Explainer(service, AsSent(service, caching_of(settings), strict=settings.strict))


def caching_of(settings: Settings) -> Caching:
    return Caching(0, 0) if settings.dev else Caching(settings.max_age_seconds, settings.stale_seconds)


def app_from_environment() -> ASGIApp:
    """The factory that uvicorn calls in each of several web processes."""
    settings = load_settings()
    set_up_log(settings)
    die_with(os.getppid())
    return create_app(settings)


def set_up_log(settings: Settings) -> None:
    """Everything to stderr, one line an event. uvicorn's own lines only when something is wrong."""
    handler = logging.StreamHandler()
    handler.setFormatter(EveryLine(FORMAT))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


def open_data_folder(settings: Settings) -> Path:
    """The data folder, made at need and closed to other users. One that cannot be written costs cache and last good
    versions; only keys make it indispensable."""
    with contextlib.suppress(OSError):  # a folder that is there already keeps the rights its owner gave it
        settings.data.mkdir(mode=0o700, parents=True)
    return settings.data


def font_index(settings: Settings) -> Path:
    """The file that remembers what is known of the fonts."""
    return open_data_folder(settings) / "fonts.json"


def open_keys(settings: Settings) -> Ring:
    """The ring of the settings, or the key file of the data folder, made at random on the first start."""
    return FixedKeys(parse_keys(settings.keys)) if settings.keys else KeyFile(open_data_folder(settings) / "keys.json")


def utc_now() -> datetime:
    return datetime.now(UTC)
