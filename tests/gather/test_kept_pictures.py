"""What is kept of a picture: for how long, how it is asked for anew, and that a broken store is only a miss."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from server.gather.entries import Entry
from server.gather.gather import Limits
from server.gather.lifetimes import Validators
from server.gather.shelf import Shelf
from server.report import Reason
from tests.gather.villain import answer, jpeg, png, redirects, says
from tests.gather.world import PATIENCE, Clock, is_whole, world

NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=7200\r\n\r\n"
DAY = 86400.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("X-None: 1", 3600),
        ("Cache-Control: max-age=7200", 7200),
        ("Cache-Control: no-store", 300),
        ("Cache-Control: max-age=0", 300),
        ("Cache-Control: public, max-age=31536000, immutable", 86400),
    ],
)
def test_a_picture_is_asked_for_again_when_its_time_is_over(header: str, seconds: int, tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path) as at:
            at.villain.good, at.villain.is_good = answer(png(), header), True
            await at.get("a")
            at.clock.time += seconds - 1
            await at.get("a")
            assert at.villain.asked["a"] == 1
            at.clock.time += 2
            await at.get("a")
            assert at.villain.asked["a"] == 2

    asyncio.run(story())


def test_a_host_is_asked_only_whether_its_picture_changed(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path) as at:
            tags = ('ETag: W/"v1"', "Last-Modified: Tue, 01 Sep 2026 10:00:00 GMT")
            at.villain.good, at.villain.is_good = answer(png(), *tags), True
            first = await at.get("a")
            at.villain.good = NOT_MODIFIED
            for _ in range(2):  # the second time with what was remembered through a 304
                at.clock.time += 7201
                assert await at.get("a") == first
                assert 'If-None-Match: W/"v1"\r\n' in at.villain.seen[-1]
                assert "If-Modified-Since: Tue, 01 Sep 2026 10:00:00 GMT\r\n" in at.villain.seen[-1]
            at.clock.time += 7199
            await at.get("a")
            assert at.villain.asked["a"] == 3
            at.clock.time += 2
            at.villain.good = answer(jpeg())
            changed = await at.get("a")
            assert is_whole(changed)
            assert changed.digest != first.digest
            assert len(at.normalise.bodies) == 2

    asyncio.run(story())


def test_validators_are_sent_only_to_where_they_came_from(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path) as at:
            at.villain.behaviours["a"] = redirects("/b")
            at.villain.behaviours["b"] = says(answer(png(), 'ETag: "b"'))
            await at.get("a")
            at.clock.time += 2 * DAY
            await at.get("a")
            heads = [(head.split()[1], "If-None-Match" in head) for head in at.villain.seen]
            assert heads == [("/a", False), ("/b", False), ("/a", False), ("/b", True)]

    asyncio.run(story())


def test_the_same_bytes_are_not_normalised_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path) as at:
            first = await at.get("good")
            at.clock.time += 2 * DAY
            assert await at.get("good") == first
            assert (at.villain.asked["good"], len(at.normalise.bodies)) == (2, 1)

    asyncio.run(story())


def test_a_slow_host_costs_only_a_moment_where_an_old_picture_is_on_hand(tmp_path: Path) -> None:
    limits = Limits(patience_seconds=0.05)

    async def story() -> None:
        async with world(tmp_path, limits=limits) as at:
            at.villain.is_good = True
            first = await at.get("waits")
            at.villain.is_good, at.villain.good = False, answer(jpeg())
            at.clock.time += 2 * DAY
            old = await at.get("waits", seconds=1e9)  # it would wait for ever otherwise
            assert (old.digest, old.body, old.reason, old.is_settled) == (first.digest, first.body, None, False)
            at.villain.may_answer.set()
            await asyncio.wait(at.gatherer._working.values())
            new = await at.get("waits")
            assert is_whole(new)
            assert (new.is_settled, new.digest == first.digest) == (True, False)

    asyncio.run(story())


def test_an_old_picture_stands_in_for_a_week_and_no_longer(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path) as at:
            at.villain.is_good = True
            await at.get("error-500")
            at.villain.is_good = False
            at.clock.time += 3600 + 7 * DAY - 60
            assert is_whole(await at.get("error-500"))
            at.clock.time += 61
            assert (await at.get("error-500")).reason is Reason.BAD_STATUS

    asyncio.run(story())


def test_a_restart_finds_pictures_on_the_disk(tmp_path: Path) -> None:
    clock = Clock()

    async def story() -> None:
        async with world(tmp_path, clock=clock) as at:
            at.villain.is_good = True
            url = at.villain.url("error-500")
            first = await at.get_url(url)
            await at.gatherer.close()
            async with world(tmp_path, clock=clock, ports=frozenset({at.villain.port})) as later:
                assert await later.get_url(url) == first
                assert at.villain.asked["error-500"] == 1
                at.villain.is_good = False
                clock.time += 2 * DAY
                old = await later.get_url(url)
                assert (old.digest, old.is_settled) == (first.digest, False)

    asyncio.run(story())


def test_no_url_lies_on_the_disk(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path) as at:
            await at.get("good?person=canary")

    asyncio.run(story())
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"canary" in path.read_bytes() or b"127.0.0.77" in path.read_bytes()]


class OddDisk:
    """Gives back what the test says, and keeps nothing."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self.answers = answers

    def get(self, key: str) -> bytes | None:
        return self.answers.get(key)

    def put(self, key: str, body: bytes, ttl_seconds: float | None = None) -> None:
        raise RuntimeError("a put must not matter")

    def sweep(self) -> int:
        return 0

    def release(self) -> None: ...
    def close(self) -> None: ...


ENTRY = Entry("a" * 64, "b" * 64, 1e12, Validators())


@pytest.mark.parametrize(
    "kept",
    [b"", b"{}", b"null", b"[" * 100_000, b"\xff", ENTRY.to_bytes(), ENTRY.to_bytes().replace(b"a" * 64, b"../../x")],
)
def test_a_damaged_entry_or_another_picture_under_its_name_is_a_miss(kept: bytes) -> None:
    async def story() -> None:
        shelf = Shelf(
            OddDisk({"url:k": kept, f"picture:{'a' * 64}": b"another"}),
            max_bytes=100,
            wait_seconds=PATIENCE,
            kept_seconds=9,
        )
        assert await shelf.get("k") is None
        shelf.put("k", ENTRY, b"body")
        assert shelf.hot("k") == (ENTRY, b"body")
        await shelf.close()

    asyncio.run(story())


def test_memory_keeps_to_its_bound_and_forgets_what_was_unused_the_longest() -> None:
    async def story() -> None:
        shelf = Shelf(OddDisk({}), max_bytes=100, wait_seconds=PATIENCE, kept_seconds=9)
        for number in range(10):
            shelf.put(str(number), Entry(str(number) * 64, "b" * 64, 0, Validators()), bytes(30))
            shelf.hot("0")
        assert [number for number in range(10) if shelf.hot(str(number))] == [0, 8, 9]
        shelf.put("big", ENTRY, bytes(101))
        assert shelf.hot("big") is None
        assert shelf.hot("0") is not None
        await shelf.close()

    asyncio.run(story())


def test_a_disk_that_cannot_be_used_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    async def story() -> None:
        async with world(tmp_path / "file") as at:
            first = await at.get("good")
            assert is_whole(first)
            assert await at.get("good") == first

    asyncio.run(story())


def test_a_clock_that_was_wrong_keeps_nothing_fresh_for_ever(tmp_path: Path) -> None:
    clock = Clock(4e9)

    async def story() -> None:
        async with world(tmp_path, clock=clock) as at:
            await at.get("good")
            clock.time = 1.8e9
            assert is_whole(await at.get("good"))
            assert at.villain.asked["good"] == 2

    asyncio.run(story())


def test_an_entry_is_read_as_it_was_written() -> None:
    entry = Entry("0" * 64, "f" * 64, 12.5, Validators('"x"', "now", "c" * 64))
    assert Entry.from_bytes(entry.to_bytes()) == entry
