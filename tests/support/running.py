"""The real server in a process of its own, started by the command people use."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx

from server.catalog.template import find_templates, read_template
from server.urls.keys import KeyFile
from server.urls.signing import sign_target

START_SECONDS = 60  # a guard for a busy machine, not a measure


class RunningServer:
    """`url`, the printed `lines`, and a client. `data` and `templates` are its folders."""

    def __init__(
        self, process: subprocess.Popen[str], port: int, data: Path, templates: Sequence[Path], lines: list[str]
    ) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}"
        self.data = data
        self.templates = templates or [Path(__file__).parent.parent.parent / "svg_templates"]
        self.lines = lines
        self.client = httpx.Client(base_url=self.url, timeout=30)

    @property
    def ready_link(self) -> str:
        return next(line.split(maxsplit=4)[-1] for line in self.lines if "/i/" in line)

    def get(self, link: str, **how: Any) -> httpx.Response:
        return self.client.get(link, **how)

    def sign(self, target: str, open_params: Sequence[str] = (), expires: str | None = None) -> str:
        """A link as `nameplate sign` prints it, made in this process because that is quicker."""
        paths = {name: path for folder in self.templates for name, path in find_templates(folder).items()}
        return sign_target(
            target,
            declared_of=lambda name: read_template(paths[name]).query_names,
            ring=KeyFile(self.data / "keys.json").current(),
            open_params=open_params,
            expires=expires,
        )

    def health(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.client.get("/healthz").json()
        return facts

    def descendants(self) -> set[int]:
        """Every process below the server's, by /proc."""
        return descendants_of(self.process.pid)


def nameplate(
    *arguments: str, data: Path | None = None, templates: Sequence[Path] = (), check: bool = True, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a `nameplate` command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "server", *arguments, *_flags(data, templates)],
        env=_environment(environment),
        capture_output=True,
        text=True,
        check=check,
        timeout=120,
    )


@contextmanager
def running(data: Path, *options: str, templates: Sequence[Path] = (), **environment: str) -> Iterator[RunningServer]:
    """A server on a free loopback port, ready; ended with everything below it at the end."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "server", "serve", "--port", str(port), *options, *_flags(data, templates)],
        env=_environment(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    lines: list[str] = []
    ready = threading.Event()
    reader = threading.Thread(target=_read, args=(process, lines, ready), daemon=True)
    reader.start()
    try:
        if not ready.wait(START_SECONDS) or process.poll() is not None:
            raise AssertionError("the server did not start:\n" + "".join(lines))
        server = RunningServer(process, port, data, templates, lines)
        yield server
        server.client.close()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        reader.join(10)
        if process.stdout:
            process.stdout.close()


def descendants_of(pid: int) -> set[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found: set[int] = set()
    while more := {child for child, parent in parents.items() if parent in found | {pid}} - found:
        found |= more
    return found


def alive(pid: int) -> bool:
    """Whether there is such a process and it is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(true: Callable[[], bool]) -> bool:
    """Whether it comes true within half a minute, which is a guard and not a measure."""
    for _ in range(300):
        if true():
            return True
        time.sleep(0.1)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _flags(data: Path | None, templates: Sequence[Path]) -> list[str]:
    flags = ["--data", str(data)] if data else []
    return flags + [part for folder in templates for part in ("--templates", str(folder))]


def _environment(extra: dict[str, str]) -> dict[str, str]:
    """Ours without any setting of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NAMEPLATE_")}
    return {**kept, "NO_COLOR": "1", "COLUMNS": "120", **extra}


def _read(process: subprocess.Popen[str], lines: list[str], ready: threading.Event) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if "Nameplate is ready" in line:
            ready.set()
    ready.set()
