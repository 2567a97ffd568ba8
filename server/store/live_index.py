"""Finds the live index of a folder: opens it, follows when it was replaced, sets it aside when it is damaged.

The threads and processes that share a folder do not talk to each other: each looks, at every use, whether the
index that it holds open is still the one that lies there.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from server.store.faults import is_damage
from server.store.index import INDEX_FILE, Index

_KEPT_DAMAGED = 1  # for whoever wants to know what happened; it counts against no limit


@dataclass(frozen=True, slots=True)
class FileId:
    device: int
    inode: int


@dataclass(frozen=True, slots=True)
class Opened:
    index: Index
    file: FileId


class LiveIndex:
    """`folder` holds index and values in `pictures/`, and the last damaged index in `damaged-<time>/`."""

    def __init__(self, folder: Path, *, max_bytes: int, lock_seconds: float, rest_seconds: float) -> None:
        self._folder = folder.absolute()
        self.pictures = self._folder / "pictures"
        self._file = self.pictures / INDEX_FILE
        self._max_bytes = max_bytes
        self._lock_seconds = lock_seconds
        self._rest_seconds = rest_seconds
        self._opening = threading.Lock()
        self._opened: Opened | None = None
        self._rest_until = float("-inf")
        self._thread = threading.local()

    def current(self) -> Opened | None:
        """The live index; None while another thread opens it, or for a while after it could not be opened.

        Raises whatever diskcache, SQLite and the disk raise.
        """
        opened = self._opened
        # SQLite itself goes on with an index that was deleted or set aside, as long as it is open.
        if opened is None or opened.file != _file_id(self._file):
            opened = self._open()
        if self._held() is not opened:
            self.release()
            self._thread.opened = opened
        return opened

    def give_up(self, error: Exception, opened: Opened | None) -> None:
        """For when `error` came while `opened` was in use: the next `current` starts afresh."""
        # After a COMMIT that failed diskcache stays in its transaction and locks others out. This ends it.
        self.release()
        if opened is not None and is_damage(error):
            self._set_aside(opened.file)

    def release(self) -> None:
        """Closes the calling thread's connection."""
        held = self._held()
        self._thread.opened = None
        if held is not None:
            held.index.close()

    def _held(self) -> Opened | None:
        held: Opened | None = getattr(self._thread, "opened", None)
        return held

    def _open(self) -> Opened | None:
        # One thread opens, because under another process's lock that takes diskcache up to a minute.
        if not self._opening.acquire(timeout=self._lock_seconds):
            return None
        try:
            found = _file_id(self._file)
            if self._opened is not None and self._opened.file == found:
                return self._opened  # another thread was first
            self._opened = None
            if time.monotonic() < self._rest_until:
                return None
            self._opened = self._build(found)
            return self._opened
        finally:
            self._opening.release()

    def _build(self, found: FileId | None) -> Opened:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.pictures.mkdir(mode=0o700, exist_ok=True)  # the mode is for the last of new folders only
            index = Index(self.pictures, max_bytes=self._max_bytes, lock_seconds=self._lock_seconds)
            file = _file_id(self._file)
            if file is None:
                raise FileNotFoundError("the index was removed while it was opened")
            return Opened(index, file)
        except Exception as error:
            self._rest_until = time.monotonic() + self._rest_seconds
            if found is not None and is_damage(error):
                self._set_aside(found)
            raise

    def _set_aside(self, damaged: FileId) -> None:
        """Moves index, log and values away in one step, so that no new index ever meets the old one's log."""
        with contextlib.suppress(OSError):
            if _file_id(self._file) != damaged:
                return  # another thread or process was first
            aside = self._folder / f"damaged-{datetime.now(UTC):%Y%m%dT%H%M%S-%f}"
            self.pictures.rename(aside)
            for values in aside.glob("??/"):
                shutil.rmtree(values, ignore_errors=True)
            for older in sorted(self._folder.glob("damaged-*"))[:-_KEPT_DAMAGED]:
                shutil.rmtree(older, ignore_errors=True)


def _file_id(path: Path) -> FileId | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return FileId(status.st_dev, status.st_ino)
