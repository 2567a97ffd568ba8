"""What it costs to hand a question to a worker and a picture back, in three ways: through a pair of sockets as the
server does it, through pipes, and through memory that both processes see. `python -m bench.handover` prints it.

Each way is tried between this process and a fork of it. Nothing is drawn: the picture is there already, and ends as
bytes of its own on this side, since it is kept.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import socket
import struct
from collections.abc import Callable, Mapping
from statistics import median
from time import process_time
from typing import Protocol

from bench.results import Section

SIZES = {"121 KB": 121_000, "810 KB": 810_000}  # the flat card and the photo card, as PNG
QUESTION = bytes(412)  # the packed question for a flat card
END = b"end"
QUESTIONS = 300
ROUNDS = 7
SHARED_BYTES = 64 << 20  # the longest answer that the server takes; only what is written to exists
LENGTH = struct.Struct(">I")
SECONDS = struct.Struct(">d")


class Way(Protocol):
    """A connection between two processes, made before the fork. Everything blocks."""

    def ask(self, question: bytes) -> bytes:
        """Here: the answer."""

    def hear(self) -> bytes:
        """There: the next question."""

    def answer(self, picture: bytes) -> None:
        """There."""

    def close(self) -> None: ...


class Sockets:
    """As between the web process and a worker."""

    def __init__(self) -> None:
        self._ours, self._theirs = socket.socketpair()
        self._room = bytearray(256 << 10)

    def ask(self, question: bytes) -> bytes:
        self._ours.sendall(LENGTH.pack(len(question)) + question)
        heard = self._ours.recv_into(self._room)
        (length,) = LENGTH.unpack_from(self._room)
        whole = LENGTH.size + length
        if whole > len(self._room):
            self._room += bytes(whole - len(self._room))
        while heard < whole:
            heard += self._ours.recv_into(memoryview(self._room)[heard:whole])
        return bytes(memoryview(self._room)[LENGTH.size : whole])

    def hear(self) -> bytes:
        (length,) = LENGTH.unpack(self._theirs.recv(LENGTH.size, socket.MSG_WAITALL))
        return self._theirs.recv(length, socket.MSG_WAITALL)

    def answer(self, picture: bytes) -> None:
        self._theirs.sendall(LENGTH.pack(len(picture)) + picture)

    def close(self) -> None:
        self._ours.close()
        self._theirs.close()


class Pipes:
    def __init__(self) -> None:
        self._questions, self._answers = os.pipe(), os.pipe()

    def ask(self, question: bytes) -> bytes:
        _write(self._questions[1], LENGTH.pack(len(question)) + question)
        return _read_frame(self._answers[0])

    def hear(self) -> bytes:
        return _read_frame(self._questions[0])

    def answer(self, picture: bytes) -> None:
        _write(self._answers[1], LENGTH.pack(len(picture)) + picture)

    def close(self) -> None:
        for end in (*self._questions, *self._answers):
            os.close(end)


class SharedMemory:
    """The picture in memory that both map, its length through the sockets."""

    def __init__(self) -> None:
        self._ours, self._theirs = socket.socketpair()
        self._shared = mmap.mmap(-1, SHARED_BYTES)

    def ask(self, question: bytes) -> bytes:
        self._ours.sendall(LENGTH.pack(len(question)) + question)
        (length,) = LENGTH.unpack(self._ours.recv(LENGTH.size, socket.MSG_WAITALL))
        return self._shared[:length]

    def hear(self) -> bytes:
        (length,) = LENGTH.unpack(self._theirs.recv(LENGTH.size, socket.MSG_WAITALL))
        return self._theirs.recv(length, socket.MSG_WAITALL)

    def answer(self, picture: bytes) -> None:
        self._shared[: len(picture)] = picture
        self._theirs.sendall(LENGTH.pack(len(picture)))

    def close(self) -> None:
        self._ours.close()
        self._theirs.close()
        self._shared.close()


WAYS: Mapping[str, Callable[[], Way]] = {
    "pair of Unix sockets, as it is": Sockets,
    "pipes": Pipes,
    "shared memory": SharedMemory,
}


def measure(*, questions: int = QUESTIONS, rounds: int = ROUNDS) -> Section:
    """Medians over rounds in which all take their turn."""
    found: dict[tuple[str, str], list[float]] = {(way, size): [] for way in WAYS for size in SIZES}
    for _ in range(rounds):
        for (way, size), costs in found.items():
            costs.append(cost_us(WAYS[way], os.urandom(SIZES[size]), questions=questions))
    rows = [[way, *(f"{median(found[way, size]):.0f}" for size in SIZES)] for way in WAYS]
    text = (
        f"A question of {len(QUESTION)} bytes to a worker and a picture back, nothing drawn: microseconds of processor "
        "time, both processes together, medians."
    )
    return Section("To a worker and back", text, ("", *SIZES), rows)


def cost_us(make: Callable[[], Way], picture: bytes, *, questions: int) -> float:
    """Processor time of both sides for one question. Raises ValueError when what came is not the picture."""
    with contextlib.closing(make()) as way:
        child = os.fork()
        if child == 0:
            _serve(way, picture)
        if way.ask(QUESTION) != picture:
            raise ValueError("the picture came out another")
        before = process_time()
        for _ in range(questions):
            way.ask(QUESTION)
        here = process_time() - before
        (there,) = SECONDS.unpack(way.ask(END))
    os.waitpid(child, 0)
    return (here + float(there)) / questions * 1e6


def _serve(way: Way, picture: bytes) -> None:
    """In the fork; never returns."""
    try:
        way.hear()
        way.answer(picture)
        before = process_time()
        while way.hear() != END:
            way.answer(picture)
        way.answer(SECONDS.pack(process_time() - before))
    finally:
        os._exit(0)


def _write(pipe: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(pipe, view) :]


def _read_frame(pipe: int) -> bytes:
    (length,) = LENGTH.unpack(os.read(pipe, LENGTH.size))
    parts = []
    while length:
        parts.append(os.read(pipe, length))
        length -= len(parts[-1])
    return b"".join(parts)


if __name__ == "__main__":
    print(measure().to_markdown())
