"""Takes turns and does the sums. Contenders are measured one after the other in every round, so that whatever else
the machine does costs them alike; what is told are medians, and medians of the ratios inside each round.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

WORSE_BY = 1.25
"""By how much a ratio may be worse than committed: those of runs on a busy machine differed by a twentieth."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture: time by the clock, processor time of all threads, bytes, and the time of each stage if known."""

    ms: float
    cpu_ms: float
    size: int
    stage_ms: Mapping[str, float] = field(default_factory=dict)


Contender = Callable[[int], Sample]
"""Draws for the person of that number."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Medians of several samples; `best_ms` and `stage_ms` are those of the quickest, which others on the machine
    disturbed least."""

    ms: float
    best_ms: float
    cpu_ms: float
    size: float
    stage_ms: Mapping[str, float]


def interleave(
    contenders: Mapping[str, Contender],
    *,
    rounds: int,
    warm_up: int = 2,
    first_person: int = 0,
    after_round: Callable[[], None] = lambda: None,
) -> dict[str, list[Sample]]:
    """The samples of each contender, in rounds; those of the `warm_up` are thrown away. Everyone draws the same
    people. Each round begins with another contender: none always follows the one that leaves the caches coldest."""
    samples: dict[str, list[Sample]] = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(warm_up + rounds):
        turn = number % len(names) if names else 0
        for name in names[turn:] + names[:turn]:
            sample = contenders[name](first_person + number)
            if number >= warm_up:
                samples[name].append(sample)
        after_round()
    return samples


def summarize(samples: Sequence[Sample]) -> Summary:
    best = min(samples, key=lambda sample: sample.ms)
    return Summary(
        ms=median(sample.ms for sample in samples),
        best_ms=best.ms,
        cpu_ms=median(sample.cpu_ms for sample in samples),
        size=median(sample.size for sample in samples),
        stage_ms=best.stage_ms,
    )


def times_ours(theirs: Sequence[Sample], ours: Sequence[Sample]) -> float:
    """How many of our pictures go into one of theirs: the median over the rounds, by processor time, which others on
    the machine disturb least."""
    if len(ours) != len(theirs):
        raise ValueError("samples of different rounds cannot be compared")
    return median(their.cpu_ms / our.cpu_ms for our, their in zip(ours, theirs, strict=True))


def regressions(committed: Mapping[str, float], now: Mapping[str, float], worse_by: float = WORSE_BY) -> list[str]:
    """The ratios of `now` that are worse than committed by more than `worse_by`, in words."""
    return [
        f"{name}: {now[name]:.1f} times as quick as CairoSVG, {ratio:.1f} are committed"
        for name, ratio in committed.items()
        if name in now and now[name] * worse_by < ratio
    ]
