"""A memo from a URL as it arrived to its finished answer, asked before anything of the URL is read. It answers only
what the long way through `service.py` would answer at that moment, and gives no answer where it cannot know that.

What makes an answer another one, and how the memo hears of it:

- A template is published, mended or withdrawn, an alias changes: `Service.basis` is another, and all is forgotten.
- A key is added, retired or revoked, the key file becomes unreadable: the same, for every request that comes after.
- The link reaches its end: the end is kept with the answer and looked at for each hit. What `Cache-Control` says of
  such a link is reckoned for each hit too, so it never promises time that the link does not have.
- The picture leaves the memory tier: its key is kept here and never its bytes, so it is looked up for each hit.
- Fonts, drawing code or settings change: that takes a restart, and the memo is gone with the process.
- A picture from outside is another one: nobody tells us. Such answers are forgotten after five minutes, and whoever
  gathers looks anew.

Never remembered are problems, pictures that are not drawn, and those that lack one whose host was slow: they may be
otherwise in a minute. Raw URLs hold people's names: they stay in this process's memory, bounded, the least recently
used going first; nothing writes or prints them. A memo of 0 bytes remembers nothing, which switches it off.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.types import Scope

from server.errors import BrokenKeys
from server.service import Answer, Basis, Service
from server.tally.counting import Count
from server.urls.expiry import is_over
from server.web.responses import (
    Caching,
    Headers,
    Reply,
    etag_of,
    fallback_field,
    lacks_outside,
    matches,
    settled_cache_control,
)

_ENTRY_BYTES = 1400  # objects and dictionary slot beside the URL's bytes, measured with tracemalloc over 3,000 links

OUTSIDE = timedelta(minutes=5)  # a gathered picture is taken for fresh at least as long

_ANY = b"*"
_OF_A_BODY = frozenset({b"content-type", b"content-length"})

Url = tuple[str, bytes]
"""Path and raw query, which are all that the long way reads of a request for an image."""


def url_of(scope: Scope) -> Url:
    return scope["path"], scope["query_string"]


def is_settled(answer: Answer) -> bool:
    """Whether the next answer to the same URL will be this one, until something changes that the memo hears of."""
    return answer.problem is None and answer.is_settled and answer.found == "memory"


@dataclass(frozen=True, slots=True)
class Known:
    """A settled answer without its picture's bytes, ready to be sent: `whole` are the headers of a 200, `not_modified`
    is the 304; both without `Cache-Control` where the link has an end. `until` is when the long way must look anew
    at pictures from outside, None where there are none. `size` and `fallbacks` are for the log,
    `counts` go up with each hit."""

    key: str
    size: int
    etag: bytes
    expires: datetime | None
    until: datetime | None
    whole: Headers
    not_modified: Reply
    fallbacks: str
    lacks_outside: bool
    cost: int
    counts: tuple[Count, ...]


class Memo:
    """For one event loop, so nothing locks."""

    def __init__(self, service: Service, caching: Caching, *, max_bytes: int) -> None:
        self._service = service
        self._caching = caching
        self._max_bytes = max_bytes
        self._basis: Basis | None = None
        self._was_looked_at = False
        self._known: OrderedDict[Url, Known] = OrderedDict()
        self.used_bytes = 0

    def __len__(self) -> int:
        return len(self._known)

    def basis(self) -> Basis | None:
        """What to show `remember` later on; None when nothing should be remembered."""
        try:
            return self._service.basis() if self._max_bytes else None
        except BrokenKeys:
            return None

    def find(self, url: Url, *, if_none_match: bytes | None, is_head: bool) -> tuple[Reply, Known] | None:
        """The reply to a GET or HEAD of `url`, and what it shows; None where only the long way can tell."""
        known = self._known.get(url)
        if known is None or not self._stands():
            return None
        picture, reckoned = self._service.hot(known.key), self._reckoned(known)
        if picture is None or len(picture.body) != known.size or reckoned is None:
            self._forget(url)
            return None
        self._known.move_to_end(url)
        if if_none_match is not None and _is_named(known.etag, if_none_match):
            reply = known.not_modified
            return (Reply(304, reckoned + reply.headers) if reckoned else reply), known
        return Reply(200, reckoned + known.whole if reckoned else known.whole, b"" if is_head else picture.body), known

    def remember(
        self, url: Url, answer: Answer, whole: Reply, basis: Basis | None, counts: tuple[Count, ...] = ()
    ) -> None:
        """Keeps a settled answer. `whole` is the reply to a GET without conditions; `basis` is from before the answer
        was made, so that a change meanwhile makes `find` forget it; `counts` go up with each hit."""
        if basis is None:
            return
        if basis != self._basis:
            self._forget_all()
            self._basis = basis
        self._forget(url)
        until = self._service.now() + OUTSIDE if answer.asked_outside else None
        self._known[url] = known = _known(url, answer, whole, until, counts)
        self.used_bytes += known.cost
        while self.used_bytes > self._max_bytes:
            self._forget(next(iter(self._known)))

    def _stands(self) -> bool:
        """Whether what is known still stands; if not, it is forgotten. Looked at once in a turn of the event loop: the
        requests of one turn are there at once, and one look at the key file (a `stat`) does for all of them."""
        if not self._was_looked_at:
            self._was_looked_at = True
            asyncio.get_running_loop().call_soon(self._look_again)
            if self.basis() != self._basis:
                self._forget_all()
        return bool(self._known)

    def _reckoned(self, known: Known) -> Headers | None:
        """The headers that depend on the time; None when the link has come to its end, or must be looked at anew."""
        if known.expires is None and known.until is None:
            return ()
        now = self._service.now()
        if is_over(known.until, now) or is_over(known.expires, now):
            return None
        if known.expires is None:
            return ()
        return ((b"cache-control", self._cache_control(known, now)),)

    def _cache_control(self, known: Known, now: datetime) -> bytes:
        return settled_cache_control(known.expires, self._caching, now, lacks_outside=known.lacks_outside)

    def _look_again(self) -> None:
        self._was_looked_at = False

    def _forget(self, url: Url) -> None:
        known = self._known.pop(url, None)
        if known is not None:
            self.used_bytes -= known.cost

    def _forget_all(self) -> None:
        self._known.clear()
        self.used_bytes = 0


def _known(url: Url, answer: Answer, whole: Reply, until: datetime | None, counts: tuple[Count, ...]) -> Known:
    # A hit takes no time worth a Server-Timing; what is left of a link is reckoned anew for each.
    changing = {b"server-timing", b"cache-control"} if answer.expires else {b"server-timing"}
    headers = tuple(pair for pair in whole.headers if pair[0] not in changing)
    return Known(
        key=answer.key,
        size=len(whole.body),
        etag=etag_of(answer.key).encode(),
        expires=answer.expires,
        until=until,
        whole=headers,
        not_modified=Reply(304, tuple(pair for pair in headers if pair[0] not in _OF_A_BODY)),
        fallbacks=fallback_field(answer.fallbacks),
        lacks_outside=lacks_outside(answer.fallbacks),
        cost=_ENTRY_BYTES + len(url[0]) + len(url[1]),
        counts=counts,
    )


def _is_named(etag: bytes, if_none_match: bytes) -> bool:
    # Browsers and CDNs send what they were given: nearly always one of the first two.
    return if_none_match in (etag, _ANY) or matches(if_none_match.decode("latin-1"), etag.decode())
