"""A plain HTTP client that costs little, because it shares the cores with the server it measures: one blocking
connection a thread, bodies received into memory that is there already, links made before the clock runs.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from time import perf_counter, process_time

KEPT_BODY = 10  # of every tenth answer the body is kept, to be checked
LARGEST_ANSWER = 16_000_000  # a card's is below one; memory that no answer reaches is never really taken
LARGEST_HEAD = 16_000
END_OF_HEAD = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class OutOfLinks(Exception):
    """The server answered more quickly than links were made for: the rate would be that of the links."""


@dataclass(frozen=True, slots=True)
class Reply:
    """`head` is the status line and the headers, in small letters. `body` is empty where it was not kept."""

    link: str
    ms: float
    head: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Load:
    """`cpu_ms` is the processor time of the clients."""

    replies: list[Reply]
    seconds: float
    cpu_ms: float


def ask(port: int, links: Sequence[str], *, clients: int, seconds: float) -> Load:
    """What `clients` at once were answered in that time, each asking for the next link when it has an answer, and each
    at least once."""
    numbered = iter(list(enumerate(links)))  # an iterator of a list is one that threads may share
    with ExitStack() as stack:
        connected = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(clients)]
        threads = stack.enter_context(ThreadPoolExecutor(clients))
        began, cpu = perf_counter(), process_time()
        found = [threads.submit(_client, connection, numbered, began + seconds) for connection in connected]
        replies = [reply for one in found for reply in one.result()]
        return Load(replies, perf_counter() - began, (process_time() - cpu) * 1000)


def _client(connection: socket.socket, links: Iterator[tuple[int, str]], until: float) -> list[Reply]:
    replies: list[Reply] = []
    buffer = memoryview(bytearray(LARGEST_ANSWER))
    while not replies or perf_counter() < until:
        number, link = next(links, (0, ""))
        if not link:
            raise OutOfLinks(f"links for {len(replies)} answers to one client are too few")
        began = perf_counter()
        connection.sendall(f"GET {link} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head, body = _receive(connection, buffer)
        ms = (perf_counter() - began) * 1000
        kept = bytes(body) if number % KEPT_BODY == 0 else b""
        replies.append(Reply(link, ms, head.decode("latin-1").lower(), kept))
    return replies


def _receive(connection: socket.socket, buffer: memoryview) -> tuple[bytes, memoryview]:
    """Head and body of one answer. The body lies in `buffer`, until the next one."""
    got, split = 0, -1
    while split < 0:
        got += _more(connection, buffer[got:LARGEST_HEAD])
        split = bytes(buffer[:got]).find(END_OF_HEAD)
    start = split + len(END_OF_HEAD)
    head = bytes(buffer[:start])
    length = _LENGTH.search(head)
    end = start + (int(length[1]) if length else 0)
    while got < end:
        # In one call, however many pieces it comes in: a call a piece would cost more than all the rest.
        got += _more(connection, buffer[got:end], socket.MSG_WAITALL)
    return head, buffer[start:end]


def _more(connection: socket.socket, into: memoryview, flags: int = 0) -> int:
    count = connection.recv_into(into, flags=flags)
    if count == 0:
        raise ConnectionError("the server ended the connection in the middle of an answer")
    return count
