"""A drawing that hangs in C costs one process for at most its deadline, once, and nobody else notices."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.support.pictures import decode
from tests.support.running import RunningServer, alive, nameplate, running, until

# Each scale is within bounds; together they make a circle that libcairo draws for ever. The defaults draw at once.
SLOW = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><rect width="400" height="200" fill="#fff"/>'
    + '<g transform="scale({{ n }})">' * 7
    + '<circle r="50000" fill="none" stroke="#000"/>'
    + "</g>" * 7
    + '<text x="10" y="50" inline-size="300" data-fit="shrink">Take {{ n }}</text></svg>'
)
MANIFEST = '[params.n]\ntype = "number"\ndefault = 1\nsample = 1\nmin = 0\nmax = 90000\n'
GAUGE = (
    """<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><circle r="{{ n }}" cx="200" cy="100"/></svg>"""
)
QUICK = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200">'
    '<text x="9" y="99" inline-size="380">{{ name }}</text></svg>'
)

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc to see the processes")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    tmp_path = tmp_path_factory.mktemp("house")
    folder = tmp_path / "templates"
    (folder / "slow").mkdir(parents=True)
    (folder / "slow" / "template.svg").write_text(SLOW)
    (folder / "slow" / "manifest.toml").write_text(MANIFEST)
    (folder / "quick.svg").write_text(QUICK)
    (folder / "gauge").mkdir()
    (folder / "gauge" / "template.svg").write_text(GAUGE)
    (folder / "gauge" / "manifest.toml").write_text('[params.n]\ntype = "number"\ndefault = 50\nmin = 0\nmax = 500\n')
    with running(tmp_path / "data", templates=[folder], NAMEPLATE_RENDERERS="2") as server:
        yield server


def test_it_passes_the_lint(server: RunningServer) -> None:
    assert nameplate("check", "slow", templates=server.templates, check=False).returncode == 0


@pytest.mark.parametrize(
    ("n", "reason"),
    [
        ("inf", "out-of-range"),
        ("1e100", "out-of-range"),
        ("-1", "out-of-range"),
        ("nan", "placeholder"),
        ("x", "not-a-number"),
    ],
)
def test_a_number_out_of_bounds_is_clamped_before_it_is_drawn(server: RunningServer, n: str, reason: str) -> None:
    answer = server.get(server.sign(f"gauge.png?n={n}"))
    assert answer.status_code == 200
    assert answer.headers["nameplate-fallback"] == f"n;reason={reason}"
    assert "nameplate-problem" not in answer.headers


def test_one_kill_however_often_it_is_asked_for_while_others_are_answered(server: RunningServer) -> None:
    poison = server.sign("slow.png?n=90000")
    others = [server.sign(f"quick.png?name=Sarah{number}") for number in range(5)]
    seen: list[httpx.Response] = []
    asking = threading.Thread(target=lambda: seen.append(httpx.get(server.url + poison, timeout=30)))
    asking.start()
    for link in others:
        answer = server.get(link)
        assert "nameplate-problem" not in answer.headers
    asking.join()
    again = server.get(poison)
    default = decode(server.get(server.sign("slow.png")).content)
    for answer, problem in ((seen[0], "timed-out"), (again, "worker-died")):
        assert answer.status_code == 200
        assert answer.headers["nameplate-problem"] == problem
        assert answer.headers["cache-control"] == "public, max-age=60"
        assert decode(answer.content).tobytes() == default.tobytes()
    assert server.health()["renderers"]["kills"] == 1


def test_no_process_outlives_a_server_that_was_killed(server: RunningServer) -> None:
    below = server.descendants()
    assert len(below) >= 3  # a forkserver and two workers
    asking = threading.Thread(target=_ask_in_vain, args=(server.url + server.sign("slow.png?n=89999"),))
    asking.start()
    time.sleep(0.3)  # one worker is in C now, whether or not it has begun in earnest
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    asking.join()
    assert until(lambda: not any(alive(pid) for pid in below))


def _ask_in_vain(url: str) -> None:
    with contextlib.suppress(httpx.HTTPError):
        httpx.get(url, timeout=30)


def test_no_process_outlives_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "quick.svg").write_text(QUICK)
    with running(tmp_path / "data", "--workers", "2", templates=[tmp_path / "templates"]) as server:
        link = server.sign("quick.png?name=Sarah")
        assert until(lambda: is_answered(server, link))
        below = server.descendants()
        assert len(below) >= 6  # two web processes, each with a forkserver and a worker
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        assert until(lambda: not any(alive(pid) for pid in below))


def is_answered(server: RunningServer, link: str) -> bool:
    """Whether it is, before the web processes listen too."""
    try:
        return "nameplate-problem" not in server.get(link).headers
    except httpx.TransportError:
        return False
