"""Takes turns and does the sums. In every round each contender draws a burst of pictures, one after the other, as a
worker does when a campaign goes out; that the contenders alternate has whatever else the machine does cost them alike.
What is told are medians, and medians of the ratios inside each round.

The first picture of a burst is not counted but told by itself: before it the others had the processor, and its caches
are full of their data. That measures the machine's caches, and no worker of a campaign meets it but once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

BURST = 8
"""Pictures a contender draws in a row. What one costs falls until about the fourth, ours the most, and then stays."""
WARM_UP = 3  # before the first round: what is loaded late, compiled as it runs, or kept from the first picture
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
class Burst:
    """What one contender drew in one round: `first` for whom the caches were cold, and those that count."""

    first: Sample
    counted: Sequence[Sample]

    def cpu_ms(self) -> float:
        """Of all that count together: a garbage collection falls on some picture, and belongs to all of them."""
        return sum(sample.cpu_ms for sample in self.counted)


@dataclass(frozen=True, slots=True)
class Summary:
    """Medians of the pictures that count, and of the first ones; `best_ms` and `stage_ms` are those of the quickest,
    which others on the machine disturbed least."""

    ms: float
    best_ms: float
    cpu_ms: float
    first_cpu_ms: float
    size: float
    stage_ms: Mapping[str, float]


def interleave(
    contenders: Mapping[str, Contender],
    *,
    rounds: int,
    burst: int = BURST,
    warm_up: int = WARM_UP,
    first_person: int = 0,
) -> dict[str, list[Burst]]:
    """The bursts of each contender, one a round, after `warm_up` pictures that are thrown away. Everyone draws the
    same people. Each round begins with another contender, so that none always follows the same one."""
    for contender in contenders.values():
        _draw(contender, first_person, warm_up)
    bursts: dict[str, list[Burst]] = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            first, *counted = _draw(contenders[name], first_person + warm_up + number * burst, burst)
            bursts[name].append(Burst(first, counted))
    return bursts


def _draw(contender: Contender, first_person: int, count: int) -> list[Sample]:
    return [contender(first_person + number) for number in range(count)]


def summarize(bursts: Sequence[Burst]) -> Summary:
    samples = [sample for burst in bursts for sample in burst.counted]
    best = min(samples, key=lambda sample: sample.ms)
    return Summary(
        ms=median(sample.ms for sample in samples),
        best_ms=best.ms,
        cpu_ms=median(sample.cpu_ms for sample in samples),
        first_cpu_ms=median(burst.first.cpu_ms for burst in bursts),
        size=median(sample.size for sample in samples),
        stage_ms=best.stage_ms,
    )


def times_ours(theirs: Sequence[Burst], ours: Sequence[Burst]) -> float:
    """How many of our pictures go into one of theirs: the median over the rounds, by processor time, which others on
    the machine disturb least."""
    if len(ours) != len(theirs):
        raise ValueError("bursts of different rounds cannot be compared")
    return median(their.cpu_ms() / our.cpu_ms() for our, their in zip(ours, theirs, strict=True))


def regressions(committed: Mapping[str, float], now: Mapping[str, float], worse_by: float = WORSE_BY) -> list[str]:
    """The ratios of `now` that are worse than committed by more than `worse_by`, in words."""
    return [
        f"{name}: {now[name]:.1f} times as quick as CairoSVG, {ratio:.1f} are committed"
        for name, ratio in committed.items()
        if name in now and now[name] * worse_by < ratio
    ]
