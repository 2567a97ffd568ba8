"""What can connect a process and its fork: a pair of sockets, pipes, shared memory. A question goes one way and a
picture the other, each with its length before it.
"""

from __future__ import annotations

import mmap
import os
import socket
import struct
from typing import NoReturn, Protocol

SHARED_BYTES = 64 << 20  # the longest answer that the server takes; only what is written to exists
FIRST_BYTES = 256 << 10  # as in server/workers/pipe.py: most pictures in one read
LENGTH = struct.Struct(">I")


class Line(Protocol):
    """What connects this process and its fork, made before the fork. Everything blocks. Raises EOFError or OSError
    when the other side has ended."""

    def keep_ours(self) -> None:
        """Lets go of the other side's ends: only then is its end heard."""

    def keep_theirs(self) -> None: ...

    def ask(self, question: bytes) -> bytes:
        """Here: the answer."""

    def hear(self) -> bytes:
        """There: the next question."""

    def answer(self, picture: bytes) -> None:
        """There."""

    def close(self) -> None: ...


class _Pair:
    """A pair of Unix sockets, through which questions go."""

    def __init__(self) -> None:
        self._ours, self._theirs = socket.socketpair()

    def keep_ours(self) -> None:
        self._theirs.close()

    def keep_theirs(self) -> None:
        self._ours.close()

    def hear(self) -> bytes:
        return _read_frame(self._theirs)

    def close(self) -> None:
        self._ours.close()
        self._theirs.close()


class Sockets(_Pair):
    """As the server has a pair to each worker: answers go through it, too."""

    def __init__(self) -> None:
        super().__init__()
        self._room = bytearray(FIRST_BYTES)

    def ask(self, question: bytes) -> bytes:
        self._ours.sendall(LENGTH.pack(len(question)) + question)
        heard = 0
        while heard < LENGTH.size:
            heard += self._read(memoryview(self._room)[heard:])
        whole = LENGTH.size + LENGTH.unpack_from(self._room)[0]
        room = self._room if whole <= FIRST_BYTES else self._room + bytes(whole - FIRST_BYTES)
        while heard < whole:
            heard += self._read(memoryview(room)[heard:whole])
        return bytes(memoryview(room)[LENGTH.size : whole])

    def _read(self, room: memoryview) -> int:
        return self._ours.recv_into(room) or _at_end()

    def answer(self, picture: bytes) -> None:
        self._theirs.sendall(LENGTH.pack(len(picture)) + picture)


class Pipes:
    def __init__(self) -> None:
        (self._hears, self._asks), (self._listens, self._answers) = os.pipe(), os.pipe()
        self._open = {self._hears, self._asks, self._listens, self._answers}

    def keep_ours(self) -> None:
        self._close(self._hears, self._answers)

    def keep_theirs(self) -> None:
        self._close(self._asks, self._listens)

    def ask(self, question: bytes) -> bytes:
        _write(self._asks, LENGTH.pack(len(question)) + question)
        return _read_pipe(self._listens)

    def hear(self) -> bytes:
        return _read_pipe(self._hears)

    def answer(self, picture: bytes) -> None:
        _write(self._answers, LENGTH.pack(len(picture)) + picture)

    def close(self) -> None:
        self._close(*self._open)

    def _close(self, *ends: int) -> None:
        for end in ends:
            os.close(end)
        self._open -= set(ends)


class SharedMemory(_Pair):
    """The picture in memory that both map, its length through the sockets."""

    def __init__(self) -> None:
        super().__init__()
        self._shared = mmap.mmap(-1, SHARED_BYTES)

    def ask(self, question: bytes) -> bytes:
        self._ours.sendall(LENGTH.pack(len(question)) + question)
        (length,) = LENGTH.unpack(_read_whole(self._ours, LENGTH.size))
        return self._shared[:length]

    def answer(self, picture: bytes) -> None:
        self._shared[: len(picture)] = picture
        self._theirs.sendall(LENGTH.pack(len(picture)))

    def close(self) -> None:
        super().close()
        self._shared.close()


def _at_end() -> NoReturn:
    raise EOFError("the other side has ended")


def _read_frame(pipe: socket.socket) -> bytes:
    (length,) = LENGTH.unpack(_read_whole(pipe, LENGTH.size))
    return _read_whole(pipe, length)


def _read_whole(pipe: socket.socket, size: int) -> bytes:
    data = pipe.recv(size, socket.MSG_WAITALL)
    return data if len(data) == size else _at_end()


def _write(pipe: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(pipe, view) :]


def _read_pipe(pipe: int) -> bytes:
    (left,) = LENGTH.unpack(os.read(pipe, LENGTH.size) or _at_end())
    parts = []
    while left:
        parts.append(os.read(pipe, left) or _at_end())
        left -= len(parts[-1])
    return b"".join(parts)
