"""A body is read within its limit, packed or not, and unpacking it never takes long at a time."""

from __future__ import annotations

import asyncio
import gzip
import os
from collections.abc import AsyncIterator, Sequence

import pytest

from server.gather import bodies
from server.gather.bodies import read_body
from server.gather.refusals import NotFetched
from server.report import Reason

PHOTO = os.urandom(300_000) + bytes(700_000)


class Chunks:
    """Counts how many of its chunks are taken."""

    def __init__(self, chunks: Sequence[bytes]) -> None:
        self.taken = 0
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            self.taken += 1
            yield chunk


def read(chunks: Chunks, *, encoding: str = "gzip", max_bytes: int = 5_000_000) -> bytes | Reason:
    try:
        return asyncio.run(read_body(aiter(chunks), encoding=encoding, declared="", max_bytes=max_bytes))
    except NotFetched as refusal:
        return refusal.reason


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 7, 16_384, 10_000_000])
@pytest.mark.parametrize("body", [b"", b"x", PHOTO, bytes(5_000_000)], ids=["empty", "tiny", "photo", "zeros"])
def test_what_was_packed_is_unpacked_however_it_comes(body: bytes, size: int) -> None:
    assert read(Chunks(cut(gzip.compress(body), size))) == body


@pytest.mark.parametrize("encoding", ["", "identity", "gzip", "x-gzip"])
def test_a_byte_over_the_limit_is_too_many(encoding: str) -> None:
    sent = gzip.compress(PHOTO) if "gzip" in encoding else PHOTO
    assert read(Chunks([sent]), encoding=encoding, max_bytes=len(PHOTO)) == PHOTO
    assert read(Chunks([sent]), encoding=encoding, max_bytes=len(PHOTO) - 1) is Reason.PICTURE_TOO_LARGE


def test_what_follows_the_end_is_refused_with_its_first_byte() -> None:
    """zlib would keep it, and copy all of it with each chunk that comes."""
    chunks = Chunks([gzip.compress(b"x" * 100), *[b"ABCDEF"] * 1000])
    assert read(chunks) is Reason.UNREACHABLE
    assert chunks.taken == 2
    assert read(Chunks([gzip.compress(b"x") * 2])) is Reason.UNREACHABLE


def test_what_unpacks_to_much_is_unpacked_in_steps_with_turns_for_others_between() -> None:
    packed = gzip.compress(bytes(5_000_000))

    async def story() -> tuple[int, list[int]]:
        unpacker, turns = bodies._Unpacker(), 0

        async def others() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        other = asyncio.create_task(others())
        sizes = [len(made) async for made in unpacker.feed(packed)]
        other.cancel()
        return turns, sizes

    turns, sizes = asyncio.run(story())
    assert sum(sizes) == 5_000_000
    assert max(sizes) <= bodies._STEP_BYTES
    assert turns >= len(sizes) - 1
