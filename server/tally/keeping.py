"""Writes a tally down every ten seconds, from a thread of its own: no request waits for the disk, and a disk that is
full, read-only or hanging costs numbers at most. What could not be written is kept and tried again; a process that is
killed loses what it counted since the last time.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from server.tally.book import MINUTE, Book, Sums, is_damage
from server.tally.counting import Key, Tally

log = logging.getLogger(__name__)

PAUSE_SECONDS = 10.0  # a minute may be lost at most; this is a sixth, and one commit costs some milliseconds
STOP_SECONDS = 2.0  # as long as the store may take to empty its lanes
MOST_PENDING = 120  # minutes that wait for the disk to heal; older ones are then counted with the minute after them


class Keeper:
    """With `shares` the numbers are also summed up with those of the other web processes of this server."""

    def __init__(
        self,
        tally: Tally,
        book: Book,
        *,
        shares: bool = False,
        clock: Callable[[], float] = time.time,
        pause_seconds: float = PAUSE_SECONDS,
    ) -> None:
        self._tally = tally
        self._book = book
        self._shares = shares
        self._clock = clock
        self._pause_seconds = pause_seconds
        self._before: dict[Key, float] = {}
        self._unshared: dict[Key, float] = {}
        self._pending: dict[int, dict[Key, float]] = {}
        self._since = clock()
        self._is_failing = False
        self._is_stopped = False
        self._sums = Sums({}, {}, 0)
        self._asked: list[Future[Sums]] = []
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="tally", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Writes the rest; returns after `seconds` even when the disk hangs."""
        with self._wake:
            self._is_stopped = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def sums(self) -> Future[Sums]:
        """What all processes counted, ours written first: who asks any of them sees numbers that only grow."""
        asked: Future[Sums] = Future()
        with self._wake:
            self._asked.append(asked)
            self._wake.notify()
        return asked

    @property
    def last_sums(self) -> Sums:
        """As they were when last written, for when the disk hangs."""
        return self._sums

    def keep(self) -> None:
        """Writes what was counted since the last time, to the minute in which that time began. Never raises."""
        now = self._clock()
        try:
            self._take(int(self._since) - int(self._since) % MINUTE)
            self._since = now
            self._write(int(now))
        except (OSError, sqlite3.Error) as error:
            self._fail(logging.WARNING, error)
        except Exception as error:  # noqa: BLE001  # a fault of ours must not end the thread, and with it all counting
            self._fail(logging.ERROR, error)
        else:
            self._is_failing = False

    def _fail(self, level: int, error: Exception) -> None:
        """Says so once, until it works again."""
        if not self._is_failing:
            log.log(
                level, "what was counted cannot be written to %s (%s: %s)", self._book.path, type(error).__name__, error
            )
        self._is_failing = True

    def _take(self, minute: int) -> None:
        counts = self._tally.snapshot()
        grown = {key: n - self._before.get(key, 0) for key, n in counts.items() if n != self._before.get(key, 0)}
        self._before = counts
        for kept in (self._pending.setdefault(minute, {}) if grown else {}, self._unshared if self._shares else {}):
            for key, n in grown.items():
                kept[key] = kept.get(key, 0) + n
        while len(self._pending) > MOST_PENDING:
            first, second, *_ = sorted(self._pending)
            for key, n in self._pending.pop(first).items():
                self._pending[second][key] = self._pending[second].get(key, 0) + n

    def _write(self, now: int) -> None:
        try:
            self._write_all(now)
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
            self._book.set_aside()
            self._write_all(now)

    def _write_all(self, now: int) -> None:
        if self._pending:
            self._book.add(self._pending, at=now)
            self._pending = {}
        if self._shares:
            self._book.share(self._unshared, self._tally.gauges(), at=now)
            self._unshared = {}
            self._sums = self._book.sums(at=now)

    def _run(self) -> None:
        is_last = False
        self.keep()  # so that the other processes hear of this one
        while not is_last:
            with self._wake:
                if not self._asked and not self._is_stopped:
                    # To a whole step of the clock, so that minutes begin when they begin.
                    self._wake.wait(self._pause_seconds - self._clock() % self._pause_seconds)
                is_last = self._is_stopped
                asked, self._asked = self._asked, []
            self.keep()
            for future in asked:
                if future.set_running_or_notify_cancel():
                    future.set_result(self._sums)
