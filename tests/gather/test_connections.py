"""Names that are slow, lacking or have several addresses; and TLS that is held to the host's name."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
import threading
from pathlib import Path

import pytest

from server.gather.connections import system_lookup
from server.gather.gather import Limits
from server.report import Reason
from tests.gather.villain import answer, png
from tests.gather.world import PATIENCE, QUICK, is_whole, world


def test_the_next_address_is_tried_when_one_does_not_answer(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path, addresses=frozenset({"127.0.0.78", "::1"})) as at:
            at.names.answers = {"cdn.example.com": ["::1", "127.0.0.78", "127.0.0.77"]}
            assert is_whole(await at.get_url(f"http://cdn.example.com:{at.villain.port}/good"))

    asyncio.run(story())


@pytest.mark.parametrize("answers", [None, []])
def test_a_name_without_an_address_is_unreachable(answers: list[str] | None, tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path) as at:
            if answers is not None:
                at.names.answers["cdn.example.com"] = answers
            found = await at.get_url("http://cdn.example.com/a.png")
            assert (found.reason, found.is_settled) == (Reason.UNREACHABLE, False)

    asyncio.run(story())


def test_name_servers_that_hang_hold_up_neither_others_nor_the_end(tmp_path: Path) -> None:
    is_over = threading.Event()

    def hang(host: str) -> list[str]:
        is_over.wait(PATIENCE)
        raise OSError

    async def story() -> None:
        async with world(tmp_path, limits=Limits(fetch=QUICK)) as at:
            at.gatherer._fetcher._connections._lookup = hang
            urls = [f"http://n{number}.com/a.png" for number in range(100)]
            hanging = [asyncio.create_task(at.get_url(url)) for url in urls]
            assert is_whole(await at.get("good"))
            reasons = {found.reason for found in await asyncio.gather(*hanging)}
            assert reasons == {Reason.TIMEOUT, Reason.UNREACHABLE}  # the latter where too many wait already

    try:
        asyncio.run(story())
        assert not is_over.is_set()
    finally:
        is_over.set()


def test_an_address_that_the_resolver_lets_through_is_stopped_at_the_socket(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(tmp_path) as at:
            connections = at.gatherer._fetcher._connections
            with pytest.raises(OSError, match="not a public address"):
                connections._open_socket((2, 1, 6, "", ("10.0.0.1", 80)))

    asyncio.run(story())


def test_the_system_resolver_gives_addresses_and_no_search_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def getaddrinfo(host: bytes, port: None, **options: int) -> list[tuple[object, ...]]:
        asked.append(host)
        return [
            (2, 1, 6, "", ("1.1.1.1", 0)),
            (10, 1, 6, "", ("2606:4700::1111", 0, 0, 0)),
            (2, 1, 6, "", ("1.1.1.1", 0)),
        ]

    monkeypatch.setattr("socket.getaddrinfo", getaddrinfo)
    assert system_lookup("cdn.example.com") == ["1.1.1.1", "2606:4700::1111"]
    assert asked == [b"cdn.example.com."]


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """Of cdn.example.com, signed by itself, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate")
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made: list[str | Path] = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    named = ["-subj", "/CN=cdn.example.com", "-addext", "subjectAltName=DNS:cdn.example.com"]
    subprocess.run([openssl, *made, *named, "-out", certificate, "-keyout", key], check=True, capture_output=True)
    return certificate, key


def test_a_certificate_must_be_trusted_and_of_the_host(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(*certificate)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(png()))
        await writer.drain()
        writer.close()

    async def story() -> None:
        server = await asyncio.start_server(serve, "127.0.0.77", 0, ssl=tls)
        port = server.sockets[0].getsockname()[1]
        async with server, world(tmp_path / "cache", ports=frozenset({port})) as at:
            at.names.answers = {name: ["127.0.0.77"] for name in ("cdn.example.com", "other.example.com")}
            found = await at.get_url(f"https://cdn.example.com:{port}/untrusted")
            assert (found.reason, found.is_settled) == (Reason.UNREACHABLE, False)
            at.gatherer._fetcher._connections._tls.load_verify_locations(certificate[0])
            assert is_whole(await at.get_url(f"https://cdn.example.com:{port}/trusted"))
            for wrong in (f"https://other.example.com:{port}/a", f"https://127.0.0.77:{port}/a"):
                assert (await at.get_url(wrong)).reason is Reason.UNREACHABLE

    asyncio.run(story())
