"""Two processes of which one asks the other for a picture: through everything of the server that has a part in it, or
over a line between them and nothing else.
"""

from __future__ import annotations

import asyncio
import os
import struct
from dataclasses import replace
from time import process_time
from typing import NoReturn, Protocol

import uvloop

from bench.cards import read_cards, spec_of, values_of
from bench.handover_jobs import JOBS, PICTURE
from bench.handover_lines import Line
from server.errors import NameplateError
from server.images import Format
from server.workers.pool import WorkerPool

QUESTION = bytes(412)  # as long as the packed question for a flat card
SECONDS_OF_YOURS = b"how much processor time did you take?"
SECONDS = struct.Struct(">d")


class HandoverFailed(Exception):
    """The other process ended before it was told to."""


class Way(Protocol):
    """Two processes, of which this one asks. Raises HandoverFailed."""

    def ask(self, times: int) -> bytes:
        """The picture, asked for so often."""

    def seconds(self) -> float:
        """Processor time of both so far."""

    def close(self) -> None: ...


class Workers:
    """All that the server does between a spec and its `Picture`, but for the drawing: the event loop, the roster, the
    packed question, the loop of a worker. The picture's report is empty."""

    def __init__(self, picture: bytes) -> None:
        card = read_cards()["flat"]
        self._template = replace(card, files={**card.files, PICTURE: picture})
        self._spec = spec_of(card, values_of(0), Format.PNG)
        self._pool = WorkerPool(count=1, fonts=(), jobs=JOBS, recycle_after=1 << 30)
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)  # the loop that uvicorn takes
        self._runner.run(self._pool.start())

    def ask(self, times: int) -> bytes:
        try:
            return self._runner.run(self._ask(times))
        except NameplateError as error:
            raise HandoverFailed(str(error)) from error

    async def _ask(self, times: int) -> bytes:
        for _ in range(times):
            picture = await self._pool.draw(self._spec, self._template)
        return picture.body

    def seconds(self) -> float:
        (finding,) = self._runner.run(self._pool.check(self._template))
        return process_time() + float(finding["seconds"])

    def close(self) -> None:
        self._runner.run(self._pool.close())
        self._runner.close()


class Fork:
    """This process and a fork of it, and nothing between them but `line`."""

    def __init__(self, line: Line, picture: bytes) -> None:
        self._line = line
        self._child = os.fork()
        if self._child == 0:
            _serve(line, picture)
        line.keep_ours()

    def ask(self, times: int) -> bytes:
        for _ in range(times):
            picture = self._say(QUESTION)
        return picture

    def seconds(self) -> float:
        (there,) = SECONDS.unpack(self._say(SECONDS_OF_YOURS))
        return process_time() + float(there)

    def close(self) -> None:
        self._line.close()
        self._bury()

    def _say(self, question: bytes) -> bytes:
        try:
            return self._line.ask(question)
        except (EOFError, OSError) as error:
            raise HandoverFailed(f"the process that was asked ended with exit code {self._bury()}") from error

    def _bury(self) -> int:
        if self._child:
            self._child, self._status = 0, os.waitpid(self._child, 0)[1]
        return os.waitstatus_to_exitcode(self._status)


def _serve(line: Line, picture: bytes) -> NoReturn:
    """In the fork, until the other side ends."""
    code = 1
    try:
        line.keep_theirs()
        while True:
            line.answer(SECONDS.pack(process_time()) if line.hear() == SECONDS_OF_YOURS else picture)
    except (EOFError, ConnectionError):
        code = 0
    finally:
        os._exit(code)
