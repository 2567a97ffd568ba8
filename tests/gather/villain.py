"""A host on loopback that behaves in every bad way, with real sockets; or well, once it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import io
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable

from PIL import Image

OWN_ADDRESS = "127.0.0.77"  # allowed in tests; every other address of 127.0.0.0/8 stays forbidden

Writer = asyncio.StreamWriter
Behaviour = Callable[["Villain", Writer], Awaitable[None]]


def png(color: tuple[int, int, int] = (200, 30, 60), side: int = 8) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), color).save(out, "PNG")
    return out.getvalue()


def jpeg(comment: bytes = b"", side: int = 64) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(out, "JPEG", comment=comment)
    return out.getvalue()


def png_bomb(side: int = 20_000) -> bytes:
    """One bit a pixel, all the same: 50 kB that unpack to 50 MB, and to 1.6 GB as RGBA."""
    out = io.BytesIO()
    Image.new("1", (side, side)).save(out, "PNG")
    return out.getvalue()


WEBP_BOMB = (  # 34 bytes, lossless, 13,000 pixels a side
    b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0e\x00\x00\x00\x2f"
    + (12_999 | 12_999 << 14).to_bytes(4, "little")
    + b"\x00\x00\x00\x00\x00\x00\x00\x00\x00"
)
GZIP_BOMB = gzip.compress(png() + bytes(50_000_000))


def answer(body: bytes, *headers: str, status: str = "200 OK", kind: str = "image/png") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Villain:
    """`asked` counts requests by path, `connections` all there were; `seen` keeps the heads of the requests."""

    def __init__(self) -> None:
        self.is_good = False
        self.good = answer(png())
        self.asked: Counter[str] = Counter()
        self.connections = 0
        self.seen: list[str] = []
        self.may_answer = asyncio.Event()
        self.was_asked = asyncio.Condition()
        self.behaviours: dict[str, Behaviour] = dict(BEHAVIOURS)
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def url(self, path: str) -> str:
        return f"http://{OWN_ADDRESS}:{self.port}/{path}"

    async def start(self, address: str = OWN_ADDRESS) -> None:
        self._server = await asyncio.start_server(self._serve, address, 0)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        self.connections += 1
        try:
            # Of a task that was cancelled, Python 3.11's server would complain.
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                await self._answer(head, writer)
        finally:
            self._serving.discard(task)
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _answer(self, head: str, writer: Writer) -> None:
        path = head.split()[1].lstrip("/")
        self.asked[path] += 1
        self.seen.append(head)
        async with self.was_asked:
            self.was_asked.notify_all()
        if self.is_good:
            writer.write(self.good)
        else:
            await self.behaviours[path.split("?")[0]](self, writer)
        await writer.drain()


@contextlib.asynccontextmanager
async def running_villain() -> AsyncIterator[Villain]:
    villain = Villain()
    await villain.start()
    try:
        yield villain
    finally:
        await villain.stop()


def says(data: bytes) -> Behaviour:
    async def behave(villain: Villain, writer: Writer) -> None:
        writer.write(data)

    return behave


def redirects(to: str) -> Behaviour:
    async def behave(villain: Villain, writer: Writer) -> None:
        writer.write(answer(b"", f"Location: {to.format(port=villain.port)}", status="302 Found"))

    return behave


async def waits(villain: Villain, writer: Writer) -> None:
    """Answers well, but only when the test says so."""
    await villain.may_answer.wait()
    writer.write(villain.good)


async def _hangs(villain: Villain, writer: Writer) -> None:
    await asyncio.Event().wait()


async def _drips(villain: Villain, writer: Writer) -> None:
    writer.write(answer(png())[: -len(png())])
    for byte in png() * 100:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.02)


async def _drips_headers(villain: Villain, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X: y\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _stalls(villain: Villain, writer: Writer) -> None:
    writer.write(answer(png())[: -len(png())])
    await asyncio.Event().wait()


async def _endless(villain: Villain, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n" + png())
    while True:
        writer.write(bytes(65536))
        await writer.drain()


async def _two_lengths(villain: Villain, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + bytes(65536) + b"\r\n")
        await writer.drain()


async def _endless_chunked(villain: Villain, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + bytes(65536) + b"\r\n")
        await writer.drain()


async def _flood_of_interim_answers(villain: Villain, writer: Writer) -> None:
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)
        await writer.drain()


async def _gzip_and_more(villain: Villain, writer: Writer) -> None:
    """A whole picture, and then chunks without end that zlib would keep. Six bytes each: fewer would be out of all
    proportion to what they carry, and refused for that."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
    packed = gzip.compress(png())
    writer.write(b"%x\r\n%s\r\n" % (len(packed), packed))
    while True:
        writer.write(b"6\r\nABCDEF\r\n" * 10_000)
        await writer.drain()


async def _tiny_chunks(villain: Villain, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1\r\nx\r\n" * 10_000)
        await writer.drain()


async def _closes(villain: Villain, writer: Writer) -> None:
    return


async def _resets(villain: Villain, writer: Writer) -> None:
    writer.transport.abort()


HTML = b"<!DOCTYPE html><html><body>Please log in</body></html>"

BEHAVIOURS: dict[str, Behaviour] = {
    "good": says(answer(png())),
    "waits": waits,
    "no-answer": _hangs,
    "closes": _closes,
    "resets": _resets,
    "error-500": says(answer(HTML, status="500 Oops", kind="text/html")),
    "error-503": says(answer(png(), status="503 Busy")),
    "error-429": says(answer(b"", status="429 Slow Down")),
    "error-404": says(answer(png(), status="404 Not Found")),
    "error-403": says(answer(b"", status="403 Forbidden")),
    "unasked-304": says(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    "drip": _drips,
    "drip-headers": _drips_headers,
    "stall": _stalls,
    "endless": _endless,
    "endless-chunked": _endless_chunked,
    "tiny-chunks": _tiny_chunks,
    "two-lengths": _two_lengths,
    "interim-flood": _flood_of_interim_answers,
    "says-too-long": says(b"HTTP/1.1 200 OK\r\nContent-Length: 5000001\r\n\r\n" + png()),
    "wrong-type": says(answer(b"\x00\x01\x02\x03 what is this", kind="image/png")),
    "empty": says(answer(b"")),
    "html": says(answer(HTML, kind="image/png")),
    "loop": redirects("/loop"),
    "redirect-inward": redirects("http://127.0.0.1:{port}/good"),
    "redirect-metadata": redirects("http://169.254.169.254/latest/meta-data/"),
    "redirect-file": redirects("file:///etc/passwd"),
    "redirect-port": redirects("http://127.0.0.77:22/"),
    "redirect-nowhere": says(answer(b"", status="302 Found")),
    "gzip-bomb": says(answer(GZIP_BOMB, "Content-Encoding: gzip")),
    "gzip-broken": says(answer(gzip.compress(png())[:-9], "Content-Encoding: gzip")),
    "gzip-and-more": _gzip_and_more,
    "gzip-two-members": says(answer(gzip.compress(png()) * 2, "Content-Encoding: gzip")),
    "gzip-not": says(answer(png(), "Content-Encoding: gzip")),
    "brotli": says(answer(png(), "Content-Encoding: br")),
    "deflate": says(answer(zlib.compress(png()), "Content-Encoding: deflate")),
    "truncated": says(answer(png())[:-20]),
    "webp-bomb": says(answer(WEBP_BOMB, kind="image/webp")),
    "png-bomb": says(answer(png_bomb())),
    "half-jpeg": says(answer(jpeg()[:200], kind="image/jpeg")),
    "long-header": says(answer(png(), "X-Long: " + "a" * 40_000)),
    "many-headers": says(answer(png(), *(f"X-{number}: y" for number in range(5000)))),
    "not-http": says(b"SSH-2.0-OpenSSH_9.2p1\r\n"),
    "bad-chunks": says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
}
