"""One log line for each request: method, path, status, size, time, and what went wrong. Never a value: no query, no
client address, and of the path only what is a template's name or ours (the server's own log would write it whole).

A line by itself costs as much as a cached answer, so lines are gathered for a moment and written together, as one
record of several lines; `EveryLine` puts time and level before each.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("nameplate.access")

FORMAT = "%(asctime)s %(levelname)s %(message)s"
GATHER_SECONDS = 0.05  # by which a line may be late, and its time with it
_SHOWN = frozenset({b"content-length", b"cache-status", b"nameplate-problem", b"nameplate-fallback"})


class AccessLog:
    """ASGI middleware. `shown_path` turns a path into what may be written down."""

    def __init__(self, app: ASGIApp, *, shown_path: Callable[[str], str]) -> None:
        self._app = app
        self._shown_path = shown_path
        self._gathered: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        if scope["type"] != "http" or not self.is_on():
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = "-"
        seen: dict[bytes, str] = {}

        async def watched_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
                seen.update((name, value.decode("latin-1")) for name, value in message["headers"] if name in _SHOWN)
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
        finally:
            ms = (time.perf_counter() - started) * 1000
            size = seen.get(b"content-length", "-")
            path = self._shown_path(scope["path"])
            self.gather(f"{scope['method']} {path} {status} {size} {ms:.1f}ms{_how_it_went(seen)}")

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Up to the end of the server, which comes after its last request."""
        try:
            await self._app(scope, receive, send)
        finally:
            self._write_gathered()

    def is_on(self) -> bool:
        return log.isEnabledFor(logging.INFO)

    def gather(self, line: str) -> None:
        """Writes `line`, which may be written down as it is, in a moment."""
        if not self._gathered:
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self._write_gathered)
        self._gathered.append(line)

    def _write_gathered(self) -> None:
        lines, self._gathered = self._gathered, []
        if lines:
            log.info("%s", "\n".join(lines))


class EveryLine(logging.Formatter):
    """Time and level before every line of the access log, as if each were a record of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name
        if record.name != log.name or "\n" not in record.message:
            return super().formatMessage(record)
        lines = record.message.split("\n")
        record.message = ""
        before = super().formatMessage(record)
        return "\n".join(before + line for line in lines)


def _how_it_went(seen: Mapping[bytes, str]) -> str:
    status = seen.get(b"cache-status")
    cache = None if status is None else "hit" if "; hit" in status else "miss" if "miss" in status else "bypass"
    parts = {"cache": cache, "problem": seen.get(b"nameplate-problem"), "fallback": seen.get(b"nameplate-fallback")}
    return "".join(f" {name}={value}" for name, value in parts.items() if value)
