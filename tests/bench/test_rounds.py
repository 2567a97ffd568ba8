from __future__ import annotations

import pytest

from bench.rounds import Sample, interleave, regressions, summarize, times_ours


def sample(ms: float, cpu_ms: float | None = None) -> Sample:
    return Sample(ms, ms if cpu_ms is None else cpu_ms, 100)


def test_contenders_take_turns_and_none_always_goes_first() -> None:
    order: list[str] = []

    def contender(name: str, person: int) -> Sample:
        order.append(f"{name}{person}")
        return sample(1)

    interleave({"a": lambda n: contender("a", n), "b": lambda n: contender("b", n)}, rounds=3, warm_up=0)
    assert order == ["a0", "b0", "b1", "a1", "a2", "b2"]


def test_everyone_draws_the_same_people_and_the_warm_up_is_not_counted() -> None:
    drawn: list[int] = []

    def contender(person: int) -> Sample:
        drawn.append(person)
        return sample(person)

    samples = interleave({"a": contender}, rounds=2, warm_up=3, first_person=10)
    assert drawn == [10, 11, 12, 13, 14]
    assert [one.ms for one in samples["a"]] == [13, 14]


def test_a_summary_holds_medians_and_the_stages_of_the_quickest() -> None:
    samples = [Sample(ms, ms * 2, size, {"paint": ms / 2}) for ms, size in ((9.0, 10), (1.0, 30), (2.0, 20))]
    summary = summarize(samples)
    assert (summary.ms, summary.best_ms, summary.cpu_ms, summary.size) == (2, 1, 4, 20)
    assert summary.stage_ms == {"paint": 0.5}


def test_a_ratio_is_taken_inside_each_round() -> None:
    ours = [sample(1), sample(10), sample(1)]  # the machine was busy in the second round, for both
    theirs = [sample(4), sample(40), sample(5)]
    assert times_ours(theirs, ours) == 4


def test_a_ratio_counts_processor_time_of_all_threads() -> None:
    assert times_ours([sample(10, cpu_ms=20)], [sample(10, cpu_ms=10)]) == 2


def test_samples_of_different_rounds_are_not_compared() -> None:
    with pytest.raises(ValueError, match="different rounds"):
        times_ours([sample(1), sample(2)], [sample(1)])


def test_a_ratio_that_is_worse_by_more_than_a_quarter_is_named() -> None:
    committed = {"flat png": 10.0, "photo jpg": 10.0, "header png": 10.0}
    now = {"flat png": 7.9, "photo jpg": 8.1, "header png": 30.0}
    assert regressions(committed, now) == ["flat png: 7.9 times as quick as CairoSVG, 10.0 are committed"]


def test_a_ratio_that_was_not_measured_again_is_no_regression() -> None:
    assert regressions({"flat png": 10.0}, {}) == []
