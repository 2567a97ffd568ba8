"""Counts of what was answered and drawn: numbers that only grow, by names from closed sets (templates, declared params,
reasons, problem codes, stages). What is counted is never a value of a request.

The event loop counts, with no lock; any thread may take a `snapshot`. Whoever needs "since then" takes two and
subtracts, so that nothing is counted twice and nothing is reset under the counting.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable

from server.images import Picture
from server.report import Fallback

Key = tuple[str, ...]
"""What is counted: one of the words below, then its labels."""

ANSWERS = "answers"  # template, outcome
FALLBACKS = "fallbacks"  # template, param, reason
RENDERS = "renders"  # template
STAGE = "stage"  # stage, bucket: how many drawings took this long and no less than the bucket before
STAGE_SECONDS = "stage-seconds"  # stage
BYTES = "bytes"
KILLS = "kills"
DROPPED = "dropped"

MEMO, DRAWN, NOT_DRAWN = "memo", "drawn", "not-drawn"
SETTLED = (MEMO, "memory", "disk", DRAWN, NOT_DRAWN)
"""Outcomes of answers whose params were judged. Any other outcome is a problem's code."""

STAGES = ("compose", "layers", "lay-out", "paint", "still", "encode")
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  # a card takes some 40 ms in all
BUCKET_NAMES = (*(f"{bound:g}" for bound in BUCKETS), "+Inf")

# All templates that ship, with all their params, reasons and outcomes, are some 2,000; the rest is room for the
# operator's own. Past it everything is counted together, so that memory stays bounded whatever happens.
MOST_COUNTS = 50_000
OTHER = "other"


class Count:
    """One number. A hit of the memo has its counts at hand, and adding is all that it costs."""

    __slots__ = ("n",)

    def __init__(self) -> None:
        self.n: float = 0


class Tally:
    """For one event loop."""

    def __init__(self, *, most: int = MOST_COUNTS) -> None:
        self._most = most
        self._counts: dict[Key, Count] = {}
        # The same in the order of their making. A list may grow while another thread walks it; a dict may not.
        self._made: list[tuple[Key, Count]] = []
        self._watched: dict[Key, Callable[[], float]] = {}
        self._gauges: dict[str, Callable[[], float]] = {}
        self._bytes = self._count(BYTES)

    def counts_of(self, template: str, outcome: str, fallbacks: Iterable[Fallback] = ()) -> tuple[Count, ...]:
        """What goes up with an answer like this one: the outcome, and once for each param that fell back."""
        fell_back: dict[str, str] = {}
        for fallback in fallbacks:  # where a stand-in is drawn, both templates may speak of one param: the first counts
            fell_back.setdefault(fallback.param, fallback.reason.value)
        params = (self._count(FALLBACKS, template, param, reason) for param, reason in fell_back.items())
        return (self._count(ANSWERS, template, outcome), *params)

    def answered(self, counts: Iterable[Count], size: int) -> None:
        """An answer went out, with a body of `size` bytes."""
        for count in counts:
            count.n += 1
        self._bytes.n += size

    def drawn(self, template: str, picture: Picture) -> None:
        """A worker drew `picture`. What it says of its stages is foreign: only what can be true counts."""
        self._count(RENDERS, template).n += 1
        for stage, ms in picture.report.stage_ms:
            if stage in STAGES and isinstance(ms, int | float) and math.isfinite(ms) and ms >= 0:
                self._count(STAGE, stage, BUCKET_NAMES[bisect_left(BUCKETS, ms / 1000)]).n += 1
                self._count(STAGE_SECONDS, stage).n += ms / 1000

    def watch(self, name: str, read: Callable[[], float]) -> None:
        """A number that something else counts; it too only grows."""
        self._watched = {**self._watched, (name,): read}  # a new one: another thread may be walking the old one

    def gauge(self, name: str, read: Callable[[], float]) -> None:
        """A number that goes up and down."""
        self._gauges = {**self._gauges, name: read}

    def snapshot(self) -> dict[Key, float]:
        """Every count by now, from whichever thread."""
        counts = {key: count.n for key, count in self._made}
        return counts | {key: read() for key, read in self._watched.items()}

    def gauges(self) -> dict[str, float]:
        return {name: read() for name, read in self._gauges.items()}

    def _count(self, *key: str) -> Count:
        count = self._counts.get(key)
        if count is None:
            if len(self._counts) >= self._most:
                key = (OTHER,)
            count = self._counts.get(key) or self._make(key)
        return count

    def _make(self, key: Key) -> Count:
        count = self._counts[key] = Count()
        self._made.append((key, count))
        return count
