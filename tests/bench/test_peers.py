from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench import peers
from bench.cards import CARDS, Job
from bench.peers import FOLDER, Peer, PeerFailed
from server.images import Format

JOB = Job("header", Format.PNG)


@contextmanager
def saying(*lines: str) -> Iterator[subprocess.Popen[str]]:
    """A process that answers its questions with these lines."""
    source = f"import sys\nfor line in {lines!r}:\n print(line, flush=True)\n sys.stdin.readline()"
    with subprocess.Popen([sys.executable, "-c", source], stdin=-1, stdout=-1, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_peer_says_what_it_can_and_how_long_it_took() -> None:
    with saying('{"formats": ["png"]}', '{"ms": 0.0001, "cpu_ms": 0.2, "bytes": 7}') as process:
        peer = Peer("odd", process)
        assert peer.can(JOB)
        assert not peer.can(Job("header", Format.JPG))
        assert peer.draw(JOB, 1).size == 7


def test_a_peer_cannot_have_worked_longer_than_it_was_waited_for() -> None:
    with saying('{"formats": []}', '{"ms": 99999.0, "cpu_ms": 1, "bytes": 7}') as process:
        peer = Peer("odd", process)
        with pytest.raises(PeerFailed, match="99999"):
            peer.draw(JOB, 1)


def test_a_peer_that_ends_is_not_waited_for() -> None:
    with saying('{"formats": []}') as process:
        peer = Peer("odd", process)
        with pytest.raises(PeerFailed, match="without an answer"):
            peer.draw(JOB, 1)


def test_a_peer_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "ANSWER_SECONDS", 0.05)
    source = "import time; time.sleep(600)"
    with (
        subprocess.Popen([sys.executable, "-c", source], stdin=-1, stdout=-1, text=True) as process,
        pytest.raises(PeerFailed),
    ):
        Peer("odd", process)


def test_cairosvg_alone_draws_a_card_in_a_process_of_its_own(tmp_path: Path) -> None:
    config = json.dumps(
        {"fonts": [], "cards": {"header": {"folder": str(CARDS / "header"), "width": 600, "height": 200}}}
    )
    command = [sys.executable, "-m", "bench.naive", config]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as process:
        peer = Peer("CairoSVG", process)
        for format, signature in ((Format.PNG, b"\x89PNG"), (Format.JPG, b"\xff\xd8\xff")):
            sample = peer.draw(Job("header", format), 1, save=tmp_path / "picture")
            assert (tmp_path / "picture").read_bytes().startswith(signature)
            assert sample.size == (tmp_path / "picture").stat().st_size
        process.kill()


def test_peers_have_exact_versions_and_the_lock_names_no_address() -> None:
    wanted = json.loads((FOLDER / "package.json").read_text())["dependencies"]
    assert set(wanted) == set(peers.PACKAGES)
    lock = (FOLDER / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "registry" not in lock
    locked = json.loads(lock)["packages"]
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert locked[f"node_modules/{name}"]["version"] == version
        assert locked[f"node_modules/{name}"]["integrity"]


def test_every_peer_on_node_has_its_script() -> None:
    for script in peers.ON_NODE.values():
        assert (FOLDER / script).is_file()
