"""A plain HTTP client that costs little: several connections, each asking for the next link when it has an answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

KEPT_BODY = 10  # of every tenth answer the body is kept, to be checked
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """`head` is the status line and the headers, in small letters. `body` is empty where it was not kept."""

    link: str
    ms: float
    head: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Load:
    replies: list[Reply]
    seconds: float


def ask(port: int, links: Iterator[str], *, clients: int, seconds: float) -> Load:
    """What `clients` at once were answered in that time."""
    return asyncio.run(_ask(port, links, clients, seconds))


async def _ask(port: int, links: Iterator[str], clients: int, seconds: float) -> Load:
    began = perf_counter()
    replies: list[Reply] = []
    await asyncio.gather(*(_client(port, links, began + seconds, replies) for _ in range(clients)))
    return Load(replies, perf_counter() - began)


async def _client(port: int, links: Iterator[str], until: float, replies: list[Reply]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while perf_counter() < until:
            link = next(links)
            began = perf_counter()
            writer.write(f"GET {link} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            body = await reader.readexactly(int(length[1]) if length else 0)
            ms = (perf_counter() - began) * 1000
            is_kept = len(replies) % KEPT_BODY == 0
            replies.append(Reply(link, ms, head.decode("latin-1").lower(), body if is_kept else b""))
    finally:
        writer.close()
        await writer.wait_closed()
