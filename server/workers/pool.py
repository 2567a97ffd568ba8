"""Killable worker processes behind `await pool.draw(…)`: one question at a time to each, an answer by the
deadline or its process is killed and replaced.

Why our own. `concurrent.futures.ProcessPoolExecutor` cannot end one worker: a hung drawing holds its process
until the whole pool is torn down. pebble can, but looks for passed deadlines and dead workers ten times a
second from a thread, sends all workers' results through one pipe with locks around it, unpickles what workers
wrote, and hands each result from thread to loop. (100 KB and nothing else: pebble 0.23 ms, the executor 0.21, a
pipe read by the event loop 0.02; a whole `draw` that draws nothing, spec to Picture: 0.2.)

What keeps answers apart: a process has its own pipe, closed with it and never used again; one question is on
it at a time; and an answer must carry its question's number.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import signal
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.errors import NameplateError, NoWorker, TimedOut, WorkerDied
from server.images import NO_PICTURES, Normalised, Picture
from server.workers.forkserver import Orders
from server.workers.jobs import DRAWING, Jobs
from server.workers.launcher import Launcher
from server.workers.messages import (
    Answer,
    Question,
    Status,
    error_from_json,
    findings_from_json,
    pack_question,
    pack_template,
)
from server.workers.roster import Roster, Worker

log = logging.getLogger(__name__)

CHECK_SECONDS = 10.0  # a check may draw a template several times
BURIAL_SECONDS = 1.0  # how long the news of a worker's end may lag behind the end of its pipe
MAX_PICTURE_PIXELS = 25_000_000  # of a foreign picture: 100 MB decoded, and more than any phone makes
KEPT_TEMPLATES = 64  # per worker; each has 1 MB at most


class _KilledFromOutside(Exception):
    """An operator, or a machine short of memory, sent SIGKILL: the drawing need not be to blame."""


class WorkerPool:
    """`kills` counts the workers killed at their deadline."""

    def __init__(
        self,
        *,
        count: int,
        fonts: tuple[Path, ...],
        font_index: Path | None = None,
        render_seconds: float = 2.0,
        check_seconds: float = CHECK_SECONDS,
        max_picture_pixels: int = MAX_PICTURE_PIXELS,
        memory_bytes: int = 1 << 30,
        recycle_after: int = 10_000,
        jobs: Jobs = DRAWING,
        launch: Callable[[Orders], Launcher] = Launcher,
    ) -> None:
        self.count = count
        self.kills = 0
        self._render_seconds = render_seconds
        self._check_seconds = check_seconds
        self._max_picture_pixels = max_picture_pixels
        self._numbers = itertools.count(1)
        self._roster = Roster(
            Orders(jobs, fonts, font_index, memory_bytes), count=count, recycle_after=recycle_after, launch=launch
        )

    @property
    def alive(self) -> int:
        return len(self._roster.pids)

    @property
    def pids(self) -> tuple[int, ...]:
        return self._roster.pids

    @property
    def offline(self) -> bool:
        """Whether the workers are without network; some systems and containers do not let us take it away."""
        return self._roster.offline

    async def start(self) -> None:
        """Returns when all workers are ready or one could not be started; `alive` tells, trying goes on."""
        await self._roster.start()

    async def close(self) -> None:
        """Ends every process. Who still waits, or is being drawn, gets NoWorker."""
        await self._roster.close()

    async def draw(self, spec: RenderSpec, template: Template, pictures: Mapping[str, bytes] = NO_PICTURES) -> Picture:
        """`pictures` are the remote pictures that the spec names, by digest. Raises BrokenTemplate, DrawingFailed,
        TimedOut, WorkerDied or NoWorker. The clock of `render_seconds` starts when a worker takes it. Cancelling the
        wait is free; cancelling a drawing costs its worker."""
        question = Question(0, "draw", self._render_seconds, spec=spec, pictures=dict(pictures), digest=template.digest)
        picture: Picture = await self._ask(question, template, Picture.from_bytes)
        return picture

    async def check(self, template: Template) -> list[dict[str, Any]]:
        """What the check finds wrong with a template. Raises as `draw` does."""
        question = Question(0, "check", self._check_seconds, digest=template.digest)
        findings: list[dict[str, Any]] = await self._ask(question, template, findings_from_json)
        return findings

    async def normalise(self, data: bytes) -> Normalised:
        """A foreign picture as our own PNG. Raises UnfitPicture, TimedOut, WorkerDied or NoWorker."""
        question = Question(0, "normalise", self._render_seconds, data=data, max_pixels=self._max_picture_pixels)
        normalised: Normalised = await self._ask(question, None, Normalised.from_bytes)
        return normalised

    async def _ask(self, question: Question, template: Template | None, read: Callable[[bytes], Any]) -> Any:
        worker = await self._roster.take(question.digest)
        until = asyncio.get_running_loop().time() + question.seconds
        try:
            try:
                return await self._converse(worker, question, template, read, until)
            except _KilledFromOutside:
                async with asyncio.timeout_at(until):
                    worker = await self._roster.take(question.digest)
                return await self._converse(worker, question, template, read, until)
        except _KilledFromOutside:
            raise WorkerDied("two workers in a row were killed while they drew this") from None
        except TimeoutError:
            raise TimedOut(f"drawing took longer than {question.seconds:g} s") from None

    async def _converse(
        self, worker: Worker, question: Question, template: Template | None, read: Callable[[bytes], Any], until: float
    ) -> Any:
        """Asks and listens. Only after a sound answer is the worker given back; all else costs its life."""
        try:
            async with asyncio.timeout_at(until):
                answer = await self._exchange(worker, question, template)
            said = _understand(answer, read)
        except TimeoutError:
            self.kills += 1
            at = template.name if template else "a foreign picture"
            log.warning("worker %d was killed: it was at %s past the deadline", worker.pid, at)
            self._roster.discard(worker)
            raise
        except OSError:
            code = await self._exit_code(worker)
            self._roster.discard(worker)
            raise self._meaning_of(code) from None
        except BaseException:  # cancelled, out of memory, or not what a sound worker says
            self._roster.discard(worker)
            raise
        self._roster.give_back(worker)
        if isinstance(said, NameplateError):
            raise said
        return said

    async def _exchange(self, worker: Worker, question: Question, template: Template | None) -> Answer:
        """Raises OSError when the pipe ends, WorkerDied when the answer is not to this question."""
        asked = replace(question, number=next(self._numbers))
        if template is not None:
            asked = _with_template(asked, template, worker)
        await asyncio.get_running_loop().sock_sendall(worker.pipe, pack_question(asked))
        try:
            answer = await worker.ear.hear()
        except ValueError as error:
            raise WorkerDied("a worker gave something that is no answer") from error
        if answer.number != asked.number:
            raise WorkerDied("a worker answered out of turn")
        return answer

    async def _exit_code(self, worker: Worker) -> int | None:
        """How a worker whose pipe has ended came to its end. One that lives on counts as aborted."""
        try:
            async with asyncio.timeout(BURIAL_SECONDS):
                return await asyncio.shield(worker.ended)
        except TimeoutError:
            return -signal.SIGABRT

    def _meaning_of(self, code: int | None) -> Exception:
        if self._roster.is_closing:
            return NoWorker("the server is stopping")
        if code in (None, -signal.SIGKILL):
            return _KilledFromOutside()
        return WorkerDied(f"the worker that drew this died (exit code {code})")


def _with_template(question: Question, template: Template, worker: Worker) -> Question:
    """The question with what `worker` must learn, and may forget, before it can answer."""
    forget = packed = None
    if template.digest not in worker.templates:
        packed = pack_template(template)
        if len(worker.templates) >= KEPT_TEMPLATES:
            forget, _ = worker.templates.popitem(last=False)
    worker.templates[template.digest] = None
    worker.templates.move_to_end(template.digest)
    return replace(question, template=packed, forget=forget)


def _understand(answer: Answer, read: Callable[[bytes], Any]) -> Any:
    """What was asked for, or the error it ended with. Raises WorkerDied for what cannot be read."""
    if answer.status is Status.FULL:
        raise WorkerDied("the drawing needed more memory than a worker has")
    try:
        if answer.status is Status.ERROR:
            return error_from_json(answer.body)
        if answer.status is Status.DONE:
            return read(answer.body)
    except Exception as error:  # bytes from a worker: json, struct and our own types may object in any way
        raise WorkerDied("a worker gave an answer that cannot be read") from error
    raise WorkerDied("a worker gave something that is no answer")
