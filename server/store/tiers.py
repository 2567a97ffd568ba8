"""Memory before disk: the store that the service asks. No answer waits for it longer than `wait_seconds`.

Puts go behind the answer. A disk that hangs costs hits, but neither memory nor the event loop's time.
"""

from __future__ import annotations

import asyncio
import math
import struct
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Literal, Protocol, TypeVar

from server.images import Picture
from server.store.lanes import Lane
from server.store.memory import Marks, MemoryStore

_WAIT_SECONDS = 0.05  # a read takes 0.1 ms; drawing the picture afresh takes some 10 ms
_READERS = 2
_WRITERS = 1  # SQLite lets one write at a time
_MAX_WAITING_READS = 256
_MAX_WAITING_PUTS = 1024  # at 0.2 ms each; the first ones wait for the sweep
_MAX_WAITING_BYTES = 32 * 1024 * 1024
_DRAIN_SECONDS = 2.0
_MARK = "mark:"  # no picture's key, which is a hexadecimal digest

Tier = Literal["memory", "disk"]
T = TypeVar("T")


class Disk(Protocol):
    """What a tier below memory must do; `DiskStore` does. Called in threads; must not raise."""

    def get(self, key: str) -> bytes | None: ...
    def put(self, key: str, body: bytes, ttl_seconds: float | None = None) -> None: ...
    def sweep(self) -> int: ...
    def release(self) -> None: ...
    def close(self) -> None: ...


class PictureStore:
    """For one event loop. `dropped` counts what was not sent to the disk because too much waited already."""

    def __init__(
        self,
        memory: MemoryStore,
        disk: Disk,
        *,
        wait_seconds: float = _WAIT_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._memory = memory
        self._disk = disk
        self._wait_seconds = wait_seconds
        self._clock = clock
        self._marks = Marks()
        self._reading: dict[str, asyncio.Future[Any]] = {}
        self._waiting_bytes = 0
        self.dropped = 0
        self._reads = Lane("store-read", threads=_READERS, depth=_MAX_WAITING_READS, at_end=disk.release)
        self._writes = Lane("store-write", threads=_WRITERS, depth=_MAX_WAITING_PUTS, at_end=disk.release)
        self._writes.submit(disk.sweep)

    async def get(self, key: str) -> tuple[Picture, Tier] | None:
        kept = self._memory.get(key)
        if kept is not None:
            return kept, "memory"
        picture = await self._read(key, _picture, keep=partial(self._memory.put, key))
        return (picture, "disk") if picture is not None else None

    def hot(self, key: str) -> Picture | None:
        """The picture if memory has it: at once, and the disk is not asked."""
        return self._memory.get(key)

    async def put(self, key: str, picture: Picture) -> None:
        self._memory.put(key, picture)
        self._write(lambda: self._disk.put(key, picture.to_bytes()), size=len(picture.body))

    async def mark(self, key: str, ttl_seconds: float) -> None:
        """Remembers `key` for a while, here at once and in the other processes a moment later."""
        until = self._clock() + ttl_seconds
        self._marks.add(key, until)
        self._write(lambda: self._disk.put(_MARK + key, b"%d" % math.ceil(until), ttl_seconds), size=len(key))

    async def marked(self, key: str) -> bool:
        now = self._clock()
        if self._marks.has(key, now):
            return True
        until = await self._read(_MARK + key, _moment, keep=partial(self._marks.add, key))
        return until is not None and until > now

    async def close(self, drain_seconds: float = _DRAIN_SECONDS) -> None:
        """Writes what waits, for `drain_seconds` at most, then lets go of the disk, even if it hangs."""
        lanes = (self._reads, self._writes)
        for lane in lanes:
            lane.stop()
        ended = {asyncio.wrap_future(lane.ended) for lane in lanes}
        await asyncio.wait(ended, timeout=drain_seconds)
        for lane in lanes:
            lane.abandon()
        self._disk.close()

    async def _read(
        self,
        key: str,
        parse: Callable[[bytes], T | None],
        *,
        keep: Callable[[T], None],
    ) -> T | None:
        reading = self._reading.get(key) or self._start_reading(key, parse, keep)
        if reading is not None:
            await asyncio.wait({reading}, timeout=self._wait_seconds)
        return _outcome(reading)

    def _start_reading(
        self,
        key: str,
        parse: Callable[[bytes], T | None],
        keep: Callable[[T], None],
    ) -> asyncio.Future[T | None] | None:
        result = self._reads.submit(lambda: _parsed(self._disk.get(key), parse))
        if result is None:
            return None

        def finish(reading: asyncio.Future[T | None]) -> None:
            self._reading.pop(key, None)
            found = _outcome(reading)
            if found is not None:
                keep(found)  # also when nobody waits any more: the next request has it in memory

        reading = self._reading[key] = asyncio.wrap_future(result)
        reading.add_done_callback(finish)
        return reading

    def _write(self, call: Callable[[], None], *, size: int) -> None:
        has_room = self._waiting_bytes + size <= _MAX_WAITING_BYTES
        result = self._writes.submit(call) if has_room else None
        if result is None:
            self.dropped += 1
            return

        def finish(writing: asyncio.Future[None]) -> None:
            self._waiting_bytes -= size
            _outcome(writing)  # or asyncio would complain that nobody looked at its error

        self._waiting_bytes += size
        asyncio.wrap_future(result).add_done_callback(finish)


def _outcome(future: asyncio.Future[T] | None) -> T | None:
    if future is None or not future.done() or future.cancelled() or future.exception() is not None:
        return None
    return future.result()


def _parsed(body: bytes | None, parse: Callable[[bytes], T | None]) -> T | None:
    return parse(body) if body is not None else None


def _picture(body: bytes) -> Picture | None:
    try:
        return Picture.from_bytes(body)
    except (ValueError, LookupError, TypeError, AttributeError, struct.error):
        return None  # whole and under its key, but of another version's shape


def _moment(body: bytes) -> int | None:
    return int(body) if body.isdigit() else None
