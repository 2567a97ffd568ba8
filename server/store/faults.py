"""Tells damage to the index from trouble with the disk that passes, and logs both without a flood."""

from __future__ import annotations

import errno
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import diskcache

_LOG = logging.getLogger(__name__)
_QUIET_SECONDS = 60.0

_PRIMARY = 0xFF  # SQLite's extended result codes keep the primary code in their low byte
_DAMAGE_CODES = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_FORMAT,
        sqlite3.SQLITE_ERROR,  # SQL that fits no table: the tables are not diskcache's
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_CONSTRAINT,
    }
)


def is_damage(error: Exception) -> bool:
    """Whether the index will never work again, unlike after a lock, or on a disk that is full for now."""
    if isinstance(error, sqlite3.Error):
        code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)  # not all of them have one
        return code & _PRIMARY in _DAMAGE_CODES or code == sqlite3.SQLITE_IOERR_SHORT_READ
    # What is not trouble with the machine comes from rows that hold what diskcache never wrote.
    return not isinstance(error, (OSError, diskcache.Timeout, MemoryError))


def describe(error: Exception) -> str:
    """A name for `error`, never its text: that may quote what was stored."""
    if isinstance(error, OSError) and error.errno is not None:
        return errno.errorcode.get(error.errno, "OSError")
    name: str = getattr(error, "sqlite_errorname", type(error).__name__)
    return name


class Complaints:
    """Counts the disk's faults, and says at most once a minute that there are any. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._quiet_until = float("-inf")
        self.count = 0

    def say(self, folder: Path, error: Exception) -> None:
        with self._lock:
            self.count += 1
            now = self._clock()
            if now < self._quiet_until:
                return
            self._quiet_until = now + _QUIET_SECONDS
        _LOG.warning("the store in %s fails (%s); pictures are drawn again", folder, describe(error))
