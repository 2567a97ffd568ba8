"""Nameplate behind a real nginx with the configuration we ship: what is kept, what is shown, and to whom."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path

import pytest

from tests.support.running import RunningServer, alive, descendants_of, free_port, running, until

SHIPPED = Path(__file__).parent.parent.parent / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
KEY_LINE = "proxy_cache_key $picture;"
NAMES = ("Zebedee", "Jos%C3%A9", "%E6%9D%8E", "Sarah%20Jane")

pytestmark = pytest.mark.skipif(NGINX is None, reason="needs nginx")


@dataclass(frozen=True, slots=True)
class Fetched:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def cache(self) -> str:
        return self.headers.get("x-cache", "")


@dataclass(frozen=True, slots=True)
class Proxy:
    port: int
    folder: Path

    def get(self, target: str, *headers: str, method: str = "GET") -> Fetched:
        """Ask with exactly these bytes in the request line, which no HTTP client would send as they are."""
        lines = [f"{method} {target} HTTP/1.1", "Host: img.example.com", "Connection: close", *headers, "", ""]
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall("\r\n".join(lines).encode())
            response = HTTPResponse(connection, method=method)
            try:
                response.begin()
                named = {name.lower(): value for name, value in response.getheaders()}
                return Fetched(response.status, named, response.read())
            finally:
                response.close()

    @property
    def written(self) -> str:
        """Everything in every log of nginx."""
        return "".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))


def replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} is to be in the configuration once"
    return text.replace(old, new)


@contextmanager
def nginx(folder: Path, server: RunningServer, *, key_line: str = KEY_LINE) -> Iterator[Proxy]:
    """nginx with everything it owns in `folder`; ended with its workers."""
    folder.mkdir()
    port = free_port()
    site = SHIPPED.read_text()
    for old, new in (
        ("server 127.0.0.1:8000;", f"server {server.url.removeprefix('http://')};"),
        ("listen 80 default_server;", f"listen 127.0.0.1:{port} default_server;"),
        ("proxy_cache_path /var/cache/nginx-nameplate ", f"proxy_cache_path {folder}/cache "),
        ("/var/log/nginx/nameplate.log", f"{folder}/access.log"),
        ("/var/log/nginx/nameplate-error.log", f"{folder}/error.log"),
        (KEY_LINE, key_line),
    ):
        site = replaced(site, old, new)
    (folder / "site.conf").write_text(site)
    parts = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    (folder / "main.conf").write_text(
        # As root its workers would become `nobody`, who may not write in a test's folder.
        ("user root;\n" if os.geteuid() == 0 else "")
        + f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/main.log;\nevents {{}}\nhttp {{\n"
        + "".join(f"{part}_temp_path {folder}/{part};\n" for part in parts)
        + f"include {folder}/site.conf;\n}}\n"
    )
    process = subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(folder / "main.conf")])
    try:
        assert until(lambda: process.poll() is not None or answers(port))
        assert process.poll() is None, (folder / "main.log").read_text()
        yield Proxy(port, folder)
    finally:
        workers = descendants_of(process.pid)
        process.send_signal(signal.SIGTERM)
        code = process.wait(30)
    assert code == 0
    assert until(lambda: not any(alive(worker) for worker in workers))


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def open_link(server: RunningServer, name: str = "NAME") -> str:
    """The path and query of a signed link whose name a mail tool fills in."""
    signed = server.sign("hello.png?name=NAME", open_params=["name"])
    return signed[signed.index("/i/") :].replace("NAME", name)


def mixed_up(proxy: Proxy, server: RunningServer, names: Sequence[str]) -> list[str]:
    """The names that are shown a picture other than their own, on either of two rounds."""
    own = {name: server.get(open_link(server, name)).content for name in names}
    assert len(set(own.values())) == len(names), "the pictures must differ, or nothing is shown"
    return [name for _ in range(2) for name in names if proxy.get(open_link(server, name)).body != own[name]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running(tmp_path_factory.mktemp("behind-nginx") / "data") as server:
        yield server


@pytest.fixture
def proxy(tmp_path: Path, server: RunningServer) -> Iterator[Proxy]:
    with nginx(tmp_path / "nginx", server) as proxy:
        yield proxy


def test_the_second_request_is_a_hit(proxy: Proxy, server: RunningServer) -> None:
    first, second = (proxy.get(open_link(server, "Zebedee")) for _ in range(2))
    assert (first.status, first.cache, second.status, second.cache) == (200, "MISS", 200, "HIT")
    assert first.body == second.body == server.get(open_link(server, "Zebedee")).content
    assert second.headers["content-type"] == "image/png"
    assert "content-encoding" not in proxy.get(open_link(server, "Zebedee"), "Accept-Encoding: gzip").headers


def test_a_client_that_has_the_picture_gets_304(proxy: Proxy, server: RunningServer) -> None:
    etag = proxy.get(open_link(server, "Zebedee")).headers["etag"]
    again = proxy.get(open_link(server, "Zebedee"), f"If-None-Match: {etag}")
    assert (again.status, again.body, again.cache) == (304, b"", "HIT")


def test_head_has_the_headers_and_no_picture(proxy: Proxy, server: RunningServer) -> None:
    picture = proxy.get(open_link(server, "Zebedee"))
    head = proxy.get(open_link(server, "Zebedee"), method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(picture.body))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_get_and_head_reach_the_pictures(proxy: Proxy, server: RunningServer, method: str) -> None:
    assert proxy.get(open_link(server, "Zebedee"), method=method).status == 403


def test_everybody_gets_their_own_picture(proxy: Proxy, server: RunningServer) -> None:
    assert mixed_up(proxy, server, NAMES) == []


def test_a_key_without_the_query_is_caught(tmp_path: Path, server: RunningServer) -> None:
    with nginx(tmp_path / "nginx", server, key_line="proxy_cache_key $uri;") as careless:
        assert mixed_up(careless, server, NAMES) == [*NAMES[1:], *NAMES[1:]]


def test_headers_of_one_client_do_not_change_what_the_next_one_gets(proxy: Proxy, server: RunningServer) -> None:
    link = open_link(server, "Zebedee")
    odd = proxy.get(
        link, "Range: bytes=0-9", "Accept: image/webp", 'If-None-Match: "x"', "X-Forwarded-Host: evil.example"
    )
    assert odd.status in (200, 206)
    assert odd.cache == "MISS"
    whole = proxy.get(link)
    assert (whole.status, whole.cache, whole.body) == (200, "HIT", server.get(link).content)


def test_the_longest_query_is_answered(proxy: Proxy, server: RunningServer) -> None:
    link = open_link(server, "Zebedee")
    longest = link + "&utm_x=" + "x" * (8192 - len(link.partition("?")[2]) - len("&utm_x="))
    answer = proxy.get(longest)
    assert (answer.status, answer.body) == (200, server.get(link).content)


def test_raw_spaces_are_mended(proxy: Proxy, server: RunningServer) -> None:
    for name in ("Sarah Jane", "a b c d e f g h i"):
        meant = proxy.get(open_link(server, name.replace(" ", "%20")))
        raw = proxy.get(open_link(server, name))
        assert (raw.status, raw.cache, raw.body) == (200, "HIT", meant.body)
    assert proxy.get(open_link(server, "Sarah Jane"), method="POST").status == 400


@pytest.mark.parametrize("name", ["José", "李", "Jo é", "\x01x", "a b c d e f g h i j"])
def test_what_nginx_cannot_mend_is_the_default_picture(proxy: Proxy, server: RunningServer, name: str) -> None:
    raw = proxy.get(open_link(server, name))
    assert (raw.status, raw.body) == (200, server.get("/i/hello.png").content)
    assert raw.headers["cache-control"] == "public, max-age=60"


@pytest.mark.parametrize("target", ["garbage bla", "/i/hello .png", "/ x"])
def test_other_broken_request_lines_stay_400(proxy: Proxy, target: str) -> None:
    assert proxy.get(target).status == 400


def test_no_log_has_a_value(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server, nginx(tmp_path / "nginx", server) as proxy:
        links = [open_link(server, name) for name in ("Zebedee", "Zebedee Jane", "Zebedeé")]
        for link in links:
            assert proxy.get(link, f"Referer: http://img.example.com{open_link(server, 'Zebedee')}").status == 200
        stop(server)
        assert proxy.get(open_link(server, "Zebedee2")).status == 502  # and an error that nginx would like to explain
        assert until(lambda: proxy.written.count("\n") >= len(links) + 1)
        assert "GET /i/hello.png 200" in proxy.written
        for private in ("Zebed", "name=", "?", "_sig", "127.0.0.1"):
            assert private not in proxy.written


def test_an_old_picture_is_renewed_with_its_etag(tmp_path: Path) -> None:
    with (
        running(tmp_path / "data", NAMEPLATE_MAX_AGE_SECONDS="1") as server,
        nginx(tmp_path / "nginx", server) as proxy,
    ):
        link = open_link(server, "Zebedee")
        first = proxy.get(link)
        seen: list[Fetched] = []

        def renewed() -> bool:
            seen.append(proxy.get(link))
            return seen[-1].cache == "HIT" and any(old.cache == "STALE" for old in seen)

        assert until(renewed)
        assert {(answer.status, answer.body) for answer in seen} == {(200, first.body)}
        assert until(lambda: any("/i/hello.png 304 " in line for line in server.lines))


def test_an_old_picture_is_shown_while_the_server_is_down(tmp_path: Path) -> None:
    with (
        running(tmp_path / "data", NAMEPLATE_MAX_AGE_SECONDS="1", NAMEPLATE_STALE_SECONDS="0") as server,
        nginx(tmp_path / "nginx", server) as proxy,
    ):
        links = [open_link(server, name) for name in NAMES]
        pictures = [proxy.get(link).body for link in links]
        stop(server)
        assert until(lambda: all(proxy.get(link).cache == "STALE" for link in links))
        for link, picture in zip(links, pictures, strict=True):
            stale = proxy.get(link)
            assert (stale.status, stale.cache, stale.body) == (200, "STALE", picture)


def stop(server: RunningServer) -> None:
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(30)
