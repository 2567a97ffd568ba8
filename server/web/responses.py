"""An answer into HTTP: status, caching, conditions, and what went wrong, for mail proxies, CDNs and people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from server.images import Format
from server.report import Fallback
from server.service import Answer

UNSETTLED_SECONDS = 60
"""How long an answer that may be otherwise in a minute is kept: a problem, or a picture that is not drawn yet."""

_ALWAYS = {
    "access-control-allow-origin": "*",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


@dataclass(frozen=True, slots=True)
class Caching:
    """How long others may keep our pictures, in seconds."""

    max_age: int
    stale: int


def image_response(
    answer: Answer,
    format: Format,
    *,
    caching: Caching,
    now: datetime,
    if_none_match: str | None,
    is_head: bool,
    status: int = 200,
    extra: Mapping[str, str] | None = None,
) -> Response:
    """200 with the picture; 304 when the client has it. `format` is what was asked for: a HEAD may have no picture."""
    etag = f'W/"{answer.key[:40]}"'
    headers = {
        **_ALWAYS,
        "cache-control": _cache_control(answer, caching, now),
        "cache-status": _cache_status(answer),
        "server-timing": f"total;dur={answer.ms:.1f}",
        **(extra or {}),
    }
    if answer.problem is not None:
        headers["nameplate-problem"] = answer.problem.code
    if answer.fallbacks:
        headers["nameplate-fallback"] = fallback_field(answer.fallbacks)
    if answer.picture is None:
        response = Response(b"", status, headers, media_type=format.media_type)
        del response.headers["content-length"]  # of a picture that is not drawn yet it is not known
        return response
    headers["etag"] = etag
    if status == 200 and _matches(if_none_match, etag):
        return Response(b"", 304, headers)
    response = Response(answer.picture.body, status, headers, media_type=answer.picture.format.media_type)
    if is_head:
        response.body = b""  # the length stays that of the picture, as RFC 9110 wants of HEAD
    return response


def fallback_field(fallbacks: Sequence[Fallback]) -> str:
    """The fallbacks as an RFC 9651 list: `first_name;reason=unmerged, logo_url;reason=empty`."""
    return ", ".join(f"{fallback.param};reason={fallback.reason.value}" for fallback in fallbacks)


def _cache_control(answer: Answer, caching: Caching, now: datetime) -> str:
    """Settled pictures are kept long, but never past the link's own end; unsettled ones for a minute."""
    if answer.problem is not None or answer.picture is None:
        return f"public, max-age={UNSETTLED_SECONDS}"
    left = max(0, int((answer.expires - now).total_seconds())) if answer.expires else None
    max_age = caching.max_age if left is None else min(caching.max_age, left)
    stale = caching.stale if left is None else min(caching.stale, left - max_age)
    return f"public, max-age={max_age}, stale-while-revalidate={stale}, stale-if-error={stale}"


def _cache_status(answer: Answer) -> str:
    """RFC 9211. A default picture shown for a problem is neither a hit nor a miss of what was asked."""
    if answer.problem is not None:
        return "nameplate; fwd=bypass"
    if answer.found:
        return f"nameplate; hit; detail={answer.found}"
    return "nameplate; fwd=miss; stored" if answer.picture else "nameplate; fwd=miss"


def _matches(if_none_match: str | None, etag: str) -> bool:
    if if_none_match is None:
        return False
    opaque = etag.removeprefix("W/")
    candidates = (candidate.strip() for candidate in if_none_match.split(","))
    return any(candidate == "*" or candidate.removeprefix("W/") == opaque for candidate in candidates)
