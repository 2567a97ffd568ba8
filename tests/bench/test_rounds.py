from __future__ import annotations

import pytest

from bench.rounds import Burst, Sample, interleave, regressions, summarize, times_ours


def sample(ms: float, cpu_ms: float | None = None) -> Sample:
    return Sample(ms, ms if cpu_ms is None else cpu_ms, 100)


def burst(*cpu_ms: float, first: float = 1000) -> Burst:
    return Burst(sample(first), [sample(1, cpu_ms=each) for each in cpu_ms])


def test_contenders_take_turns_in_bursts_and_none_always_goes_first() -> None:
    order: list[str] = []

    def contender(name: str, person: int) -> Sample:
        order.append(f"{name}{person}")
        return sample(1)

    both = {"a": lambda n: contender("a", n), "b": lambda n: contender("b", n)}
    interleave(both, rounds=3, burst=2, warm_up=0)
    assert order == ["a0", "a1", "b0", "b1", "b2", "b3", "a2", "a3", "a4", "a5", "b4", "b5"]


def test_everyone_draws_the_same_people_and_the_warm_up_is_thrown_away() -> None:
    drawn: list[int] = []

    def contender(person: int) -> Sample:
        drawn.append(person)
        return sample(person)

    bursts = interleave({"a": contender, "b": contender}, rounds=2, burst=3, warm_up=2, first_person=10)
    assert drawn == [10, 11, 10, 11, 12, 13, 14, 12, 13, 14, 15, 16, 17, 15, 16, 17]
    assert bursts["a"] == bursts["b"]
    assert [one.first.ms for one in bursts["a"]] == [12, 15]
    assert [[each.ms for each in one.counted] for one in bursts["a"]] == [[13, 14], [16, 17]]


def test_a_summary_holds_medians_and_the_stages_of_the_quickest() -> None:
    samples = [Sample(ms, ms * 2, size, {"paint": ms / 2}) for ms, size in ((9.0, 10), (1.0, 30), (2.0, 20))]
    summary = summarize([Burst(sample(50), samples[:1]), Burst(sample(70), samples[1:])])
    assert (summary.ms, summary.best_ms, summary.cpu_ms, summary.size) == (2, 1, 4, 20)
    assert summary.first_cpu_ms == 60
    assert summary.stage_ms == {"paint": 0.5}


def test_a_ratio_is_taken_inside_each_round_of_all_that_count() -> None:
    ours = [burst(0.5, 1.5), burst(10, 10), burst(1, 1)]  # the machine was busy in the second round, for both
    theirs = [burst(4, 4), burst(10, 70), burst(5, 5)]
    assert times_ours(theirs, ours) == 4


def test_the_first_of_a_burst_does_not_count_in_a_ratio() -> None:
    assert times_ours([burst(4, first=900)], [burst(2, first=1)]) == 2


def test_a_ratio_counts_processor_time_of_all_threads() -> None:
    ours, theirs = sample(10, cpu_ms=10), sample(10, cpu_ms=20)
    assert times_ours([Burst(theirs, [theirs])], [Burst(ours, [ours])]) == 2


def test_bursts_of_different_rounds_are_not_compared() -> None:
    with pytest.raises(ValueError, match="different rounds"):
        times_ours([burst(1), burst(2)], [burst(1)])


def test_a_ratio_that_is_worse_by_more_than_a_quarter_is_named() -> None:
    committed = {"flat png": 10.0, "photo jpg": 10.0, "header png": 10.0}
    now = {"flat png": 7.9, "photo jpg": 8.1, "header png": 30.0}
    assert regressions(committed, now) == ["flat png: 7.9 times as quick as CairoSVG, 10.0 are committed"]


def test_a_ratio_that_was_not_measured_again_is_no_regression() -> None:
    assert regressions({"flat png": 10.0}, {}) == []
