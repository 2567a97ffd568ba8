"""What every tier promises, said once and tried on each: what was put comes back as it was, or not at all."""

from __future__ import annotations

import asyncio
import struct
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.images import Format, Picture
from server.report import Fallback, Reason, Report, SlotReport
from server.store.disk import DiskStore
from server.store.memory import MemoryStore
from server.store.tiers import PictureStore

PATIENCE = 30.0
MAX_BYTES = 3_000_000
SIZES = (0, 1, 5_000, 60_000, 700_000)  # in the index, around a usual picture, large
EVERYTHING_REPORTED = Report(
    fallbacks=(Fallback("first_name", Reason.UNMERGED), Fallback("logo_url", Reason.NOT_FETCHED)),
    slots=(SlotReport("headline", 48.0, 31.5, 2, 1, truncated=True, missing=("HEBREW LETTER ALEF",)),),
    stage_ms=(("paint", 1.25),),
)


def picture(size: int, *, letter: bytes = b"x", report: Report = Report()) -> Picture:  # noqa: B008 - it is frozen
    return Picture(Format.WEBP, 1200, 630, letter * size, report)


class Tier(ABC):
    """One tier, asked in one way."""

    @abstractmethod
    def get(self, key: str) -> Picture | None: ...

    @abstractmethod
    def put(self, key: str, picture: Picture) -> None: ...

    def close(self) -> None:
        return


class Memory(Tier):
    def __init__(self, _: Path) -> None:
        self.store = MemoryStore(MAX_BYTES)

    def get(self, key: str) -> Picture | None:
        return self.store.get(key)

    def put(self, key: str, picture: Picture) -> None:
        self.store.put(key, picture)


class Disk(Tier):
    def __init__(self, folder: Path) -> None:
        self.store = DiskStore(folder, max_bytes=MAX_BYTES)

    def get(self, key: str) -> Picture | None:
        body = self.store.get(key)
        return None if body is None else Picture.from_bytes(body)

    def put(self, key: str, picture: Picture) -> None:
        self.store.put(key, picture.to_bytes())

    def close(self) -> None:
        self.store.close()


class Both(Tier):
    memory_bytes = MAX_BYTES

    def __init__(self, folder: Path) -> None:
        self.loop = asyncio.Runner()
        self.store = self.loop.run(self._made(folder))

    async def _made(self, folder: Path) -> PictureStore:
        disk = DiskStore(folder, max_bytes=MAX_BYTES)
        return PictureStore(MemoryStore(self.memory_bytes), disk, wait_seconds=PATIENCE, gather_seconds=0.0)

    def get(self, key: str) -> Picture | None:
        found = self.loop.run(self.store.get(key))
        return found[0] if found else None

    def put(self, key: str, picture: Picture) -> None:
        self.loop.run(self._put(key, picture))

    async def _put(self, key: str, picture: Picture) -> None:
        await self.store.put(key, picture)
        written = threading.Event()
        self.store._behind.call(written.set)  # there is one writer, so it is the last in line
        assert await asyncio.to_thread(written.wait, PATIENCE)

    def close(self) -> None:
        self.loop.run(self.store.close(PATIENCE))
        self.loop.close()


class BothWithoutMemory(Both):
    """Every read goes through threads to the disk."""

    memory_bytes = 0


@pytest.fixture(params=[Memory, Disk, Both, BothWithoutMemory])
def tier(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tier]:
    made: Tier = request.param(tmp_path / "store")
    yield made
    made.close()


def test_an_unknown_key_is_a_miss(tier: Tier) -> None:
    assert tier.get("unknown") is None


@pytest.mark.parametrize("size", SIZES)
def test_a_picture_comes_back_as_it_was(tier: Tier, size: int) -> None:
    tier.put("key", picture(size, report=EVERYTHING_REPORTED))
    assert tier.get("key") == picture(size, report=EVERYTHING_REPORTED)
    assert tier.get("key") == picture(size, report=EVERYTHING_REPORTED), "also the second time"


def test_the_last_put_counts(tier: Tier) -> None:
    for size in (60_000, 10, 60_001):
        tier.put("key", picture(size))
        assert tier.get("key") == picture(size)


def test_keys_that_look_alike_are_not_mixed_up(tier: Tier) -> None:
    keys = ["a", "A", "a ", " a", "a\0", "", "ab", "1", "01", "mark:a"]
    for number, key in enumerate(keys):
        tier.put(key, picture(number))
    assert [len(found.body) for key in keys if (found := tier.get(key))] == list(range(len(keys)))


def test_a_picture_that_does_not_fit_is_a_miss_and_harms_no_other(tier: Tier) -> None:
    tier.put("key", picture(1_000))
    tier.put("huge", picture(2 * MAX_BYTES))
    assert tier.get("huge") is None
    assert tier.get("key") == picture(1_000)


def test_more_than_fits_drives_out_the_first(tier: Tier) -> None:
    for number in range(200):
        tier.put(f"{number}", picture(60_000))
    kept = [number for number in range(200) if tier.get(f"{number}")]
    assert kept, "something is kept"
    assert kept == list(range(200 - len(kept), 200)), "and that is the last that was put"
    assert len(kept) * 60_000 <= MAX_BYTES * 1.1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(puts=st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 2**32 - 1)), max_size=12))
def test_any_order_of_puts_gives_the_last_put_of_each_key(tier: Tier, puts: list[tuple[str, int]]) -> None:
    for key, number in puts:
        tier.put(key, picture(3_000, letter=struct.pack(">I", number)))
    for key, number in dict(puts).items():
        assert tier.get(key) == picture(3_000, letter=struct.pack(">I", number))
