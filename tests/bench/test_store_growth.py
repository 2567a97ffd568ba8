from __future__ import annotations

from pathlib import Path

from bench.store_growth import NO_LIMIT, fill
from server.store.disk import DiskStore
from server.store.index import INDEX_FILE


def test_filled_rows_are_counted_by_the_store_and_leave_its_pictures_alone(tmp_path: Path) -> None:
    store = DiskStore(tmp_path, max_bytes=NO_LIMIT)
    store.put("seed", b"seed")
    fill(tmp_path / "pictures" / INDEX_FILE, 50)
    fill(tmp_path / "pictures" / INDEX_FILE, 0)
    store.put("another", b"one")
    opened = store._live.current()
    assert opened is not None
    assert len(opened.index._cache) == 52
    assert (store.get("seed"), store.get("another"), store.get("none"), store.faults) == (b"seed", b"one", None, 0)
    store.close()
