"""Whether a share rose, and since when: statistics of counts, with nothing of ours in them.

The question is asked for every param and reason, each time that `nameplate health` runs from cron. So the bar is high:
a rise is told only where chance would do the same once in ten thousand looks, where the difference is worth a look, and
where there are enough answers that they are not one reader's reloads.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z = 3.891  # the normal quantile of one in ten thousand, both sides together
LEAST_RISE = 0.01  # a percentage point: with a million answers, chance aside, every share differs by less all day long
LEAST_FALLEN = 10


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `answers`."""

    count: int
    answers: int

    @property
    def value(self) -> float:
        return self.count / self.answers if self.answers else 0.0

    def interval(self, z: float = Z) -> tuple[float, float]:
        """Between which values the true share lies: Wilson's score interval (J. Am. Stat. Assoc. 22, 1927), which is
        right for few answers and for shares near 0 too. Of no answers nothing is known: 0 to 1."""
        if not self.answers:
            return 0.0, 1.0
        n, p = self.answers, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        reach = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, middle - reach), min(1.0, middle + reach)


def rose(before: Share, now: Share) -> bool:
    """Whether `now` is above `before` by LEAST_RISE at the least."""
    return now.count >= LEAST_FALLEN and least_difference(before, now) >= LEAST_RISE


def least_difference(before: Share, now: Share, z: float = Z) -> float:
    """The lower end of the interval of `now - before`: the hybrid score interval (R. Newcombe, Statistics in Medicine
    17, 1998, method 10), which is made of the two intervals of Wilson."""
    _, highest_before = before.interval(z)
    lowest_now, _ = now.interval(z)
    return now.value - before.value - math.hypot(now.value - lowest_now, highest_before - before.value)


def rose_at(line: Sequence[Share]) -> int | None:
    """The place in `line` from which on the share is higher: the likeliest point of change of a binomial sequence
    (Hinkley and Hinkley, Biometrika 57, 1970). None where no split has the higher share after it."""
    all_count, all_answers = sum(share.count for share in line), sum(share.answers for share in line)
    best, place = -math.inf, None
    count = answers = 0
    for i, share in enumerate(line):
        before, after = Share(count, answers), Share(all_count - count, all_answers - answers)
        if share.answers and before.answers and after.value > before.value:
            likelihood = _log_likelihood(before) + _log_likelihood(after)
            if likelihood > best:
                best, place = likelihood, i
        count, answers = count + share.count, answers + share.answers
    return place


def _log_likelihood(share: Share) -> float:
    """Of the counts, at the share that fits them best."""
    fell, stood = share.count, share.answers - share.count
    return sum(n * math.log(n / share.answers) for n in (fell, stood) if n > 0)
