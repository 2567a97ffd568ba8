"""Bounds how many fetches run at once, in all and for each site (`Location.site`), and how many wait."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from server.gather.refusals import NotFetched
from server.report import Reason


@dataclass(frozen=True, slots=True)
class SlotLimits:
    at_once: int = 64
    at_once_per_site: int = 8
    waiting_per_site: int = 32  # beyond those at once: a dead site's queue must not become everyone's
    waiting: int = 256
    wait_seconds: float = 5.0


@dataclass(slots=True)
class _Site:
    slots: asyncio.Semaphore
    count: int = field(default=0)  # of fetches that run or wait


class Slots:
    """A site's slot is taken first, so that those who wait for a slow site hold no slot that others could use."""

    def __init__(self, limits: SlotLimits) -> None:
        self._limits = limits
        self._slots = asyncio.Semaphore(limits.at_once)
        self._sites: dict[str, _Site] = {}
        self._count = 0

    @contextlib.asynccontextmanager
    async def take(self, name: str) -> AsyncIterator[None]:
        """Raises NotFetched where too many wait, or it takes too long."""
        site = self._enter(name)
        try:
            async with contextlib.AsyncExitStack() as held:
                try:
                    async with asyncio.timeout(self._limits.wait_seconds):
                        await held.enter_async_context(site.slots)
                        await held.enter_async_context(self._slots)
                except TimeoutError as error:
                    raise NotFetched(Reason.BUDGET) from error
                yield
        finally:
            self._leave(name, site)

    def _enter(self, name: str) -> _Site:
        limits = self._limits
        site = self._sites.get(name) or _Site(asyncio.Semaphore(limits.at_once_per_site))
        is_full = self._count >= limits.at_once + limits.waiting
        if is_full or site.count >= limits.at_once_per_site + limits.waiting_per_site:
            raise NotFetched(Reason.BUDGET)
        self._sites[name] = site
        site.count += 1
        self._count += 1
        return site

    def _leave(self, name: str, site: _Site) -> None:
        site.count -= 1
        self._count -= 1
        if site.count == 0:
            del self._sites[name]
