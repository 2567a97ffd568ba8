"""Workers that hang, crash, are killed, or cannot be started: what it costs, and whom."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from typing import Any

import pytest

from server.errors import NoWorker, TimedOut, WorkerDied
from server.workers.forkserver import Orders
from server.workers.jobs import Jobs
from server.workers.launcher import Launcher
from tests.workers.processes import is_running, until

Make = Callable[..., Any]


# -- hanging, dying, being killed


def test_a_hang_in_c_costs_one_worker_while_another_draws(
    run: Make, pool_of: Make, spec: Make, template: Make, line: Any
) -> None:
    async def scenario() -> None:
        async with pool_of(2, render_seconds=1.0) as pool, line.open():
            hanging = asyncio.create_task(pool.draw(spec("hang", line=line.address), template()))
            hung, tell = await line.next()
            await tell(b"go")
            assert int((await pool.draw(spec("pid"), template())).body) != hung
            assert not hanging.done()
            with pytest.raises(TimedOut):
                await hanging
            assert pool.kills == 1
            await until(lambda: pool.alive == 2)
            assert hung not in pool.pids
            await until(lambda: not is_running(hung))

    run(scenario())


def test_an_endless_loop_in_python_is_ended_too(run: Make, pool_of: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        async with pool_of(1, render_seconds=0.3) as pool:
            with pytest.raises(TimedOut):
                await pool.draw(spec("spin"), template())
            assert (await pool.draw(spec("echo", id="next"), template())).body == b"next d1"

    run(scenario())


def test_a_stopped_worker_holds_up_nobody_else(run: Make, pool_of: Make, spec: Make, template: Make) -> None:
    """A question larger than the pipe to a process that reads nothing: the loop must not wait in it."""

    async def scenario() -> None:
        async with pool_of(2, render_seconds=1.0) as pool:
            for pid in pool.pids:
                os.kill(pid, signal.SIGSTOP)
            stuck = asyncio.create_task(pool.draw(spec("pid"), template("large", b"x" * (4 << 20))))
            await asyncio.sleep(0)
            (free,) = [worker.pid for worker in pool._roster._idle]
            os.kill(free, signal.SIGCONT)
            assert int((await pool.draw(spec("pid"), template())).body) == free
            with pytest.raises(TimedOut):
                await stuck
            assert pool.kills == 1

    run(scenario())


@pytest.mark.parametrize("act", ["hog", "wrapped_hog", "crash"])
def test_a_worker_that_dies_of_its_drawing_is_replaced(
    run: Make, pool_of: Make, spec: Make, template: Make, act: str
) -> None:
    async def scenario() -> None:
        async with pool_of(1, memory_bytes=256 << 20) as pool:
            before = pool.pids
            with pytest.raises(WorkerDied):
                await pool.draw(spec(act), template())
            assert (await pool.draw(spec("echo", id="next"), template())).body == b"next d1"
            assert pool.pids != before
            assert pool.kills == 0

    run(scenario())


def test_a_drawing_that_felled_its_worker_is_not_tried_again(
    run: Make, pool_of: Make, spec: Make, template: Make, line: Any
) -> None:
    async def scenario() -> None:
        async with pool_of(2) as pool, line.open():
            drawing = asyncio.create_task(pool.draw(spec("crash", line=line.address), template()))
            _, tell = await line.next()
            await tell(b"go")
            with pytest.raises(WorkerDied):
                await drawing
            assert line.is_silent

    run(scenario())


def test_a_drawing_whose_worker_was_killed_from_outside_is_tried_again(
    run: Make, pool_of: Make, spec: Make, template: Make, line: Any
) -> None:
    async def scenario() -> None:
        async with pool_of(2) as pool, line.open():
            drawing = asyncio.create_task(pool.draw(spec("call", line=line.address), template()))
            first, _ = await line.next()
            os.kill(first, signal.SIGKILL)
            second, tell = await line.next()
            await tell(b"second try")
            assert (await drawing).body == b"second try"
            assert first != second
            assert pool.kills == 0

    run(scenario())


def test_a_drawing_is_tried_again_only_once(run: Make, pool_of: Make, spec: Make, template: Make, line: Any) -> None:
    async def scenario() -> None:
        async with pool_of(2) as pool, line.open():
            drawing = asyncio.create_task(pool.draw(spec("call", line=line.address), template()))
            for _ in range(2):
                pid, _ = await line.next()
                os.kill(pid, signal.SIGKILL)
            with pytest.raises(WorkerDied):
                await drawing

    run(scenario())


def test_a_drawing_that_ran_out_of_time_is_not_tried_again(
    run: Make, pool_of: Make, spec: Make, template: Make, line: Any
) -> None:
    async def scenario() -> None:
        async with pool_of(2, render_seconds=0.5) as pool, line.open():
            with pytest.raises(TimedOut):
                await pool.draw(spec("call", line=line.address), template())
            await line.next()
            await until(lambda: pool.alive == 2)
            assert line.is_silent
            assert pool.kills == 1

    run(scenario())


def test_stop_signals_meant_for_the_server_do_not_end_workers(
    run: Make, pool_of: Make, spec: Make, template: Make
) -> None:
    async def scenario() -> None:
        async with pool_of(1) as pool:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                os.kill(pool.pids[0], number)
                os.kill(pool._roster._launcher.pid, number)
            assert int((await pool.draw(spec("pid"), template())).body) == pool.pids[0]

    run(scenario())


def test_an_idle_worker_that_is_killed_is_replaced(run: Make, pool_of: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        async with pool_of(1) as pool:
            before = pool.pids
            os.kill(before[0], signal.SIGKILL)
            await until(lambda: pool.alive == 1 and pool.pids != before)

    run(scenario())


def test_a_killed_forkserver_is_replaced_with_all_its_workers(
    run: Make, pool_of: Make, spec: Make, template: Make
) -> None:
    async def scenario() -> None:
        async with pool_of(2) as pool:
            before = pool.pids
            os.kill(pool._roster._launcher.pid, signal.SIGKILL)
            await until(lambda: pool.alive == 2 and not set(before) & set(pool.pids))
            assert int((await pool.draw(spec("pid"), template())).body) in pool.pids
            await until(lambda: not any(map(is_running, before)))

    run(scenario())


# -- no worker


class FlakyLaunch:
    """Starts forkservers only while it is told to."""

    def __init__(self, *, works: bool) -> None:
        self.works = works
        self.tried = 0

    def __call__(self, orders: Orders) -> Launcher:
        self.tried += 1
        if not self.works:
            raise BlockingIOError("process table full")
        return Launcher(orders)


def test_without_any_worker_everybody_is_told_at_once_until_it_heals(
    run: Make, pool_of: Make, spec: Make, template: Make
) -> None:
    launch = FlakyLaunch(works=True)

    async def scenario() -> None:
        async with pool_of(2, launch=launch) as pool:
            launch.works = False
            os.kill(pool._roster._launcher.pid, signal.SIGKILL)
            await until(lambda: pool.alive == 0)
            with pytest.raises(NoWorker):
                await pool.draw(spec("pid"), template())
            tried = launch.tried
            await until(lambda: launch.tried > tried)  # it goes on trying by itself
            launch.works = True
            await until(lambda: pool.alive == 2)
            assert int((await pool.draw(spec("pid"), template())).body) in pool.pids

    run(scenario())


def test_who_waits_for_a_worker_is_told_when_there_will_be_none(
    run: Make, pool_of: Make, spec: Make, template: Make, line: Any
) -> None:
    launch = FlakyLaunch(works=True)

    async def scenario() -> None:
        async with pool_of(1, launch=launch) as pool, line.open():
            drawing = asyncio.create_task(pool.draw(spec("call", line=line.address), template()))
            await line.next()
            waiting = asyncio.create_task(pool.draw(spec("pid"), template()))
            await asyncio.sleep(0)
            launch.works = False
            os.kill(pool._roster._launcher.pid, signal.SIGKILL)
            for told in (drawing, waiting):
                with pytest.raises(NoWorker):
                    await told

    run(scenario())


class NoMoreWorkers(Launcher):
    """A forkserver that lives, on a machine whose process table has filled up."""

    full = False

    def start(self, number: int) -> socket.socket:
        if self.full:
            raise BlockingIOError("process table full")
        return super().start(number)


def test_who_waits_for_the_last_worker_is_told_when_it_dies(
    run: Make, pool_of: Make, spec: Make, template: Make, line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.workers.roster.FIRST_RETRY_SECONDS", 3600.0)
    monkeypatch.setattr("server.workers.roster.LAST_RETRY_SECONDS", 3600.0)

    async def scenario() -> None:
        async with pool_of(2, launch=NoMoreWorkers) as pool, line.open():
            drawing = asyncio.create_task(pool.draw(spec("call", line=line.address), template()))
            busy, _ = await line.next()
            monkeypatch.setattr(NoMoreWorkers, "full", True)
            (idle,) = set(pool.pids) - {busy}
            os.kill(idle, signal.SIGKILL)
            await until(lambda: pool.pids == (busy,))
            waiting = asyncio.create_task(pool.draw(spec("pid"), template()))
            await asyncio.sleep(0)
            assert not waiting.done()
            os.kill(busy, signal.SIGKILL)
            for told in (drawing, waiting):
                with pytest.raises(NoWorker):
                    await told

    run(scenario())


def test_a_pool_that_cannot_start_says_so_and_does_not_hang(
    run: Make, pool_of: Make, spec: Make, template: Make
) -> None:
    async def scenario() -> None:
        async with pool_of(2, launch=FlakyLaunch(works=False)) as pool:
            assert pool.alive == 0
            with pytest.raises(NoWorker):
                await pool.draw(spec("pid"), template())

    run(scenario())


def test_fonts_that_cannot_be_opened_leave_no_worker(run: Make, pool_of: Make, spec: Make, template: Make) -> None:
    jobs = Jobs("drawing_jobs:refuse_to_prepare", "drawing_jobs:draw", "drawing_jobs:check", "drawing_jobs:normalise")

    async def scenario() -> None:
        async with pool_of(2, jobs=jobs) as pool:
            assert pool.alive == 0
            with pytest.raises(NoWorker):
                await pool.check(template())

    run(scenario())
