"""From an address in a signed link to pixels: a real host, gatherer, pool and store. What the host does must never cost
an image, and what it gives must come out where the template has room for it.
"""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from server.catalog.catalog import Catalog, Published
from server.catalog.resolve import Drawing
from server.catalog.template import build_template
from server.gather.gather import Gatherer
from server.gather.rules import Leniency
from server.report import Fallback, Reason
from server.service import Answer, Service
from server.store.disk import DiskStore
from server.store.memory import MemoryStore
from server.store.tiers import PictureStore
from server.urls.keys import FixedKeys
from server.urls.signing import sign_values
from server.urls.target import parse_path
from server.workers.pool import WorkerPool
from server.workers.turns import Turns
from tests.conftest import ROOT
from tests.support.house import KEY, NOW, RING

MANIFEST = """
[params.logo]
type = "image"
fallback = ["spare.png"]
"""
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="60"><rect width="100" height="60" fill="#fff"/>'
    b'<image href="{{ logo }}" x="20" y="10" width="40" height="40"/></svg>'
)
RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)
DEADLINE_SECONDS = 20.0  # a guard for a busy machine, not a measure


def flat(color: tuple[int, int, int], format: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), color).save(out, format)
    return out.getvalue()


class Host:
    """A web host on loopback; `answers` maps a path to status and body."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.asked: list[str] = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked.append(self.path)
                status, body = host.answers.get(self.path, (404, b""))
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    def link(self, path: str) -> str:
        return sign_values("card", {"logo": f"http://127.0.0.1:{self.port}{path}"}, key=KEY)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    yield host
    host.close()


@asynccontextmanager
async def service(folder: Path, host: Host, *, is_strict: bool = False) -> AsyncIterator[Service]:
    files = {"template.svg": SVG, "manifest.toml": MANIFEST.encode(), "spare.png": flat(BLUE)}
    catalog = Catalog()
    catalog.publish(Published(build_template("card", files)))
    pool = WorkerPool(count=1, fonts=(ROOT / "fonts" / "inter",), render_seconds=DEADLINE_SECONDS)
    leniency = Leniency() if is_strict else Leniency(frozenset({host.port}), frozenset({"127.0.0.1"}))
    gatherer = Gatherer(pool.normalise, folder / "sources", leniency=leniency)
    store = PictureStore(MemoryStore(1_000_000), DiskStore(folder / "cache", max_bytes=50_000_000))
    await pool.start()
    try:
        yield Service(
            catalog=catalog,
            ring=FixedKeys(RING),
            store=store,
            turns=Turns(pool, store, queue_limit=4),
            drawing=Drawing(12_000_000, "r"),
            allow_unsigned=False,
            deadline_seconds=DEADLINE_SECONDS,
            now=lambda: NOW,
            gatherer=gatherer,
        )
    finally:
        await gatherer.close()
        await pool.close()
        await store.close()


async def ask(service: Service, link: str) -> Answer:
    path, _, query = link.partition("?")
    return await service.answer(parse_path(path), query.encode())


def color_of(answer: Answer) -> object:
    """The colour in the middle of the place for the logo."""
    assert answer.problem is None
    assert answer.picture is not None
    image = Image.open(io.BytesIO(answer.picture.body)).convert("RGB")
    assert image.getpixel((5, 5)) == WHITE
    return image.getpixel((40, 30))


@pytest.mark.parametrize("format", ["PNG", "GIF", "WEBP"])
def test_a_logo_from_a_host_is_drawn_in_its_place(tmp_path: Path, host: Host, format: str) -> None:
    host.answers["/logo"] = (200, flat(RED, format))

    async def scenario() -> None:
        async with service(tmp_path, host) as served:
            first, second = await ask(served, host.link("/logo")), await ask(served, host.link("/logo"))
        shown = color_of(first)
        assert isinstance(shown, tuple)
        assert shown[0] > 250
        assert max(shown[1:]) < 5
        assert (first.fallbacks, second.found) == ((), "memory")
        assert host.asked == ["/logo"]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (404, b"", Reason.BAD_STATUS),
        (200, b"<html>sign in first</html>", Reason.NOT_A_PICTURE),
        (200, flat(RED)[:60], Reason.DAMAGED),
    ],
)
def test_what_is_no_picture_is_the_spare_one_and_says_why(
    tmp_path: Path, host: Host, status: int, body: bytes, reason: Reason
) -> None:
    host.answers["/logo"] = (status, body)

    async def scenario() -> None:
        async with service(tmp_path, host) as served:
            answer = await ask(served, host.link("/logo"))
        assert color_of(answer) == BLUE
        assert answer.fallbacks == (Fallback("logo", reason),)

    asyncio.run(scenario())


def test_a_host_that_is_gone_is_the_spare_picture_for_a_minute(tmp_path: Path, host: Host) -> None:
    link = host.link("/logo")
    host.close()

    async def scenario() -> None:
        async with service(tmp_path, host) as served:
            answer = await ask(served, link)
        assert color_of(answer) == BLUE
        assert answer.fallbacks == (Fallback("logo", Reason.UNREACHABLE),)
        assert not answer.is_settled

    asyncio.run(scenario())


def test_a_restart_still_has_the_picture_of_a_host_that_is_gone(tmp_path: Path, host: Host) -> None:
    host.answers["/logo"] = (200, flat(RED))
    link = host.link("/logo")

    async def scenario() -> None:
        async with service(tmp_path, host) as served:
            assert color_of(await ask(served, link)) == RED
        host.close()
        async with service(tmp_path, host) as served:
            answer = await ask(served, link)
        assert (color_of(answer), answer.fallbacks, answer.found) == (RED, (), "disk")

    asyncio.run(scenario())


def test_the_machine_itself_is_never_asked(tmp_path: Path, host: Host) -> None:
    host.answers["/logo"] = (200, flat(RED))

    async def scenario() -> None:
        async with service(tmp_path, host, is_strict=True) as served:
            answer = await ask(served, host.link("/logo"))
        assert color_of(answer) == BLUE
        assert answer.fallbacks == (Fallback("logo", Reason.ADDRESS_REFUSED),)
        assert host.asked == []

    asyncio.run(scenario())
