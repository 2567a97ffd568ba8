"""One log line for each request: method, path, status, size, time, and what went wrong. Never a value: no query, no
client address, and of the path only what is a template's name or ours (the server's own log would write it whole)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("nameplate.access")


class AccessLog:
    """ASGI middleware. `shown_path` turns a path into what may be written down."""

    def __init__(self, app: ASGIApp, *, shown_path: Callable[[str], str]) -> None:
        self._app = app
        self._shown_path = shown_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not log.isEnabledFor(logging.INFO):
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        seen: dict[str, str] = {"status": "-", "content-length": "-"}

        async def watched_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = str(message["status"])
                seen.update((name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"])
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
        finally:
            log.info(
                "%s %s %s %s %.1fms%s%s%s",
                scope["method"],
                self._shown_path(scope["path"]),
                seen["status"],
                seen["content-length"],
                (time.perf_counter() - started) * 1000,
                _part(" cache=", _cache_word(seen)),
                _part(" problem=", seen.get("nameplate-problem")),
                _part(" fallback=", seen.get("nameplate-fallback")),
            )


def _cache_word(seen: dict[str, str]) -> str | None:
    status = seen.get("cache-status")
    return None if status is None else "hit" if "; hit" in status else "miss" if "miss" in status else "bypass"


def _part(label: str, value: str | None) -> str:
    return f"{label}{value}" if value else ""
