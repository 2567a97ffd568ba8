"""An answer into HTTP: status, caching, conditions, and what went wrong, for mail proxies, CDNs and people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.types import Receive, Scope, Send

from server.images import Format
from server.report import Fallback, Reason
from server.service import Answer

UNSETTLED_SECONDS = 60
"""How long an answer that may be otherwise in a minute is kept: a problem, a picture that is not drawn yet, or one that
lacks a picture from outside whose host was slow or silent."""

RETRIED_SECONDS = 300
"""How long an answer is kept that lacks a picture from outside for another reason: as long as that reason is remembered
before the host is asked again."""
_OUTSIDE_FAILED = frozenset(
    {
        Reason.TIMEOUT,
        Reason.UNREACHABLE,
        Reason.BAD_STATUS,
        Reason.NOT_A_PICTURE,
        Reason.DAMAGED,
        Reason.PICTURE_TOO_LARGE,
        Reason.HOST_NOT_ALLOWED,
        Reason.ADDRESS_REFUSED,
        Reason.TOO_MANY_PICTURES,
        Reason.BUDGET,
    }
)

Headers = tuple[tuple[bytes, bytes], ...]
"""As ASGI sends them: names in small letters."""

_ALWAYS: Headers = (
    (b"access-control-allow-origin", b"*"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex"),
)


@dataclass(frozen=True, slots=True)
class Caching:
    """How long others may keep our pictures, in seconds."""

    max_age: int
    stale: int


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer that is ready to be sent; an endpoint may return it in place of Starlette's `Response`."""

    status: int
    headers: Headers
    body: bytes = b""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


def image_reply(
    answer: Answer,
    format: Format,
    *,
    caching: Caching,
    now: datetime,
    if_none_match: str | None = None,
    is_head: bool = False,
    status: int = 200,
    extra: Headers = (),
) -> Reply:
    """200 with the picture; 304 when the client has it. `format` is what was asked for: a HEAD may have no picture."""
    headers = (
        *_ALWAYS,
        (b"cache-control", _cache_control(answer, caching, now)),
        (b"cache-status", _cache_status(answer)),
        (b"server-timing", b"total;dur=%.1f" % answer.ms),
        *_what_went_wrong(answer),
        *extra,
    )
    if answer.picture is None:  # its length is not known yet, and not said
        return Reply(status, (*headers, _content_type(format)))
    etag = etag_of(answer.key)
    headers = (*headers, (b"etag", etag.encode()))
    if status == 200 and matches(if_none_match, etag):
        return Reply(304, headers)
    body = answer.picture.body
    headers = (*headers, _content_type(answer.picture.format), (b"content-length", b"%d" % len(body)))
    return Reply(status, headers, b"" if is_head else body)  # the length stays the picture's, as RFC 9110 wants of HEAD


def fallback_field(fallbacks: Sequence[Fallback]) -> str:
    """The fallbacks as an RFC 9651 list: `first_name;reason=unmerged, logo_url;reason=empty`."""
    return ", ".join(f"{fallback.param};reason={fallback.reason.value}" for fallback in fallbacks)


def lacks_outside(fallbacks: Sequence[Fallback]) -> bool:
    """Whether a picture from outside could not be had."""
    return any(fallback.reason in _OUTSIDE_FAILED for fallback in fallbacks)


def settled_cache_control(
    expires: datetime | None, caching: Caching, now: datetime, *, lacks_outside: bool = False
) -> bytes:
    """Settled pictures are kept long, but never past the link's own end; one that `lacks_outside` until it is tried
    again."""
    left = max(0, int((expires - now).total_seconds())) if expires else None
    if lacks_outside:
        return b"public, max-age=%d" % min(RETRIED_SECONDS, caching.max_age, RETRIED_SECONDS if left is None else left)
    max_age = caching.max_age if left is None else min(caching.max_age, left)
    stale = caching.stale if left is None else min(caching.stale, left - max_age)
    return b"public, max-age=%d, stale-while-revalidate=%d, stale-if-error=%d" % (max_age, stale, stale)


def etag_of(key: str) -> str:
    return f'W/"{key[:40]}"'


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether the client has the picture of `etag` (RFC 9110, weak comparison)."""
    if if_none_match is None:
        return False
    opaque = etag.removeprefix("W/")
    candidates = (candidate.strip() for candidate in if_none_match.split(","))
    return any(candidate == "*" or candidate.removeprefix("W/") == opaque for candidate in candidates)


def _cache_control(answer: Answer, caching: Caching, now: datetime) -> bytes:
    if answer.problem is not None or answer.picture is None or not answer.is_settled:
        return b"public, max-age=%d" % UNSETTLED_SECONDS
    return settled_cache_control(answer.expires, caching, now, lacks_outside=lacks_outside(answer.fallbacks))


def _cache_status(answer: Answer) -> bytes:
    """RFC 9211. A default picture shown for a problem is neither a hit nor a miss of what was asked."""
    if answer.problem is not None:
        return b"nameplate; fwd=bypass"
    if answer.found:
        return b"nameplate; hit; detail=%s" % answer.found.encode()
    return b"nameplate; fwd=miss; stored" if answer.picture else b"nameplate; fwd=miss"


def _what_went_wrong(answer: Answer) -> Headers:
    problem = ((b"nameplate-problem", answer.problem.code.encode()),) if answer.problem else ()
    fallback = ((b"nameplate-fallback", fallback_field(answer.fallbacks).encode()),) if answer.fallbacks else ()
    return (*problem, *fallback)


def _content_type(format: Format) -> tuple[bytes, bytes]:
    return b"content-type", format.media_type.encode()
