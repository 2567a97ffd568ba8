"""Bounds how many fetches run at once, in all and for each host, and how many wait."""

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
    at_once_per_host: int = 8
    waiting_per_host: int = 32  # beyond those at once: a dead host's queue must not become everyone's
    waiting: int = 256
    wait_seconds: float = 5.0


@dataclass(slots=True)
class _Host:
    slots: asyncio.Semaphore
    count: int = field(default=0)  # of fetches that run or wait


class Slots:
    """A host's slot is taken first, so that those who wait for a slow host hold no slot that others could use."""

    def __init__(self, limits: SlotLimits) -> None:
        self._limits = limits
        self._slots = asyncio.Semaphore(limits.at_once)
        self._hosts: dict[str, _Host] = {}
        self._count = 0

    @contextlib.asynccontextmanager
    async def take(self, name: str) -> AsyncIterator[None]:
        """Raises NotFetched where too many wait, or it takes too long."""
        host = self._enter(name)
        try:
            async with contextlib.AsyncExitStack() as held:
                try:
                    async with asyncio.timeout(self._limits.wait_seconds):
                        await held.enter_async_context(host.slots)
                        await held.enter_async_context(self._slots)
                except TimeoutError as error:
                    raise NotFetched(Reason.BUDGET) from error
                yield
        finally:
            self._leave(name, host)

    def _enter(self, name: str) -> _Host:
        limits = self._limits
        host = self._hosts.get(name) or _Host(asyncio.Semaphore(limits.at_once_per_host))
        is_full = self._count >= limits.at_once + limits.waiting
        if is_full or host.count >= limits.at_once_per_host + limits.waiting_per_host:
            raise NotFetched(Reason.BUDGET)
        self._hosts[name] = host
        host.count += 1
        self._count += 1
        return host

    def _leave(self, name: str, host: _Host) -> None:
        host.count -= 1
        self._count -= 1
        if host.count == 0:
            del self._hosts[name]
