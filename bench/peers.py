"""Others drawing the same cards, each a process that is asked a line and answers a line: `naive.py`, `peers/*.mjs`."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.cards import CARDS, Job, values_of
from bench.font_cuts import Cuts
from bench.rounds import Sample
from server.catalog.template import Template

FOLDER = Path(__file__).parent / "peers"
MODULES = FOLDER / "node_modules"
ANSWER_SECONDS = 60.0  # the slowest card takes half a second; this is for a peer that hangs
NAIVE = "CairoSVG"
"""The one whose ratio is guarded: it needs nothing that Nameplate does not need itself."""
ON_NODE: Mapping[str, str] = {
    "takumi": "takumi.mjs",
    "satori + resvg-js": "satori.mjs",
    "resvg-js": "resvg.mjs",
    "sharp": "sharp.mjs",
}
PACKAGES = ("@takumi-rs/core", "satori", "@resvg/resvg-js", "sharp")


class PeerFailed(Exception):
    """A peer ended, hung, or said what is no answer."""


class Peer:
    """A peer that is up; `formats` are the endings that it can write."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self.name = name
        self._process = process
        self.formats: frozenset[str] = frozenset(self._hear()["formats"])

    def can(self, job: Job) -> bool:
        return job.format.value in self.formats

    def draw(self, job: Job, person: int, *, save: Path | None = None) -> Sample:
        question = {"card": job.card, "format": job.format.value, "values": dict(values_of(person))}
        began = perf_counter()
        self._say(question | ({"save": str(save)} if save else {}))
        answer = self._hear()
        outside = (perf_counter() - began) * 1000
        if answer["ms"] > outside:
            raise PeerFailed(f"{self.name} says {answer['ms']:.1f} ms for what took {outside:.1f}")
        return Sample(answer["ms"], answer["cpu_ms"], answer["bytes"])

    def _say(self, question: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        watchdog = threading.Timer(ANSWER_SECONDS, self._process.kill)
        watchdog.start()
        try:
            line = self._process.stdout.readline()
        finally:
            watchdog.cancel()
        if not line:
            raise PeerFailed(f"{self.name} ended without an answer (its own words are above)")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextlib.contextmanager
def start_peers(cards: Mapping[str, Template], cuts: Cuts, *, only_naive: bool = False) -> Iterator[list[Peer]]:
    """CairoSVG and, unless `only_naive`, those of the others that are installed. All end with the block."""
    config = json.dumps(
        {
            "fonts": [{"path": str(path), "weight": weight} for weight, path in cuts.paths.items()],
            "cards": {
                name: {"folder": str(CARDS / name), "width": card.width, "height": card.height}
                for name, card in cards.items()
            },
        }
    )
    commands = {NAIVE: [sys.executable, "-m", "bench.naive", config]}
    if not only_naive and why_not_node() is None:
        commands |= {name: ["node", str(FOLDER / script), config] for name, script in ON_NODE.items()}
    with contextlib.ExitStack() as stack:
        yield [Peer(name, stack.enter_context(_process(command, cuts))) for name, command in commands.items()]


def why_not_node() -> str | None:
    """Why the peers on Node cannot be asked, with the cure; None when they can."""
    if shutil.which("node") is None:
        return "takumi, satori, resvg-js and sharp were left out: there is no node on this machine"
    if not MODULES.is_dir():
        return "takumi, satori, resvg-js and sharp were left out: `make bench-peers` installs them"
    return None


def versions() -> dict[str, str]:
    """The versions of the peers that are installed."""
    if why_not_node() is not None:
        return {}
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    manifests = {name: json.loads((MODULES / name / "package.json").read_text()) for name in PACKAGES}
    return {"node": node} | {name: manifest["version"] for name, manifest in manifests.items()}


@contextlib.contextmanager
def _process(command: list[str], cuts: Cuts) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "FONTCONFIG_FILE": str(cuts.fontconfig)}
    process = subprocess.Popen(
        command, env=environment, cwd=FOLDER.parent.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
