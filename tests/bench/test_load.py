from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.load import KEPT_BODY, OutOfLinks, ask


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
    load = ask(port, [f"/{number}" for number in range(20_000)], clients=4, seconds=0.1)
    asked = sorted(int(reply.link[1:]) for reply in load.replies)
    assert asked == list(range(len(asked)))
    assert len(asked) >= 4
    assert all(reply.head.startswith("http/1.1 200") and reply.ms > 0 for reply in load.replies)
    kept = [reply for reply in load.replies if reply.body]
    assert all(reply.body == reply.link.encode() for reply in kept)
    assert len(kept) >= len(asked) // KEPT_BODY
    assert load.seconds >= 0.1


def test_every_client_asks_at_least_once(port: int) -> None:
    assert len(ask(port, ["/one", "/two"], clients=2, seconds=0).replies) == 2


def test_a_load_for_which_there_are_too_few_links_says_no_rate(port: int) -> None:
    with pytest.raises(OutOfLinks):
        ask(port, ["/one", "/two"], clients=1, seconds=60)


@contextmanager
def answering_once(*pieces: bytes) -> Iterator[int]:
    """A server that answers one question with these pieces, and hangs up."""

    def answer() -> None:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection:
            connection.recv(1000)
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(0.005)  # or the kernel hands over several as one

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def test_an_answer_in_pieces_is_put_together() -> None:
    body = bytes(range(256)) * 4000
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
    with answering_once(head[:25], head[25:] + body[:7], body[7:50_000], body[50_000:]) as port:
        (reply,) = ask(port, ["/one"], clients=1, seconds=0).replies
    assert reply.head == head.decode().lower()
    assert reply.body == body


def test_a_server_that_hangs_up_is_an_error() -> None:
    with (
        answering_once(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfive.") as port,
        pytest.raises(ConnectionError, match="middle of an answer"),
    ):
        ask(port, ["/one"], clients=1, seconds=0)
