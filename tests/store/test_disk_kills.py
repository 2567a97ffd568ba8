"""Writers that are killed at any moment leave no wrong byte and no broken index; their files are swept."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

from server.store.disk import DiskStore

ROUNDS, WRITERS, KEYS = 20, 2, 100
LIMIT_BYTES = 3_000_000

WRITER = """
import random, sys
from pathlib import Path
from server.store.disk import DiskStore
folder, limit, seed, keys = Path(sys.argv[1]), *map(int, sys.argv[2:])
store, numbers = DiskStore(folder, max_bytes=limit), random.Random(seed)
for turn in range(1_000_000):
    number = numbers.randrange(keys)
    store.put(str(number), f"{number}.".encode() * (200 * number + turn % 2))
    if turn == 0:
        print("ready", flush=True)
"""


def start_writer(folder: Path, seed: int) -> subprocess.Popen[bytes]:
    arguments = [str(folder), str(LIMIT_BYTES), str(seed), str(KEYS)]
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, *arguments],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"ready\n"
    return writer


def is_right(number: int, body: bytes) -> bool:
    """A writer's bodies of one key come in two lengths, so a mixture of two writes would show."""
    unit = f"{number}.".encode()
    return body in {unit * (200 * number), unit * (200 * number + 1)}


def hits(store: DiskStore) -> int:
    found = {number: store.get(f"{number}") for number in range(KEYS)}
    assert all(body is None or is_right(number, body) for number, body in found.items())
    return sum(body is not None for body in found.values())


def test_killed_writers_leave_no_wrong_byte(tmp_path: Path) -> None:
    moments = random.Random(20)
    store = DiskStore(tmp_path / "store", max_bytes=LIMIT_BYTES)
    found = 0
    for turn in range(ROUNDS):
        writers = [start_writer(tmp_path / "store", seed) for seed in range(turn, turn + WRITERS)]
        for _ in range(moments.randrange(1, 200)):  # how long the writers live, counted in reads
            store.get(f"{moments.randrange(KEYS)}")
        for writer in writers:
            writer.kill()
            writer.communicate()
        found += hits(store)
    assert found > ROUNDS, "or nothing was put to the test"
    assert not list(tmp_path.rglob("damaged-*")), "a kill is no damage"
    store.put("after", b"all is well")
    assert store.get("after") == b"all is well"
    assert store.faults == 0
    store.close()


def test_files_of_killed_writers_are_swept_and_no_others(tmp_path: Path) -> None:
    store = DiskStore(tmp_path / "store", max_bytes=LIMIT_BYTES)
    for seed in range(4):
        writer = start_writer(tmp_path / "store", seed)
        writer.kill()
        writer.communicate()
    before = hits(store)
    for path in tmp_path.rglob("*.val"):
        os.utime(path, (1_000, 1_000))
    store.sweep()
    assert hits(store) == before
    assert len(list(tmp_path.rglob("*.val"))) <= before
    store.close()
