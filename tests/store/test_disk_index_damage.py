"""A damaged index, found at the start or while serving, is set aside; the store goes on with a new one."""

from __future__ import annotations

import contextlib
import logging
import random
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.store.disk import DiskStore

BODIES = {f"key {number}": random.Random(number).randbytes(400 * number) for number in range(40)}
ROUNDS_TO_HEAL = 4  # one to notice, one to open the new index, and one more each for a thread's old pages


def overwrite(path: Path, data: bytes, *, at: int = 0) -> None:
    # From another process, as closing a file drops all locks that this process has on it, SQLite's too.
    dd = ["dd", f"of={path}", "conv=notrunc", "oflag=seek_bytes", f"seek={at}", "status=none"]
    subprocess.run(dd, input=data, check=True)


def truncate(path: Path, size: int) -> None:
    subprocess.run(["truncate", f"--size={size}", path], check=True)


def garbage(size: int) -> bytes:
    return random.Random(7).randbytes(size)


def foreign_tables(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE Cache")
        connection.execute("CREATE TABLE Cache (something)")


def foreign_settings(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for name in ("get", "set", "disk_secret", "_sql_retry"):
            connection.execute("INSERT OR REPLACE INTO Settings VALUES (?, 'x')", (name,))
        connection.execute("DELETE FROM Settings WHERE key = 'size'")
        connection.commit()


DAMAGES = [
    pytest.param(lambda path: overwrite(path, garbage(16 * 1024)), id="garbage at the start"),
    pytest.param(lambda path: overwrite(path, garbage(16 * 1024), at=8192), id="garbage inside"),
    pytest.param(lambda path: overwrite(path, garbage(path.stat().st_size)), id="all garbage"),
    pytest.param(lambda path: overwrite(path, bytes(path.stat().st_size)), id="all zeros"),
    pytest.param(lambda path: truncate(path, 0), id="emptied"),
    pytest.param(lambda path: truncate(path, 5000), id="truncated"),
    pytest.param(lambda path: path.unlink(), id="removed"),
    pytest.param(foreign_tables, id="foreign tables"),
    pytest.param(foreign_settings, id="foreign settings"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def store(folder: Path) -> Iterator[DiskStore]:
    opened = open_store(folder)
    put_all(opened)
    yield opened
    opened.close()


def open_store(folder: Path) -> DiskStore:
    return DiskStore(folder, max_bytes=50_000_000, lock_seconds=0.2, rest_seconds=0.0)


def put_all(store: DiskStore) -> None:
    for key, body in BODIES.items():
        store.put(key, body)


def hits(store: DiskStore) -> int:
    """How many bodies the store still has; that all of them are right is asserted on the way."""
    found = {key: store.get(key) for key in BODIES}
    assert all(body in {None, BODIES[key]} for key, body in found.items())
    return sum(body is not None for body in found.values())


def heals(store: DiskStore) -> bool:
    for _ in range(ROUNDS_TO_HEAL):
        put_all(store)
        if hits(store) == len(BODIES):
            return True
    return False


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_before_the_start_heals(folder: Path, damage: Callable[[Path], None]) -> None:
    first = open_store(folder)
    put_all(first)
    first.close()
    damage(folder / "pictures" / "cache.db")
    second = open_store(folder)
    hits(second)
    assert heals(second)
    second.close()


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_while_serving_heals_here_and_elsewhere(
    folder: Path,
    store: DiskStore,
    damage: Callable[[Path], None],
) -> None:
    damage(folder / "pictures" / "cache.db")
    hits(store)
    other = open_store(folder)
    assert heals(other)
    assert heals(store)
    assert hits(other) == len(BODIES), "both use one and the same index again"
    other.close()


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_while_serving_alone_heals(
    folder: Path,
    store: DiskStore,
    damage: Callable[[Path], None],
) -> None:
    damage(folder / "pictures" / "cache.db")
    hits(store)
    assert heals(store)


@pytest.mark.parametrize("name", ["cache.db-wal", "cache.db-shm"])
def test_a_damaged_log_heals(folder: Path, store: DiskStore, name: str) -> None:
    overwrite(folder / "pictures" / name, garbage(4096))
    hits(store)
    other = open_store(folder)
    assert heals(other)
    assert heals(store)
    other.close()


def test_a_removed_log_heals(folder: Path, store: DiskStore) -> None:
    (folder / "pictures" / "cache.db-wal").unlink()
    hits(store)
    other = open_store(folder)
    assert heals(other)
    assert heals(store)
    other.close()


def test_the_last_damaged_index_is_kept_without_its_pictures(folder: Path) -> None:
    for _ in range(3):
        store = open_store(folder)
        assert heals(store)
        store.close()
        overwrite(folder / "pictures" / "cache.db", garbage(16 * 1024))
    store = open_store(folder)
    assert heals(store)
    store.close()
    (kept,) = folder.glob("damaged-*")
    assert (kept / "cache.db").read_bytes().startswith(garbage(16 * 1024))
    assert not list(kept.rglob("*.val"))


def test_a_store_that_another_process_replaced_is_not_set_aside_again(folder: Path, store: DiskStore) -> None:
    overwrite(folder / "pictures" / "cache.db", garbage(16 * 1024))
    other = open_store(folder)
    assert heals(other)
    aside = set(folder.glob("damaged-*"))
    assert hits(store) == len(BODIES), "the running store found the new index by itself"
    assert set(folder.glob("damaged-*")) == aside
    other.close()


def test_an_index_that_cannot_be_set_aside_is_no_error(folder: Path, store: DiskStore) -> None:
    store.close()
    index = folder / "pictures" / "cache.db"
    index.unlink()
    index.mkdir()
    other = open_store(folder)
    put_all(other)
    assert hits(other) == 0
    index.rmdir()
    assert heals(other)
    other.close()


def test_trouble_is_logged_once_and_names_neither_key_nor_body(
    folder: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder.mkdir()
    (folder / "pictures").write_text("a file where a folder should be")
    store = open_store(folder)
    with caplog.at_level(logging.DEBUG):
        for _ in range(5):
            store.put("the-key", b"the-body")
            store.get("the-key")
    assert store.faults == 10
    (record,) = caplog.records
    assert str(folder) in record.getMessage()
    assert "ENOTDIR" in record.getMessage()
    assert "the-key" not in record.getMessage()
    assert "the-body" not in record.getMessage()
    store.close()
