"""A tally counts by names from closed sets, never twice and never without end."""

from __future__ import annotations

import gc
import threading

import pytest

from server.images import Format, Picture
from server.report import Fallback, Reason, Report
from server.tally.counting import OTHER, Tally

UNMERGED = Fallback("first_name", Reason.UNMERGED)
EMPTY = Fallback("logo_url", Reason.EMPTY)


def drawn_in(*stages: tuple[str, object]) -> Picture:
    return Picture(Format.PNG, 4, 2, b"picture", Report(stage_ms=stages))  # type: ignore[arg-type]  # a worker's word


def test_an_answer_counts_once_for_its_outcome_and_once_for_each_param_that_fell_back() -> None:
    tally = Tally()
    tally.answered(tally.counts_of("card", "drawn", (UNMERGED, EMPTY)), 70)
    tally.answered(tally.counts_of("card", "memo", (UNMERGED,)), 30)
    assert tally.snapshot() == {
        ("answers", "card", "drawn"): 1,
        ("answers", "card", "memo"): 1,
        ("fallbacks", "card", "first_name", "unmerged"): 2,
        ("fallbacks", "card", "logo_url", "empty"): 1,
        ("bytes",): 100,
    }


def test_a_param_that_both_a_template_and_its_stand_in_speak_of_falls_back_once() -> None:
    tally = Tally()
    both = (Fallback("name", Reason.MISSING), Fallback("name", Reason.EMPTY))
    tally.answered(tally.counts_of("card", "drawn", both), 0)
    assert tally.snapshot()["fallbacks", "card", "name", "missing"] == 1
    assert ("fallbacks", "card", "name", "empty") not in tally.snapshot()


def test_a_drawing_goes_into_the_bucket_of_each_stage() -> None:
    tally = Tally()
    tally.drawn("card", drawn_in(("compose", 0.5), ("paint", 1.0), ("paint", 30.0), ("encode", 9_000.0)))
    counts = tally.snapshot()
    assert counts["renders", "card"] == 1
    assert counts["stage", "compose", "0.001"] == 1
    assert counts["stage", "paint", "0.001"] == 1  # a bound belongs to its bucket, as Prometheus has it
    assert counts["stage", "paint", "0.05"] == 1
    assert counts["stage", "encode", "+Inf"] == 1
    assert counts["stage-seconds", "paint"] == pytest.approx(0.031)


@pytest.mark.parametrize(
    "said",
    [
        ("Sarah", 1.0),
        ("paint\n", 1.0),
        ("paint", float("nan")),
        ("paint", float("inf")),
        ("paint", -1.0),
        ("paint", "1"),
    ],
)
def test_what_a_worker_makes_up_is_not_counted(said: tuple[str, object]) -> None:
    tally = Tally()
    tally.drawn("card", drawn_in(said))
    assert set(tally.snapshot()) == {("bytes",), ("renders", "card")}


def test_there_is_an_end_to_what_can_be_counted_apart() -> None:
    tally = Tally(most=10)
    for i in range(1000):
        tally.answered(tally.counts_of(f"template-{i}", "drawn"), 0)
    counts = tally.snapshot()
    assert len(counts) <= 11
    assert counts[OTHER,] == 1000 - 9  # of the ten, one is the bytes
    assert sum(n for key, n in counts.items() if key != ("bytes",)) == 1000


def test_numbers_of_others_are_told_with_the_rest() -> None:
    tally = Tally()
    tally.watch("kills", lambda: 3)
    tally.gauge("queue", lambda: 7)
    assert tally.snapshot()["kills",] == 3
    assert tally.gauges() == {"queue": 7}


def test_a_snapshot_may_be_taken_while_new_things_are_counted() -> None:
    tally = Tally()
    seen: list[float] = []
    is_over = threading.Event()

    def look() -> None:
        while not is_over.is_set():
            seen.append(sum(tally.snapshot().values()))

    looking = threading.Thread(target=look)
    looking.start()
    for i in range(20_000):
        tally.answered(tally.counts_of(f"t{i % 7000}", "drawn"), 0)
    is_over.set()
    looking.join()
    assert seen == sorted(seen)
    assert sum(tally.snapshot().values()) == 20_000


def test_a_snapshot_stands_what_a_collection_of_garbage_counts_in_its_middle() -> None:
    """Finalizers run wherever something is allocated, and other threads between them: as often as can be, here."""
    tally = Tally()
    for i in range(500):
        tally.counts_of(f"template-{i}", "drawn")
    new = iter(range(500))

    def count_one(phase: str, _: object) -> None:
        if phase == "stop" and (i := next(new, None)) is not None:
            tally.counts_of(f"later-{i}", "drawn")

    usual = gc.get_threshold()
    gc.callbacks.append(count_one)
    gc.set_threshold(1)
    try:
        counts = [tally.snapshot() for _ in range(20)]
    finally:
        gc.set_threshold(*usual)
        gc.callbacks.remove(count_one)
    assert all(("answers", f"template-{i}", "drawn") in counts[-1] for i in range(500))
    assert ("answers", "later-0", "drawn") in counts[-1]


def test_what_is_watched_may_be_added_while_a_snapshot_is_taken() -> None:
    tally = Tally()

    def read_late() -> float:
        tally.watch("later", lambda: 1)
        tally.gauge("later", lambda: 1)
        return 2

    tally.watch("kills", read_late)
    tally.gauge("queue", read_late)
    assert tally.snapshot()["kills",] == 2
    assert tally.gauges()["queue"] == 2
