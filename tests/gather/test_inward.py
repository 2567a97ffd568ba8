"""No connection to a forbidden address, however it is spelt, resolved or redirected to. Sentinels on loopback count."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from server.gather.wanted import Gathered
from server.report import Reason
from tests.gather.addresses import FORBIDDEN_V4, FORBIDDEN_V6, v4_spellings, v6_forms
from tests.gather.villain import OWN_ADDRESS, redirects
from tests.gather.world import World, is_whole, world

PUBLIC_V4, PUBLIC_V6 = "93.184.215.14", "2606:4700::1111"
REFUSED = {Reason.ADDRESS_REFUSED, Reason.NOT_A_URL}  # anything else would mean that it was tried


@dataclass
class Sentinel:
    """Listens on every address of this machine. The port is one that the gatherer may use: only addresses save it."""

    port: int
    connections: int = 0


@contextlib.asynccontextmanager
async def running_sentinel() -> AsyncIterator[Sentinel]:
    sentinel = Sentinel(0)

    async def count(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sentinel.connections += 1
        writer.transport.abort()

    v4 = await asyncio.start_server(count, "0.0.0.0", 0, family=socket.AF_INET)
    sentinel.port = v4.sockets[0].getsockname()[1]
    servers = [v4]
    with contextlib.suppress(OSError):  # a machine without IPv6
        servers.append(await asyncio.start_server(count, "::", sentinel.port, family=socket.AF_INET6))
    try:
        yield sentinel
    finally:
        for server in servers:
            server.close()
            await server.wait_closed()


def literal_urls(port: int) -> Iterator[str]:
    for address in FORBIDDEN_V4:
        for spelling in v4_spellings(address).values():
            yield f"http://{spelling}:{port}/a.png"
        for form in v6_forms(address).values():
            yield f"http://[{form}]:{port}/a.png"
    for address in FORBIDDEN_V6:
        yield f"http://[{address}]:{port}/a.png"
        yield f"http://[{address.replace('%', '%25')}]:{port}/a.png"
    for name in ("localhost", "LOCALHOST.", "intranet", "ｌocalhost", "ip6-localhost"):
        yield f"http://{name}:{port}/a.png"


def name_answers() -> Iterator[list[str]]:
    """What a name server may say: the forbidden address alone, first and last among public ones."""
    for v4 in FORBIDDEN_V4:
        for address in (v4, *v6_forms(v4).values()):
            yield from ([address], [address, PUBLIC_V4], [PUBLIC_V6, PUBLIC_V4, address])
    for address in FORBIDDEN_V6:
        yield from ([address], [PUBLIC_V4, address])
    yield from (["not an address"], ["127.1"], ["0x7f.0.0.1"])


async def tried(at: World, urls: list[str], *, by_redirect: bool) -> list[Gathered]:
    found = []
    for number, url in enumerate(urls):
        if by_redirect:
            at.villain.behaviours[f"to-{number}"] = redirects(url.replace("{", "{{"))
            url = at.villain.url(f"to-{number}")  # noqa: PLW2901 - the same errand by another way
        found.append(await at.get_url(url))
    return found


def test_no_spelling_answer_or_redirect_leads_to_a_forbidden_address(tmp_path: Path) -> None:
    async def story() -> tuple[int, int, int]:
        async with running_sentinel() as sentinel, world(tmp_path, ports=frozenset({sentinel.port})) as at:
            urls = list(literal_urls(sentinel.port))
            for number, answers in enumerate(name_answers()):
                at.names.answers[f"n{number}.example.com"] = answers
                urls.append(f"http://n{number}.example.com:{sentinel.port}/a.png")
            found = [*await tried(at, urls, by_redirect=False), *await tried(at, urls, by_redirect=True)]
            assert all(one.body is None for one in found)
            assert {one.reason for one in found} <= REFUSED
            assert at.villain.connections == len(urls), "each redirect was really followed up to its target"
            return len(found), len(urls), sentinel.connections

    cases, urls, connections = asyncio.run(story())
    assert connections == 0
    assert (urls, cases) == (1452, 2904)


def test_the_sentinel_sees_who_gets_through(tmp_path: Path) -> None:
    async def story() -> int:
        async with running_sentinel() as sentinel, world(tmp_path, ports=frozenset({sentinel.port})) as at:
            found = await at.get_url(f"http://{OWN_ADDRESS}:{sentinel.port}/a.png")
            assert found.reason is Reason.UNREACHABLE
            return sentinel.connections

    assert asyncio.run(story()) == 1


def test_a_name_that_changes_its_address_is_resolved_once_and_judged_each_time(tmp_path: Path) -> None:
    async def story() -> None:
        async with running_sentinel() as sentinel, world(tmp_path, ports=frozenset({sentinel.port})) as at:
            turns = iter([[OWN_ADDRESS], ["127.0.0.1"], ["127.0.0.1"]])
            asked: list[str] = []

            def rebinding(host: str) -> list[str]:
                asked.append(host)
                return next(turns)

            at.gatherer._fetcher._connections._lookup = rebinding
            first = await at.get_url(f"http://rebind.example.com:{at.villain.port}/good")
            assert is_whole(first)
            assert asked == ["rebind.example.com"]
            second = await at.get_url(f"http://rebind.example.com:{sentinel.port}/good")
            assert (second.reason, second.is_settled) == (Reason.ADDRESS_REFUSED, False)
            at.villain.behaviours["hop"] = redirects(f"http://rebind.example.com:{sentinel.port}/good")
            third = await at.get("hop")
            assert third.reason is Reason.ADDRESS_REFUSED
            assert sentinel.connections == 0

    asyncio.run(story())


def test_a_hop_is_held_to_the_hosts_of_the_param_and_of_the_server(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path, hosts=("*.acme.com",)) as at:
            at.names.answers = {
                name: [OWN_ADDRESS] for name in ("cdn.acme.com", "img.acme.com", "acme.com", "evil.com")
            }
            port = at.villain.port
            at.villain.behaviours["to-evil"] = redirects(f"http://evil.com:{port}/good")
            at.villain.behaviours["to-img"] = redirects(f"http://img.acme.com:{port}/good")
            for hosts, url, reason in (
                ((), f"http://cdn.acme.com:{port}/good", None),
                ((), f"http://CDN.Acme.com.:{port}/good", None),
                ((), f"http://acme.com:{port}/good", Reason.HOST_NOT_ALLOWED),
                ((), f"http://evilacme.com:{port}/good", Reason.HOST_NOT_ALLOWED),
                ((), f"http://cdn.acme.com:{port}/to-evil", Reason.HOST_NOT_ALLOWED),
                ((), f"http://cdn.acme.com:{port}/to-img", None),
                # The same URL again, for a param that does not allow the second host: what is kept is not for it.
                (("cdn.acme.com",), f"http://cdn.acme.com:{port}/to-img", Reason.HOST_NOT_ALLOWED),
                (("evil.com",), f"http://evil.com:{port}/good", Reason.HOST_NOT_ALLOWED),
                (("evil.com", "img.acme.com"), f"http://img.acme.com:{port}/good", None),
            ):
                assert (await at.get_url(url, hosts)).reason is reason, (hosts, url)

    asyncio.run(story())


def test_only_ports_80_and_443_are_asked(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path) as at:
            for port in (0, 1, 22, 25, 81, 444, 3000, 6379, 8080, 65535, 65536, 99999):
                found = await at.get_url(f"http://{OWN_ADDRESS}:{port}/good")
                assert found.reason in REFUSED, port
            assert at.names.asked == []

    asyncio.run(story())
