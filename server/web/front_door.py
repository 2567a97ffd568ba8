"""What a request meets first: the memo of finished answers. What that does not know goes to the whole application."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from server.tally.counting import Tally
from server.web.access_log import AccessLog
from server.web.memo import Known, Memo, url_of
from server.web.responses import Reply

_READING = frozenset({"GET", "HEAD"})


class FrontDoor:
    """An ASGI application in front of `app`. Its own answers are sent at once, counted, and noted in `log`."""

    def __init__(self, app: ASGIApp, *, memo: Memo, log: AccessLog, tally: Tally) -> None:
        self._app = app
        self._memo = memo
        self._log = log
        self._tally = tally

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._find(scope) if scope["type"] == "http" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        reply, known = found
        self._tally.answered(known.counts, len(reply.body))
        await reply(scope, receive, send)
        if self._log.is_on():
            self._log.gather(_line(scope, reply, known))

    def _find(self, scope: Scope) -> tuple[Reply, Known] | None:
        method = scope["method"]
        if method not in _READING:
            return None
        return self._memo.find(url_of(scope), if_none_match=_if_none_match(scope), is_head=method == "HEAD")


def _if_none_match(scope: Scope) -> bytes | None:
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            sent: bytes = value
            return sent
    return None


def _line(scope: Scope, reply: Reply, known: Known) -> str:
    """As the access log writes it; it took no time that one could see. The path may be shown: it got a template's
    picture."""
    size = known.size if reply.status == 200 else "-"
    fallback = f" fallback={known.fallbacks}" if known.fallbacks else ""
    return f"{scope['method']} {scope['path']} {reply.status} {size} 0.0ms cache=hit{fallback}"
