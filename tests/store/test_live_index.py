"""The live index is the one that lies in the folder, whoever put it there, and nobody's old transaction blocks it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.store.live_index import LiveIndex, Opened


def make(folder: Path) -> LiveIndex:
    return LiveIndex(folder, max_bytes=10_000_000, lock_seconds=0.1, rest_seconds=0.0)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveIndex]:
    made = make(tmp_path)
    yield made
    made.release()


def current(live: LiveIndex) -> Opened:
    opened = live.current()
    assert opened is not None
    return opened


def test_the_index_stays_open_from_use_to_use(live: LiveIndex) -> None:
    assert current(live) is current(live)


def test_damage_sets_the_index_aside(live: LiveIndex, tmp_path: Path) -> None:
    old = current(live)
    live.give_up(ValueError(), old)
    assert len(list(tmp_path.glob("damaged-*"))) == 1
    assert current(live).file != old.file


@pytest.mark.parametrize("error", [OSError(28, "full"), sqlite3.OperationalError("locked"), MemoryError()])
def test_trouble_that_passes_sets_nothing_aside(live: LiveIndex, tmp_path: Path, error: Exception) -> None:
    old = current(live)
    live.give_up(error, old)
    assert current(live) is old
    assert not list(tmp_path.glob("damaged-*"))


def test_an_index_that_was_replaced_meanwhile_is_not_set_aside(live: LiveIndex, tmp_path: Path) -> None:
    old, other = current(live), make(tmp_path)
    other.give_up(ValueError(), current(other))
    new = current(other)
    live.give_up(ValueError(), old)  # it failed on the old index, and learns of it only now
    assert current(other) is new
    assert current(live).file == new.file
    other.release()


def test_a_transaction_that_did_not_end_is_ended(live: LiveIndex, tmp_path: Path) -> None:
    opened, other = current(live), make(tmp_path)
    opened.index._cache._sql("BEGIN IMMEDIATE")  # what diskcache leaves behind when its COMMIT fails
    live.give_up(OSError(28, "full"), opened)
    current(other).index.write("key", b"x", None)
    assert current(live).index.read("key") == b"x"
    other.release()
