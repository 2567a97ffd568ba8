"""`/healthz`: the process is alive, and what its drawing processes went through.
`/readyz`: a picture can really be drawn.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.catalog.catalog import Catalog
from server.errors import NameplateError

READY_SECONDS = 2.0  # a proof stands for this long, so that eager probes do not become load


class Pool(Protocol):
    """What is told of a `WorkerPool`."""

    @property
    def alive(self) -> int: ...

    @property
    def kills(self) -> int: ...

    @property
    def offline(self) -> bool: ...


class Health:
    """`prove` draws one small picture afresh, past every cache, or raises a NameplateError."""

    def __init__(self, *, catalog: Catalog, pool: Pool, prove: Callable[[], Awaitable[None]]) -> None:
        self._catalog = catalog
        self._pool = pool
        self._prove = prove
        self._proven_until = 0.0

    async def alive(self, _: Request) -> Response:
        return JSONResponse(
            {
                "status": "alive",
                "renderers": {"alive": self._pool.alive, "kills": self._pool.kills, "offline": self._pool.offline},
                "templates": {"served": len(self._catalog), "broken": sorted(self._catalog.broken)},
            },
            headers={"cache-control": "no-store"},
        )

    async def ready(self, _: Request) -> Response:
        if time.monotonic() >= self._proven_until:
            try:
                await self._prove()
            except NameplateError as error:
                return JSONResponse(
                    {"status": "not ready", "problem": error.code, "detail": str(error)},
                    503,
                    {"cache-control": "no-store"},
                )
            self._proven_until = time.monotonic() + READY_SECONDS
        return JSONResponse({"status": "ready"}, headers={"cache-control": "no-store"})
