"""diskcache, tightened: an index of str keys and bytes values that never unpickles nor leaves its folder.

Stock diskcache runs what a pickled row says (CVE-2025-69872, not fixed upstream), and reads or deletes the
file that a row names, wherever it is. Here such rows are misses. What else goes wrong is the caller's.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import diskcache
from diskcache.core import DBNAME, MODE_BINARY, MODE_RAW

INDEX_FILE: str = DBNAME

# From this size on a value is a file of its own. A small index is quick to write, and cheap to keep damaged.
_FILE_BYTES = 8 * 1024

_CULLED = 10  # entries that go at a time when all is full, beside as many as came

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_FILE_MODE = 0o600

# One level of 256 folders that are never removed: no process pulls a folder from under another one's write.
_FILE_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}\.val")

# All there are, because diskcache takes those that are left out from the index, which may be damaged.
_SETTINGS: dict[str, Any] = {
    "eviction_policy": "least-recently-stored",  # least-recently-used would write on every read
    "cull_limit": 0,  # `_Cache.set_all` does it once for all that it writes
    "statistics": 0,
    "tag_index": 0,
    "disk_min_file_size": _FILE_BYTES,
    "disk_pickle_protocol": 0,  # diskcache hands it on; BytesDisk has no use for it
    "sqlite_auto_vacuum": 1,  # an index that never shrinks drives all values out
    "sqlite_cache_size": 1024,  # pages, 4 MB for each thread; the default is 32 MB
    "sqlite_journal_mode": "wal",
    "sqlite_mmap_size": 0,  # truncating a mapped index kills the process by SIGBUS
    "sqlite_synchronous": 1,  # NORMAL: a power cut costs the last puts, not the index
}


class BytesDisk(diskcache.Disk):
    """How keys and values lie on the disk: str and bytes as they are, nothing else in either direction."""

    def __init__(self, directory: str, **settings: Any) -> None:
        super().__init__(directory, **settings)  # type: ignore[no-untyped-call]  # diskcache has no types
        self._folder = Path(directory)
        self._thread = threading.local()

    def put(self, key: object) -> tuple[str, bool]:
        if type(key) is not str:
            raise TypeError("a key must be a str")
        return key, True

    def get(self, key: object, raw: object) -> str:
        if type(key) is not str or not raw:
            raise TypeError("a key must be a str")
        return key

    def store(self, value: object, read: object, key: object = None) -> tuple[Any, ...]:  # noqa: ARG002 - diskcache's
        if type(value) is not bytes or read:
            raise TypeError("a value must be bytes")
        if len(value) < self.min_file_size:
            return 0, MODE_RAW, None, memoryview(value)
        digits = secrets.token_hex(17)
        name = f"{digits[:2]}/{digits[2:]}.val"
        self._thread.written.append(name)
        _write_file(self._folder / name, value)
        return len(value), MODE_BINARY, name, None

    def fetch(self, mode: object, filename: object, value: object, read: object) -> bytes:  # noqa: ARG002 - as above
        """The value, or nothing for a row that `store` did not write; nothing is never a whole entry."""
        if mode == MODE_RAW and type(value) is bytes:
            return value
        if mode == MODE_BINARY and _is_ours(filename):
            return (self._folder / str(filename)).read_bytes()
        return b""

    def remove(self, file_path: object) -> None:
        if _is_ours(file_path):
            with contextlib.suppress(OSError):
                (self._folder / str(file_path)).unlink()

    @contextlib.contextmanager
    def no_leftovers(self) -> Iterator[None]:
        """Removes the files just written when their rows cannot be written; diskcache would leave them for ever."""
        self._thread.written = []
        try:
            yield
        except BaseException:
            for name in self._thread.written:
                self.remove(name)
            raise


class Index:
    """diskcache in `folder`, with our settings whatever its index says. A connection for each thread."""

    def __init__(self, folder: Path, *, max_bytes: int, lock_seconds: float) -> None:
        _try_lock(folder / INDEX_FILE, lock_seconds)
        self._cache: Any = _Cache(
            str(folder),
            timeout=lock_seconds,
            disk=BytesDisk,
            size_limit=max_bytes,
            **_SETTINGS,
        )

    def read(self, key: str) -> bytes | None:
        value = self._cache.get(key)
        return value if type(value) is bytes else None

    def write(self, key: str, value: bytes, ttl_seconds: float | None) -> None:
        self.write_all([(key, value)], ttl_seconds)

    def write_all(self, entries: Sequence[tuple[str, bytes]], ttl_seconds: float | None = None) -> None:
        """All of them or, with whatever is raised, none."""
        with self._cache.disk.no_leftovers():
            self._cache.set_all(entries, ttl_seconds)

    def close(self) -> None:
        """Closes the calling thread's connection; SQLite lets no other thread do it."""
        with contextlib.suppress(sqlite3.Error):
            self._cache.close()


class _Cache(diskcache.Cache):
    def __init__(self, *args: Any, **settings: Any) -> None:
        try:
            super().__init__(*args, **settings)  # type: ignore[no-untyped-call]  # diskcache has no types
        except BaseException:
            self.close()  # type: ignore[no-untyped-call]  # as above; and diskcache leaves the connection open
            raise

    def set_all(self, entries: Sequence[tuple[str, bytes]], ttl_seconds: float | None) -> None:
        """In one transaction, which costs each of ten entries half of what it costs one."""
        with self._transact() as (sql, cleanup):
            for key, value in entries:
                self.set(key, value, expire=ttl_seconds)  # type: ignore[no-untyped-call]  # as above
            self._cull(time.time(), sql, cleanup, limit=len(entries) + _CULLED)  # type: ignore[no-untyped-call]  # as above


def _write_file(path: Path, value: bytes) -> None:
    """Into its folder, which is there but for the first times. Straight to the system: `open` asks it three questions
    beforehand, and each of them waits for the event loop's thread."""
    try:
        opened = os.open(path, _NEW_FILE, _FILE_MODE)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        opened = os.open(path, _NEW_FILE, _FILE_MODE)
    try:
        if os.write(opened, value) < len(value):
            raise OSError(errno.ENOSPC, "only a part could be written")
    finally:
        os.close(opened)


def _try_lock(file: Path, lock_seconds: float) -> None:
    """Fails where diskcache would try for a minute: when somebody keeps the index locked."""
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=lock_seconds, isolation_level=None)) as index:
            index.execute("PRAGMA auto_vacuum = 1")  # only an empty file takes it, so it comes first
            index.execute("PRAGMA journal_mode = wal")
            index.execute("BEGIN IMMEDIATE")
            index.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY and file.stat().st_size == 0:
            # Others have it open and serve from memory what they know of it. They never let go of the lock.
            raise ValueError("the index was emptied while in use") from error
        raise


def remove_orphans(folder: Path, *, written_before: float) -> int:
    """Removes the value files that no row names, which count against no limit, and says how many.

    Killed writers leave them. A file is written before its row, so it must be older than any write can be.
    """
    old = [path for path in folder.glob("??/*.val") if _written(path) < written_before]
    if not old:
        return 0
    address = f"{(folder / INDEX_FILE).as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
        named = {name for (name,) in connection.execute("SELECT filename FROM Cache")}
    orphans = [path for path in old if path.relative_to(folder).as_posix() not in named]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _is_ours(name: object) -> bool:
    return isinstance(name, str) and _FILE_NAME.fullmatch(name) is not None


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # evicted since it was listed
        return float("inf")
