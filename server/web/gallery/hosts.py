"""Whom the gallery answers. It hands out signed links, so it must be reached neither through a proxy that shows this
machine to the world, nor by a web page elsewhere under a name that it points at this machine (DNS rebinding)."""

from __future__ import annotations

import ipaddress
from collections.abc import Container
from urllib.parse import urlsplit

# What Caddy, CDNs and most people's nginx say of the client. A bare `proxy_pass` says nothing, and cannot be told from
# a browser here: docs/security.md has the setting.
_OF_PROXIES = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via", "cf-ray")


def is_forwarded(headers: Container[str]) -> bool:
    return any(name in headers for name in _OF_PROXIES)


def is_known_host(host: str, public_url: str) -> bool:
    """Whether `host`, as the Host header has it, is an address, this machine, or the server's public name."""
    if set(host) & set("/?#@\\"):  # a URL's other parts; no browser sends them here
        return False
    name = _name_of(f"//{host}")
    return name is not None and (name == "localhost" or name == _name_of(public_url) or _is_address(name))


def _name_of(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is none
    except ValueError:
        return None
    return parts.hostname


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
