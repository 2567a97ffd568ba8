"""Whatever is asked of a real server, with real drawing processes behind it: never a 5xx, never a traceback, a picture
that decodes for every image path, with 200 for every template that there is, and no value in the log.

`NAMEPLATE_ANY_REQUESTS` says how many requests are made up: 400 take some seconds.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from server.catalog.template import Template, find_templates, read_template
from server.urls.keys import KeyFile
from tests.support.any_request import CANARY, AnyRequest, any_request
from tests.support.running import RunningServer, running

REQUESTS = int(os.environ.get("NAMEPLATE_ANY_REQUESTS", "400"))
FIRST = int(os.environ.get("NAMEPLATE_ANY_REQUESTS_FROM", "0"))
WAIT_SECONDS = 30.0  # a guard; an image is answered within deadline_seconds
PARSER_SAYS_NO = 400


@dataclass(slots=True)
class Client:
    """A connection that is opened anew when the server has closed it, as it does after what is no HTTP."""

    port: int
    _open: socket.socket | None = field(default=None)

    def ask(self, request: AnyRequest) -> tuple[int, dict[str, str], bytes]:
        for _ in range(2):  # the server may have closed the connection since the last answer
            try:
                if self._open is None:
                    self._open = socket.create_connection(("127.0.0.1", self.port), WAIT_SECONDS)
                self._open.sendall(request.to_bytes())
                return self._read(self._open, request.method)
            except (ConnectionError, EOFError):
                self.close()
        raise AssertionError("no answer")

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = None

    def _read(self, connection: socket.socket, method: str) -> tuple[int, dict[str, str], bytes]:
        got = b""
        while b"\r\n\r\n" not in got:
            got += _some(connection)
        head, _, body = got.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        status = int(first.split()[1])
        size = 0 if method == "HEAD" or status in (204, 304) else int(headers.get("content-length", "0"))
        while len(body) < size:
            body += _some(connection)
        if headers.get("connection") == "close":
            self.close()
        assert len(body) == size
        return status, headers, body


def _some(connection: socket.socket) -> bytes:
    some = connection.recv(1 << 16)
    if not some:
        raise EOFError
    return some


def check(request: AnyRequest, status: int, headers: dict[str, str], body: bytes, decoded: set[bytes]) -> None:
    assert status < 500
    if status == PARSER_SAYS_NO:
        assert body == b"Invalid HTTP request received."  # before any of us: uvicorn's own words
        return
    if request.is_image and request.method in ("GET", "HEAD"):
        assert status in ((200, 304) if request.wants_picture else (200, 304, 404))
    if headers.get("content-type", "").startswith("image/") and body:
        digest = hashlib.sha256(body).digest()
        if digest not in decoded:
            with Image.open(io.BytesIO(body)) as picture:
                picture.load()
            decoded.add(digest)
    elif request.is_image and request.method == "GET":
        assert status in (304, 404)
        assert status == 304 or not request.target.startswith(b"/i/") or body == b"" or b"Not Found" in body


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    # Without pictures from outside: no test needs a network.
    with running(tmp_path_factory.mktemp("data"), NAMEPLATE_REMOTE_PICTURES="false") as server:
        yield server


def test_any_request_is_answered_as_it_should_be(server: RunningServer) -> None:
    templates = shipped_templates(server.templates[0])
    key = KeyFile(server.data / "keys.json").current().signing
    assert server.health()["templates"] == {"served": len(templates), "broken": []}
    statuses: Counter[str] = Counter()
    decoded: set[bytes] = set()
    started = time.monotonic()
    with contextlib.closing(Client(int(server.url.rpartition(":")[2]))) as client:
        for number in range(FIRST, FIRST + REQUESTS):
            request = any_request(number, templates, key)
            status, headers, body = client.ask(request)
            try:
                check(request, status, headers, body, decoded)
            except Exception as error:
                raise AssertionError(f"request {number}: {request.to_bytes()!r}: {status} {headers}") from error
            statuses[f"{request.method} {status} {headers.get('nameplate-problem', '')}"] += 1
    seconds = time.monotonic() - started
    print(f"{REQUESTS} requests in {seconds:.0f} s, {len(decoded)} different pictures decoded")
    print("\n".join(f"{count:7} {what}" for what, count in statuses.most_common()))
    page = server.get("/metrics").text
    log = "".join(server.lines)
    assert "Traceback" not in log
    assert " ERROR " not in log
    assert CANARY not in log
    assert CANARY not in page
    assert "_requests_total{" in page


def test_a_request_is_the_same_for_the_same_number(server: RunningServer) -> None:
    templates = shipped_templates(server.templates[0])
    key = KeyFile(server.data / "keys.json").current().signing
    made = [any_request(number, templates, key) for number in range(300)]
    assert made == [any_request(number, templates, key) for number in range(300)]
    assert len({request.to_bytes() for request in made}) > 250
    assert sum(request.wants_picture for request in made) > 100


def shipped_templates(folder: Path) -> list[Template]:
    return [read_template(path) for _, path in sorted(find_templates(folder).items())]
