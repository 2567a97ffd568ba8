"""The real server with the cards, over HTTP: how long one client waits for a picture that was never drawn, how many
pictures a second many clients get, and what memory a worker takes.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.cards import CARDS, JOBS, Job, people, spec_of, values_of
from bench.checking import WrongPicture, check
from bench.load import Load, Reply, ask
from bench.ours import Ours
from bench.results import Section
from server.urls.keys import KeyFile
from server.urls.ring import Key
from server.urls.signing import sign_values
from tests.support.running import RunningServer, descendants_of, running

MANY = 8
CLIENTS = (1, 2, 4, 8, 16)
ASKED_A_SECOND = 600 * len(os.sched_getaffinity(0))
"""The most links that a second may need: several times what a server of so many cores draws."""
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
WARM_UP_SECONDS = 0.5  # every worker has to have seen the card before
GROWN_JOB = JOBS[0]


class Site:
    """A running server with the cards. No person is ever asked for twice."""

    def __init__(self, server: RunningServer, key: Key, ours: Ours) -> None:
        self._server = server
        self._key = key
        self._ours = ours
        self._next_person = 0

    def load(self, job: Job, *, clients: int, seconds: float) -> Load:
        """Raises WrongPicture when an answer is not a fresh picture of that person."""
        asked = self._links(job, int(seconds * ASKED_A_SECOND))
        load = ask(int(self._server.url.rpartition(":")[2]), list(asked), clients=clients, seconds=seconds)
        self._next_person += len(load.replies)
        for reply in load.replies:
            self._check(job, reply, asked[reply.link])
        return load

    def cpu_ms(self) -> float:
        """Processor time that the server took so far: its web process, the workers, and those that have ended."""
        pids = {self._server.process.pid, *descendants_of(self._server.process.pid)}
        return sum(_cpu_ms(pid) for pid in pids)

    def worker_memory(self) -> list[tuple[float, float]]:
        """Of every worker, in megabytes: the most it ever held, and what of it is its own and not shared."""
        children = {pid: descendants_of(pid) for pid in descendants_of(self._server.process.pid)}
        workers = set().union(*children.values())  # the forkserver's: who is below a process that is below the web's
        return [(_peak_mb(pid), _own_mb(pid)) for pid in sorted(workers)]

    def _links(self, job: Job, count: int) -> dict[str, int]:
        """Links of the next `count` people, signed before the clock runs; those not asked for are signed again."""
        coming = range(self._next_person, min(self._next_person + count, people()))
        return {sign_values(job.card, values_of(one), key=self._key, format=job.format): one for one in coming}

    def _check(self, job: Job, reply: Reply, person: int) -> None:
        is_fresh = reply.head.startswith("http/1.1 200") and "cache-status: nameplate; fwd=miss; stored" in reply.head
        if not is_fresh or "nameplate-problem" in reply.head or "nameplate-fallback" in reply.head:
            raise WrongPicture(f"{job} was not drawn: {reply.head}")
        if reply.body:
            template = self._ours.cards[job.card]
            spec = spec_of(template, values_of(person), job.format)
            check(reply.body, spec, template, self._ours.fonts)


def measure(ours: Ours, data: Path, *, seconds: float, say: Callable[[str], None]) -> list[Section]:
    with running(data, templates=[CARDS]) as server:
        site = Site(server, KeyFile(data / "keys.json").current().signing, ours)
        cold = _cold(site, seconds, say)
        growing = _growing(site, seconds, say)
        return [cold, growing, _memory(site)]


def _cold(site: Site, seconds: float, say: Callable[[str], None]) -> Section:
    rows = []
    for job in JOBS:
        say(f"http: {job}")
        site.load(job, clients=MANY, seconds=WARM_UP_SECONDS)
        alone = site.load(job, clients=1, seconds=seconds / 2)
        before = site.cpu_ms()
        many = site.load(job, clients=MANY, seconds=seconds)
        cpu_ms = f"{(site.cpu_ms() - before) / len(many.replies):.1f}"
        clients_ms = f"{many.cpu_ms / len(many.replies):.1f}"
        rows.append([str(job), _median_ms(alone), _best_ms(alone), _rate(many), _median_ms(many), cpu_ms, clients_ms])
    columns = (
        "card",
        "one: median ms",
        "best ms",
        f"{MANY}: pictures/s",
        "median ms",
        "server's processor ms a picture",
        "clients'",
    )
    text = (
        "Every link is new, signed and asked for once, so that every answer is drawn and stored: first by one client, "
        f"then by {MANY} at once. Server and clients share the machine's cores."
    )
    return Section("Over HTTP, nothing drawn before", text, columns, rows)


def _growing(site: Site, seconds: float, say: Callable[[str], None]) -> Section:
    rows = []
    for clients in CLIENTS:
        say(f"http: {GROWN_JOB}, {clients} clients")
        load = site.load(GROWN_JOB, clients=clients, seconds=seconds)
        rows.append([str(clients), _rate(load), _median_ms(load), f"{max(reply.ms for reply in load.replies):.1f}"])
    columns = ("clients", "pictures/s", "median ms", "longest ms")
    return Section("With more clients at once", f"{GROWN_JOB}, nothing drawn before.", columns, rows)


def _memory(site: Site) -> Section:
    rows = [
        [f"worker {number}", f"{peak:.0f}", f"{own:.0f}"]
        for number, (peak, own) in zip(itertools.count(1), site.worker_memory())
    ]
    text = "After all of that, in megabytes. What is not a worker's own, fonts and code, is there once for all of them."
    return Section("Memory of the workers", text, ("", "peak, MB", "its own now, MB"), rows)


def _median_ms(load: Load) -> str:
    return f"{median(reply.ms for reply in load.replies):.1f}"


def _best_ms(load: Load) -> str:
    return f"{min(reply.ms for reply in load.replies):.1f}"


def _rate(load: Load) -> str:
    return f"{len(load.replies) / load.seconds:.0f}"


def _cpu_ms(pid: int) -> float:
    """Of a process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS_A_SECOND * 1000


def _peak_mb(pid: int) -> float:
    return _kilobytes(Path(f"/proc/{pid}/status"), "VmHWM:") / 1000


def _own_mb(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup")
    return (_kilobytes(rollup, "Private_Dirty:") + _kilobytes(rollup, "Private_Clean:")) / 1000


def _kilobytes(file: Path, name: str) -> int:
    return next(int(line.split()[1]) for line in file.read_text().splitlines() if line.startswith(name))
