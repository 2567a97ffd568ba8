"""Reads a URL, once and one way: into scheme, host, port and target, from which alone a connection is made.

What other readers might read in another way (backslashes, userinfo, percent in a host, numbers for addresses) is
refused rather than guessed at. Whether it may be asked for is for `rules.py` to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote, urljoin

import idna

from server.gather.refusals import NotFetched
from server.report import Reason

_MAX_CHARS = 2048  # the limit of a URL param; of what a redirect says, too
_MAX_HOST = 253  # RFC 1035: 255 bytes on the wire
_MAX_PORT = 65535
_DEFAULT_PORTS = {"http": 80, "https": 443}

# Control characters, which parsers drop or keep at will; backslashes, which browsers take for slashes; lone surrogates.
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_SHAPE = re.compile(r"(https?)://([^/?#]+)(/[^?#]*)?(?:\?([^#]*))?(?:#.*)?", re.IGNORECASE | re.ASCII)
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[^\[\]:@%]+)(?::(0|[1-9][0-9]{0,4})?)?", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")  # with the underscore that real hosts have
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # a last label like this makes a host an IPv4 address (WHATWG URL, 3.5)
# Names that are never public: RFC 6761 (localhost, test, invalid), RFC 6762 (local), RFC 8375 (home.arpa), RFC 7686
# (onion), RFC 9476 (alt), and ICANN's resolution 2024.07.29.06 (internal). What answers to one is the machine's own
# network, whatever its address.
_NEVER_PUBLIC = re.compile(r".*\.(?:localhost|test|invalid|local|home\.arpa|onion|alt|internal)")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PATH_SAFE = "/:@!$&'()*+,;=-._~%"
_QUERY_SAFE = _PATH_SAFE + "?[]"


@dataclass(frozen=True, slots=True)
class Location:
    """`host` is a name in ASCII and lower case, or an address without brackets; `path` and `query` are encoded."""

    scheme: str
    host: str
    port: int
    path: str
    query: str | None
    is_literal: bool

    @property
    def authority(self) -> str:
        """For the Host header; a port that goes without saying is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def site(self) -> str:
        """Whose host it is, more or less: an address, or the last two labels of a name, below which a wildcard in DNS
        makes names without end. All that is below `co.uk`, or a cloud's domain, counts as one too: a list of such
        suffixes is never complete, and without it they only share slots."""
        return self.host if self.is_literal else ".".join(self.host.split(".")[-2:])

    @property
    def target(self) -> str:
        """What the host is asked for."""
        return self.path if self.query is None else f"{self.path}?{self.query}"

    @property
    def url(self) -> str:
        """The one spelling of what was read."""
        return f"{self.scheme}://{self.authority}{self.target}"

    def follow(self, reference: str) -> Location:
        """Where a redirect from here leads; read like any other URL. Raises NotFetched."""
        if _UNREADABLE.search(reference):
            raise _not_a_url()
        try:
            return read_location(urljoin(self.url, reference))
        except ValueError as error:
            raise _not_a_url() from error


def read_location(text: str) -> Location:
    """Raises NotFetched: `not-a-url`, or `address-refused` for a host that is no public name whatever DNS says."""
    shape = None if len(text) > _MAX_CHARS or _UNREADABLE.search(text) else _SHAPE.fullmatch(text)
    authority = _AUTHORITY.fullmatch(shape[2]) if shape else None
    if shape is None or authority is None:
        raise _not_a_url()
    scheme = shape[1].lower()
    port = int(authority[2] or _DEFAULT_PORTS[scheme])
    if not 0 < port <= _MAX_PORT:
        raise _not_a_url()
    host, is_literal = read_host(authority[1])
    path = _encoded(shape[3] or "/", safe=_PATH_SAFE)
    query = None if shape[4] is None else _encoded(shape[4], safe=_QUERY_SAFE)
    return Location(scheme, host, port, path, query, is_literal)


def read_host(text: str) -> tuple[str, bool]:
    """The host in its one spelling, and whether it is an address. Raises NotFetched."""
    if text.startswith("["):
        return _read_v6(text[1:-1]), True
    name = _ascii(text).removesuffix(".")
    labels = name.split(".")
    if len(name) > _MAX_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise _not_a_url()
    if _NUMBER.fullmatch(labels[-1]):
        return _read_v4(name), True
    if len(labels) == 1 or _NEVER_PUBLIC.fullmatch(f".{name}"):  # a name of the machine's own network, if of any
        raise NotFetched(Reason.ADDRESS_REFUSED, is_settled=True)
    return name, False


def _read_v4(name: str) -> str:
    """Four decimal numbers. 127.1, 2130706433, 0x7f.1 and 0177.0.0.1 are loopback to some and nothing to others."""
    try:
        return str(IPv4Address(name))
    except ValueError as error:
        raise NotFetched(Reason.ADDRESS_REFUSED, is_settled=True) from error


def _read_v6(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except ValueError as error:
        raise _not_a_url() from error


def _ascii(text: str) -> str:
    if text.isascii():
        return text.lower()
    if len(text) > _MAX_HOST:
        raise _not_a_url()
    try:
        return idna.encode(text, uts46=True).decode("ascii").lower()
    except UnicodeError as error:
        raise _not_a_url() from error


def _encoded(text: str, *, safe: str) -> str:
    return quote(_LONE_PERCENT.sub("%25", text), safe=safe)


def _not_a_url() -> NotFetched:
    return NotFetched(Reason.NOT_A_URL, is_settled=True)
