"""Pictures on their way to the disk, behind the answers: one thread waits `GATHER_SECONDS` for more of them and writes
them in one transaction. Until that has ended this process has them here, so it finds no gap between the drawing and
the disk; other processes find them afterwards. A crash loses what was not written.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Protocol

from server.images import Picture
from server.store.lanes import Lane

# Ten pictures at once take the disk and the threads half the processor time that they take one by one. The price: so
# much later other web processes find a picture, and so much more is drawn again after a crash.
GATHER_SECONDS = 0.05
MOST_WAITING = 1024  # at 0.2 ms each; the first ones wait for the sweep
MOST_WAITING_BYTES = 32 * 1024 * 1024
_CALLS = 1024  # beside the writing of pictures


class Disk(Protocol):
    """Where they go. Called in a thread; must not raise."""

    def put_all(self, entries: Iterable[tuple[str, bytes]]) -> None: ...
    def release(self) -> None: ...


class Behind:
    """The event loop puts and asks, the thread writes. `dropped` counts pictures and calls that were not taken: because
    too much waited, or after `stop`."""

    def __init__(self, disk: Disk, *, gather_seconds: float = GATHER_SECONDS) -> None:
        self._disk = disk
        self._gather_seconds = gather_seconds
        self._lock = threading.Lock()
        self._waiting: dict[str, Picture] = {}
        self._in_hand: dict[str, Picture] = {}
        self._bytes = 0  # of both
        self._is_ending = threading.Event()
        # One thread, since SQLite lets one write at a time.
        self._lane = Lane("store-write", threads=1, depth=_CALLS, at_end=disk.release)
        self.dropped = 0

    @property
    def ended(self) -> Future[None]:
        """Done, after `stop`, when all that was taken has been written (or given up by the disk)."""
        return self._lane.ended

    def get(self, key: str) -> Picture | None:
        """One that waits, or is being written now."""
        with self._lock:
            return self._waiting.get(key) or self._in_hand.get(key)

    def put(self, key: str, picture: Picture) -> None:
        """To be written with the others that wait; the first of them has the thread write when it gets to it."""
        with self._lock:
            before = self._waiting.get(key)
            more = _size(picture) - (_size(before) if before else 0)
            has_room = self._bytes + more <= MOST_WAITING_BYTES and len(self._waiting) < MOST_WAITING
            is_taken = has_room and (bool(self._waiting) or self._lane.post(self._write))
            if is_taken:
                self._waiting[key] = picture
                self._bytes += more
            else:
                self.dropped += 1

    def call(self, work: Callable[[], object]) -> None:
        """Something else that the thread should do, in its turn."""
        if not self._lane.post(work):
            self.dropped += 1

    def stop(self) -> None:
        """Takes no more work. What waits is still written, without waiting for more."""
        self._lane.stop()
        self._is_ending.set()

    def abandon(self) -> None:
        """Forgets what waits, for when the disk does not return."""
        self._lane.abandon()
        with self._lock:
            self._waiting = {}

    def _write(self) -> None:
        self._is_ending.wait(self._gather_seconds)
        with self._lock:
            self._in_hand, self._waiting = self._waiting, {}
        try:
            self._disk.put_all((key, picture.to_bytes()) for key, picture in self._in_hand.items())
        finally:
            with self._lock:
                self._bytes -= sum(map(_size, self._in_hand.values()))
                self._in_hand = {}


def _size(picture: Picture) -> int:
    return len(picture.body)
