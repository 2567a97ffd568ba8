"""A rise is told when there is one, since when, and chance alone does not make one."""

from __future__ import annotations

import random

import pytest

from server.tally.rises import LEAST_FALLEN, Share, least_difference, rose, rose_at


def test_wilsons_interval_is_the_published_one() -> None:
    """Newcombe 1998 (Statistics in Medicine 17, 857), table I: score method without continuity correction, 95 %."""
    for count, answers, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)):
        assert Share(count, answers).interval(1.959964) == pytest.approx((low, high), abs=0.00005)
    assert Share(1, 29).interval(1.959964) == pytest.approx((0.0061, 0.1718), abs=0.00005)


def test_the_interval_of_a_difference_is_the_published_one() -> None:
    """Newcombe 1998 (Statistics in Medicine 17, 873), table II, method 10: 56/70 - 48/80 and 9/10 - 3/10."""
    assert least_difference(Share(48, 80), Share(56, 70), 1.959964) == pytest.approx(0.0524, abs=0.00005)
    assert least_difference(Share(3, 10), Share(9, 10), 1.959964) == pytest.approx(0.1705, abs=0.00005)


def test_of_no_answers_nothing_is_known() -> None:
    assert Share(0, 0).interval() == (0.0, 1.0)
    assert not rose(Share(0, 0), Share(500, 1000))


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (Share(40, 10_000), Share(170, 1000)),  # 0.4 % to 17 %
        (Share(0, 24_000), Share(30, 1000)),
        (Share(0, 500), Share(12, 20)),
        (Share(500_000, 1_000_000), Share(26_000, 50_000)),  # two points of many
    ],
)
def test_a_rise_is_told(before: Share, now: Share) -> None:
    assert rose(before, now)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (Share(0, 10_000), Share(LEAST_FALLEN - 1, LEAST_FALLEN - 1)),  # one reader who reloads
        (Share(0, 5), Share(40, 100)),  # what was before is not known well enough
        (Share(100, 1000), Share(13, 100)),
        (Share(100_000, 1_000_000), Share(105_000, 1_000_000)),  # sure, and not worth a call at night
        (Share(170, 1000), Share(40, 10_000)),  # a fall
        (Share(500, 500), Share(500, 500)),
    ],
)
def test_what_is_no_rise_is_not_told(before: Share, now: Share) -> None:
    assert not rose(before, now)


@pytest.mark.parametrize("share", [0.001, 0.02, 0.2, 0.5, 0.9])
def test_chance_alone_raises_no_alarm(share: float) -> None:
    """Of 4,000 looks at a share that stays what it is, less than one in a thousand may be wrong."""
    chance = random.Random(1)
    wrong = 0
    for _ in range(4000):
        before, now = chance.choice((20, 300, 5000)), chance.choice((5, 40, 400))
        wrong += rose(*(Share(_binomial(chance, n, share), n) for n in (before, now)))
    assert wrong < 4


def test_a_real_rise_is_found() -> None:
    """From 2 % to 10 %, with 300 answers in the hour: at least nine times of ten."""
    chance = random.Random(2)
    found = sum(
        rose(Share(_binomial(chance, 5000, 0.02), 5000), Share(_binomial(chance, 300, 0.1), 300)) for _ in range(500)
    )
    assert found >= 450


def test_the_moment_of_a_clean_rise_is_exact() -> None:
    line = [Share(1, 100)] * 20 + [Share(0, 0)] + [Share(30, 100)] * 7
    assert rose_at(line) == 21


def test_the_moment_of_a_noisy_rise_is_near() -> None:
    chance = random.Random(3)
    near = 0
    for _ in range(100):
        line = [Share(_binomial(chance, 60, 0.02), 60) for _ in range(60)]
        line += [Share(_binomial(chance, 60, 0.17), 60) for _ in range(30)]
        place = rose_at(line)
        near += place is not None and abs(place - 60) <= 2
    assert near >= 90


@pytest.mark.parametrize(
    "line", [[], [Share(3, 10)], [Share(3, 10)] * 5, [Share(9, 10), Share(1, 10)], [Share(0, 0)] * 3]
)
def test_without_a_rise_there_is_no_moment(line: list[Share]) -> None:
    assert rose_at(line) is None


def _binomial(chance: random.Random, n: int, p: float) -> int:
    return (
        chance.binomialvariate(n, p)
        if hasattr(chance, "binomialvariate")
        else sum(chance.random() < p for _ in range(n))
    )
