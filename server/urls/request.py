"""A target and a raw query into one ImageRequest: what a link asks for, said once, before anyone believes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from types import MappingProxyType

from server.errors import MalformedLink, QueryTooLong, RepeatedParam
from server.images import Format
from server.urls.query import OURS, QueryValue, decode_once, read_query
from server.urls.target import Target

MAX_QUERY_BYTES = 8192


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """`values` holds declared names only, in the order of the query. `open` is sorted; None when `_open` is
    absent.

    `expires`, `version` and `audience` are empty when absent; an absent and an empty one mean the same.
    `signature` is as it arrived, right or wrong, and None when absent.
    """

    template: str
    format: Format
    scale: int = 1
    values: Mapping[str, QueryValue] = field(default_factory=lambda: MappingProxyType({}))
    open: tuple[str, ...] | None = None
    expires: str = ""
    version: str = ""
    audience: str = ""
    signature: str | None = None

    @property
    def target(self) -> Target:
        return Target(self.template, self.format, self.scale)

    def is_open(self, name: str) -> bool:
        return self.open is not None and name in self.open

    @property
    def locked(self) -> list[tuple[str, QueryValue]]:
        """The params whose values the signature covers, sorted by name."""
        return [
            (name, value) for name, value in sorted(self.values.items(), key=itemgetter(0)) if not self.is_open(name)
        ]


def parse_request(target: Target, raw_query: bytes, declared: Collection[str]) -> ImageRequest:
    """The request for `target`; `declared` are the template's params, aliases and retired names.

    Raises QueryTooLong, RepeatedParam, and MalformedLink when one of our own params is encoded without end.
    """
    if len(raw_query) > MAX_QUERY_BYTES:
        raise QueryTooLong(f"the query has {len(raw_query)} bytes; {MAX_QUERY_BYTES} is the most it may have")
    given: dict[str, QueryValue] = {}
    for name, value in read_query(raw_query, declared):
        if name not in declared and name not in OURS:
            continue
        if name in given:
            raise RepeatedParam(name)
        if name in OURS and value.over_encoded:
            raise MalformedLink(f"{name} is encoded too many times to be read")
        given[name] = value
    return _request(target, given)


def _request(target: Target, given: Mapping[str, QueryValue]) -> ImageRequest:
    ours = {name: value.text for name, value in given.items() if name in OURS}
    names = ours.get("_open")
    return ImageRequest(
        template=target.template,
        format=target.format,
        scale=target.scale,
        values=MappingProxyType({name: value for name, value in given.items() if name not in OURS}),
        open=None if names is None else tuple(sorted(set(filter(None, names.split(","))))),
        expires=ours.get("_exp", ""),
        version=ours.get("_v", ""),
        audience=ours.get("_aud", ""),
        # Undone once and no further: a signature has one spelling, and no entity or second escape is part of
        # it.
        signature=decode_once(given["_sig"].raw.encode("latin-1")) if "_sig" in given else None,
    )
