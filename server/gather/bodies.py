"""Reads the body of an answer, counting while it reads, and unpacks gzip within the same limit."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

from server.gather.refusals import NotFetched
from server.report import Reason

_GZIP = zlib.MAX_WBITS | 16  # zlib's way to say: with gzip's header and checksum
_DIGITS = 20  # of a length; the parser takes no longer ones
_PLAIN = ("", "identity")
_PACKED = ("gzip", "x-gzip")


async def read_body(chunks: AsyncIterator[bytes], *, encoding: str, declared: str, max_bytes: int) -> bytes:
    """The whole body, at most `max_bytes` of it on the wire and unpacked. Raises NotFetched.

    `declared` is Content-Length: believed when it says too much, never when it says little. We ask for no encoding,
    but hosts that keep SVGs packed send them so whatever they are asked.
    """
    if declared.isdecimal() and int(declared[:_DIGITS]) > max_bytes:
        raise _too_large()
    unpack = _unpacker(encoding.strip().lower())
    body = bytearray()
    taken = 0
    async for chunk in chunks:
        taken += len(chunk)
        if taken > max_bytes:
            raise _too_large()
        body += unpack.feed(chunk, max_bytes - len(body)) if unpack else chunk
    if unpack is not None and not unpack.is_whole:
        raise NotFetched(Reason.UNREACHABLE)
    return bytes(body)


class _Unpacker:
    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(_GZIP)

    @property
    def is_whole(self) -> bool:
        return self._inflate.eof and not self._inflate.unused_data

    def feed(self, chunk: bytes, room: int) -> bytes:
        """What `chunk` unpacks to; never more than a byte over `room` is made."""
        try:
            made = self._inflate.decompress(chunk, room + 1)
        except zlib.error as error:
            raise NotFetched(Reason.UNREACHABLE) from error
        if len(made) > room:
            raise _too_large()
        return made


def _unpacker(encoding: str) -> _Unpacker | None:
    if encoding in _PLAIN:
        return None
    if encoding in _PACKED:
        return _Unpacker()
    raise NotFetched(Reason.UNREACHABLE)  # an answer in an encoding that was not asked for


def _too_large() -> NotFetched:
    return NotFetched(Reason.PICTURE_TOO_LARGE, is_settled=True)
