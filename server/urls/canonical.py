"""A request into the two strings that must never be ambiguous: the base that is signed, and the query."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from urllib.parse import quote

from server.urls.query import QueryValue, read_value
from server.urls.request import ImageRequest


def base_string(request: ImageRequest, kid: str) -> bytes:
    """What the signature covers, as netstrings: with every length written down no two requests share a base."""
    open_names = request.open or ()
    locked = request.locked
    fields = [
        kid,
        request.template,
        request.format.value,
        str(request.scale),
        request.expires,
        request.version,
        request.audience,
        str(len(locked)),
    ]
    for name, value in locked:
        fields += (name, value.text)
    return b"".join(_netstring(field) for field in (*fields, str(len(open_names)), *open_names))


def print_query(request: ImageRequest, *, verbatim: Collection[str] = ()) -> str:
    """The query that reads as `request`: params in their order, then ours, the signature last.

    Values named in `verbatim` are printed as they arrived (a merge tag must survive for the mail tool), the
    rest canonical. The characters of the result are bytes: `.encode("latin-1")` is what goes over the wire.
    """
    params = [
        f"{name}={value.raw if name in verbatim else _canonical(value)}" for name, value in request.values.items()
    ]
    return "&".join((*params, *_ours(request)))


def _ours(request: ImageRequest) -> Iterator[str]:
    if request.open is not None:
        yield "_open=" + ",".join(quote(name, safe="") for name in request.open)
    for name, text in (("_exp", request.expires), ("_v", request.version), ("_aud", request.audience)):
        if text:
            yield f"{name}={quote(text, safe='')}"
    if request.signature is not None:
        yield f"_sig={quote(request.signature, safe='')}"


def _canonical(value: QueryValue) -> str:
    """Everything but unreserved characters escaped. What only its raw form can say (a bare %TAG%, escapes
    without end) is printed raw, so that printing and reading stay each other's inverse."""
    printed = quote(value.text, safe="")
    return printed if read_value(printed.encode()) == value else value.raw


def _netstring(text: str) -> bytes:
    data = text.encode()
    return b"%d:%s," % (len(data), data)
