"""An answer is read whole or found broken, however it is cut into pieces; and never past what it may take."""

from __future__ import annotations

import asyncio
import gzip

import httptools
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.gather.bodies import read_body
from server.gather.location import read_location
from server.gather.refusals import NotFetched
from server.gather.wire import BrokenAnswer, ask
from server.report import Reason
from tests.gather.villain import answer

OK = b"HTTP/1.1 200 OK\r\n"
LIMIT = 100_000
Read = tuple[int, dict[str, str], bytes]


class Sink:
    """Stands where the connection's writing end is."""

    def __init__(self) -> None:
        self.written = b""

    def write(self, data: bytes) -> None:
        self.written += data

    async def drain(self) -> None: ...


async def read(pieces: list[bytes], *, limit: int = LIMIT) -> Read:
    reader = asyncio.StreamReader()
    for piece in pieces:
        reader.feed_data(piece)
    reader.feed_eof()
    found = await ask(read_location("http://a.com/x?y"), {}, reader, Sink())  # type: ignore[arg-type]  # all it uses
    encoding, declared = found.headers.get("content-encoding", ""), found.headers.get("content-length", "")
    body = await read_body(found.body, encoding=encoding, declared=declared, max_bytes=limit)
    return found.status, dict(found.headers), body


@pytest.mark.parametrize(
    ("data", "body"),
    [
        (answer(b"abc"), b"abc"),
        (answer(b"abc") + answer(b"another"), b"abc"),
        (answer(b"abc") + b"rubbish", b"abc"),
        (b"HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\n" + answer(b"abc"), b"abc"),
        (OK + b"\r\nabc", b"abc"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\nTrailer: x\r\n\r\n", b"abc"),
        (answer(gzip.compress(b"abc"), "Content-Encoding: GZIP "), b"abc"),
        (answer(b"abc", "Content-Encoding: identity"), b"abc"),
        (b"HTTP/1.0 200 OK\r\n\r\nabc", b"abc"),
    ],
)
def test_an_answer_is_read_whole(data: bytes, body: bytes) -> None:
    for pieces in ([data], [data[at : at + 1] for at in range(len(data))]):
        status, headers, found = asyncio.run(read(pieces))
        assert (status, found) == (200, body)
        assert "x-early" not in headers


@pytest.mark.parametrize(
    "data",
    [
        b"", b"HTTP/1.1", OK, OK + b"Content-Length: 9\r\n\r\nabc",
        OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
        OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", OK + b"Content-Length: -1\r\n\r\n",
        OK + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n" * 5,
        OK + b"X: " + b"a" * 33_000 + b"\r\n\r\n", OK + b"X: y\r\n" * 9000 + b"\r\n", b"HTTP/9.9 200 OK\r\n\r\n",
        b"<html>", b"HTTP/1.1 101 Switch\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 50_000 + b"0\r\n\r\n",
    ],
)  # fmt: skip
def test_what_is_cut_off_or_out_of_proportion_is_broken(data: bytes) -> None:
    with pytest.raises(BrokenAnswer):
        asyncio.run(read([data]))


def sendings(body: bytes) -> list[bytes]:
    return [
        answer(body),
        OK + b"\r\n" + body,
        OK + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body),
        answer(gzip.compress(body), "Content-Encoding: gzip"),
    ]


@pytest.mark.parametrize("way", range(4))
def test_the_limit_counts_what_comes_and_what_it_unpacks_to(way: int) -> None:
    for size in (LIMIT - 1, LIMIT):
        assert asyncio.run(read([sendings(bytes(size))[way]]))[2] == bytes(size)
    with pytest.raises(NotFetched) as refusal:
        asyncio.run(read([sendings(bytes(LIMIT + 1))[way]]))
    assert refusal.value.reason is Reason.PICTURE_TOO_LARGE


class NeverRead:
    def __aiter__(self) -> NeverRead:
        return self

    async def __anext__(self) -> bytes:
        raise AssertionError("nothing is read when the length says too much")


@pytest.mark.parametrize("declared", [str(LIMIT + 1), "9" * 5000])
def test_a_length_that_says_too_much_is_believed(declared: str) -> None:
    with pytest.raises(NotFetched):
        asyncio.run(read_body(NeverRead(), encoding="", declared=declared, max_bytes=LIMIT))


fragments = st.sampled_from(
    [OK, b"HTTP/1.1 304 N\r\n", b"HTTP/1.1 100 C\r\n", b"\r\n", b"\r\n\r\n", b"Content-Length: 3\r\n", b"abc", b"0",
     b":", b"Transfer-Encoding: chunked\r\n", b"3\r\nabc\r\n", b"0\r\n\r\n", b"Content-Encoding: gzip\r\n", b"\x00",
     b"\xff", b"Location: \xff\xfe\r\n", gzip.compress(b"abc"), b"a: b\r\n", b" ", b"\n"]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.one_of(fragments, st.binary(max_size=20)), max_size=20))
def test_any_bytes_are_an_answer_or_broken(pieces: list[bytes]) -> None:
    try:
        status, headers, body = asyncio.run(read(pieces))
    except (BrokenAnswer, NotFetched):
        return
    assert status >= 200
    assert len(body) <= LIMIT
    assert all(name == name.lower() for name in headers)


def test_the_parser_is_the_strict_one() -> None:
    with pytest.raises(httptools.HttpParserError):
        httptools.HttpResponseParser(Sink()).feed_data(b"HTTP/1.1 200 OK\nA: b\n\n")
