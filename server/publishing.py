"""From a folder on disk to a template being served: read it, try it out in a worker, pin its default pictures, publish.

An edit is noticed by polling the folders (one `stat` a file: right on network mounts and containers too, where file
events are not). An edit that breaks a template never takes it down: the last good version keeps answering, out of
memory, or after a restart out of the data folder, and the log and `nameplate check` say where it is wrong.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from server.catalog.catalog import Catalog, Published
from server.catalog.last_good import LastGood
from server.catalog.resolve import Drawing, default_spec
from server.catalog.spec import RenderSpec
from server.catalog.template import Template, find_templates, read_template
from server.errors import BrokenTemplate, DrawingFailed, NoWorker, TimedOut, WorkerDied
from server.images import Format, Picture
from server.store.tiers import PictureStore

log = logging.getLogger(__name__)

RETRY_SECONDS = 30.0
Marks = Mapping[str, tuple[int, int]]


class Pool(Protocol):
    """What is asked of a `WorkerPool`: trials go past the queue of requests, and their failures are not remembered."""

    async def draw(self, spec: RenderSpec, template: Template) -> Picture: ...


class Publisher:
    """The only writer of the catalog."""

    def __init__(
        self,
        *,
        roots: Sequence[Path],
        catalog: Catalog,
        last_good: LastGood,
        store: PictureStore,
        pool: Pool,
        drawing: Drawing,
    ) -> None:
        self._roots = roots
        self._catalog = catalog
        self._last_good = last_good
        self._store = store
        self._pool = pool
        self._drawing = drawing
        self._seen: dict[str, Marks] = {}
        self._gone: set[str] = set()
        self._due: dict[str, float] = {}

    async def refresh(self) -> None:
        """Publish every template that is new or changed since the last call, withdraw those that are gone."""
        found = await asyncio.to_thread(self._scan)
        changed = [name for name, (_, marks) in found.items() if self._seen.get(name) != marks or self._is_due(name)]
        at_once = asyncio.Semaphore(1 if self._seen else len(changed) or 1)  # later, requests need the workers too
        await asyncio.gather(*(self._publish(name, found[name][0], at_once) for name in changed))
        for name in changed:
            if self._is_settled(name):
                self._seen[name] = found[name][1]
        self._withdraw_missing(set(found))

    async def watch(self, every_seconds: float) -> None:
        while True:
            await asyncio.sleep(every_seconds)
            try:
                await self.refresh()
            except Exception:  # whatever it was, the next look must still happen
                log.exception("the template folders could not be looked at")

    def _scan(self) -> dict[str, tuple[Path, Marks]]:
        """Every template with its files' times and sizes. The first folder that has a name wins."""
        found: dict[str, tuple[Path, Marks]] = {}
        for root in self._roots:
            for name, path in find_templates(root).items():
                found.setdefault(name, (path, _marks(path)))
        return found

    async def _publish(self, name: str, path: Path, at_once: asyncio.Semaphore) -> None:
        self._due.pop(name, None)
        try:
            async with at_once:
                published = await self._try_out(await asyncio.to_thread(read_template, path))
        except BrokenTemplate as error:
            await self._keep_last_good(name, error.of_lone_file() if path.suffix == ".svg" else error)
            return
        except Exception as error:  # noqa: BLE001  # one template's files must never keep the others from being served
            await self._keep_last_good(name, BrokenTemplate(name, f"cannot be read ({type(error).__name__})"))
            return
        self._catalog.publish(published)
        if self._catalog.broken.pop(name, None):
            log.warning("template %s is mended and served again in its present version", name)
        await asyncio.to_thread(self._last_good.save, published.template)

    async def _keep_last_good(self, name: str, error: BrokenTemplate) -> None:
        self._catalog.broken[name] = error
        if name not in self._catalog:
            kept = await asyncio.to_thread(self._last_good.load, name)
            if kept is not None:
                try:
                    self._catalog.publish(await self._try_out(kept))
                except BrokenTemplate:
                    log.exception("the last good version of %s does not draw either", name)
        outcome = "its last good version is served" if name in self._catalog else "it is NOT served"
        log.error("template %s is broken, %s: %s", name, outcome, error)

    async def _try_out(self, template: Template) -> Published:
        """The template with its default picture in every format, after its samples have been drawn too. Raises
        BrokenTemplate when it cannot be drawn. Having no worker says nothing about the template: it is published
        without the pictures that are not in the store."""
        try:
            await self._draw(default_spec(template, Format.PNG, self._drawing, samples=True), template)
            defaults = {
                format: await self._draw(default_spec(template, format, self._drawing), template) for format in Format
            }
        except NoWorker as error:
            log.error("template %s could not be tried out: %s", template.name, error)
            return Published(template, await self._kept_defaults(template))
        except (DrawingFailed, TimedOut, WorkerDied) as error:
            if not isinstance(error, DrawingFailed):  # which may have been the machine's fault
                self._due[template.name] = time.monotonic() + RETRY_SECONDS
            raise BrokenTemplate(template.name, f"its own values cannot be drawn: {error}") from error
        return Published(template, defaults)

    async def _draw(self, spec: RenderSpec, template: Template) -> Picture:
        kept = await self._store.get(spec.key)
        if kept is not None:
            return kept[0]
        try:
            picture = await self._pool.draw(spec, template)
        except TimedOut:  # a machine that is just starting may be slow once; a template that is slow is slow twice
            picture = await self._pool.draw(spec, template)
        await self._store.put(spec.key, picture)
        return picture

    async def _kept_defaults(self, template: Template) -> dict[Format, Picture]:
        specs = {format: default_spec(template, format, self._drawing) for format in Format}
        kept = {format: await self._store.get(spec.key) for format, spec in specs.items()}
        return {format: found[0] for format, found in kept.items() if found}

    def _is_due(self, name: str) -> bool:
        """Whether it is time to try again a template that workers died of."""
        return time.monotonic() >= self._due.get(name, math.inf)

    def _is_settled(self, name: str) -> bool:
        """Whether there is nothing more to try: it is broken, or has a default picture in every format."""
        return name in self._catalog.broken or len(self._catalog.find(name).defaults) == len(Format)

    def _withdraw_missing(self, found: set[str]) -> None:
        """A template is withdrawn when two looks in a row miss it: editors save by deleting and writing anew."""
        missing = set(self._seen) - found
        for name in missing & self._gone:
            log.warning("template %s was removed and is not served any more", name)
            self._catalog.withdraw(name)
            del self._seen[name]
        self._gone = missing - self._gone


def _marks(path: Path) -> Marks:
    """Time and size of every file; what cannot be looked at has none, and reading it will say why."""
    marks = {}
    with contextlib.suppress(OSError):
        for file in [path, *path.rglob("*")]:
            stat = file.stat()
            marks[str(file)] = (stat.st_mtime_ns, stat.st_size)
    return marks
