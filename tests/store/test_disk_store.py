"""The disk tier on a healthy disk: what is put is got, in its time, from every thread and process."""

from __future__ import annotations

import multiprocessing
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.store.disk import DiskStore

SMALL, LARGE = b"a picture", bytes(range(256)) * 100


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DiskStore]:
    opened = DiskStore(tmp_path / "store", max_bytes=50_000_000)
    yield opened
    opened.close()


def used_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def body_of(key: str, size: int) -> bytes:
    return (key.encode() + b".") * (size // (len(key) + 1))


def test_nothing_is_touched_before_the_first_use(tmp_path: Path) -> None:
    DiskStore(tmp_path / "store", max_bytes=1_000_000).close()
    assert not (tmp_path / "store").exists()


def test_missing_folders_are_made_and_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b" / "store"
    store = DiskStore(folder, max_bytes=1_000_000)
    store.put("key", LARGE)
    made = (folder, folder / "pictures")
    assert [stat.S_IMODE(path.stat().st_mode) for path in made] == [0o700, 0o700]
    store.close()


@pytest.mark.parametrize("body", [SMALL, LARGE, b""])
def test_another_store_on_the_folder_reads_it(tmp_path: Path, store: DiskStore, body: bytes) -> None:
    store.put("key", body)
    other = DiskStore(tmp_path / "store", max_bytes=50_000_000)
    assert other.get("key") == body
    other.close()


def test_an_entry_ends_with_its_ttl(tmp_path: Path) -> None:
    clock = Clock()
    store = DiskStore(tmp_path / "store", max_bytes=1_000_000, clock=clock)
    store.put("key", SMALL, ttl_seconds=600)
    store.put("kept", SMALL)
    clock.now += 599
    assert store.get("key") == SMALL
    clock.now += 2
    assert store.get("key") is None
    assert store.get("kept") == SMALL
    assert store.faults == 0
    store.close()


@pytest.mark.parametrize("key", ["clé", "\ud800", "鍵"])
def test_a_key_beyond_ascii_is_a_miss_and_harms_nothing(store: DiskStore, key: str) -> None:
    store.put("key", SMALL)
    store.put(key, SMALL)
    assert store.get(key) is None
    assert store.get("key") == SMALL


def test_the_folder_stays_near_its_limit_and_the_newest_stay_in_it(tmp_path: Path) -> None:
    limit, puts = 4_000_000, 400
    store = DiskStore(tmp_path / "store", max_bytes=limit)
    for number in range(puts):
        store.put(f"{number}", body_of(f"{number}", 60_000))
    assert store.get(f"{puts - 1}") == body_of(f"{puts - 1}", 60_000)
    assert store.get("0") is None
    store.close()
    assert limit / 2 < used_bytes(tmp_path / "store") < limit * 1.1


def test_small_bodies_fill_the_folder_as_well(tmp_path: Path) -> None:
    """They lie in the index itself, which has to shrink when they go, or it would drive out everything."""
    store = DiskStore(tmp_path / "store", max_bytes=1_000_000)
    for number in range(1_000):
        store.put(f"{number}", body_of(f"{number}", 3_000))
    kept = [number for number in range(1_000) if store.get(f"{number}")]
    assert 200 <= len(kept) <= 330
    assert kept[-1] == 999
    store.close()


def test_a_body_over_half_of_the_limit_drives_nothing_out(tmp_path: Path) -> None:
    store = DiskStore(tmp_path / "store", max_bytes=1_000_000)
    store.put("key", LARGE)
    store.put("huge", bytes(600_000))
    assert store.get("huge") is None
    assert store.get("key") == LARGE
    store.close()


def test_a_closed_store_is_empty_and_takes_nothing(store: DiskStore) -> None:
    store.put("key", SMALL)
    store.close()
    store.put("other", SMALL)
    assert store.get("key") is None
    assert store.faults == 0
    store.close()


def test_a_released_thread_may_come_back(store: DiskStore) -> None:
    store.put("key", SMALL)
    store.release()
    assert store.get("key") == SMALL


def test_sweeping_removes_what_a_killed_writer_left(tmp_path: Path, store: DiskStore) -> None:
    store.put("key", LARGE)
    (named,) = (tmp_path / "store").rglob("*.val")
    orphan = named.with_name("0" * 32 + ".val")
    orphan.write_bytes(LARGE)
    os.utime(orphan, (1_000, 1_000))
    assert (store.sweep(), store.sweep()) == (1, 0)
    assert not orphan.exists()
    assert store.get("key") == LARGE


def test_threads_never_see_each_others_bodies(store: DiskStore) -> None:
    wrong: list[str] = []
    hits: list[str] = []

    def work(thread: int) -> None:
        for number in range(40):
            store.put(f"{thread}-{number}", body_of(f"{thread}-{number}", 10_000))
            for key in (f"{thread}-{number}", f"{(thread + 1) % 6}-{number}"):
                body = store.get(key)
                (hits if body == body_of(key, 10_000) else wrong if body is not None else []).append(key)
        store.release()

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []
    assert len(hits) >= 6 * 40
    assert store.faults == 0


def write_many(folder: Path, process: int) -> None:
    store = DiskStore(folder, max_bytes=50_000_000)
    for number in range(40):
        store.put(f"{process}-{number}", body_of(f"{process}-{number}", 20_000))
    store.close()


def test_processes_share_one_folder(tmp_path: Path, store: DiskStore) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=write_many, args=(tmp_path / "store", number)) for number in range(3)]
    for each in processes:
        each.start()
    for each in processes:
        each.join()
    assert [each.exitcode for each in processes] == [0, 0, 0]
    for process in range(3):
        for number in range(40):
            assert store.get(f"{process}-{number}") == body_of(f"{process}-{number}", 20_000)
