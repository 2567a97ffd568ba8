"""Sealing links: the signature of a request, its proof, and the making of links from typed text or plain
values.

The signature covers the policy of a link: template, format, scale, expiry, every locked param with its value, and the
list of open ones. Open values it cannot cover: they are filled in later, by a mail tool that has no key.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from server.errors import (
    BadSignature,
    ExpiredLink,
    RevokedKey,
    UncheckedAudience,
    UnfitValue,
    UnknownKey,
    Unsigned,
)
from server.images import Format
from server.urls.canonical import base_string, print_query
from server.urls.expiry import is_over, last_second, read_expiry
from server.urls.query import QueryValue
from server.urls.request import ImageRequest, parse_request
from server.urls.ring import Key, KeyRing, KeyState
from server.urls.target import print_path
from server.urls.typed_link import check_locked, check_name, check_open, check_plain, looks_like_a_tag, read_typed

SIGNATURE_BYTES = 16  # of the HMAC's 32: out of reach for guessing, and half the length in every URL

# Two keys from one secret, so that a signature over open params can never pass for one over locked params.
_LOCKED_PURPOSE = b"nameplate locked v1"
_OPEN_PURPOSE = b"nameplate open v1"

_SIGNATURE = re.compile(r"([a-z0-9]{1,8})\.[0-9a-f]{32}")


def signature(request: ImageRequest, key: Key) -> str:
    purpose = _LOCKED_PURPOSE if request.open is None else _OPEN_PURPOSE
    derived = hmac.digest(key.secret, purpose, hashlib.sha256)
    seal = hmac.digest(derived, base_string(request, key.kid), hashlib.sha256)
    return f"{key.kid}.{seal[:SIGNATURE_BYTES].hex()}"


def verify(request: ImageRequest, ring: KeyRing, now: datetime) -> None:
    """Returns when the link is one we made and still good, else raises why not.

    Raises MalformedLink, Unsigned, BadSignature, UnknownKey, RevokedKey, ExpiredLink or UncheckedAudience.
    """
    end = expiry_of(request)
    if request.signature is None:
        raise Unsigned("the link has no signature; make it with: nameplate sign")
    found = _SIGNATURE.fullmatch(request.signature)
    if not found:
        raise BadSignature("what the link has as its signature is not one")
    key = ring.find(found[1])
    if key is None:
        raise UnknownKey("the link was signed with a key that is not in the ring")
    if key.state is KeyState.REVOKED:
        raise RevokedKey(f"the link was signed with {key.kid}, and that key is revoked")
    # Bytes, because comparing str raises on a non-ASCII one.
    if not hmac.compare_digest(signature(request, key).encode(), request.signature.encode()):
        raise BadSignature("the signature does not fit the link: something in it was changed")
    if is_over(end, now):
        raise ExpiredLink("the link has expired")
    if request.audience:
        raise UncheckedAudience("the link is bound to an audience, and this server cannot check audiences")


def expiry_of(request: ImageRequest) -> datetime | None:
    """The last second in which the link is good; None when it has no end. Raises MalformedLink."""
    return last_second(request.expires)


def sign_values(
    template: str,
    values: Mapping[str, str],
    *,
    key: Key,
    scale: int = 1,
    expires: str = "",
    format: Format = Format.PNG,
) -> str:
    """Path and query of a link with these plain values, all locked; `expires` as in `_exp`.

    Raises UnfitValue for a name or value that a link cannot carry, and QueryTooLong.
    """
    for name, text in values.items():
        check_name(name)
        check_plain(name, text)
    last_second(expires)
    given = {name: QueryValue.of(text) for name, text in values.items()}
    request = ImageRequest(template, format, scale, given, expires=expires)
    link = _print_signed(request, key)
    parse_request(request.target, link.partition("?")[2].encode(), given)  # finds a query that is too long
    return link


def sign_target(
    text: str,
    *,
    declared_of: Callable[[str], Collection[str]],
    ring: KeyRing,
    open_params: Sequence[str] = (),
    expires: str | None = None,
    public_url: str = "",
    now: datetime | None = None,
    is_unmerged: Callable[[str], bool] = looks_like_a_tag,
) -> str:
    """The link for what a person typed: `webinar`, `webinar.png?company=Acme`, a path with a query, or a
    whole URL.

    `open_params` and `expires` win over `_open` and `_exp` in the text; a signature in it is replaced. `public_url`
    wins over the server that the text names. Raises UnfitValue, and whatever reading the text raises.
    """
    moment = now or datetime.now(UTC)
    typed = read_typed(text)
    declared = declared_of(typed.target.template)
    asked = typed.request(declared)
    request = replace(
        asked,
        signature=None,
        open=tuple(sorted(set(open_params))) if open_params else asked.open,
        expires=read_expiry(expires or asked.expires, moment) if expires or asked.expires else "",
    )
    _check(request, declared, is_unmerged)
    link = _print_signed(request, ring.signing)
    path, _, query = link.partition("?")
    # Whatever was typed: a link leaves here only after it was read and verified as a server would.
    verify(parse_request(typed.target, query.encode("latin-1"), declared), ring, moment)
    shown = query.encode("latin-1").decode("utf-8")  # letters typed in open values come back as typed
    return f"{public_url.rstrip('/') or typed.origin}{path}?{shown}"


def _check(request: ImageRequest, declared: Collection[str], is_unmerged: Callable[[str], bool]) -> None:
    if request.audience:
        raise UnfitValue("_aud", "links bound to an audience cannot be made yet; leave _aud out")
    for name in request.open or ():
        check_open(name, request.values.get(name), declared)
    for name, value in request.locked:
        check_locked(name, value, is_unmerged)


def _print_signed(request: ImageRequest, key: Key) -> str:
    signed = replace(request, signature=signature(request, key))
    return f"{print_path(request.target)}?{print_query(signed, verbatim=request.open or ())}"
