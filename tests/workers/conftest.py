"""A pool of real worker processes whose drawings are those of `drawing_jobs.py`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from server.catalog.manifest import Manifest
from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.images import Format
from server.workers.jobs import Jobs
from server.workers.pool import WorkerPool

HERE = Path(__file__).parent
JOBS = Jobs("drawing_jobs:prepare", "drawing_jobs:draw", "drawing_jobs:check", "drawing_jobs:normalise")
GUARD_SECONDS = 60.0  # only ends a test that would otherwise never end


@pytest.fixture(autouse=True)
def _jobs_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(HERE)


@pytest.fixture
def run() -> Iterator[Callable[[Coroutine[Any, Any, None]], None]]:
    """Runs one scenario, in a loop that tells of every error nobody heard."""
    unheard: list[str] = []

    async def guarded(scenario: Coroutine[Any, Any, None]) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: unheard.append(context["message"]))
        async with asyncio.timeout(GUARD_SECONDS):
            await scenario

    yield lambda scenario: asyncio.run(guarded(scenario))
    assert unheard == []


@pytest.fixture
def pool_of() -> Callable[..., Any]:
    @asynccontextmanager
    async def opened(count: int, **more: Any) -> AsyncIterator[WorkerPool]:
        usual = {"fonts": (), "jobs": JOBS, "render_seconds": GUARD_SECONDS}
        pool = WorkerPool(count=count, **{**usual, **more})
        await pool.start()
        try:
            yield pool
        finally:
            await pool.close()

    return opened


@pytest.fixture
def template() -> Callable[..., Template]:
    def made(digest: str = "d1", svg: bytes = b"<svg/>") -> Template:
        files = {"template.svg": svg}
        return Template("card", Manifest(title="Card"), 10, 10, files, (), digest)

    return made


@pytest.fixture
def spec() -> Callable[..., RenderSpec]:
    def made(act: str, **values: str) -> RenderSpec:
        every = tuple(sorted({"act": act, **values}.items()))
        return RenderSpec("card", "d1", Format.PNG, 10, 10, 1.0, every, (), "r1")

    return made


class Line:
    """Where the drawings of `call` report; what they draw is what they are told here."""

    def __init__(self, path: Path) -> None:
        self.address = str(path)
        self._writers: list[asyncio.StreamWriter] = []
        self._calls: asyncio.Queue[tuple[int, asyncio.StreamWriter]] = asyncio.Queue()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with await asyncio.start_unix_server(self._answered, self.address):
            yield
            # Inside: from Python 3.12 on, closing a server waits for its connections.
            for writer in self._writers:
                writer.close()
                with suppress(ConnectionError):  # the worker at the other end was killed
                    await writer.wait_closed()

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self._calls.put_nowait((int(await reader.readline()), writer))

    async def next(self) -> tuple[int, Callable[[bytes], Awaitable[None]]]:
        """The process that has begun to draw, and how to tell it what."""
        pid, writer = await self._calls.get()

        async def tell(word: bytes) -> None:
            writer.write(word)
            await writer.drain()

        return pid, tell

    @property
    def is_silent(self) -> bool:
        return self._calls.empty()


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(tmp_path / "line")
