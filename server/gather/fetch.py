"""Fetches one URL: hop by hop, each judged anew, within one deadline; bytes that begin like a picture, or a reason."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from server.gather.bodies import read_body
from server.gather.connections import AddressRefused, Connections, Lookup, system_lookup
from server.gather.kinds import is_picture
from server.gather.lifetimes import Validators, lifetime_seconds, validators_of
from server.gather.location import Location
from server.gather.refusals import NotFetched
from server.gather.rules import STRICT, Leniency, Rules
from server.gather.wire import Answer, BrokenAnswer, ask
from server.report import Reason

_OK, _NOT_MODIFIED = 200, 304
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# The host says that there is no such picture. What else it says (busy, forbidden, broken) may pass in a minute.
_SETTLED_STATUSES = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class FetchLimits:
    max_bytes: int = 5_000_000
    connect_seconds: float = 2.0  # name, connection and TLS
    total_seconds: float = 5.0  # all hops, to the last byte
    max_redirects: int = 3


@dataclass(frozen=True, slots=True)
class Fetched:
    """`body` is None when the host says that what the validators name is still what it has."""

    body: bytes | None
    lifetime_seconds: float
    validators: Validators


class Fetcher:
    """A fetch is one question, or as many as redirects ask for, each over a connection of its own."""

    def __init__(
        self,
        limits: FetchLimits,
        *,
        leniency: Leniency = STRICT,
        lookup: Lookup = system_lookup,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._limits = limits
        self._connections = Connections(lookup, Rules(leniency=leniency))
        self._now = now

    async def fetch(self, location: Location, rules: Rules, validators: Validators | None = None) -> Fetched:
        """Raises NotFetched, and nothing else for whatever the host does."""
        try:
            async with asyncio.timeout(self._limits.total_seconds):
                return await self._follow(location, rules, validators or Validators())
        except TimeoutError as error:
            raise NotFetched(Reason.TIMEOUT) from error
        except AddressRefused as error:
            raise NotFetched(Reason.ADDRESS_REFUSED) from error
        except (
            BrokenAnswer,
            OSError,
            RuntimeError,
            ValueError,
        ) as error:  # uvloop's sockets and ssl raise the last two
            raise NotFetched(Reason.UNREACHABLE) from error

    def close(self) -> None:
        self._connections.close()

    async def _follow(self, location: Location, rules: Rules, validators: Validators) -> Fetched:
        for _ in range(self._limits.max_redirects + 1):
            rules.check(location)
            asked = validators.headers_for(location.url)
            async with self._connections.open(location, seconds=self._limits.connect_seconds) as (reader, writer):
                answer = await ask(location, asked, reader, writer)
                if answer.status not in _REDIRECTS or "location" not in answer.headers:
                    return await self._read(answer, location, is_conditional=bool(asked))
            location = location.follow(answer.headers["location"])
        raise NotFetched(Reason.BAD_STATUS)

    async def _read(self, answer: Answer, location: Location, *, is_conditional: bool) -> Fetched:
        kept_for = lifetime_seconds(answer.headers, self._now())
        validators = validators_of(answer.headers, location.url)
        if answer.status == _NOT_MODIFIED and is_conditional:
            return Fetched(None, kept_for, validators)
        if answer.status != _OK:
            raise NotFetched(Reason.BAD_STATUS, is_settled=answer.status in _SETTLED_STATUSES)
        body = await read_body(
            answer.body,
            encoding=answer.headers.get("content-encoding", ""),
            declared=answer.headers.get("content-length", ""),
            max_bytes=self._limits.max_bytes,
        )
        if not is_picture(body):
            raise NotFetched(Reason.NOT_A_PICTURE, is_settled=True)
        return Fetched(body, kept_for, validators)
