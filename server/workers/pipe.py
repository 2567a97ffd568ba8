"""The web process's way of hearing a worker: pieces of a pipe become one answer, without ever waiting in the loop."""

from __future__ import annotations

import asyncio
import socket

from server.workers.messages import ANSWER_HEADER, Answer, Status

# The largest output is 12 MP; as PNG of noise that is 48 MB. Anything longer is no picture of ours.
MAX_ANSWER_BYTES = 64 << 20
FIRST_BYTES = 256 << 10  # more than most pictures: one read takes the whole answer


class Ear:
    """One worker's pipe and the room its answers are heard in."""

    def __init__(self, pipe: socket.socket) -> None:
        self._pipe = pipe
        self._room = bytearray(FIRST_BYTES)  # kept: fresh room for each answer costs more than reading it

    async def hear(self) -> Answer:
        """One answer, in as many reads as it takes. Raises OSError at the end of the pipe, ValueError for
        what no sound worker says."""
        heard = 0
        while heard < ANSWER_HEADER.size:
            heard += await self._read(memoryview(self._room)[heard:])
        length, number, status = ANSWER_HEADER.unpack_from(self._room)
        if length > MAX_ANSWER_BYTES:
            raise ValueError("the answer is longer than any picture")
        whole = ANSWER_HEADER.size + length
        room = self._room if whole <= FIRST_BYTES else self._room + bytes(whole - FIRST_BYTES)
        while heard < whole:
            heard += await self._read(memoryview(room)[heard:whole])
        if heard > whole:
            raise ValueError("a worker said more than it was asked")
        return Answer(number, Status(status), bytes(memoryview(room)[ANSWER_HEADER.size : whole]))

    async def _read(self, room: memoryview) -> int:
        count = await asyncio.get_running_loop().sock_recv_into(self._pipe, room)
        if not count:
            raise ConnectionResetError("the pipe has ended")
        return count
