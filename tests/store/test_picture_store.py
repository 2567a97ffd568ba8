"""Memory before disk, and an event loop that never waits for a disk that is slow, hung or gone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import pytest

from server.images import Format, Picture
from server.report import Fallback, Reason, Report
from server.store.disk import DiskStore
from server.store.memory import MemoryStore
from server.store.tiers import PictureStore

PATIENCE = 30.0  # how long a test waits for what must come; none waits that long when it is right
FOR_EVER = 1e6


def picture(body: bytes = b"picture") -> Picture:
    return Picture(Format.PNG, 4, 3, body, Report(fallbacks=(Fallback("first_name", Reason.UNMERGED),)))


class FakeDisk:
    """A dictionary that hangs while `free` is not set, and counts what it is asked."""

    def __init__(self, *, hangs: bool = False) -> None:
        self.bodies: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.free, self.busy = threading.Event(), threading.Event()
        self.swept = self.released = self.closed = 0
        if not hangs:
            self.free.set()

    def _hang(self) -> None:
        self.busy.set()
        self.free.wait(PATIENCE)

    def get(self, key: str) -> bytes | None:
        self.asked.append(key)
        self._hang()
        return self.bodies.get(key)

    def put(self, key: str, body: bytes, ttl_seconds: float | None = None) -> None:
        self._hang()
        self.bodies[key] = body

    def put_all(self, entries: Iterable[tuple[str, bytes]]) -> None:
        for key, body in entries:
            self.put(key, body)

    def sweep(self) -> int:
        self.swept += 1
        return 0

    def release(self) -> None:
        self.released += 1

    def close(self) -> None:
        self.closed += 1


class FailingDisk(FakeDisk):
    def get(self, key: str) -> bytes | None:
        raise RuntimeError(key)

    def put(self, key: str, body: bytes, ttl_seconds: float | None = None) -> None:
        raise RuntimeError(key)


def store_on(disk: FakeDisk, *, memory_bytes: int = 10_000_000, wait: float = FOR_EVER) -> PictureStore:
    return PictureStore(MemoryStore(memory_bytes), disk, wait_seconds=wait, gather_seconds=0.0)


async def until(is_true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await is_true():  # noqa: ASYNC110 - what it waits for happens in a thread
            await asyncio.sleep(0.001)


def test_a_picture_comes_from_memory_first_and_from_disk_after_a_restart() -> None:
    async def story() -> None:
        disk = FakeDisk()
        store = store_on(disk)
        await store.put("key", picture())
        assert await store.get("key") == (picture(), "memory")
        await store.close()
        again = store_on(disk)
        assert await again.get("key") == (picture(), "disk")
        assert await again.get("key") == (picture(), "memory")
        assert disk.asked == ["key"]
        await again.close()

    asyncio.run(story())


def test_a_slow_disk_is_a_miss_that_fills_memory_behind_the_answer() -> None:
    async def story() -> None:
        disk = FakeDisk(hangs=True)
        disk.bodies["key"] = picture().to_bytes()
        store = store_on(disk, wait=0.01)
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0)

        ticking = asyncio.create_task(tick())
        assert await store.get("key") is None
        assert not disk.free.is_set(), "the disk had not answered"
        assert disk.busy.wait(PATIENCE), "but it was asked"
        assert ticks > 1, "the loop ran on meanwhile"
        ticking.cancel()
        disk.free.set()

        async def is_there() -> bool:
            return await store.get("key") == (picture(), "memory")

        await until(is_there)
        assert disk.asked == ["key"], "all that time it was read once"
        await store.close()

    asyncio.run(story())


def test_many_who_ask_for_one_picture_read_it_once() -> None:
    async def story() -> None:
        disk = FakeDisk()
        disk.bodies["key"] = picture().to_bytes()
        store = store_on(disk)
        answers = await asyncio.gather(*(store.get("key") for _ in range(50)))
        assert all(answer is not None and answer[0] == picture() for answer in answers)
        assert disk.asked == ["key"]
        await store.close()

    asyncio.run(story())


def test_one_who_gives_up_spoils_it_for_nobody() -> None:
    async def story() -> None:
        disk = FakeDisk(hangs=True)
        disk.bodies["key"] = picture().to_bytes()
        store = store_on(disk)
        impatient, patient = (asyncio.create_task(store.get("key")) for _ in range(2))
        await asyncio.sleep(0)
        impatient.cancel()
        disk.free.set()
        assert await patient == (picture(), "disk")
        await store.close()

    asyncio.run(story())


def test_a_hung_disk_takes_no_more_than_a_bounded_number_of_bytes() -> None:
    async def story() -> None:
        disk = FakeDisk(hangs=True)
        store = store_on(disk, memory_bytes=0)
        for number in range(100):
            await store.put(f"{number}", picture(bytes(1_000_000)))
        assert 60 < store.dropped < 100
        disk.free.set()
        await store.close(PATIENCE)
        assert len(disk.bodies) == 100 - store.dropped

    asyncio.run(story())


def test_a_hung_disk_refuses_gets_and_small_puts_beyond_a_bounded_number() -> None:
    async def story() -> None:
        disk = FakeDisk(hangs=True)
        store = store_on(disk, wait=0.0)
        for number in range(3_000):
            await store.put(f"{number}", picture(b"x"))
            assert await store.get(f"no {number}") is None
        assert store.dropped > 1_000
        disk.free.set()
        await store.close(PATIENCE)
        assert len(disk.asked) < 1_000

    asyncio.run(story())


def test_room_in_the_queue_comes_back_when_the_disk_does() -> None:
    async def story() -> None:
        disk = FakeDisk(hangs=True)
        store = store_on(disk)
        for number in range(100):
            await store.put(f"{number}", picture(bytes(1_000_000)))
        disk.free.set()
        dropped = store.dropped

        async def is_written() -> bool:
            await store.put("late", picture(bytes(30_000_000)))
            return "late" in disk.bodies

        await until(is_written)
        assert store.dropped >= dropped
        await store.close()

    asyncio.run(story())


def test_closing_writes_what_waits() -> None:
    async def story() -> None:
        disk = FakeDisk()
        store = store_on(disk)
        for number in range(200):
            await store.put(f"{number}", picture())
        await store.close(PATIENCE)
        assert len(disk.bodies) == 200
        assert (disk.swept, disk.released, disk.closed) == (1, 3, 1)
        await store.put("late", picture())
        assert await store.get("late") == (picture(), "memory")
        assert await store.get("other") is None
        assert "late" not in disk.bodies

    asyncio.run(story())


def test_closing_does_not_wait_for_a_hung_disk(caplog: pytest.LogCaptureFixture) -> None:
    disk = FakeDisk(hangs=True)
    before = set(threading.enumerate())

    async def story() -> None:
        store = store_on(disk, wait=0.0)
        await store.put("key", picture())
        assert await asyncio.to_thread(disk.busy.wait, PATIENCE)
        await store.put("other", picture())
        await store.get("no")
        await store.close(drain_seconds=0.01)
        assert not disk.free.is_set()
        assert disk.closed == 1
        assert store.hot("key") is not None
        assert store.hot("other") is not None, "memory has both"

    asyncio.run(story())
    writers = set(threading.enumerate()) - before
    disk.free.set()  # it answers after all, when the loop is gone
    for thread in writers:
        thread.join(PATIENCE)
    assert "other" not in disk.bodies
    assert caplog.records == [], "no thread looked for the loop"


def test_a_picture_can_be_had_from_the_moment_it_was_put(tmp_path: Path) -> None:
    async def story() -> None:
        disk = FakeDisk(hangs=True)
        store = store_on(disk, memory_bytes=0)
        for body in (b"waits", b"waits, and is another by now"):
            await store.put("key", picture(body))
            assert await store.get("key") == (picture(body), "memory")
        assert await asyncio.to_thread(disk.busy.wait, PATIENCE)
        assert store.hot("key") == picture(b"waits, and is another by now"), "it is being written"
        await store.put("key", picture(b"newer"))
        assert store.hot("key") == picture(b"newer")
        disk.free.set()
        await store.close(PATIENCE)
        assert store.hot("key") is None
        assert Picture.from_bytes(disk.bodies["key"]) == picture(b"newer")

    asyncio.run(story())


def test_what_is_put_while_the_disk_is_asked_is_found() -> None:
    class LooksFirst(FakeDisk):
        def get(self, key: str) -> bytes | None:
            found = self.bodies.get(key)
            self._hang()
            return found

    async def story() -> None:
        disk = LooksFirst(hangs=True)
        store = store_on(disk)
        asking = asyncio.create_task(store.get("key"))
        await asyncio.sleep(0)
        assert await asyncio.to_thread(disk.busy.wait, PATIENCE)
        await store.put("key", picture())
        disk.free.set()
        assert await asking == (picture(), "memory")
        await store.close(PATIENCE)

    asyncio.run(story())


def test_pictures_that_come_close_together_are_written_together() -> None:
    class CountingDisk(FakeDisk):
        times = 0

        def put_all(self, entries: Iterable[tuple[str, bytes]]) -> None:
            self.times += 1
            super().put_all(entries)

    async def story() -> None:
        disk = CountingDisk()
        store = PictureStore(MemoryStore(0), disk, gather_seconds=PATIENCE)
        for number in range(20):
            await store.put(f"{number}", picture())
        await store.close(PATIENCE)  # which does not let them wait
        assert disk.times == 1
        assert len(disk.bodies) == 20

    asyncio.run(story())


def test_a_disk_that_raises_is_a_miss() -> None:
    async def story() -> None:
        store = store_on(FailingDisk(), memory_bytes=0)
        await store.put("key", picture())

        async def is_gone() -> bool:
            return await store.get("key") is None

        await until(is_gone)
        assert not store.marked("key")
        await store.close()

    asyncio.run(story())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0\0\0\2{}",
        b"\0\0\0\2[]",
        b"\xff\xff\xff\xff",
        b"\0\0\0\4null",
        b"GIF89a",
        picture().to_bytes()[:40],
        picture().to_bytes().replace(b"png", b"bmp"),
        picture().to_bytes().replace(b"unmerged", b"whatever"),
        picture().to_bytes().replace(b'"slots":[]', b'"slots":42'),
    ],
)
def test_what_is_no_picture_is_a_miss(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        disk = FakeDisk()
        disk.bodies["key"] = body
        store = store_on(disk)
        assert await store.get("key") is None
        await store.close()

    asyncio.run(story())
    assert caplog.records == []


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_mark_is_seen_here_at_once_and_ends_in_time() -> None:
    async def story() -> None:
        clock = Clock()
        store = PictureStore(MemoryStore(0), FakeDisk(hangs=True), wait_seconds=0.0, clock=clock)
        await store.mark("key", 600)
        assert store.marked("key")
        assert not store.marked("other")
        clock.now += 599
        assert store.marked("key")
        clock.now += 1
        assert not store.marked("key")
        await store.close(drain_seconds=0.0)

    asyncio.run(story())


def test_a_mark_reaches_the_other_processes_and_ends_there_too(tmp_path: Path) -> None:
    async def story() -> None:
        clock = Clock()
        disks = (DiskStore(tmp_path, max_bytes=1_000_000, clock=clock) for _ in range(2))
        here, there = (PictureStore(MemoryStore(0), it, wait_seconds=PATIENCE, clock=clock) for it in disks)
        assert await there.get("key") is None
        assert not there.marked("key")
        await here.mark("key", 600)

        async def is_marked() -> bool:
            assert await there.get("key") is None, "a mark is no picture"
            return there.marked("key")

        await until(is_marked)
        clock.now += 601
        assert not there.marked("key")
        await here.close()
        await there.close()

    asyncio.run(story())


def test_a_mark_that_is_no_moment_is_none() -> None:
    async def story() -> None:
        for body in (b"", b"soon", b"-1", b"9" * 5_000, picture().to_bytes()):
            disk = FakeDisk()
            disk.bodies["mark:key"] = body
            store = store_on(disk)
            assert await store.get("key") is None
            assert not store.marked("key")
            await store.close()

    asyncio.run(story())
