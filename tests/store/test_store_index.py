"""The index takes str and bytes only, runs no pickle, and touches no file but its own."""

from __future__ import annotations

import contextlib
import os
import pickle
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import diskcache
import pytest
from diskcache.core import MODE_BINARY, MODE_PICKLE, MODE_TEXT

from server.store.index import INDEX_FILE, Index, remove_orphans

SMALL, LARGE = b"a picture", bytes(range(256)) * 100  # one lies in the index, one in a file of its own


class Payload:
    """Makes a folder when it is unpickled: harmless, and visible."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.proof),)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "index").mkdir()
    return tmp_path / "index"


@pytest.fixture
def index(folder: Path) -> Iterator[Index]:
    with contextlib.closing(Index(folder, max_bytes=10_000_000, lock_seconds=1.0)) as opened:
        yield opened


def change_rows(folder: Path, sql: str, *values: object) -> None:
    with contextlib.closing(sqlite3.connect(folder / INDEX_FILE)) as connection:
        connection.execute(sql, values)
        connection.commit()


@pytest.mark.parametrize("value", [SMALL, LARGE, b""])
def test_what_was_written_is_read(index: Index, value: bytes) -> None:
    index.write("key", value, None)
    assert index.read("key") == value


@pytest.mark.parametrize("value", ["text", 7, 1.5, None, [b"list"], memoryview(b"view"), bytearray(b"array")])
def test_nothing_but_bytes_is_stored(index: Index, value: Any) -> None:
    with pytest.raises(TypeError):
        index.write("key", value, None)
    assert index.read("key") is None


@pytest.mark.parametrize("key", [b"bytes", 7, ("tuple",), None])
def test_nothing_but_str_is_a_key(index: Index, key: Any) -> None:
    with pytest.raises(TypeError):
        index.write(key, SMALL, None)
    with pytest.raises(TypeError):
        index.read(key)


@pytest.mark.parametrize("value", [SMALL, LARGE])
def test_a_pickled_row_is_a_miss_and_never_runs(
    index: Index,
    folder: Path,
    tmp_path: Path,
    value: bytes,
) -> None:
    proof = tmp_path / "proof"
    index.write("key", value, None)
    poison = pickle.dumps(Payload(proof))
    change_rows(folder, "UPDATE Cache SET mode = ?, filename = NULL, value = ?", MODE_PICKLE, poison)
    assert index.read("key") in {None, b""}
    assert not proof.exists()


def test_a_pickled_file_is_a_miss_and_never_runs(index: Index, folder: Path, tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    index.write("key", LARGE, None)
    (file,) = folder.glob("??/*.val")
    file.write_bytes(pickle.dumps(Payload(proof)))
    change_rows(folder, "UPDATE Cache SET mode = ?", MODE_PICKLE)
    assert index.read("key") in {None, b""}
    assert not proof.exists()


def test_the_payload_of_these_tests_does_run_in_stock_diskcache(folder: Path, tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    with diskcache.Cache(str(folder)) as cache:  # type: ignore[no-untyped-call]  # diskcache has no types
        cache["key"] = b"x"
        change_rows(folder, "UPDATE Cache SET mode = ?, value = ?", MODE_PICKLE, pickle.dumps(Payload(proof)))
        cache.get("key")
    assert proof.exists(), "or the tests above prove nothing"


@pytest.mark.parametrize("mode", [MODE_BINARY, MODE_TEXT, MODE_PICKLE, 0, 99, "text", None])
@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "ab/../../secret", "ab/" + "0" * 32, None, 7])
def test_a_row_that_names_a_foreign_file_neither_reads_nor_removes_it(
    index: Index,
    folder: Path,
    tmp_path: Path,
    name: object,
    mode: object,
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    index.write("key", LARGE, None)
    change_rows(folder, "UPDATE Cache SET mode = ?, filename = ?, value = NULL", mode, name)
    assert index.read("key") in {None, b""}
    index.write("key", SMALL, None)  # replaces the row, and with it removes the file it names
    assert secret.read_text() == "secret"
    assert index.read("key") == SMALL


def test_an_index_full_of_foreign_settings_obeys_ours(folder: Path) -> None:
    first = Index(folder, max_bytes=10_000_000, lock_seconds=1.0)
    first.close()
    for name, value in (("cull_limit", 0), ("size_limit", 10**15), ("disk_min_file_size", 10**9)):
        change_rows(folder, "UPDATE Settings SET value = ? WHERE key = ?", value, name)
    with contextlib.closing(Index(folder, max_bytes=200_000, lock_seconds=1.0)) as index:
        for number in range(40):
            index.write(f"{number}", LARGE, None)
        kept = [path.stat().st_size for path in folder.glob("??/*.val")]
    assert 0 < sum(kept) < 400_000


def test_a_value_whose_row_cannot_be_written_leaves_no_file(index: Index, folder: Path) -> None:
    index.write("key", LARGE, None)
    change_rows(folder, "CREATE TRIGGER refuse BEFORE INSERT ON Cache BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(sqlite3.Error):
        index.write("other", LARGE, None)
    assert len(list(folder.glob("??/*.val"))) == 1


def test_orphans_go_when_they_are_old_and_all_others_stay(index: Index, folder: Path) -> None:
    index.write("key", LARGE, None)
    (named,) = folder.glob("??/*.val")
    old, young = named.with_name("0" * 32 + ".val"), named.with_name("1" * 32 + ".val")
    for path in (old, young):
        path.write_bytes(LARGE)
    for path in (old, named):
        os.utime(path, (1_000, 1_000))
    assert remove_orphans(folder, written_before=2_000) == 1
    assert set(folder.glob("??/*.val")) == {named, young}
    assert index.read("key") == LARGE
