"""Opens connections, and judges where they lead: to public addresses only.

A name is resolved once for each connection, all its addresses are judged, and exactly those are connected to: there
is no second look-up that could say something else. Nothing of the environment has a say: no proxy, no .netrc.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

from aiohappyeyeballs import AddrInfoType, start_connection

from server.gather.location import Location
from server.gather.rules import Rules
from server.store.lanes import Lane

_LOOKUP_THREADS = 16  # a name server that hangs holds a thread for some ten seconds
_LOOKUPS_WAITING = 64
_NEXT_ADDRESS_SECONDS = 0.25  # RFC 8305, 5: until the next address is tried beside one that does not answer
_BUFFER_BYTES = 64 * 1024

Lookup = Callable[[str], Sequence[str]]
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class AddressRefused(Exception):
    """An address that is not public."""


def system_lookup(host: str) -> list[str]:
    """Addresses of `host`, as the machine's resolver says. Raises OSError."""
    # The dot at the end keeps the machine's search domains out: `logo.svc` is not `logo.svc.cluster.local`.
    found = socket.getaddrinfo(f"{host}.".encode("ascii"), None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Connections:
    """Refuses a name if any of its addresses is forbidden.

    Connecting to the others would work as well, but a public name has no private address unless somebody is up to
    something, and refusing does not depend on which address happens to answer.
    """

    def __init__(self, lookup: Lookup, rules: Rules) -> None:
        self._lookup = lookup
        self._rules = rules
        self._tls = ssl.create_default_context()
        self._lane: Lane | None = None

    @contextlib.asynccontextmanager
    async def open(self, location: Location, *, seconds: float) -> AsyncIterator[Stream]:
        """A connection for one request, ready within `seconds`. Raises AddressRefused, TimeoutError or OSError.

        It is never used again: what one answer leaves in a connection must not become the next one's picture.
        """
        async with asyncio.timeout(seconds):
            reader, writer = await self._connect(location)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()  # a polite farewell would wait for the other side

    def close(self) -> None:
        if self._lane is not None:
            self._lane.stop()
            self._lane.abandon()

    async def _connect(self, location: Location) -> Stream:
        addresses = [location.host] if location.is_literal else await self._resolve(location.host)
        if not all(self._rules.allows(address) for address in addresses):
            raise AddressRefused
        places = [_place(address, location.port) for address in addresses]
        connected = await start_connection(
            places, happy_eyeballs_delay=_NEXT_ADDRESS_SECONDS, socket_factory=self._open_socket
        )
        has_tls = location.scheme == "https"
        try:
            return await asyncio.open_connection(
                sock=connected,
                limit=_BUFFER_BYTES,
                ssl=self._tls if has_tls else None,
                server_hostname=location.host if has_tls else None,
            )
        except BaseException:
            connected.close()
            raise

    async def _resolve(self, host: str) -> Sequence[str]:
        if self._lane is None:
            # Not the event loop's threads: their queue has no end, and others wait for them.
            self._lane = Lane("gather-lookup", threads=_LOOKUP_THREADS, depth=_LOOKUPS_WAITING, at_end=lambda: None)
        asked = self._lane.submit(partial(self._lookup, host))
        if asked is None:
            raise OSError("too many names wait for the resolver")
        addresses = await asyncio.wrap_future(asked)
        if not addresses:
            raise OSError("the name has no address")
        return addresses

    def _open_socket(self, place: AddrInfoType) -> socket.socket:
        """The last word on where a connection leads, whatever came between the judgement above and here."""
        family, kind, protocol, _, address = place
        if not self._rules.allows(str(address[0])):
            raise OSError("not a public address")
        return socket.socket(family, kind, protocol)


def _place(address: str, port: int) -> AddrInfoType:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    where = (address, port, 0, 0) if family == socket.AF_INET6 else (address, port)
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", where
