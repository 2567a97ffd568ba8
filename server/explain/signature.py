"""The signature of a link in words: what it covers, whether it is good, and if not, what was changed, when that can be
known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from server.errors import BadSignature, ExpiredLink, NameplateError, Unsigned, UnverifiedLink
from server.explain.cause import Cause
from server.explain.explanation import BasePart, Remark, Seal
from server.urls.canonical import base_string
from server.urls.request import ImageRequest
from server.urls.ring import KeyRing
from server.urls.signing import SIGNATURE_BYTES, expiry_of

GOOD = "good"

_KID = re.compile(r"([A-Za-z0-9]{1,8})\.(.*)", re.DOTALL)


def seal_of(
    request: ImageRequest, ring: KeyRing, *, problem: NameplateError | None, cause: Cause | None, now: datetime
) -> Seal:
    kid = kid_of(request)
    key = ring.find(kid)
    here = _parts(request, kid)
    signed = dict(_parts(cause.request, kid_of(cause.request))) if cause else None
    parts = {**dict(here), **dict.fromkeys(signed or {}, "")} if signed is not None else dict(here)
    here_by = dict(here)
    base = tuple(
        BasePart(
            part, here_by.get(part, ""), signed.get(part, "") if signed and _differs(part, here_by, signed) else None
        )
        for part in parts
    )
    return Seal(
        code=problem.code if problem else GOOD,
        said=str(problem) if problem else "The signature is good: what it covers is what was signed.",
        kid=kid,
        key=key.state.value if key else ("none" if not kid else "not in the ring"),
        expires=_end(request),
        base=base,
        netstring=base_string(request, kid).decode("utf-8", "replace"),
        causes=cause.remarks if cause and problem else (),
        hints=tuple(_hints(request, ring, problem, cause, now)),
    )


def kid_of(request: ImageRequest) -> str:
    found = _KID.match(request.signature or "")
    return found[1] if found else ""


def _parts(request: ImageRequest, kid: str) -> list[tuple[str, str]]:
    """What the signature covers, by name, in its order."""
    ours = [("_exp", request.expires), ("_v", request.version), ("_aud", request.audience)]
    opened = "absent" if request.open is None else ", ".join(request.open) or "empty"
    return [
        ("key id", kid),
        ("template", request.template),
        ("format", request.format.value),
        ("scale", str(request.scale)),
        *((name, text) for name, text in ours if text),
        *((f"locked {name}", value.text) for name, value in request.locked),
        ("open", opened),
    ]


def _differs(part: str, here: dict[str, str], signed: dict[str, str]) -> bool:
    return here.get(part) != signed.get(part)


def _end(request: ImageRequest) -> str:
    try:
        end = expiry_of(request)
    except NameplateError:
        return ""
    return end.isoformat().replace("+00:00", "Z") if end else ""


def _hints(
    request: ImageRequest, ring: KeyRing, problem: NameplateError | None, cause: Cause | None, now: datetime
) -> Iterator[Remark]:
    if isinstance(problem, ExpiredLink):
        end = expiry_of(request)
        if end:
            yield Remark("expired", f"It was good until {_moment(end)}, {_ago(now - end)} ago.")
    if not isinstance(problem, UnverifiedLink):
        return
    if problem.code in ("unknown-key", "revoked-key"):
        kids = ", ".join(f"{key.kid} ({key.state})" for key in ring.keys)
        yield Remark("ring", f"The link says {kid_of(request)}; the ring here has {kids}.")
    if isinstance(problem, Unsigned) and cause is None and (request.open is not None or request.expires):
        yield Remark("cut", "It has other parts of a signed link: its end got lost, or the signature was taken out.")
    if isinstance(problem, BadSignature) and cause is None:
        yield from _of_a_bad_one(request)


def _of_a_bad_one(request: ImageRequest) -> Iterator[Remark]:
    """What can be said without knowing what was signed. How much of a signature is right is never said."""
    digits = (request.signature or "").partition(".")[2]
    whole = 2 * SIGNATURE_BYTES
    if len(digits) < whole and re.fullmatch(r"[0-9a-fA-F]*[.…]*", digits):
        yield Remark(
            "cut",
            f"The signature has {len(digits)} digits of {whole}: the link was cut on its way, as some mail "
            "programs do with long ones, or it was copied from where it is shown shortened.",
        )
        return
    if re.fullmatch(r"[A-Z_]+|x+|\.+", digits, re.IGNORECASE) and len(set(digits)) < len("0123456789abcdef"):
        yield Remark("sample", "It looks like a sample, as in a text that shows how links look.")
    locked = ", ".join(name for name, _ in request.locked)
    if locked:
        yield Remark(
            "locked",
            f"If you changed one of these after signing, sign again: {locked}. If your mail tool fills "
            "one of them in, it must be open: nameplate sign … --open NAME.",
        )
    yield Remark(
        "elsewhere",
        "Nothing that mail tools do to links explains it. Else it was signed with another key that is also called "
        f"{kid_of(request) or 'so'}, or by a signer of your own: compare its base with this one (docs/urls.md).",
    )


def _moment(end: datetime) -> str:
    return f"{end:%Y-%m-%d %H:%M:%S} UTC"


def _ago(past: object) -> str:
    seconds = int(past.total_seconds())  # type: ignore[attr-defined]  # a timedelta
    for length, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= length:
            number = seconds // length
            return f"{number} {word}{'s' if number > 1 else ''}"
    return f"{seconds} seconds"
