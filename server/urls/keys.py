"""The key ring in a file: made at random on the first start, changed by commands, seen by every running
process.

This is also where the rest of the server imports the ring from; a ring given by settings is a `FixedKeys`.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from server.errors import BrokenKeys, UnknownKey
from server.urls.ring import FixedKeys, Key, KeyRing, KeyState, parse_keys, read_secret, read_state

__all__ = ["FixedKeys", "Key", "KeyFile", "KeyRing", "KeyState", "parse_keys"]

SECRET_BYTES = 32  # the width of SHA-256
FILE_FORMAT = 1

_ENTRY = ("kid", "secret", "state", "created")

_Stamp = tuple[int, int, int]


def _now() -> datetime:
    return datetime.now(UTC)


class KeyFile:
    """The ring in a file of the data folder. Every change is one atomic replacement under a lock, so two
    processes that start at once end up with one ring, and a reader sees the ring before or after a change,
    never between."""

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = _now) -> None:
        self._path = path
        self._clock = clock
        self._seen = self._load() or self._create()

    def current(self) -> KeyRing:
        """The ring as the file says now; one `stat` when nothing changed. Raises BrokenKeys for a damaged
        file.

        A file that is gone says nothing new: the ring last read stays, so links in people's mail keep working.
        """
        stamp, ring = self._seen
        try:
            if _stamp(self._path.stat()) == stamp:
                return ring
        except FileNotFoundError:
            return ring
        except OSError as error:
            raise self._unreadable(error) from None
        self._seen = self._load() or self._seen
        return self._seen[1]

    def add(self) -> Key:
        """A new random key; from now on it signs."""
        with self._locked():
            ring = self._on_disk()
            key = self._new_key(_next_kid(ring.keys))
            self._seen = self._write((key, *ring.keys))
        return key

    def retire(self, kid: str) -> Key:
        """The key signs no more; its links stay good. Raises UnknownKey, and BrokenKeys for a revoked key."""
        return self._change(kid, KeyState.VERIFY)

    def revoke(self, kid: str) -> Key:
        """The key's links are refused from now on. Raises UnknownKey."""
        return self._change(kid, KeyState.REVOKED)

    def _change(self, kid: str, state: KeyState) -> Key:
        with self._locked():
            ring = self._on_disk()
            key = ring.find(kid)
            if key is None:
                raise UnknownKey(f"there is no key {kid}")
            if key.state is KeyState.REVOKED and state is not KeyState.REVOKED:
                raise BrokenKeys(f"the key {kid} is revoked, and that is for good")
            changed = replace(key, state=state)
            self._seen = self._write(changed if k is key else k for k in ring.keys)
        return changed

    def _create(self) -> tuple[_Stamp, KeyRing]:
        with self._locked():
            # Another process may have made the file while this one waited for the lock.
            return self._load() or self._write([self._new_key("k1")])

    def _new_key(self, kid: str) -> Key:
        return Key(kid, secrets.token_bytes(SECRET_BYTES), created=self._clock())

    def _on_disk(self) -> KeyRing:
        """The ring to change: the file's. A file that went missing is written anew from what was last read."""
        return (self._load() or self._seen)[1]

    def _load(self) -> tuple[_Stamp, KeyRing] | None:
        try:
            with self._path.open("rb") as file:
                return _stamp(os.fstat(file.fileno())), _read_ring(file.read())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unreadable(error) from None
        except BrokenKeys as error:
            raise BrokenKeys(
                f"{self._path} cannot be used: {error}. Put a good copy back; without the file "
                "the next start makes new keys and old links are refused"
            ) from None

    def _write(self, keys: Iterable[Key]) -> tuple[_Stamp, KeyRing]:
        ring = KeyRing(tuple(keys))
        try:
            return _replace(self._path, _print_ring(ring)), ring
        except OSError as error:
            raise self._unwritable(error) from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self._path.with_name(f"{self._path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise self._unwritable(error) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)  # let go by the kernel, also when the process dies
            yield
        finally:
            os.close(lock)

    def _unreadable(self, error: OSError) -> BrokenKeys:
        return BrokenKeys(
            f"{self._path} cannot be read ({error.strerror}); let this user read it, or give keys by settings"
        )

    def _unwritable(self, error: OSError) -> BrokenKeys:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        cure = "make room on that disk" if is_full else "let this user write there, or give keys by settings"
        return BrokenKeys(f"{self._path} cannot be written ({error.strerror}); {cure}")


def _stamp(stat: os.stat_result) -> _Stamp:
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _next_kid(keys: Iterable[Key]) -> str:
    numbers = [int(key.kid[1:]) for key in keys if re.fullmatch(r"k[0-9]+", key.kid)]
    return f"k{max(numbers, default=0) + 1}"


def _replace(path: Path, data: bytes) -> _Stamp:
    """`data` at `path`, whole or not at all, readable by its owner only (which is how mkstemp makes files)."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return _stamp(path.stat())


def _sync_folder(folder: Path) -> None:
    """A replacement outlives a power cut only when its folder is written out too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _print_ring(ring: KeyRing) -> bytes:
    keys = [
        {"kid": key.kid, "secret": key.secret.hex(), "state": key.state.value, "created": key.created.isoformat()}
        for key in ring.keys
    ]
    return json.dumps({"format": FILE_FORMAT, "keys": keys}, indent=2).encode() + b"\n"


def _read_ring(data: bytes) -> KeyRing:
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        raise BrokenKeys("it is not JSON") from None  # the cause would carry the whole file along
    is_ours = isinstance(content, dict) and content.get("format") == FILE_FORMAT
    entries = content.get("keys") if is_ours else None
    if not isinstance(entries, list):
        raise BrokenKeys(f"it is no key file of format {FILE_FORMAT}")
    keys = [_read_key(number, entry) for number, entry in enumerate(entries, 1)]
    return KeyRing(tuple(sorted(keys, key=lambda key: key.created, reverse=True)))


def _read_key(number: int, entry: Any) -> Key:
    where = f"its key {number}"
    if not isinstance(entry, dict) or not all(isinstance(entry.get(name), str) for name in _ENTRY):
        raise BrokenKeys(f"{where} needs a kid, a secret, a state and a time of creation")
    try:
        created = datetime.fromisoformat(entry["created"])
    except ValueError:
        raise BrokenKeys(f"the time of {where} is no ISO 8601 time") from None
    created = created if created.tzinfo else created.replace(tzinfo=UTC)
    return Key(entry["kid"], read_secret(entry["secret"], where), read_state(entry["state"], where), created)
