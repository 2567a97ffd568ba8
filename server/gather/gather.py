"""Turns the remote pictures of a request into pictures of ours, or reasons, within the time that there is.

What is not there in time is fetched behind the answer, for the next request. One fetch a URL at a time.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from server.gather.connections import Lookup, system_lookup
from server.gather.failures import Failures
from server.gather.fetch import Fetcher, FetchLimits
from server.gather.lifetimes import MAX_SECONDS, digest_of
from server.gather.location import Location, read_location
from server.gather.refusals import NotFetched
from server.gather.renew import Known, Normalise, Renewer
from server.gather.rules import STRICT, Leniency, Rules
from server.gather.shelf import Shelf
from server.gather.slots import SlotLimits
from server.gather.wanted import Gathered, Wanted
from server.report import Reason
from server.store.disk import DiskStore

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of docs/remote-pictures.md."""

    pictures: int = 4  # in one request
    fetch: FetchLimits = field(default_factory=FetchLimits)
    slots: SlotLimits = field(default_factory=SlotLimits)
    memory_bytes: int = 64_000_000
    disk_bytes: int = 512_000_000
    disk_seconds: float = 0.05  # as for finished pictures: a read takes 0.1 ms, a fetch some hundred
    # An old picture is on hand: how long a request waits for a newer one. A lively host answers in a third of it.
    patience_seconds: float = 0.3
    stale_seconds: float = 7 * 86400.0  # how long a picture outlives its freshness while its host is dead


@dataclass(frozen=True, slots=True)
class Errand:
    """A location, what it may lead to, and the key that names both: a picture found by way of a host that one param
    allows is none for a param that does not."""

    location: Location
    rules: Rules
    key: str


class Gatherer:
    """One per web process. `hosts` are those that the server allows; none: any on the public internet."""

    def __init__(
        self,
        normalise: Normalise,
        folder: Path,
        *,
        limits: Limits | None = None,
        hosts: tuple[str, ...] = (),
        leniency: Leniency = STRICT,
        lookup: Lookup = system_lookup,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._limits = limits or Limits()
        self._hosts = hosts
        self._leniency = leniency
        self._now = now
        self._fetcher = Fetcher(self._limits.fetch, leniency=leniency, lookup=lookup, now=now)
        self._renewer = Renewer(self._fetcher, normalise, self._limits.slots, now)
        disk = DiskStore(folder, max_bytes=self._limits.disk_bytes, clock=now)
        self._shelf = Shelf(
            disk,
            max_bytes=self._limits.memory_bytes,
            wait_seconds=self._limits.disk_seconds,
            kept_seconds=MAX_SECONDS + self._limits.stale_seconds,
        )
        self._failures = Failures()
        self._working: dict[str, asyncio.Task[Gathered]] = {}
        self._is_closed = False

    async def gather(self, wanted: Mapping[str, Wanted], *, seconds: float) -> Mapping[str, Gathered]:
        """An answer for every param, within `seconds`; it never raises for a picture."""
        answers: dict[str, Gathered] = {}
        errands: dict[str, Errand] = {}
        for place, name in enumerate(sorted(wanted)):
            try:
                errand = self._errand(wanted[name], place)
            except NotFetched as refusal:
                answers[name] = _refused(refusal.reason, is_settled=refusal.is_settled)
                continue
            ready = self._ready(errand.key)
            if ready is not None:
                answers[name] = ready
            elif wanted[name].may_fetch:
                errands[name] = errand
            else:
                answers[name] = await self._kept(errand.key)
        answers.update(await self._in_time(errands, seconds))
        return answers

    async def close(self) -> None:
        """Ends the fetches under way, and lets go of client and disk."""
        self._is_closed = True
        under_way = list(self._working.values())
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        self._fetcher.close()
        await self._shelf.close()

    def _errand(self, wanted: Wanted, place: int) -> Errand:
        """Raises NotFetched."""
        if place >= self._limits.pictures:
            raise NotFetched(Reason.TOO_MANY_PICTURES, is_settled=True)
        location = read_location(wanted.url)
        rules = Rules((self._hosts, wanted.hosts), self._leniency)
        rules.check(location)
        named = [location.url, sorted(self._hosts), sorted(wanted.hosts)]
        return Errand(location, rules, digest_of(json.dumps(named)))

    async def _in_time(self, errands: Mapping[str, Errand], seconds: float) -> dict[str, Gathered]:
        """Waits for all of them; for those that have an old picture only as long as patience lasts."""
        if self._is_closed or not errands:
            return dict.fromkeys(errands, _refused(Reason.UNREACHABLE))
        tasks = {name: self._work(errand) for name, errand in errands.items()}
        started = time.monotonic()
        await _wait(tasks.values(), min(seconds, self._limits.patience_seconds))
        lacking = [tasks[name] for name, errand in errands.items() if self._stale(errand.key) is None]
        await _wait(lacking, seconds - (time.monotonic() - started))
        return {name: self._outcome(tasks[name], errand.key) for name, errand in errands.items()}

    def _outcome(self, task: asyncio.Task[Gathered], key: str) -> Gathered:
        if not task.done() or task.cancelled():
            return self._stale(key) or _refused(Reason.TIMEOUT)
        if task.exception() is not None:  # a mistake of ours, which `_finish` has put in the log
            return self._stale(key) or _refused(Reason.UNREACHABLE)
        return task.result()

    def _work(self, errand: Errand) -> asyncio.Task[Gathered]:
        """The one task for this errand; it outlives the request that began it."""
        task = self._working.get(errand.key)
        if task is None:
            task = self._working[errand.key] = asyncio.create_task(self._answer(errand))
            task.add_done_callback(partial(self._finish, errand.key))
        return task

    def _finish(self, key: str, task: asyncio.Task[Gathered]) -> None:
        del self._working[key]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _LOG.error("gathering a picture failed (%s)", type(error).__name__)  # its text may quote the URL

    async def _answer(self, errand: Errand) -> Gathered:
        known = await self._shelf.get(errand.key)
        if known is not None and known[0].is_fresh(self._now()):
            return _picture(known)
        started = time.monotonic()
        try:
            renewed = await self._renewer.renew(errand.location, errand.rules, known)
        except NotFetched as failure:
            ms = (time.monotonic() - started) * 1000
            _LOG.info("a remote picture was not fetched: %s after %.0f ms", failure.reason.value, ms)
            return self._failed(errand.key, failure)
        self._failures.drop(errand.key)
        self._shelf.put(errand.key, *renewed)
        return _picture(renewed)

    def _failed(self, key: str, failure: NotFetched) -> Gathered:
        """A settled failure ends an old picture; one that may pass does not."""
        if failure.reason is not Reason.BUDGET:  # which says nothing of the URL
            self._failures.add(key, failure, self._now())
        if failure.is_settled:
            self._shelf.drop(key)
        return self._stale(key) or _refused(failure.reason, is_settled=failure.is_settled)

    def _ready(self, key: str) -> Gathered | None:
        """What memory can answer without asking anybody."""
        hot, now = self._shelf.hot(key), self._now()
        if hot is not None and hot[0].is_fresh(now):
            return _picture(hot)
        failure = self._failures.get(key, now)
        if failure is None:
            return None
        return self._stale(key) or _refused(failure[0], is_settled=failure[1])

    async def _kept(self, key: str) -> Gathered:
        """What memory or disk has, where nobody may be asked."""
        known = await self._shelf.get(key)
        if known is not None and known[0].is_fresh(self._now()):
            return _picture(known)
        return self._stale(key) or _refused(Reason.BUDGET)

    def _stale(self, key: str) -> Gathered | None:
        """The old picture, if it is not too old."""
        hot = self._shelf.hot(key)
        if hot is None or hot[0].fresh_until + self._limits.stale_seconds < self._now():
            return None
        return _picture(hot, is_settled=False)


def _picture(known: Known, *, is_settled: bool = True) -> Gathered:
    return Gathered(known[0].digest, known[1], None, is_settled)


def _refused(reason: Reason, *, is_settled: bool = False) -> Gathered:
    return Gathered(None, None, reason, is_settled)


async def _wait(tasks: Collection[asyncio.Task[Gathered]], seconds: float) -> None:
    if tasks:
        await asyncio.wait(tasks, timeout=max(0.0, seconds))
