"""Cached answers against the server under us: `python -m bench.cached` (needs wrk).

One web process of ours beside a bare ASGI application under the same uvicorn that sends the very same bytes, headers
included, and knows nothing. They take turns, so that others on the machine cost both the same. What is printed are
medians: answers a second, processor time of the web process for one answer, and the ratios of neighbours in time.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypedDict

import numpy as np
import uvicorn
from PIL import Image
from starlette.types import Receive, Scope, Send

from server.urls.ring import parse_keys
from server.urls.signing import sign_values

CONNECTIONS = 16
START_TRIES, START_PAUSE_SECONDS = 600, 0.1
SECRET = "k1:" + "0b" * 32
SIDES = {
    "32 KB": 104,
    "150 KB": 224,
}  # noise does not deflate: a PNG of it has three bytes a pixel, whatever encodes it
SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="{canvas}" height="{canvas}">
<image width="{side}" height="{side}" href="noise.png"/></svg>"""
MANIFEST = '[params.first_name]\ndefault = "you"\n[params.company]\n[params.city]\n'
VALUES = {"first_name": "Maximiliane", "company": "Hohenfels & Sons", "city": "Oslo"}
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of answer: `link` with `header` (if any) gives it."""

    name: str
    link: str
    header: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """One contender, listening."""

    name: str
    pid: int
    port: int


@dataclass(frozen=True, slots=True)
class Measured:
    a_second: float
    cpu_us: float


class Given(TypedDict):
    """An answer as JSON has it: `headers` are names and texts, `body` is hexadecimal."""

    status: int
    headers: list[tuple[str, str]]
    body: str


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--seconds", type=int, default=2, help="of each measurement")
    options.add_argument("--bare", nargs=2, metavar=("PORT", "FILE"), help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.bare:
        serve_bare(int(chosen.bare[0]), Path(chosen.bare[1]))
        return
    if shutil.which("wrk") is None:
        sys.exit("this bench needs wrk: apt-get install wrk")
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), rounds=chosen.rounds, seconds=chosen.seconds)


def compare(folder: Path, *, rounds: int, seconds: int) -> None:
    cases = make_cases(folder)
    with ours(folder, "nameplate") as server, ours(folder, "without memo", NAMEPLATE_MEMO_MB="0") as plain:
        for case in cases:
            for warmed in (server, plain):
                fetch(warmed, case)
            answer = folder / "answer.json"
            answer.write_text(json.dumps(fetch(server, case)))
            with bare(answer) as floor:
                report(case, [measure_all((floor, server, plain), case, seconds) for _ in range(rounds)])


def make_cases(folder: Path) -> list[Case]:
    """A template for each size, and links to it with the values of a usual recipient."""
    key = parse_keys(SECRET).signing
    cases = []
    for name, side in SIDES.items():
        template = folder / "templates" / f"noise-{side}"
        template.mkdir(parents=True)
        noise = np.random.default_rng(side).integers(0, 256, (side, side, 3), np.uint8)
        Image.fromarray(noise).save(template / "noise.png")
        (template / "template.svg").write_text(SVG.format(side=side, canvas=2 * side))
        (template / "manifest.toml").write_text(MANIFEST)
        cases.append(Case(f"200, {name}", sign_values(template.name, VALUES, key=key)))
    return [*cases, Case("304", cases[0].link, "If-None-Match: *")]


@contextlib.contextmanager
def ours(folder: Path, name: str, **settings: str) -> Iterator[Server]:
    data = folder / name
    command = ["-m", "server", "serve", "--data", str(data), "--templates", str(folder / "templates")]
    environment = {**os.environ, "NAMEPLATE_KEYS": SECRET, "NAMEPLATE_RENDERERS": "1", **settings}
    with listening(name, [*command, "--port"], [], folder / f"{name}.log", environment) as server:
        yield server


@contextlib.contextmanager
def bare(answer: Path) -> Iterator[Server]:
    command = ["-m", "bench.cached", "--bare"]
    with listening("bare uvicorn", command, [str(answer)], answer.with_suffix(".log"), dict(os.environ)) as server:
        yield server


@contextlib.contextmanager
def listening(
    name: str, before: list[str], after: list[str], log: Path, environment: dict[str, str]
) -> Iterator[Server]:
    """A Python process that is given a free port between its other arguments, once it listens there."""
    port = free_port()
    with log.open("wb") as lines:
        command = [sys.executable, *before, str(port), *after]
        process = subprocess.Popen(command, env=environment, stdout=lines, stderr=lines)
    try:
        wait_for(process, port, log)
        yield Server(name, process.pid, port)
    finally:
        process.terminate()
        process.wait()


def wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(START_TRIES):
        if process.poll() is not None:
            sys.exit(f"a server did not start:\n{log.read_text()}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(START_PAUSE_SECONDS)
    sys.exit("a server did not start in time")


def fetch(server: Server, case: Case) -> Given:
    """The answer to `case` once it comes from memory: asked twice before, so that every tier had its turn."""
    field, _, value = case.header.partition(": ")
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}{case.link}", headers={field: value} if field else {}
    )
    for _ in range(3):
        try:
            with urllib.request.urlopen(request) as answer:
                status, headers, body = answer.status, answer.headers.items(), answer.read()
        except urllib.error.HTTPError as answer:  # which is what 304 is to urllib
            status, headers, body = answer.code, answer.headers.items(), b""
    found = [(name.lower(), str(text)) for name, text in headers]
    if not any(name == "cache-status" and "hit" in text for name, text in found):
        sys.exit(f"{server.name} has no cached answer to {case.name}: {status}, {found}")
    added_by_uvicorn = {"date", "server", "connection"}
    kept = [(name, text) for name, text in found if name not in added_by_uvicorn]
    return {"status": status, "headers": kept, "body": body.hex()}


def serve_bare(port: int, answer: Path) -> None:
    """The floor: one answer from memory, whatever is asked."""
    given: Given = json.loads(answer.read_text())
    headers = [(name.encode(), text.encode()) for name, text in given["headers"]]
    start = {"type": "http.response.start", "status": given["status"], "headers": headers}
    body = {"type": "http.response.body", "body": bytes.fromhex(given["body"])}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - ASGI's three
        await send(start)
        await send(body)

    config = uvicorn.Config(app, port=port, access_log=False, log_config=None, server_header=False, lifespan="off")
    asyncio.run(uvicorn.Server(config).serve())


def measure_all(servers: tuple[Server, ...], case: Case, seconds: int) -> dict[str, Measured]:
    return {server.name: measure(server, case, seconds) for server in servers}


def measure(server: Server, case: Case, seconds: int) -> Measured:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *(["-H", case.header] if case.header else [])]
    before = cpu_seconds(server.pid)
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{server.port}{case.link}"], capture_output=True, text=True, check=True
    )
    spent = cpu_seconds(server.pid) - before
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        sys.exit(f"{server.name} failed at {case.name}:\n{done.stdout}")
    answers = re.search(r"(\d+) requests in", done.stdout)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if answers is None or rate is None:
        sys.exit(f"wrk said what is not understood:\n{done.stdout}")
    return Measured(float(rate[1]), spent / int(answers[1]) * 1e6)


def cpu_seconds(pid: int) -> float:
    """Processor time of one process so far, its threads included and its children not."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def report(case: Case, rounds: list[dict[str, Measured]]) -> None:
    print(f"\n{case.name}: {len(rounds)} rounds, {CONNECTIONS} connections, one web process")
    print(f"{'':14} {'answers/s':>10} {'cpu us':>8} {'of bare':>8} {'by cpu':>8}")
    for name in rounds[0]:
        rate = median(one[name].a_second for one in rounds)
        cpu = median(one[name].cpu_us for one in rounds)
        of_bare = median(one[name].a_second / one["bare uvicorn"].a_second for one in rounds)
        by_cpu = median(one["bare uvicorn"].cpu_us / one[name].cpu_us for one in rounds)
        print(f"{name:14} {rate:10,.0f} {cpu:8.1f} {of_bare:8.2f} {by_cpu:8.2f}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
