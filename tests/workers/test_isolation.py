"""What a worker sees of the world, and what is left of it when its owner dies."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.workers.processes import running

Make = Callable[..., Any]

ROOT = Path(__file__).parents[2]
GUARD_SECONDS = 30.0

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def facts(run: Make, pool_of: Make, spec: Make, template: Make, **asked: str) -> dict[str, str]:
    """What `look` found in a worker, and whether the pool says that it has no network."""
    seen: dict[str, str] = {}

    async def scenario() -> None:
        async with pool_of(1) as pool:
            picture = await pool.draw(spec("look", **{"file": "/nowhere", "port": "1", **asked}), template())
            seen.update(line.split("=", 1) for line in picture.body.decode().splitlines())
            seen["offline"] = str(pool.offline)

    run(scenario())
    return seen


@on_linux
def test_a_worker_inherits_no_socket_and_no_secret(
    run: Make, pool_of: Make, spec: Make, template: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAMEPLATE_KEYS", "canary")
    with socket.create_server(("127.0.0.1", 0)) as server:
        os.set_inheritable(server.fileno(), True)
        seen = facts(run, pool_of, spec, template)
    assert seen["secret"] == "False"
    assert seen["sockets"] == "1"  # its own pipe


@on_linux
def test_a_worker_has_one_thread_although_numpy_is_loaded(
    run: Make, pool_of: Make, spec: Make, template: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    seen = facts(run, pool_of, spec, template)
    assert (seen["threads"], seen["openblas"]) == ("1", "1")
    assert "OPENBLAS_NUM_THREADS" not in os.environ


@on_linux
def test_a_worker_has_no_rights(run: Make, pool_of: Make, spec: Make, template: Make) -> None:
    seen = facts(run, pool_of, spec, template)
    assert int(seen["capabilities"], 16) == 0
    assert seen["no_new_privs"] == "1"


def test_a_worker_writes_no_file(run: Make, pool_of: Make, spec: Make, template: Make, tmp_path: Path) -> None:
    target = tmp_path / "written"
    seen = facts(run, pool_of, spec, template, file=str(target))
    assert seen["file"].startswith("OSError")
    assert not target.exists() or target.read_bytes() == b""


def test_a_worker_reaches_no_host_where_the_network_can_be_taken_away(
    run: Make, pool_of: Make, spec: Make, template: Make
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        seen = facts(run, pool_of, spec, template, port=str(server.getsockname()[1]))
    if sys.platform != "linux" or subprocess.run(["unshare", "-rn", "true"], check=False).returncode:
        pytest.skip("this system takes no network away")
    assert seen["offline"] == "True"
    assert seen["connect"].startswith("OSError")


OWNER = """
import asyncio, json, sys
sys.path[:0] = json.loads(sys.argv[1])
from server.catalog.manifest import Manifest
from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.images import Format
from server.workers.jobs import Jobs
from server.workers.pool import WorkerPool
from tests.workers.processes import running

async def main():
    pool = WorkerPool(count=2, fonts=(), render_seconds=600, jobs=Jobs(
        "drawing_jobs:prepare", "drawing_jobs:draw", "drawing_jobs:check", "drawing_jobs:normalise"))
    await pool.start()
    template = Template("card", Manifest(), 1, 1, {"template.svg": b""}, (), "d")
    values = (("act", sys.argv[2]), ("line", sys.argv[3]))
    spec = RenderSpec("card", "d", Format.PNG, 1, 1, 1.0, values, (), "r")
    await pool.draw(spec, template)

asyncio.run(main())
"""


def processes_with(marker: str) -> list[int]:
    """Running processes with `marker` in their command line, which forked workers have too."""
    return [pid for pid, arguments in running().items() if marker in arguments]


@pytest.mark.parametrize("act", ["hang", "spin"])
def test_no_process_outlives_a_killed_owner(tmp_path: Path, act: str) -> None:
    marker = f"marker-{uuid.uuid4().hex}"
    here = tmp_path / marker
    here.mkdir()
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(str(tmp_path / "line"))
        line.listen()
        path = json.dumps([str(here), str(ROOT), str(Path(__file__).parent)])
        owner = subprocess.Popen([sys.executable, "-c", OWNER, path, act, str(tmp_path / "line")])
        line.settimeout(GUARD_SECONDS)
        with line.accept()[0] as call:  # the drawing has begun
            call.sendall(b"go")
            assert call.recv(64)
    assert len(processes_with(marker)) == 4  # owner, forkserver, two workers
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    guard = time.monotonic() + GUARD_SECONDS
    while (left := processes_with(marker)) and time.monotonic() < guard:
        time.sleep(0.02)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []
