"""What comes back from worker processes, whose it is, and how a pool renews itself and ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.catalog.manifest import Manifest
from server.errors import BrokenTemplate, DrawingFailed, NameplateError, NoWorker, TimedOut, UnfitPicture, WorkerDied
from server.report import Reason
from server.workers.jobs import Jobs
from tests.workers.processes import is_running, until

Make = Callable[..., Any]


# -- answers


def test_remote_pictures_cross_with_the_spec_that_names_them(
    run: Make, pool_of: Make, spec: Make, template: Make
) -> None:
    async def scenario() -> None:
        async with pool_of(1) as pool:
            assert (await pool.draw(spec("pictures"), template(), {"ab": b"\x89"})).body == b"{'ab': b'\\x89'}"
            assert (await pool.draw(spec("pictures"), template())).body == b"None"

    run(scenario())


def test_a_foreign_picture_comes_back_as_ours(run: Make, pool_of: Make) -> None:
    async def scenario() -> None:
        async with pool_of(1, max_picture_pixels=77) as pool:
            normalised = await pool.normalise(b"any")
            assert (normalised.width, normalised.height) == (7, 5)
            assert normalised.body.endswith(b"any")
            assert (await pool.normalise(b"limit")).width == 77

    run(scenario())


def test_a_picture_that_is_not_fit_costs_no_worker(run: Make, pool_of: Make) -> None:
    async def scenario() -> None:
        async with pool_of(1) as pool:
            before = pool.pids
            with pytest.raises(UnfitPicture) as raised:
                await pool.normalise(b"unfit")
            assert raised.value.reason is Reason.DAMAGED
            with pytest.raises(DrawingFailed, match="OverflowError") as failed:
                await pool.normalise(b"raise")
            assert "secret" not in str(failed.value)
            await pool.normalise(b"any")
            assert pool.pids == before

    run(scenario())


def test_a_picture_that_is_not_of_the_size_it_says_is_refused(run: Make, pool_of: Make) -> None:
    async def scenario() -> None:
        async with pool_of(1) as pool:
            with pytest.raises(WorkerDied):
                await pool.normalise(b"lie")

    run(scenario())


def test_a_picture_that_hangs_costs_one_worker(run: Make, pool_of: Make) -> None:
    async def scenario() -> None:
        async with pool_of(1, render_seconds=1.0) as pool:
            with pytest.raises(TimedOut):
                await pool.normalise(b"hang")
            assert pool.kills == 1
            assert (await pool.normalise(b"any")).width == 7

    run(scenario())


def test_a_picture_that_takes_all_memory_costs_one_worker(run: Make, pool_of: Make) -> None:
    async def scenario() -> None:
        async with pool_of(1, memory_bytes=256 << 20) as pool:
            with pytest.raises(WorkerDied, match="memory"):
                await pool.normalise(b"hog")
            assert (await pool.normalise(b"any")).width == 7

    run(scenario())


def test_a_drawing_comes_back_from_another_process(run: Make, pool_of: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        async with pool_of(2) as pool:
            picture = await pool.draw(spec("pid"), template())
            assert int(picture.body) in pool.pids
            assert int(picture.body) != os.getpid()

    run(scenario())


def test_fonts_are_opened_once_before_any_worker(run: Make, pool_of: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        async with pool_of(1, fonts=(Path("/fonts/inter"), Path("/fonts/noto"))) as pool:
            assert (await pool.draw(spec("fonts"), template())).body == b"['inter', 'noto'] True"

    run(scenario())


def test_findings_of_a_check_come_back(run: Make, pool_of: Make, template: Make) -> None:
    async def scenario() -> None:
        async with pool_of(1) as pool:
            findings = await pool.check(template(svg=b"<svg id='x'/>"))
            assert findings == [{"code": "card", "line": 13}, {"code": "pid", "line": pool.pids[0]}]

    run(scenario())


def test_a_template_crosses_whole_and_only_once(run: Make, pool_of: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        large = b"<svg>" + b"x" * (1 << 20) + b"</svg>"
        async with pool_of(1) as pool:
            assert (await pool.draw(spec("svg"), template("d1", large))).body == large + b"Card"
            # The same digest with other bytes cannot happen; here it shows that the worker kept the first.
            assert (await pool.draw(spec("svg"), template("d1", b"other"))).body == large + b"Card"
            assert (await pool.draw(spec("svg"), template("d2", b"other"))).body == b"otherCard"

    run(scenario())


def test_a_worker_forgets_the_template_it_used_least(
    run: Make, pool_of: Make, spec: Make, template: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.workers.pool.KEPT_TEMPLATES", 2)

    async def scenario() -> None:
        async with pool_of(1) as pool:
            for digest in ("a", "b", "a", "c"):
                await pool.draw(spec("svg"), template(digest, b"old"))
            seen = [(await pool.draw(spec("svg"), template(digest, b"new"))).body for digest in ("a", "b")]
            assert seen == [b"oldCard", b"newCard"]

    run(scenario())


def test_an_answer_larger_than_any_pipe_comes_whole(run: Make, pool_of: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        async with pool_of(1) as pool:
            for times in ("1", "262000", "263000", "20000000"):
                picture = await pool.draw(spec("large", id="x", times=times), template())
                assert picture.body == b"x" * int(times)

    run(scenario())


# -- errors


@pytest.mark.parametrize(
    ("act", "error", "text"),
    [
        ("broken", BrokenTemplate, "card/parts/logo.svg:7: no <svg>"),
        ("fail", DrawingFailed, "a gradient without stops"),
        ("raise", DrawingFailed, "the drawing failed (OverflowError)"),
    ],
)
def test_an_error_crosses_and_costs_no_worker(
    run: Make, pool_of: Make, spec: Make, template: Make, act: str, error: type[NameplateError], text: str
) -> None:
    async def scenario() -> None:
        async with pool_of(1) as pool:
            before = pool.pids
            with pytest.raises(error) as raised:
                await pool.draw(spec(act), template())
            assert str(raised.value) == text
            assert int((await pool.draw(spec("pid"), template())).body) == before[0]

    run(scenario())


def test_a_broken_template_keeps_its_place(run: Make, pool_of: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        async with pool_of(1) as pool:
            with pytest.raises(BrokenTemplate) as raised:
                await pool.draw(spec("broken"), template())
            error = raised.value
            assert (error.template, error.message) == ("card", "no <svg>")
            assert (error.file, error.line) == ("parts/logo.svg", 7)

    run(scenario())


# -- whose answer it is


def test_answers_never_cross_while_workers_are_killed(run: Make, pool_of: Make, spec: Make, template: Make) -> None:
    rng = random.Random(20261122)

    async def scenario() -> None:
        async with pool_of(2) as pool:
            killed, answered = 0, 0

            async def ask(number: int) -> None:
                nonlocal answered
                asked = spec("large", id=f"<{number}>", times=str(rng.choice((1, 1000, 100_000))))
                try:
                    picture = await pool.draw(asked, template(f"d{number % 5}"))
                except WorkerDied:  # killed twice in a row
                    return
                values = asked.mapping()
                assert picture.body == str(values["id"]).encode() * int(values["times"])
                answered += 1

            async def murder() -> None:
                nonlocal killed
                while True:
                    # After some answers, not after some time: on a busy machine nothing would ever be answered.
                    enough = answered + rng.randrange(1, 20)
                    while answered < enough:  # noqa: ASYNC110 - the count is all there is to wait for
                        await asyncio.sleep(0.001)
                    with contextlib.suppress(ProcessLookupError, IndexError):  # dead already; none there
                        os.kill(rng.choice(pool.pids), signal.SIGKILL)
                        killed += 1

            murderer = asyncio.create_task(murder())
            while killed < 20 or answered < 300:
                await asyncio.gather(*(ask(answered + number) for number in range(20)))
            murderer.cancel()

    run(scenario())


@pytest.mark.parametrize("then", ["answer", "hang"])
def test_an_answer_out_of_turn_is_refused_and_reaches_nobody_else(
    run: Make, pool_of: Make, spec: Make, template: Make, line: Any, then: str
) -> None:
    async def scenario() -> None:
        async with pool_of(2) as pool, line.open():
            other = asyncio.create_task(pool.draw(spec("call", line=line.address), template()))
            _, tell = await line.next()
            with pytest.raises(WorkerDied):
                await pool.draw(spec("babble", then=then), template())
            await tell(b"mine")
            assert (await other).body == b"mine"
            assert (await pool.draw(spec("echo", id="after"), template())).body == b"after d1"

    run(scenario())


def test_bytes_that_are_no_picture_are_refused(run: Make, pool_of: Make, spec: Make, template: Make) -> None:
    jobs = Jobs("drawing_jobs:prepare", "drawing_jobs:rubbish", "drawing_jobs:check", "drawing_jobs:normalise")

    async def scenario() -> None:
        async with pool_of(1, jobs=jobs) as pool:
            with pytest.raises(WorkerDied):
                await pool.draw(spec("any"), template())
            assert await pool.check(template())

    run(scenario())


# -- recycling, giving up, closing


def test_workers_are_renewed_and_no_request_is_dropped(run: Make, pool_of: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        async with pool_of(2, recycle_after=5) as pool:
            pids: set[bytes] = set()
            while len(pids) < 6:  # three generations
                pictures = await asyncio.gather(*(pool.draw(spec("pid"), template()) for _ in range(8)))
                pids |= {picture.body for picture in pictures}
            await until(lambda: pool.alive == 2)

    run(scenario())


def test_giving_up_the_wait_costs_no_worker(run: Make, pool_of: Make, spec: Make, template: Make, line: Any) -> None:
    async def scenario() -> None:
        async with pool_of(1) as pool, line.open():
            drawing = asyncio.create_task(pool.draw(spec("call", line=line.address), template()))
            pid, tell = await line.next()
            waiting = asyncio.create_task(pool.draw(spec("pid"), template()))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            await tell(b"done")
            assert (await drawing).body == b"done"
            assert int((await pool.draw(spec("pid"), template())).body) == pid

    run(scenario())


def test_giving_up_in_the_moment_of_ones_turn_loses_no_worker(
    run: Make, pool_of: Make, spec: Make, template: Make
) -> None:
    async def scenario() -> None:
        async with pool_of(1) as pool:
            worker = await pool._roster.take("d1")
            waiting = asyncio.create_task(pool.draw(spec("pid"), template()))
            await asyncio.sleep(0)
            pool._roster.give_back(worker)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            assert int((await pool.draw(spec("pid"), template())).body) == worker.pid

    run(scenario())


def test_a_cancelled_drawing_costs_its_worker(run: Make, pool_of: Make, spec: Make, template: Make, line: Any) -> None:
    async def scenario() -> None:
        async with pool_of(1) as pool, line.open():
            drawing = asyncio.create_task(pool.draw(spec("call", line=line.address), template()))
            pid, _ = await line.next()
            drawing.cancel()
            await asyncio.gather(drawing, return_exceptions=True)
            assert int((await pool.draw(spec("pid"), template())).body) != pid
            assert pool.kills == 0

    run(scenario())


def test_closing_leaves_no_process_and_tells_who_waits(
    run: Make, pool_of: Make, spec: Make, template: Make, line: Any
) -> None:
    async def scenario() -> None:
        async with pool_of(1) as pool, line.open():
            processes = [*pool.pids, pool._roster._launcher.pid]
            hanging = asyncio.create_task(pool.draw(spec("hang", line=line.address), template()))
            _, tell = await line.next()
            await tell(b"go")
            waiting = asyncio.create_task(pool.draw(spec("pid"), template()))
            await asyncio.sleep(0)
            await pool.close()
            assert not any(map(is_running, processes))
            for told in (hanging, waiting, asyncio.create_task(pool.draw(spec("pid"), template()))):
                with pytest.raises(NoWorker):
                    await told
            assert pool.alive == 0

    run(scenario())


def test_a_manifest_is_a_manifest_on_the_other_side() -> None:
    from server.catalog.template import Example, Template
    from server.workers.messages import pack_template, unpack_template

    example = Example("a", "A", {"name": "Ada"})
    files = {"template.svg": b"<svg/>"}
    sent = Template("card", Manifest(title="Card"), 1, 2, files, (example,), "d")
    assert unpack_template(pack_template(sent)) == sent
