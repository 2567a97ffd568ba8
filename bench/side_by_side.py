"""The reference cards by Nameplate, by CairoSVG alone and by the peers that are installed, burst by burst in turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.cards import JOBS, Job
from bench.checking import check_size
from bench.ours import Ours
from bench.peers import NAIVE, Peer, why_not_node
from bench.results import Section
from bench.rounds import BURST, Burst, Contender, interleave, summarize, times_ours

OURS = "Nameplate"
SHOWN_PERSON = 14  # one of the longest names: whoever cannot fit a line shows it
SLOW_CARD = "photo"  # half a second of CairoSVG a picture, and the ratios are so large that fewer rounds tell them
Bursts = Mapping[str, Sequence[Burst]]

PEOPLE_A_JOB = 1000  # nobody is drawn in two jobs: what is remembered of a name would help the second


def save_pictures(ours: Ours, peers: Sequence[Peer], folder: Path) -> None:
    """One picture of every contender, to look at. Raises WrongPicture when a peer's is none, or of another size."""
    folder.mkdir(parents=True, exist_ok=True)
    for job in JOBS:
        card = ours.cards[job.card]
        _file_of(folder, job, OURS).write_bytes(ours.draw_card(job, SHOWN_PERSON).picture.body)
        for peer in peers:
            if peer.can(job):
                file = _file_of(folder, job, peer.name)
                peer.draw(job, SHOWN_PERSON, save=file)
                check_size(file.read_bytes(), job.format, (card.width, card.height), f"{peer.name}'s {job}")
    ours.check_all()


def race(ours: Ours, peers: Sequence[Peer], *, rounds: int, say: Callable[[str], None]) -> dict[Job, Bursts]:
    """The bursts of every contender, by job: `rounds` of them, fewer of the photo. Raises WrongPicture when a picture
    of ours is not as painted plainly."""
    drawn: dict[Job, Bursts] = {}
    for number, job in enumerate(JOBS, 1):
        bursts = max(2, rounds // 3) if job.card == SLOW_CARD else rounds
        say(f"cards: {job}, {bursts} bursts")
        drawn[job] = interleave(_contenders(ours, peers, job), rounds=bursts, first_person=number * PEOPLE_A_JOB)
        ours.check_all()
    return drawn


def ratios(drawn: Mapping[Job, Bursts]) -> dict[str, float]:
    """By job, how many of our pictures go into one of CairoSVG's."""
    return {str(job): times_ours(by_name[NAIVE], by_name[OURS]) for job, by_name in drawn.items()}


def tell(drawn: Mapping[Job, Bursts]) -> list[Section]:
    """The overview first, then every job, then our own stages."""
    return [_overview(drawn), *(_one_job(job, by_name) for job, by_name in drawn.items()), _our_stages(drawn)]


def _overview(drawn: Mapping[Job, Bursts]) -> Section:
    names = list(dict.fromkeys(name for by_name in drawn.values() for name in by_name))
    rows = [
        [str(job), *(f"{summarize(by_name[name]).cpu_ms:.1f}" if name in by_name else "" for name in names)]
        for job, by_name in drawn.items()
    ]
    missing = why_not_node()
    text = (
        f"Processor milliseconds for one picture, medians: one at a time in a warmed process, {BURST} in a row before "
        "the next contender's turn, another person every time. The first of a row is not counted; below it is told by "
        "itself (*first*), because the others have just filled the processor's caches. Empty: it does not write that "
        f"format.{f' Note: {missing}.' if missing else ''}"
    )
    return Section("The cards, side by side", text, ("card", *names), rows)


def _one_job(job: Job, by_name: Bursts) -> Section:
    rows = []
    for name, bursts in by_name.items():
        summary = summarize(bursts)
        times = (f"{ms:.1f}" for ms in (summary.ms, summary.best_ms, summary.first_cpu_ms, summary.cpu_ms))
        rows.append([name, *times, f"{times_ours(bursts, by_name[OURS]):.2f}", f"{summary.size / 1000:.0f}"])
    columns = ("", "median ms", "best ms", "processor ms, first", "processor ms", "times ours", "KB")
    return Section(f"{job.card}, {job.format.value.upper()}", "", columns, rows, level=3)


def _our_stages(drawn: Mapping[Job, Bursts]) -> Section:
    found = {job: summarize(by_name[OURS]).stage_ms for job, by_name in drawn.items()}
    stages, rows = stage_table({str(job): stage_ms for job, stage_ms in found.items()})
    text = "Milliseconds of each stage of our quickest picture."
    return Section("Where our time goes", text, ("card", *stages), rows)


def stage_table(found: Mapping[str, Mapping[str, float]]) -> tuple[list[str], list[list[str]]]:
    """The stages in their order, and a row for each name."""
    stages = list(dict.fromkeys(stage for stage_ms in found.values() for stage in stage_ms))
    return stages, [
        [name, *(f"{stage_ms[stage]:.2f}" if stage in stage_ms else "" for stage in stages)]
        for name, stage_ms in found.items()
    ]


def _contenders(ours: Ours, peers: Sequence[Peer], job: Job) -> dict[str, Contender]:
    theirs = {peer.name: _by_peer(peer, job) for peer in peers if peer.can(job)}
    return {OURS: lambda person: ours.draw_card(job, person).sample, **theirs}


def _by_peer(peer: Peer, job: Job) -> Contender:
    return lambda person: peer.draw(job, person)


def _file_of(folder: Path, job: Job, name: str) -> Path:
    return folder / f"{job.card}-{name.lower().replace(' ', '')}.{job.format.value}"
