"""Memory before disk: the store that the service asks. No answer waits for it longer than `wait_seconds`.

A picture that was put is had from memory at once, and is written behind the answer (`behind.py`): a crash loses those
that were not written yet, and they are drawn again. A disk that hangs costs hits, but neither memory nor the event
loop's time.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import struct
import time
from collections.abc import Callable, Iterable
from typing import Literal, Protocol

from server.images import Picture
from server.store.behind import GATHER_SECONDS, Behind
from server.store.lanes import Lane
from server.store.memory import Marks, MemoryStore

_WAIT_SECONDS = 0.05  # a read takes 0.1 ms; drawing the picture afresh takes some 10 ms
_READERS = 2
_MAX_WAITING_READS = 256
_DRAIN_SECONDS = 2.0
_MOMENT_DIGITS = 12  # of Unix seconds, for the next thirty thousand years
_MARK = "mark:"  # no picture's key, which is a hexadecimal digest

Tier = Literal["memory", "disk"]
Moment = float
"""In Unix seconds."""


class Disk(Protocol):
    """What a tier below memory must do; `DiskStore` does. Called in threads; must not raise."""

    def get(self, key: str) -> bytes | None: ...
    def put(self, key: str, body: bytes, ttl_seconds: float | None = None) -> None: ...
    def sweep(self) -> int: ...
    def release(self) -> None: ...
    def close(self) -> None: ...


class PictureDisk(Disk, Protocol):
    """One that also takes many entries at once."""

    def put_all(self, entries: Iterable[tuple[str, bytes]]) -> None: ...


class PictureStore:
    """For one event loop."""

    def __init__(
        self,
        memory: MemoryStore,
        disk: PictureDisk,
        *,
        wait_seconds: float = _WAIT_SECONDS,
        gather_seconds: float = GATHER_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._memory = memory
        self._disk = disk
        self._wait_seconds = wait_seconds
        self._clock = clock
        self._marks = Marks()
        self._reading: dict[str, asyncio.Future[Picture | None]] = {}
        self._reads = Lane("store-read", threads=_READERS, depth=_MAX_WAITING_READS, at_end=disk.release)
        self._behind = Behind(disk, gather_seconds=gather_seconds)
        self._behind.call(disk.sweep)

    @property
    def dropped(self) -> int:
        """How many pictures and marks never went to the disk: too much waited already, or the store was closing."""
        return self._behind.dropped

    async def get(self, key: str) -> tuple[Picture, Tier] | None:
        """The picture and the tier that had it. "memory" is also what is on its way to the disk, and what was put
        while the disk was asked. Where the disk has no picture, the same look learns of the key's mark. A look that
        takes longer than `wait_seconds` is a miss, and what it finds is there for the next `get`."""
        kept = self.hot(key)
        if kept is not None:
            return kept, "memory"
        read = await self._read(key)
        if read is not None:
            return read, "disk"
        kept = self.hot(key)
        return (kept, "memory") if kept is not None else None

    def hot(self, key: str) -> Picture | None:
        """The picture if memory has it or it is on its way to the disk: at once, and the disk is not asked."""
        return self._memory.get(key) or self._behind.get(key)

    async def put(self, key: str, picture: Picture) -> None:
        """In memory at once, on the disk a moment later, together with what else is put in that moment."""
        self._memory.put(key, picture)
        self._behind.put(key, picture)

    async def mark(self, key: str, ttl_seconds: float) -> None:
        """Remembers `key` for a while: here at once, in other processes once it is written and they `get` the key."""
        until = self._clock() + ttl_seconds
        self._marks.add(key, until)
        self._behind.call(lambda: self._disk.put(_MARK + key, b"%d" % math.ceil(until), ttl_seconds))

    def marked(self, key: str) -> bool:
        """As far as is known here: what another process marked is known to whoever tried to `get` it."""
        return self._marks.has(key, self._clock())

    async def close(self, drain_seconds: float = _DRAIN_SECONDS) -> None:
        """Writes what waits, for `drain_seconds` at most, then lets go of the disk, even if it hangs."""
        lanes = (self._reads, self._behind)
        for lane in lanes:
            lane.stop()
        await asyncio.wait({asyncio.wrap_future(lane.ended) for lane in lanes}, timeout=drain_seconds)
        for lane in lanes:
            lane.abandon()
        self._disk.close()

    async def _read(self, key: str) -> Picture | None:
        reading = self._reading.get(key) or self._start_reading(key)
        return None if reading is None else await asyncio.shield(reading)

    def _start_reading(self, key: str) -> asyncio.Future[Picture | None] | None:
        """One look for all who ask meanwhile. What comes after `wait_seconds` is for those who ask later."""
        loop = asyncio.get_running_loop()
        reading: asyncio.Future[Picture | None] = loop.create_future()
        giving_up = loop.call_later(self._wait_seconds, _tell, reading, None)

        def finish(found: Picture | Moment | None) -> None:
            giving_up.cancel()
            self._reading.pop(key, None)
            picture = found if isinstance(found, Picture) else None
            if picture is not None:
                self._memory.put(key, picture)
            elif isinstance(found, Moment):
                self._marks.add(key, found)
            _tell(reading, picture)

        def look() -> None:
            found = None
            try:
                found = self._look(key)
            finally:
                with contextlib.suppress(RuntimeError):  # the loop is closed, and nobody waits
                    loop.call_soon_threadsafe(finish, found)

        if not self._reads.post(look):
            giving_up.cancel()
            return None
        self._reading[key] = reading
        return reading

    def _look(self, key: str) -> Picture | Moment | None:
        """In a thread: the picture, else the end of the mark, if there is one."""
        body = self._disk.get(key)
        picture = None if body is None else _picture(body)
        if picture is not None:
            return picture
        mark = self._disk.get(_MARK + key)
        return None if mark is None else _moment(mark)


def _tell(reading: asyncio.Future[Picture | None], picture: Picture | None) -> None:
    if not reading.done():
        reading.set_result(picture)


def _picture(body: bytes) -> Picture | None:
    try:
        return Picture.from_bytes(body)
    except (ValueError, LookupError, TypeError, AttributeError, struct.error):
        return None  # whole and under its key, but of another version's shape


def _moment(body: bytes) -> Moment | None:
    return float(body) if body.isdigit() and len(body) <= _MOMENT_DIGITS else None
