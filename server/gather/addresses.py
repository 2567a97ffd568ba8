"""Judges an IP address: whether it is on the public internet. Whatever cannot be told for sure is not.

A table of its own, because `ipaddress.is_global` calls multicast, NAT64, 6to4 and site-local addresses global, and
says other things in other versions of Python. Ranges are those of IANA's special-purpose registries (2026-01).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_NOT_PUBLIC_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # "this network": Linux takes 0.0.0.0 for loopback
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba's metadata service
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local; metadata services of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata service
        "192.0.2.0/24",
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "168.63.129.16/32",  # Azure's own services, on an address that is public everywhere else
    )
)

# Only this is assigned as global unicast. Outside lie loopback, ULA, link-local and site-local, multicast, and the
# forms that carry an IPv4 address: mapped, compatible, translated, NAT64's 64:ff9b::/96 and 64:ff9b:1::/48.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, with Teredo, ORCHID and benchmarking in it
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # 6bone, given back
        "3fff::/20",
    )
)

# ISATAP (RFC 5214): a host inside a site, behind any prefix, by its IPv4 address. The bit 0x0200 is "unique".
_ISATAP = 0x00005EFE
_ISATAP_MASK = 0xFDFFFFFF


def is_public(address: str) -> bool:
    """`address` as the resolver or the kernel prints it; one with a zone, or none at all, is not public."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return _is_public_v4(parsed) if isinstance(parsed, IPv4Address) else _is_public_v6(parsed)


def _is_public_v4(address: IPv4Address) -> bool:
    return not any(address in network for network in _NOT_PUBLIC_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    if address.scope_id is not None or address not in _GLOBAL_UNICAST:
        return False
    if (int(address) >> 32) & _ISATAP_MASK == _ISATAP:
        return False
    return not any(address in network for network in _NOT_PUBLIC_V6)
