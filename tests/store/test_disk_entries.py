"""A damaged entry is a miss: never an error, never other bytes, and as good as new after the next put."""

from __future__ import annotations

import contextlib
import os
import pickle
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.store.disk import DiskStore

BODIES = {"first": bytes(range(256)) * 100, "second": bytes(reversed(range(256))) * 100}


class Payload:
    """Makes a folder when it is unpickled: harmless, and visible."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.proof),)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DiskStore]:
    opened = DiskStore(tmp_path / "store", max_bytes=50_000_000)
    for key, body in BODIES.items():
        opened.put(key, body)
    yield opened
    opened.close()


def sql(folder: Path, statement: str, *values: object) -> list[Any]:
    with contextlib.closing(sqlite3.connect(folder / "store" / "pictures" / "cache.db")) as connection:
        rows = connection.execute(statement, values).fetchall()
        connection.commit()
        return rows


def file_of(folder: Path, key: str) -> Path:
    ((name,),) = sql(folder, "SELECT filename FROM Cache WHERE key = ?", key)
    return folder / "store" / "pictures" / str(name)


def flip(place: float) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        at = round(place * (len(data) - 1))
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: data[:1000], id="truncated"),
        pytest.param(lambda data: data[:-1], id="one byte short"),
        pytest.param(lambda data: data[:53], id="header only"),
        pytest.param(lambda _: b"", id="emptied"),
        pytest.param(lambda data: bytes(len(data)), id="zeroed"),
        pytest.param(lambda data: data[:4096] + bytes(len(data) - 4096), id="zeroed after the first block"),
        pytest.param(lambda data: data + b"\0", id="one byte longer"),
        *(pytest.param(flip(place), id=f"bit flipped at {place}") for place in (0, 0.0005, 0.002, 0.1, 0.5, 1)),
    ],
)
def test_a_damaged_file_is_a_miss(tmp_path: Path, store: DiskStore, change: Callable[[bytes], bytes]) -> None:
    path = file_of(tmp_path, "first")
    path.write_bytes(change(path.read_bytes()))
    assert store.get("first") is None
    assert store.get("second") == BODIES["second"]
    store.put("first", BODIES["first"])
    assert store.get("first") == BODIES["first"]
    assert store.faults == 0


def test_a_removed_file_is_a_miss(tmp_path: Path, store: DiskStore) -> None:
    file_of(tmp_path, "first").unlink()
    assert store.get("first") is None


def test_two_swapped_files_are_two_misses(tmp_path: Path, store: DiskStore) -> None:
    first, second = file_of(tmp_path, "first"), file_of(tmp_path, "second")
    first_data, second_data = first.read_bytes(), second.read_bytes()
    first.write_bytes(second_data)
    second.write_bytes(first_data)
    assert (store.get("first"), store.get("second")) == (None, None)


@pytest.mark.parametrize("size", [100, 20_000])
def test_two_swapped_rows_are_two_misses(tmp_path: Path, store: DiskStore, size: int) -> None:
    store.put("a", b"a" * size)
    store.put("b", b"b" * size)
    for old, new in (("a", "c"), ("b", "a"), ("c", "b")):
        sql(tmp_path, "UPDATE Cache SET key = ? WHERE key = ?", new, old)
    assert (store.get("a"), store.get("b")) == (None, None)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("value", "text"),
        ("value", 7),
        ("mode", 1),
        ("mode", 3),
        ("mode", "x"),
        ("filename", "no/such"),
        ("expire_time", "never"),
        ("expire_time", 1.0),
        ("raw", 0),
    ],
)
def test_a_row_that_makes_no_sense_is_a_miss(
    tmp_path: Path,
    store: DiskStore,
    column: str,
    value: object,
) -> None:
    store.put("small", b"x")
    sql(tmp_path, f"UPDATE Cache SET {column} = ?", value)
    assert store.get("first") in {None, BODIES["first"]}
    assert store.get("small") in {None, b"x"}
    store.put("first", BODIES["first"])
    assert store.get("first") == BODIES["first"]


def test_a_pickled_row_never_runs_and_the_next_put_replaces_it(tmp_path: Path, store: DiskStore) -> None:
    proof = tmp_path / "proof"
    sql(tmp_path, "UPDATE Cache SET mode = 4, filename = NULL, value = ?", pickle.dumps(Payload(proof)))
    assert store.get("first") is None
    store.put("first", BODIES["first"])
    assert store.get("first") == BODIES["first"]
    assert not proof.exists()
