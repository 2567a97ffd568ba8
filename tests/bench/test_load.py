from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.load import KEPT_BODY, ask


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.path.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_every_link_is_asked_for_once_and_answered_in_its_place(port: int) -> None:
    load = ask(port, (f"/{number}" for number in itertools.count()), clients=4, seconds=0.1)
    asked = sorted(int(reply.link[1:]) for reply in load.replies)
    assert asked == list(range(len(asked)))
    assert len(asked) >= 4
    assert all(reply.head.startswith("http/1.1 200") and reply.ms > 0 for reply in load.replies)
    kept = [reply for reply in load.replies if reply.body]
    assert all(reply.body == reply.link.encode() for reply in kept)
    assert len(kept) >= len(asked) // KEPT_BODY
    assert load.seconds >= 0.1
