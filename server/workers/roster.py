"""Which worker processes there are and who is free: starts as many as wanted, replaces who is gone or has
drawn enough, and while nothing can be started turns everybody away at once and keeps trying.

Knows nothing of what is said to a worker; `pool.py` takes one, talks to it, and gives it back or discards it.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
import socket
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

from server.errors import NoWorker
from server.workers.forkserver import Orders
from server.workers.launcher import Launcher
from server.workers.pipe import Ear

log = logging.getLogger(__name__)

START_SECONDS = 30.0  # the first worker waits for everything to be imported, on a slow disk too
FIRST_RETRY_SECONDS = 0.1  # doubled with each failed start …
LAST_RETRY_SECONDS = 5.0  # … up to this: a healed machine is noticed within seconds
TRYING = "no worker process can be started"


@dataclass(slots=True, eq=False)
class Worker:
    """`pid` is 0 until the process has said that it is ready. `ended` gets its exit code, or None when it
    went down with its forkserver. An aged worker serves on until its replacement is ready."""

    number: int
    pipe: socket.socket
    ear: Ear
    launcher: Launcher
    ended: asyncio.Future[int | None]
    pid: int = 0
    drawn: int = 0
    is_aged: bool = False
    templates: OrderedDict[str, None] = field(default_factory=OrderedDict)  # kept digests, least used first


class Roster:
    def __init__(self, orders: Orders, *, count: int, recycle_after: int, launch: Callable[[Orders], Launcher]) -> None:
        self.offline = False
        self.is_closing = False
        self._orders = orders
        self._count = count
        self._recycle_after = recycle_after
        self._launch = launch
        self._launcher: Launcher | None = None
        self._workers: dict[int, Worker] = {}
        self._idle: deque[Worker] = deque()  # the last used at the right end: its caches are warm
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count(1)
        self._failed_starts = 0
        self._retry: asyncio.TimerHandle | None = None

    @property
    def pids(self) -> tuple[int, ...]:
        return tuple(worker.pid for worker in self._workers.values() if worker.pid)

    async def start(self) -> None:
        """Returns when all are ready or the first start has failed. Starting goes on by itself."""
        self._refill()
        while self._tasks and not self._failed_starts:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def close(self) -> None:
        """Ends every process; returns when they are gone."""
        self.is_closing = True
        if self._retry:
            self._retry.cancel()
        self._turn_away()
        if self._launcher is not None:
            await self._lose(self._launcher)
        while self._tasks:
            await asyncio.wait(self._tasks)

    # -- taking and giving back

    async def take(self, digest: str | None) -> Worker:
        """An idle worker, best one that keeps the template if one is needed; else the next to become free, first come
        first served."""
        if self.is_closing or self._is_down:
            raise NoWorker(TRYING)
        if self._idle:
            worker = next((idle for idle in reversed(self._idle) if digest in idle.templates), self._idle[-1])
            self._idle.remove(worker)
            return worker
        turn: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and not turn.exception():
                self._hand_on(turn.result())  # it came in the very moment of giving up
            raise

    def give_back(self, worker: Worker) -> None:
        """For a worker that is well and has drawn once more."""
        worker.drawn += 1
        if worker.drawn >= self._recycle_after and not worker.is_aged:
            worker.is_aged = True
            self._refill()
        self._hand_on(worker)

    def discard(self, worker: Worker) -> None:
        """The end of a worker, dead or alive, and the start of another. Its pipe is never used again."""
        self._remove(worker)
        if self._is_down:
            self._turn_away()
        if self._retry is None:
            self._refill()

    def _hand_on(self, worker: Worker) -> None:
        if self._is_superfluous(worker):
            self.discard(worker)
            return
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(worker)
                return
        self._idle.append(worker)

    def _is_superfluous(self, worker: Worker) -> bool:
        """An aged worker whose replacement is ready, or one whose forkserver is gone: nobody could kill that one."""
        fresh = sum(1 for other in self._workers.values() if other.pid and not other.is_aged)
        return worker.launcher is not self._launcher or (worker.is_aged and fresh >= self._count)

    @property
    def _is_down(self) -> bool:
        return self._failed_starts > 0 and not self.pids

    def _turn_away(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(NoWorker(TRYING))

    # -- starting

    def _refill(self) -> None:
        self._retry = None
        if self.is_closing:
            return
        try:
            for _ in range(self._count - sum(not worker.is_aged for worker in self._workers.values())):
                self._start_one()
        except OSError as error:
            self._start_failed(error)

    def _start_one(self) -> None:
        loop = asyncio.get_running_loop()
        if self._launcher is None:
            self._launcher = self._launch(self._orders)
            loop.add_reader(self._launcher.fileno(), self._hear, self._launcher)
        number = next(self._numbers)
        pipe = self._launcher.start(number)
        worker = Worker(number, pipe, Ear(pipe), self._launcher, loop.create_future())
        self._workers[number] = worker
        self._in_background(self._greet(worker))

    async def _greet(self, worker: Worker) -> None:
        try:
            async with asyncio.timeout(START_SECONDS):
                hello = json.loads((await worker.ear.hear()).body)
            worker.pid, self.offline = int(hello["pid"]), bool(hello["offline"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            self._remove(worker)
            self._start_failed(error)
            if isinstance(error, TimeoutError):  # then the forkserver is stuck
                await self._lose(worker.launcher)
            return
        self._failed_starts = 0
        self._hand_on(worker)
        for idle in [idle for idle in self._idle if self._is_superfluous(idle)]:
            self.discard(idle)

    def _start_failed(self, why: Exception) -> None:
        """Tells who waits, and tries again after a while: a full process table or a missing font may be cured."""
        if self.is_closing or self._retry is not None:
            return
        pause = min(FIRST_RETRY_SECONDS * 2**self._failed_starts, LAST_RETRY_SECONDS)
        self._failed_starts += 1
        log.error("a worker process could not be started (%s); next try in %.1f s", type(why).__name__, pause)
        self._retry = asyncio.get_running_loop().call_later(pause, self._refill)
        if self._is_down:
            self._turn_away()

    # -- ending

    def _remove(self, worker: Worker) -> None:
        self._workers.pop(worker.number, None)
        with contextlib.suppress(ValueError):
            self._idle.remove(worker)
        worker.pipe.close()
        worker.launcher.kill(worker.number)

    def _hear(self, launcher: Launcher) -> None:
        """Workers have ended, or the forkserver has. A busy worker's end is found by who waits for its answer."""
        try:
            ended = launcher.ended()
        except EOFError:
            self._in_background(self._lose(launcher))
            return
        for number, code in ended:
            worker = self._workers.get(number)
            if worker is None:
                continue
            if not worker.ended.done():
                worker.ended.set_result(code)
            if worker in self._idle:
                self.discard(worker)

    async def _lose(self, launcher: Launcher) -> None:
        """Buries a forkserver and its idle workers; the next start begins with a new one."""
        if launcher is not self._launcher:
            return
        asyncio.get_running_loop().remove_reader(launcher.fileno())
        self._launcher = None
        for worker in [worker for worker in self._workers.values() if worker.launcher is launcher]:
            if not worker.ended.done():
                worker.ended.set_result(None)
            if worker in self._idle:
                self.discard(worker)
        await asyncio.to_thread(launcher.close)

    def _in_background(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
