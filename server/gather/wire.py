"""One HTTP/1.1 question and its answer over a connection. The parser is llhttp's; what is bounded is bounded here.

Not an HTTP client library: the one that was tried queues interim answers without end. Eight connections that sent
nothing but `100 Continue` stopped the event loop for 22 seconds and took 1.4 GB (aiohttp 3.14, uvloop). Here a small
piece is parsed at a time, and between two of them others have their turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import httptools

from server import __version__
from server.gather.location import Location

USER_AGENT = f"Nameplate/{__version__}"

_PIECE_BYTES = 16 * 1024
_MAX_HEAD_BYTES = 32 * 1024  # all that comes before the body, interim answers included; nginx reads 32 kB of a client
_MAX_INTERIM = 4  # 100 and 103 are all that is in use
_MAX_OVERHEAD = 2  # bytes on the wire for each byte of the body: chunks of less than six bytes are an attack
_FIRST_FINAL = 200

_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "image/png, image/jpeg, image/webp, image/gif, image/svg+xml;q=0.9",
    "Accept-Encoding": "identity",  # pictures are compressed; what is compressed twice is more often a bomb
    "Connection": "close",
}


class BrokenAnswer(Exception):
    """What came is no HTTP, is cut off, or is out of all proportion."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer, with names of headers in lower case; `body` gives the rest as it comes."""

    status: int
    headers: Mapping[str, str]
    body: AsyncIterator[bytes]


async def ask(
    location: Location, headers: Mapping[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Answer:
    """Asks, and reads the head. Raises BrokenAnswer or OSError, as reading the body does."""
    lines = [f"GET {location.target} HTTP/1.1", f"Host: {location.authority}"]
    lines += [f"{name}: {value}" for name, value in {**_HEADERS, **headers}.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode("ascii"))
    await writer.drain()
    reading = _Reading(reader)
    await reading.read_head()
    return Answer(reading.status, reading.headers, reading.body())


class _Reading:
    """Feeds the parser, and is told by it what it finds: maybe interim answers first, maybe more than was asked for."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self._reader = reader
        self._parser = httptools.HttpResponseParser(self)
        self._pieces: list[bytes] = []
        self._interim = 0
        self._taken_bytes = 0
        self._body_bytes = 0
        self._has_head = False
        self._is_whole = False

    async def read_head(self) -> None:
        while not self._has_head:
            is_open = await self._step()
            head_bytes = self._taken_bytes - sum(map(len, self._pieces))
            if not is_open or self._interim > _MAX_INTERIM or head_bytes > _MAX_HEAD_BYTES:
                raise BrokenAnswer

    async def body(self) -> AsyncIterator[bytes]:
        while True:
            pieces, self._pieces = self._pieces, []
            for piece in pieces:
                self._body_bytes += len(piece)
                yield piece
            if self._is_whole:
                return
            if self._taken_bytes > _MAX_HEAD_BYTES + 2 * _PIECE_BYTES + _MAX_OVERHEAD * self._body_bytes:
                raise BrokenAnswer
            if not await self._step():
                if self._has_length():
                    raise BrokenAnswer
                return

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._has_head:
            key, text = name.decode("latin-1").lower(), value.decode("utf-8", "surrogateescape")
            self.headers[key] = f"{self.headers[key]}, {text}" if key in self.headers else text

    def on_headers_complete(self) -> None:
        if not self._has_head:
            self.status = self._parser.get_status_code()
            self._has_head = self.status >= _FIRST_FINAL

    def on_body(self, data: bytes) -> None:
        if not self._is_whole:
            self._pieces.append(data)

    def on_message_complete(self) -> None:
        if self._has_head:
            self._is_whole = True
        else:
            self._interim += 1
            self.headers.clear()

    async def _step(self) -> bool:
        """Parses one piece of what came; False at the end of the connection."""
        piece = await self._reader.read(_PIECE_BYTES)
        if not piece:
            return False
        self._taken_bytes += len(piece)
        try:
            self._parser.feed_data(piece)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            # What follows a whole answer is not looked at, so it cannot break it either.
            if not self._is_whole:
                raise BrokenAnswer from error
        await asyncio.sleep(0)  # a full buffer gives no one else a turn
        return True

    def _has_length(self) -> bool:
        """Whether the answer says where it ends. Otherwise the end of the connection is its end."""
        return "content-length" in self.headers or "chunked" in self.headers.get("transfer-encoding", "").lower()
