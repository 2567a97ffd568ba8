"""Gets one URL's picture anew, or learns that the known one still holds: slot, fetch, normalise."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace

from server.errors import NameplateError, TimedOut, UnfitPicture, WorkerDied
from server.gather.entries import Entry
from server.gather.fetch import Fetched, Fetcher
from server.gather.lifetimes import Validators
from server.gather.location import Location
from server.gather.refusals import NotFetched
from server.gather.rules import Rules
from server.gather.slots import SlotLimits, Slots
from server.images import Normalised
from server.report import Reason
from server.store.memory import Marks

_FELLED_SECONDS = 600.0  # as for drawings that felled a worker

Normalise = Callable[[bytes], Awaitable[Normalised]]
Known = tuple[Entry, bytes]


class Renewer:
    """`normalise` turns foreign bytes into a picture of ours, in a process that may die of them."""

    def __init__(self, fetcher: Fetcher, normalise: Normalise, limits: SlotLimits, now: Callable[[], float]) -> None:
        self._fetcher = fetcher
        self._normalise = normalise
        self._slots = Slots(limits)
        self._now = now
        self._felling = Marks()  # digests of bytes that felled a worker, under whatever URL they come

    async def renew(self, location: Location, rules: Rules, known: Known | None) -> Known:
        """Raises NotFetched."""
        async with self._slots.take(location.site):  # normalising, too: it bounds the bodies in memory
            asked = known[0].validators if known else None
            fetched = await self._fetcher.fetch(location, rules, asked)
            fresh_until = self._now() + fetched.lifetime_seconds
            if fetched.body is None:
                return _confirmed(known, fetched, fresh_until)
            source = hashlib.sha256(fetched.body).hexdigest()
            if known and known[0].source == source:
                return replace(known[0], fresh_until=fresh_until, validators=fetched.validators), known[1]
            body = await self._normalised(fetched.body, source)
            return Entry(hashlib.sha256(body).hexdigest(), source, fresh_until, fetched.validators), body

    async def _normalised(self, body: bytes, source: str) -> bytes:
        if self._felling.has(source, self._now()):
            raise NotFetched(Reason.DAMAGED)
        try:
            return (await self._normalise(body)).body
        except UnfitPicture as unfit:
            raise NotFetched(unfit.reason, is_settled=True) from unfit
        except (WorkerDied, TimedOut) as felled:
            self._felling.add(source, self._now() + _FELLED_SECONDS)
            raise NotFetched(Reason.DAMAGED) from felled
        except NameplateError as busy:
            raise NotFetched(Reason.TIMEOUT) from busy


def _confirmed(known: Known | None, fetched: Fetched, fresh_until: float) -> Known:
    """The known picture, good for longer. A 304 may leave out what has not changed (RFC 9110, 15.4.5)."""
    if known is None:
        raise NotFetched(Reason.BAD_STATUS)
    entry, body = known
    old, new = entry.validators, fetched.validators
    validators = Validators(new.etag or old.etag, new.modified or old.modified, new.origin)
    return replace(entry, fresh_until=fresh_until, validators=validators), body
