"""`make bench`: measures what is asked for, side by side, and writes bench/results.md when that was everything."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated, Literal, get_args

from cyclopts import App, Parameter

from bench import campaign, growth, handover, peers, serving, side_by_side, store_growth
from bench.checking import WrongPicture
from bench.font_cuts import cut_fonts
from bench.handover_ways import HandoverFailed
from bench.load import OutOfLinks
from bench.machine import describe_machine
from bench.ours import Ours
from bench.results import NothingCommitted, Results, Section, committed_ratios
from bench.rounds import regressions

Part = Literal["cards", "campaign", "http", "cached", "handover", "growth", "store", "text"]
OUT = Path(__file__).parent / "out"
HERE = Path(__file__).parent
ROUNDS, QUICK_ROUNDS = 9, 6
"""Of bursts of pictures."""
GROWTH_ROUNDS = 3
"""How much dearer one case is than another is seen at once; checking its largest pictures is what takes long."""
SECONDS, QUICK_SECONDS = 3.0, 1.0
"""Of one measurement over HTTP."""

app = App(name="python -m bench", help=__doc__, version_flags=[])
_began = perf_counter()


@app.default
def bench(
    *parts: Part,
    rounds: Annotated[int | None, Parameter(help="bursts of each comparison; 9 when not said, 6 when quick")] = None,
    quick: Annotated[bool, Parameter(help="few rounds, to see that it works; nothing is written")] = False,
    check: Annotated[
        bool, Parameter(help="cards against CairoSVG alone; fails when a committed ratio got worse")
    ] = False,
) -> int:
    """Measures the PARTS, or all of them."""
    try:
        if check:
            return check_ratios(rounds or QUICK_ROUNDS)
        return run(parts, rounds=rounds or (QUICK_ROUNDS if quick else ROUNDS), quick=quick)
    except (WrongPicture, peers.PeerFailed, NothingCommitted, OutOfLinks, HandoverFailed) as error:
        print(f"the bench failed: {error}", file=sys.stderr)
        return 1


def run(asked: Sequence[Part], *, rounds: int, quick: bool) -> int:
    parts = asked or get_args(Part)
    seconds = QUICK_SECONDS if quick else SECONDS
    machine = describe_machine()
    ours = Ours()
    sections: list[Section] = []
    ratios: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="nameplate-bench-") as name:
        folder = Path(name)
        if "cards" in parts:
            found, ratios = measure_cards(ours, rounds)
            sections += found
        if "campaign" in parts:
            sections.append(campaign.measure(ours, rounds=min(rounds, GROWTH_ROUNDS), say=say))
        if "http" in parts:
            sections += serving.measure(ours, folder / "data", seconds=seconds, say=say)
        if "cached" in parts:
            sections.append(cached(quick=quick))
        if "handover" in parts:
            sections.append(handover.measure())
        if "growth" in parts:
            sections += growth.measure(ours, rounds=min(rounds, GROWTH_ROUNDS), say=say)
        if "store" in parts:
            sizes = store_growth.QUICK_SIZES if quick else store_growth.SIZES
            sections.append(store_growth.measure(folder / "store", sizes=sizes, say=say))
        if "text" in parts:
            sections.append(typography(quick=quick))
    results = Results(machine, " ".join(["python -m bench", *sys.argv[1:]]), sections, ratios)
    print(results.to_markdown())
    if not asked and not quick:
        results.write()
        say("written to bench/results.md")
    say("done")
    return 0


def measure_cards(ours: Ours, rounds: int) -> tuple[list[Section], dict[str, float]]:
    with peers.start_peers(ours.cards, cut_fonts(OUT / "fonts")) as others:
        side_by_side.save_pictures(ours, others, OUT / "pictures")
        say(f"cards: a picture of everyone is in {(OUT / 'pictures').relative_to(Path.cwd())}")
        drawn = side_by_side.race(ours, others, rounds=rounds, say=say)
    return side_by_side.tell(drawn), side_by_side.ratios(drawn)


def check_ratios(rounds: int) -> int:
    """1 when a card got slower beside CairoSVG than it is in the committed results, by more than noise."""
    committed = committed_ratios()
    ours = Ours()
    with peers.start_peers(ours.cards, cut_fonts(OUT / "fonts"), only_naive=True) as others:
        drawn = side_by_side.race(ours, others, rounds=rounds, say=say)
    now = side_by_side.ratios(drawn)
    worse = regressions(committed, now)
    for name, ratio in now.items():
        print(f"{name}: {ratio:.1f} times as quick as CairoSVG")
    for line in worse:
        print(f"worse: {line}")
    return 1 if worse else 0


def cached(*, quick: bool) -> Section:
    text = "Answers from memory beside a bare application under the same uvicorn that sends the same bytes."
    if shutil.which("wrk") is None:
        return Section("Cached answers", f"{text} Left out: there is no wrk on this machine.")
    rounds = ("--rounds", "1" if quick else "3", "--seconds", "1")
    return Section("Cached answers", text, printed=_printed("bench.cached", *rounds))


def typography(*, quick: bool) -> Section:
    text = "Fitting and shaping alone, medians in microseconds of processor time."
    return Section("Typography", text, printed=_printed("bench.text_layout", "--rounds", "20" if quick else "100"))


def _printed(module: str, *options: str) -> str:
    say(f"{module} {' '.join(options)}")
    command = [sys.executable, "-m", module, *options]
    done = subprocess.run(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise peers.PeerFailed(f"{module} did not end well (its own words are above)")
    return done.stdout


def say(line: str) -> None:
    """Progress, for whoever waits."""
    print(f"[{perf_counter() - _began:4.0f} s] {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(app())
