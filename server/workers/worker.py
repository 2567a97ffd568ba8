"""The loop inside one worker process: a question comes in, its job is done, bytes go out, until the
pipe ends.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable

from server.catalog.template import Template
from server.workers.jobs import LoadedJobs
from server.workers.limits import be_called, die_with, limit_cpu, limit_worker, return_large_memory
from server.workers.messages import (
    QUESTION_HEADER,
    Question,
    Status,
    error_to_json,
    pack_answer,
    unpack_question,
    unpack_template,
)

# Times the deadline. The web process kills at 1, by the clock; CPU time gets this far when nobody is left to
# do so.
CPU_GUARD = 3.0


def be_worker(pipe: socket.socket, jobs: LoadedJobs, *, parent_pid: int, memory_bytes: int, offline: bool) -> None:
    """Called right after the fork; ends when the web process closes its end of `pipe`."""
    die_with(parent_pid)
    be_called("nameplate-draw")
    return_large_memory()
    limit_worker(memory_bytes)
    hello = {"pid": os.getpid(), "offline": offline}
    pipe.sendall(pack_answer(0, Status.READY, json.dumps(hello).encode()))
    kept: dict[str, Template] = {}
    while (body := _read_frame(pipe)) is not None:
        question = unpack_question(body)
        limit_cpu(CPU_GUARD * question.seconds)
        status, said = _answer(jobs.do, question, kept)
        pipe.sendall(pack_answer(question.number, status, said))
        if status is Status.FULL:
            return


def _answer(
    do: Callable[[Question, Template | None], bytes], question: Question, kept: dict[str, Template]
) -> tuple[Status, bytes]:
    if question.forget is not None:
        kept.pop(question.forget, None)
    if question.template is not None and question.digest is not None:
        kept[question.digest] = unpack_template(question.template)
    try:
        return Status.DONE, do(question, None if question.digest is None else kept[question.digest])
    except Exception as error:  # noqa: BLE001 - the worker's edge: CairoSVG alone raises some fifteen classes
        return (Status.FULL, b"") if _ran_out_of_memory(error) else (Status.ERROR, error_to_json(error))


def _ran_out_of_memory(error: BaseException | None) -> bool:
    """Also when the drawing has wrapped it: such a process has no room for the next drawing either."""
    return error is not None and (isinstance(error, MemoryError) or _ran_out_of_memory(error.__cause__))


def _read_frame(pipe: socket.socket) -> bytes | None:
    header = _read(pipe, QUESTION_HEADER.size)
    return None if header is None else _read(pipe, QUESTION_HEADER.unpack(header)[0])


def _read(pipe: socket.socket, size: int) -> bytes | None:
    """Exactly `size` bytes, or None when the other end is closed."""
    buffer = bytearray(size)
    view = memoryview(buffer)
    while view:
        count = pipe.recv_into(view)
        if not count:
            return None
        view = view[count:]
    return bytes(buffer)
