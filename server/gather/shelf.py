"""Keeps what was fetched: entries by URL and pictures by digest, in memory before the disk. For one event loop.

A disk that is broken, full or slow is a miss. No URL reaches it, only digests of them. Puts go behind the answer.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from server.gather.entries import Entry
from server.store.lanes import Lane
from server.store.tiers import Disk

_READERS = 2
_WRITERS = 1  # SQLite lets one write at a time
_MAX_WAITING_READS = 256
_MAX_WAITING_PUTS = 256
_MAX_WAITING_BYTES = 32_000_000
_MAX_ENTRIES = 20_000  # at some 700 bytes each
_DRAIN_SECONDS = 2.0

T = TypeVar("T")


class Shelf:
    """Keys are digests of what was asked for. `max_bytes` bounds the pictures in memory; no answer waits longer for the
    disk than `wait_seconds`; nothing stays on it for longer than `kept_seconds` after it came."""

    def __init__(self, disk: Disk, *, max_bytes: int, wait_seconds: float, kept_seconds: float) -> None:
        self._disk = disk
        self._max_bytes = max_bytes
        self._wait_seconds = wait_seconds
        self._kept_seconds = kept_seconds
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._body_bytes = 0
        self._waiting_bytes = 0
        self._reads = Lane("gather-read", threads=_READERS, depth=_MAX_WAITING_READS, at_end=disk.release)
        self._writes = Lane("gather-write", threads=_WRITERS, depth=_MAX_WAITING_PUTS, at_end=disk.release)
        self._writes.submit(disk.sweep)

    def hot(self, key: str) -> tuple[Entry, bytes] | None:
        """Entry and picture if memory has both."""
        entry = self._entries.get(key)
        body = self._bodies.get(entry.digest) if entry else None
        if entry is None or body is None:
            return None
        self._entries.move_to_end(key)
        self._bodies.move_to_end(entry.digest)
        return entry, body

    async def get(self, key: str) -> tuple[Entry, bytes] | None:
        return self.hot(key) or await self._within(self._reads.submit(lambda: self._read(key)), key)

    def put(self, key: str, entry: Entry, body: bytes) -> None:
        is_new = entry.digest not in self._bodies
        self._keep(key, entry, body)
        if is_new:
            self._write(_body_key(entry.digest), body)
        self._write(_entry_key(key), entry.to_bytes())

    def drop(self, key: str) -> None:
        """Forgets the entry; the picture may be another URL's too."""
        self._entries.pop(key, None)
        self._write(_entry_key(key), b"")

    async def close(self, drain_seconds: float = _DRAIN_SECONDS) -> None:
        """Writes what waits, for `drain_seconds` at most, then lets go of the disk, even if it hangs."""
        lanes = (self._reads, self._writes)
        for lane in lanes:
            lane.stop()
        await asyncio.wait({asyncio.wrap_future(lane.ended) for lane in lanes}, timeout=drain_seconds)
        for lane in lanes:
            lane.abandon()
        self._disk.close()

    def _read(self, key: str) -> tuple[Entry, bytes] | None:
        """In a thread."""
        kept = self._disk.get(_entry_key(key))
        entry = Entry.from_bytes(kept) if kept else None
        body = self._disk.get(_body_key(entry.digest)) if entry else None
        if entry is None or body is None or hashlib.sha256(body).hexdigest() != entry.digest:
            return None
        return entry, body

    async def _within(self, result: Future[tuple[Entry, bytes] | None] | None, key: str) -> tuple[Entry, bytes] | None:
        if result is None:
            return None
        reading = asyncio.wrap_future(result)
        await asyncio.wait({reading}, timeout=self._wait_seconds)
        found = _outcome(reading)
        if found is not None:
            self._keep(key, *found)
        return found

    def _keep(self, key: str, entry: Entry, body: bytes) -> None:
        self._entries[key] = entry
        self._entries.move_to_end(key)
        if len(self._entries) > _MAX_ENTRIES:
            self._entries.popitem(last=False)
        if len(body) > self._max_bytes or entry.digest in self._bodies:
            return
        self._bodies[entry.digest] = body
        self._body_bytes += len(body)
        while self._body_bytes > self._max_bytes:
            _, oldest = self._bodies.popitem(last=False)
            self._body_bytes -= len(oldest)

    def _write(self, key: str, data: bytes) -> None:
        if self._waiting_bytes + len(data) > _MAX_WAITING_BYTES:
            return
        put: Callable[[], None] = lambda: self._disk.put(key, data, self._kept_seconds)  # noqa: E731 - a name for its type
        result = self._writes.submit(put)
        if result is None:
            return

        def finish(writing: asyncio.Future[Any]) -> None:
            self._waiting_bytes -= len(data)
            _outcome(writing)  # or asyncio would complain that nobody looked at its error

        self._waiting_bytes += len(data)
        asyncio.wrap_future(result).add_done_callback(finish)


def _outcome(future: asyncio.Future[T]) -> T | None:
    if not future.done() or future.cancelled() or future.exception() is not None:
        return None
    return future.result()


def _entry_key(key: str) -> str:
    return f"url:{key}"


def _body_key(digest: str) -> str:
    return f"picture:{digest}"
