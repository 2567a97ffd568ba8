"""Which hosts, ports and addresses may be asked for pictures: judges a location before anything is sent to it.

Names are judged here, addresses once more where a connection is made (`connections.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from server.gather.addresses import is_public
from server.gather.location import Location, read_host
from server.gather.refusals import NotFetched
from server.report import Reason

_PORTS = frozenset({80, 443})
_ANY_BELOW = "*."


@dataclass(frozen=True, slots=True)
class Leniency:
    """For tests alone: ports and loopback addresses that are allowed beside the public ones."""

    ports: frozenset[int] = frozenset()
    addresses: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not all(ip_address(address).is_loopback for address in self.addresses):
            raise ValueError("only loopback addresses can be allowed")


STRICT = Leniency()


@dataclass(frozen=True, slots=True)
class Rules:
    """`hosts` is a list of lists: a host must be on every list that is not empty."""

    hosts: tuple[tuple[str, ...], ...] = ()
    leniency: Leniency = STRICT

    def check(self, location: Location) -> None:
        """Raises NotFetched: `host-not-allowed` or `address-refused`."""
        if not all(is_on_list(location.host, hosts) for hosts in self.hosts if hosts):
            raise NotFetched(Reason.HOST_NOT_ALLOWED, is_settled=True)
        if location.port not in _PORTS and location.port not in self.leniency.ports:
            raise NotFetched(Reason.ADDRESS_REFUSED, is_settled=True)
        if location.is_literal and not self.allows(location.host):
            raise NotFetched(Reason.ADDRESS_REFUSED, is_settled=True)

    def allows(self, address: str) -> bool:
        """Whether a connection may be made to this address."""
        return is_public(address) or address in self.leniency.addresses


def is_on_list(host: str, hosts: Iterable[str]) -> bool:
    """`*.acme.com` stands for every name below acme.com, but not for acme.com itself; `*.com` stands for none."""
    return any(_matches(host, pattern) for pattern in hosts)


def _matches(host: str, pattern: str) -> bool:
    name = pattern.removeprefix(_ANY_BELOW)
    try:
        wanted, is_literal = read_host(name)
    except NotFetched:
        return False  # a pattern that cannot be a host: the template's check says so
    if name == pattern:
        return host == wanted
    return not is_literal and host.endswith(f".{wanted}")
