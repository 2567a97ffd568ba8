"""What it costs to hand a question to a worker and a picture back, as the server does it, and what part of that is the
line between them: sockets, pipes or shared memory. `python -m bench.handover` prints it.

Nothing is drawn: the picture is there already, and ends as bytes of its own on this side, since it is kept.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from statistics import median

from bench.handover_lines import Pipes, SharedMemory, Sockets
from bench.handover_ways import QUESTION, Fork, Way, Workers
from bench.results import Section

SIZES = {"121 KB": 121_000, "810 KB": 810_000}  # the flat card and the photo card, as PNG
QUESTIONS = 300
ROUNDS = 7

WAYS: Mapping[str, Callable[[bytes], Way]] = {
    "all that the server does": Workers,
    "only a pair of Unix sockets": lambda picture: Fork(Sockets(), picture),
    "only pipes": lambda picture: Fork(Pipes(), picture),
    "only shared memory": lambda picture: Fork(SharedMemory(), picture),
}


def measure(*, questions: int = QUESTIONS, rounds: int = ROUNDS) -> Section:
    """Medians over rounds in which all take their turn."""
    found: dict[tuple[str, str], list[float]] = {(way, size): [] for way in WAYS for size in SIZES}
    for _ in range(rounds):
        for (way, size), costs in found.items():
            costs.append(cost_us(WAYS[way], os.urandom(SIZES[size]), questions=questions))
    rows = [[way, *(f"{median(found[way, size]):.0f}" for size in SIZES)] for way in WAYS]
    text = (
        "A question to a worker and a picture back, nothing drawn: microseconds of processor time, both processes "
        "together, medians. First all of it: from a spec to a `Picture` in the event loop, by way of a worker that has "
        f"the picture already. Then the line alone, {len(QUESTION)} bytes and the picture between two processes that "
        "wait for each other and do nothing else. The server's line is a pair of sockets."
    )
    return Section("To a worker and back", text, ("", *SIZES), rows)


def cost_us(make: Callable[[bytes], Way], picture: bytes, *, questions: int) -> float:
    """Processor time of both sides for one question. Raises HandoverFailed, and ValueError when what came is not the
    picture."""
    with contextlib.closing(make(picture)) as way:
        if way.ask(1) != picture:
            raise ValueError("the picture came out another")
        before = way.seconds()
        way.ask(questions)
        return (way.seconds() - before) / questions * 1e6


if __name__ == "__main__":
    print(measure().to_markdown())
