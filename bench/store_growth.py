"""How a read and a write of the disk store grow with the number of pictures that are kept."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.results import Section
from server.store.disk import DiskStore
from server.store.index import INDEX_FILE

SIZES, QUICK_SIZES = (1, 10_000, 1_000_000), (1, 10_000)  # of the sizes, the last takes ten seconds to fill
PICTURE_BYTES = 58_000  # a card; larger than what the index keeps itself, as nearly all pictures are
MEASURED = 200
NO_LIMIT = 1 << 50


def measure(folder: Path, *, sizes: tuple[int, ...], say: Callable[[str], None]) -> Section:
    rows = []
    for size in sizes:
        say(f"store: {size:,} pictures")
        rows.append([f"{size:,}", *_times(folder / str(size), size)])
    text = (
        f"A picture of {PICTURE_BYTES // 1000} KB, read and written in this thread, files in the system's cache. All "
        f"but {MEASURED} of the pictures are rows of the index alone, which is what a search has to get past."
    )
    return Section("With more pictures kept on disk", text, ("pictures", "read, ms", "write, ms", "a miss, ms"), rows)


def _times(folder: Path, size: int) -> list[str]:
    store = DiskStore(folder, max_bytes=NO_LIMIT)
    try:
        store.put("seed", b"seed")
        fill(folder / "pictures" / INDEX_FILE, size - 1)
        keys = [_key(number) for number in range(MEASURED)]
        body = bytes(PICTURE_BYTES)
        write = _median_ms(lambda key: store.put(key, body), keys)
        read = _median_ms(lambda key: _expect(store.get(key), body), keys)
        miss = _median_ms(lambda key: _expect(store.get(key), None), [_key(-number) for number in range(1, MEASURED)])
        return [write_out(read), write_out(write), write_out(miss)]
    finally:
        store.close()


def fill(index: Path, count: int) -> None:
    """Adds `count` copies of a row under other keys. Through the store itself a million would take minutes."""
    with contextlib.closing(sqlite3.connect(index)) as connection, connection:
        found = [name for _, name, *_ in connection.execute("PRAGMA table_info(Cache)")]
        copied = ", ".join(name for name in found if name not in ("rowid", "key"))
        connection.execute(
            "WITH RECURSIVE numbers(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)"
            f" INSERT INTO Cache (key, {copied}) SELECT lower(hex(randomblob(32))), {copied}"
            f" FROM numbers, (SELECT {copied} FROM Cache LIMIT 1) WHERE :count > 0",
            {"count": count},
        )


def write_out(ms: float) -> str:
    return f"{ms:.2f}"


def _expect(found: bytes | None, body: bytes | None) -> None:
    if found != body:
        raise ValueError("the store gave another picture than was put")


def _median_ms(work: Callable[[str], None], keys: list[str]) -> float:
    times = []
    for key in keys:
        began = perf_counter()
        work(key)
        times.append(perf_counter() - began)
    return median(times) * 1000


def _key(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()
