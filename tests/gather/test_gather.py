"""Every param gets an answer in the time there is, and what is late is there for the next request."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from server.errors import NoWorker, TimedOut, WorkerDied
from server.gather.fetch import FetchLimits
from server.gather.gather import Limits
from server.gather.slots import SlotLimits
from server.gather.wanted import Gathered, Wanted
from server.report import Reason
from tests.gather.villain import answer, png
from tests.gather.world import PATIENCE, World, is_whole, world

LATE = Gathered(None, None, Reason.TIMEOUT, is_settled=False)
SLOW = Limits(fetch=FetchLimits(total_seconds=PATIENCE))


async def until_fetched(at: World) -> None:
    await asyncio.wait(at.gatherer._working.values(), timeout=PATIENCE)
    await asyncio.sleep(0)


async def until_asked(at: World, times: int = 1) -> None:
    async with asyncio.timeout(PATIENCE), at.villain.was_asked:
        await at.villain.was_asked.wait_for(lambda: at.villain.asked.total() >= times)


def test_a_good_picture_comes_normalised_under_its_digest_and_is_kept(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path) as at:
            first, second = await at.get("good"), await at.get("good")
            assert is_whole(first)
            assert first.is_settled
            assert second == first
            assert at.villain.asked["good"] == 1
            assert first.body != png()

    asyncio.run(story())


def test_what_is_late_is_a_timeout_now_and_there_for_the_next_request(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path, limits=SLOW) as at:
            for seconds in (0.05, 0.0, -1.0):
                assert await at.get("waits", seconds=seconds) == LATE
            at.villain.may_answer.set()
            await until_fetched(at)
            assert is_whole(await at.get("waits", seconds=0.0))
            assert at.villain.asked["waits"] == 1

    asyncio.run(story())


def test_one_slow_host_holds_up_no_other_param(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path, limits=SLOW) as at:
            wanted = {name: Wanted(at.villain.url(name)) for name in ("good", "waits", "html")}
            found = await at.gatherer.gather(wanted, seconds=2.0)
            assert is_whole(found["good"])
            assert found["waits"] == LATE
            assert found["html"] == Gathered(None, None, Reason.NOT_A_PICTURE, is_settled=True)

    asyncio.run(story())


def test_a_request_that_goes_away_takes_no_fetch_with_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path, limits=SLOW) as at:
            request = asyncio.create_task(at.get("waits"))
            await until_asked(at)
            request.cancel()
            with pytest.raises(asyncio.CancelledError):
                await request
            at.villain.may_answer.set()
            assert is_whole(await at.get("waits"))
            assert at.villain.asked["waits"] == 1

    asyncio.run(story())


def test_a_hundred_requests_for_one_picture_are_one_fetch(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path, limits=SLOW) as at:
            requests = [asyncio.create_task(at.get("waits")) for _ in range(100)]
            await until_asked(at)
            at.villain.may_answer.set()
            found = await asyncio.gather(*requests)
            assert is_whole(found[0])
            assert found == [found[0]] * 100
            assert (at.villain.connections, len(at.normalise.bodies)) == (1, 1)

    asyncio.run(story())


def test_a_fifth_picture_is_one_too_many(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path) as at:
            wanted = {name: Wanted(at.villain.url(f"good?{name}")) for name in "fedcba"}
            found = await at.gatherer.gather(wanted, seconds=PATIENCE)
            assert {name for name, one in found.items() if is_whole(one)} == set("abcd")
            too_many = Gathered(None, None, Reason.TOO_MANY_PICTURES, is_settled=True)
            assert (found["e"], found["f"]) == (too_many, too_many)
            assert await at.gatherer.gather({}, seconds=PATIENCE) == {}

    asyncio.run(story())


def test_no_more_is_fetched_at_once_than_the_limits_say(tmp_path: Path) -> None:
    slots = SlotLimits(at_once=3, at_once_per_site=2, waiting_per_site=3, waiting=4, wait_seconds=0.2)

    async def story() -> None:
        async with world(tmp_path, limits=replace(SLOW, slots=slots)) as at:
            at.names.answers = {"other.example.com": ["127.0.0.77"]}
            other = f"http://other.example.com:{at.villain.port}/waits"
            urls = [f"{url}?{number}" for number in range(6) for url in (at.villain.url("waits"), other)]
            waiting = {asyncio.create_task(at.get_url(url)) for url in urls}
            while len(waiting) > slots.at_once:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                assert {task.result().reason for task in done} == {Reason.BUDGET}
            await until_asked(at, 3)
            at.villain.may_answer.set()
            assert all(is_whole(one) for one in await asyncio.gather(*waiting))
            assert at.villain.connections == 3
            found = [await at.get_url(url) for url in urls]
            assert all(is_whole(one) for one in found), "a full queue says nothing of a URL"

    asyncio.run(story())


def test_a_wildcard_of_hosts_that_hang_leaves_slots_to_others(tmp_path: Path) -> None:
    slots = SlotLimits(at_once=4, at_once_per_site=2, waiting_per_site=2, waiting=4)

    async def story() -> None:
        async with world(tmp_path, limits=replace(SLOW, slots=slots)) as at:
            hosts = [f"h{number}.evil.example" for number in range(40)]
            at.names.answers = {host: ["127.0.0.77"] for host in (*hosts, "cdn.good.example")}
            hanging = [asyncio.create_task(at.get_url(f"http://{host}:{at.villain.port}/no-answer")) for host in hosts]
            await until_asked(at, slots.at_once_per_site)
            assert is_whole(await at.get_url(f"http://cdn.good.example:{at.villain.port}/good"))
            for task in hanging:
                task.cancel()
            await asyncio.wait(hanging)

    asyncio.run(story())


def test_where_nobody_may_be_asked_a_kept_picture_will_do_and_no_other(tmp_path: Path) -> None:
    async def kept(at: World, url: str) -> Gathered:
        return (await at.gatherer.gather({"logo": Wanted(url, may_fetch=False)}, seconds=PATIENCE))["logo"]

    async def story() -> None:
        async with world(tmp_path) as at:
            url = at.villain.url("good")
            assert await kept(at, url) == Gathered(None, None, Reason.BUDGET, is_settled=False)
            fetched = await at.get("good")
            assert await kept(at, url) == fetched
            await at.gatherer.close()
            async with world(tmp_path, clock=at.clock, ports=frozenset({at.villain.port})) as later:
                assert await kept(later, url) == fetched, "off the disk"
                at.clock.time += 2 * 86400
                assert await kept(later, url) == replace(fetched, is_settled=False)
            assert at.villain.asked["good"] == 1

    asyncio.run(story())


@pytest.mark.parametrize("error", [WorkerDied("it fell"), TimedOut("too long")])
def test_bytes_that_felled_a_worker_are_not_given_to_one_again_for_a_while(error: Exception, tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path) as at:
            at.normalise.raises = error
            for path in ("good", "good?again"):
                found = await at.get(path)
                assert (found.reason, found.is_settled) == (Reason.DAMAGED, False)
            assert len(at.normalise.bodies) == 1
            at.normalise.raises = None
            at.clock.time += 601
            assert is_whole(await at.get("good"))

    asyncio.run(story())


def test_a_lack_of_workers_passes(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path) as at:
            at.normalise.raises = NoWorker("none")
            found = await at.get("good")
            assert (found.reason, found.is_settled) == (Reason.TIMEOUT, False)
            at.normalise.raises = None
            at.clock.time += 31
            assert is_whole(await at.get("good"))

    asyncio.run(story())


def test_a_mistake_of_ours_is_an_answer_too_and_is_told_without_its_text(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with world(tmp_path) as at:
            at.normalise.raises = KeyError("http://canary")
            found = await at.get("good")
            assert (found.reason, found.is_settled) == (Reason.UNREACHABLE, False)

    asyncio.run(story())
    assert "gathering a picture failed (KeyError)" in caplog.text
    assert "canary" not in caplog.text


@pytest.mark.filterwarnings("error")
def test_closing_ends_what_is_under_way(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def story() -> None:
        async with world(tmp_path, limits=SLOW) as at:
            waiting = [asyncio.create_task(at.get(path)) for path in ("waits", "stall", "drip-headers")]
            await until_asked(at, 3)
            await at.gatherer.close()
            assert await asyncio.gather(*waiting) == [LATE] * 3
            after = await at.get("good")
            assert (after.reason, after.is_settled) == (Reason.UNREACHABLE, False)
            assert at.villain.asked["good"] == 0
            assert asyncio.all_tasks() == {asyncio.current_task(), *at.villain._serving}

    asyncio.run(story())
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_what_is_sent_says_nothing_of_the_environment_or_of_earlier_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.77 login me password canary\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def story() -> None:
        async with world(tmp_path / "cache") as at:
            at.villain.behaviours["cookies"] = at.villain.behaviours["good"]
            at.villain.good = answer(png(), "Set-Cookie: a=canary; Path=/")
            at.villain.is_good = True
            await at.get("cookies?1")
            assert is_whole(await at.get("cookies?2#part"))
            lines = at.villain.seen[-1].split("\r\n")
            assert lines[0] == "GET /cookies?2 HTTP/1.1"
            names = [line.split(":")[0] for line in lines[1:] if line]
            assert names == ["Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"]
            assert "User-Agent: Nameplate/" in at.villain.seen[-1]
            assert "Accept-Encoding: identity" in lines

    asyncio.run(story())
