"""Keeps bodies on disk, for all processes of a machine: from a key to the very bytes put under it, or None.

It never raises: whatever is wrong with the disk is a miss or a dropped put, and heals when the cause is gone.
Calls block, so they are for threads, never for the event loop.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from server.store.envelope import seal, unseal
from server.store.faults import Complaints
from server.store.index import Index, remove_orphans
from server.store.live_index import LiveIndex

_LOCK_SECONDS = 1.0  # measured: 8 writing processes wait for each other at most 73 ms
_REST_SECONDS = 1.0  # between two tries to open a folder that does not open
_ORPHAN_SECONDS = 3600.0  # no write takes that long

T = TypeVar("T")


class DiskStore:
    """`max_bytes` bounds values and index together, softly; the log of the index comes on top, some 4 MB."""

    def __init__(
        self,
        folder: Path,
        *,
        max_bytes: int,
        clock: Callable[[], float] = time.time,
        lock_seconds: float = _LOCK_SECONDS,
        rest_seconds: float = _REST_SECONDS,
    ) -> None:
        self._live = LiveIndex(
            folder,
            max_bytes=max_bytes,
            lock_seconds=lock_seconds,
            rest_seconds=rest_seconds,
        )
        self._folder = folder
        self._max_bytes = max_bytes
        self._clock = clock
        self._complaints = Complaints()
        self._is_closed = False

    @property
    def faults(self) -> int:
        """How often the disk failed so far."""
        return self._complaints.count

    def get(self, key: str) -> bytes | None:
        if not key.isascii():
            return None
        data = self._attempt(lambda index: index.read(key))
        return unseal(key, data, self._clock()) if data else None

    def put(self, key: str, body: bytes, ttl_seconds: float | None = None) -> None:
        """`key` is ASCII. A body over half of the limit is not kept: it would drive out nearly all others."""
        if not self._takes(key, body):
            return
        expires_at = 0 if ttl_seconds is None else math.ceil(self._clock() + ttl_seconds)
        data = seal(key, body, expires_at=expires_at)
        self._attempt(lambda index: index.write(key, data, ttl_seconds))

    def put_all(self, entries: Iterable[tuple[str, bytes]]) -> None:
        """Many at once, for ever: quicker than each by itself. Where one cannot be written, none is."""
        sealed = [(key, seal(key, body)) for key, body in entries if self._takes(key, body)]
        self._attempt(lambda index: index.write_all(sealed))

    def sweep(self) -> int:
        """Removes what killed writers left, and says how many files that was. Once a start is enough."""
        before = time.time() - _ORPHAN_SECONDS  # file times are the machine's, whatever `clock` says
        return self._attempt(lambda _: remove_orphans(self._live.pictures, written_before=before)) or 0

    def release(self) -> None:
        """Closes the calling thread's connection; for threads that end before the store does."""
        self._live.release()

    def close(self) -> None:
        """From here on every get is a miss and every put is dropped."""
        self._is_closed = True
        self._live.release()

    def _takes(self, key: str, body: bytes) -> bool:
        return key.isascii() and len(body) <= self._max_bytes // 2

    def _attempt(self, work: Callable[[Index], T]) -> T | None:
        if self._is_closed:
            return None
        opened = None
        try:
            opened = self._live.current()
            return work(opened.index) if opened else None
        except Exception as error:  # noqa: BLE001 - diskcache does what its index says, so damage can raise anything
            self._live.give_up(error, opened)
            self._complaints.say(self._folder, error)
            return None
