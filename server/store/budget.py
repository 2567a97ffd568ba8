"""How many new pictures each open link has had today, in the data folder, where every web process counts.

Whoever holds an open link may write into it what they like, and each new value costs a drawing: the budget bounds that.
A link's `Purse` is looked into first, which may wait for the disk, and pays when a drawing begins, which may not. A
process counts alone up to a hundredth of the budget, and then appends one byte to the link's file of the day. The size
of the file is what all processes have drawn, in hundredths: nothing is locked, and links with few pictures never write
to the disk. How close it is: each process, and each restart, may go over by a hundredth of the budget. A disk that
fails leaves each process its own count.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import re
import shutil
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from server.errors import OverBudget
from server.store.faults import describe
from server.store.lanes import Lane

log = logging.getLogger(__name__)

PORTIONS = 100  # of a budget: how many times it is written down
MOST_LINKS = 50_000  # known at a time; of one that is forgotten, less than a portion goes uncounted
WAIT_SECONDS = 0.1  # for the disk, when a link is first seen; a request has 2.5
LANE_DEPTH = 64
NAME_BYTES = 16
WARNED_SHARES = (0.8, 1.0)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(slots=True)
class _Count:
    """`shared` is what the file last said, in portions; `own` are those that are not in it yet, below zero when some
    were given back that are. `under_way` is the last call to the disk."""

    shared: int = 0
    own: int = 0
    under_way: Future[None] | None = None


@dataclass(frozen=True, slots=True)
class Purse:
    """What one open link may have drawn on a day, which stays that day however long a drawing takes. With `is_counted`
    false it is only looked into: nothing that is paid from it is counted."""

    _count: _Count
    _portion: int
    _per_day: int
    _write_down: Callable[[], None]
    is_counted: bool = True

    @property
    def is_empty(self) -> bool:
        return self._count.shared * self._portion + self._count.own >= self._per_day

    def pay(self) -> None:
        """For one new picture. Raises OverBudget when there is nothing left."""
        if self.is_empty:
            raise OverBudget("this open link has had all the new pictures of today")
        if self.is_counted:
            self._count.own += 1
            if self._count.own >= self._portion:
                self._write_down()

    def give_back(self) -> None:
        """For one that was not drawn."""
        if self.is_counted:
            self._count.own -= 1


class Budget:
    """One per web process. `per_day` is what one link may have drawn; 0 is no limit."""

    def __init__(self, folder: Path, *, per_day: int, wait_seconds: float = WAIT_SECONDS) -> None:
        self._folder = folder
        self._per_day = per_day
        self._portion = max(1, per_day // PORTIONS)
        self._wait_seconds = wait_seconds
        self._day: date | None = None
        self._counts: OrderedDict[str, _Count] = OrderedDict()
        self._is_failing = False
        # One thread, so that what it does is in order.
        self._lane = Lane("budget", threads=1, depth=LANE_DEPTH, at_end=lambda: None)

    async def purse(self, link: str, day: date, *, is_counted: bool = True) -> Purse | None:
        """The purse of `link` on `day`, with what the disk knows of it; None where there is no limit. `link` is what
        names the link, its signature for one: only a digest of it is written down."""
        if not self._per_day:
            return None
        if day != self._day:
            self._begin(day)
        name = hashlib.sha256(link.encode()).digest()[:NAME_BYTES].hex()
        file = self._folder / day.isoformat() / name
        count = self._counts.get(name) or self._first_seen(name, file)
        await self._catch_up(count)
        return Purse(count, self._portion, self._per_day, partial(self._write_down, count, file), is_counted)

    def close(self) -> None:
        """Takes no more; what is under way is still written."""
        self._lane.stop()

    @property
    def ended(self) -> Future[None]:
        """Done when all is written, after `close`."""
        return self._lane.ended

    def _begin(self, day: date) -> None:
        """A new day: everybody begins at nothing, and what was is removed."""
        self._day = day
        self._counts.clear()
        self._lane.submit(lambda: _remove_before(self._folder, day))

    def _first_seen(self, name: str, file: Path) -> _Count:
        count = self._counts[name] = _Count()
        while len(self._counts) > MOST_LINKS:
            self._counts.popitem(last=False)
        self._on_disk(count, lambda: _size(file))
        return count

    def _write_down(self, count: _Count, file: Path) -> None:
        portions = count.own // self._portion
        # Moved before the lane is told, which would otherwise count them once more from the file.
        count.own -= portions * self._portion
        before, count.shared = count.shared, count.shared + portions
        self._warn(before, count.shared, file.name)
        if not self._on_disk(count, lambda: _append(file, portions)):
            count.own += portions * self._portion
            count.shared -= portions

    def _warn(self, before: int, now: int, name: str) -> None:
        """Says when much of a budget is spent: on send day the default picture follows."""
        for share in WARNED_SHARES:
            if before * self._portion < share * self._per_day <= now * self._portion:
                log.warning(
                    "open link %s has had %.0f %% of its new pictures of today (open_link_budget)", name, share * 100
                )

    async def _catch_up(self, count: _Count) -> None:
        """A link's first request waits here, and one after each portion, for a disk that mostly takes 50 µs. For one
        that hangs, nobody waits twice."""
        work = count.under_way
        if work is not None and not work.done():
            await asyncio.wait([asyncio.wrap_future(work)], timeout=self._wait_seconds)
        if count.under_way is work:
            count.under_way = None

    def _on_disk(self, count: _Count, work: Callable[[], int]) -> bool:
        """Lets the lane do `work`, which gives what the file says then; false when the disk is behind."""

        def learn() -> None:
            try:
                count.shared = max(count.shared, work())
                self._is_failing = False
            except OSError as error:
                if not self._is_failing:
                    log.warning(
                        "budgets of links in %s fail (%s): each process counts alone", self._folder, describe(error)
                    )
                self._is_failing = True

        submitted = self._lane.submit(learn)
        count.under_way = submitted or count.under_way
        return submitted is not None


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _append(file: Path, portions: int) -> int:
    """A byte more for each of `portions`; what the file holds then. Appending is one step for all processes."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    opened = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(opened, b"." * portions)
        return os.fstat(opened).st_size
    finally:
        os.close(opened)


def _remove_before(folder: Path, day: date) -> None:
    with contextlib.suppress(OSError):
        for old in folder.iterdir():
            if _DAY.fullmatch(old.name) and old.name < day.isoformat():
                shutil.rmtree(old, ignore_errors=True)
