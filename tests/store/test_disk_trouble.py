"""A disk that is full, read-only, locked or gone costs hits, never an error, and heals without a restart."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.store.disk import DiskStore

BODIES = {f"key {number}": bytes([number]) * 20_000 for number in range(10)}
MOUNT_BYTES = 2_000_000


def open_store(folder: Path) -> DiskStore:
    return DiskStore(folder, max_bytes=50_000_000, lock_seconds=0.05, rest_seconds=0.0)


def put_all(store: DiskStore) -> None:
    for key, body in BODIES.items():
        store.put(key, body)


def hits(store: DiskStore) -> int:
    """How many bodies the store still has; that all of them are right is asserted on the way."""
    found = {key: store.get(key) for key in BODIES}
    assert all(body in {None, BODIES[key]} for key, body in found.items())
    return sum(body is not None for body in found.values())


def heals(store: DiskStore) -> bool:
    put_all(store)
    put_all(store)
    return hits(store) == len(BODIES)


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own, which can be filled up and made read-only."""
    place = tmp_path / "mounted"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MOUNT_BYTES}", "tmpfs", str(place)]
    try:
        made = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("this machine has no mount command")
    if made.returncode:
        pytest.skip(f"may not mount a tmpfs here: {made.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill_up(place: Path) -> Path:
    ballast = place / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return ballast


def remount(place: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(place)], check=True)


def test_a_disk_that_fills_up_drops_puts_and_keeps_its_hits(mounted: Path) -> None:
    store = open_store(mounted / "store")
    put_all(store)
    ballast = fill_up(mounted)
    for number in range(50):
        store.put(f"more {number}", bytes(30_000))
    assert store.faults > 0
    assert hits(store) == len(BODIES)
    ballast.unlink()
    store.put("more", bytes(30_000))
    assert store.get("more") == bytes(30_000)
    store.close()


def test_puts_that_found_no_room_leave_no_files(mounted: Path) -> None:
    store = open_store(mounted / "store")
    for number in range(300):
        store.put(f"{number}", bytes([number % 256]) * 30_000)
    rows = sum(store.get(f"{number}") is not None for number in range(300))
    assert store.faults > 0
    assert rows == len(list(mounted.rglob("*.val"))) > 0
    store.close()


def test_a_store_that_starts_on_a_full_disk_heals_when_there_is_room(mounted: Path) -> None:
    ballast = fill_up(mounted)
    store = open_store(mounted / "store")
    put_all(store)
    assert hits(store) == 0
    ballast.unlink()
    assert heals(store)
    store.close()


def test_a_read_only_disk_is_a_miss_and_heals(mounted: Path) -> None:
    first = open_store(mounted / "store")
    put_all(first)
    first.close()
    remount(mounted, "ro")
    store = open_store(mounted / "store")
    put_all(store)
    hits(store)
    assert store.faults > 0
    remount(mounted, "rw")
    assert heals(store)
    store.close()


@contextlib.contextmanager
def not_root() -> Iterator[None]:
    """Root may write everywhere, so for a while we are somebody else."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that belongs to everybody, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


def test_a_folder_that_may_not_be_written_is_a_miss_and_heals(open_folder: Path) -> None:
    with not_root():
        open_folder_mode(open_folder, 0o555)
        store = open_store(open_folder / "store")
        put_all(store)
        assert hits(store) == 0
        assert store.faults == 2 * len(BODIES)
        open_folder_mode(open_folder, 0o777)
        assert heals(store)
        store.close()


def open_folder_mode(folder: Path, mode: int) -> None:
    me = os.geteuid()
    os.seteuid(os.getuid())  # only its owner may change it
    folder.chmod(mode)
    os.seteuid(me)


def test_rights_lost_while_serving_keep_the_hits_and_heal(open_folder: Path) -> None:
    with not_root():
        store = open_store(open_folder / "store")
        put_all(store)
        pictures = open_folder / "store" / "pictures"
        shards = [path for path in pictures.iterdir() if path.is_dir()]
        for path in (*shards, pictures):
            path.chmod(0o555)
        store.put("other", bytes(30_000))
        assert store.get("other") is None
        assert hits(store) == len(BODIES)
        for path in (pictures, *shards):
            path.chmod(0o700)
        assert heals(store)
        store.close()


def test_an_unreadable_picture_is_a_miss(open_folder: Path) -> None:
    with not_root():
        store = open_store(open_folder / "store")
        put_all(store)
        for path in open_folder.rglob("*.val"):
            path.chmod(0)
        assert hits(store) == 0
        store.close()


@pytest.mark.parametrize("gone", ["", "store", "store/pictures"])
def test_a_folder_removed_while_serving_comes_back(tmp_path: Path, gone: str) -> None:
    base = tmp_path / "base"
    store = open_store(base / "store")
    put_all(store)
    shutil.rmtree(base / gone)
    assert hits(store) == 0
    assert heals(store)
    assert (base / "store" / "pictures" / "cache.db").exists()
    store.close()


def test_a_folder_replaced_by_another_is_followed(tmp_path: Path) -> None:
    store, other = open_store(tmp_path / "store"), open_store(tmp_path / "other")
    store.put("key", b"old")
    other.put("key", b"new")
    other.close()
    shutil.rmtree(tmp_path / "store")
    (tmp_path / "other").rename(tmp_path / "store")
    assert store.get("key") == b"new"
    store.close()


@contextlib.contextmanager
def locked(folder: Path, statement: str) -> Iterator[None]:
    file = folder / "pictures" / "cache.db"
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as holder:
        holder.execute(statement)
        yield
        holder.execute("ROLLBACK")


@pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_a_locked_index_drops_puts_keeps_hits_and_heals(tmp_path: Path, statement: str) -> None:
    store = open_store(tmp_path / "store")
    put_all(store)
    with locked(tmp_path / "store", statement):
        store.put("other", bytes(30_000))
        assert hits(store) == len(BODIES)
        assert store.get("other") is None
    assert len(list(tmp_path.rglob("*.val"))) == len(BODIES), "the dropped put left no file"
    store.put("other", bytes(30_000))
    assert store.get("other") == bytes(30_000)
    assert not list(tmp_path.rglob("damaged-*")), "a lock is no damage"
    store.close()


def test_a_store_that_starts_on_a_locked_index_heals(tmp_path: Path) -> None:
    first = open_store(tmp_path / "store")
    put_all(first)
    first.close()
    store = open_store(tmp_path / "store")
    with locked(tmp_path / "store", "BEGIN EXCLUSIVE"):
        store.put("other", b"x")
        hits(store)
        assert store.faults > 0
    assert hits(store) == len(BODIES), "nothing was lost"
    store.close()


def test_it_rests_after_a_folder_did_not_open(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "pictures").mkdir()
    (tmp_path / "store" / "pictures" / "cache.db").mkdir()
    store = DiskStore(tmp_path / "store", max_bytes=1_000_000, rest_seconds=3600.0)
    put_all(store)
    hits(store)
    assert store.faults == 1
    store.close()
