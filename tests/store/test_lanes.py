"""A lane does its calls in other threads, refuses what is too much, and always lets go."""

from __future__ import annotations

import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from server.store.lanes import Lane

PATIENCE = 30.0  # how long a test waits for what must come; none waits that long when it is right


def nothing() -> None:
    pass


def hung_lane(depth: int) -> tuple[Lane, threading.Event]:
    """A lane of one thread, busy until the event is set."""
    lane = Lane("test", threads=1, depth=depth, at_end=nothing)
    busy, free = threading.Event(), threading.Event()

    def hang() -> bool:
        busy.set()
        return free.wait(PATIENCE)

    lane.submit(hang)
    assert busy.wait(PATIENCE)
    return lane, free


def test_a_call_runs_in_another_thread_and_its_result_comes_back() -> None:
    lane = Lane("test", threads=2, depth=4, at_end=nothing)
    result = lane.submit(threading.get_ident)
    assert result is not None
    assert result.result(PATIENCE) not in {threading.get_ident(), None}
    lane.stop()


def test_an_error_goes_to_who_asked_and_the_thread_lives_on() -> None:
    lane = Lane("test", threads=1, depth=4, at_end=nothing)
    failing, working = lane.submit(lambda: 1 // 0), lane.submit(lambda: 7)
    assert failing is not None
    assert working is not None
    assert isinstance(failing.exception(PATIENCE), ZeroDivisionError)
    assert working.result(PATIENCE) == 7
    lane.stop()


def test_a_call_that_nobody_hears_of_may_fail_and_the_thread_lives_on(caplog: pytest.LogCaptureFixture) -> None:
    lane = Lane("test", threads=1, depth=4, at_end=nothing)
    assert lane.post(lambda: dict[str, int]()["Sarah"])
    working = lane.submit(lambda: 7)
    assert working is not None
    assert working.result(PATIENCE) == 7
    assert [record.getMessage() for record in caplog.records] == ["a call in a lane failed (KeyError)"]
    lane.stop()


def test_a_full_queue_refuses_at_once() -> None:
    lane, free = hung_lane(depth=2)
    taken = [lane.submit(nothing) for _ in range(5)]
    assert [result is not None for result in taken] == [True, True, False, False, False]
    free.set()
    lane.stop()


def test_stopping_does_what_is_queued_and_takes_no_more() -> None:
    lane, free = hung_lane(depth=8)
    queued = [lane.submit(partial(abs, number)) for number in range(4)]
    lane.stop()
    assert lane.submit(nothing) is None
    free.set()
    assert [result.result(PATIENCE) for result in queued if result] == [0, 1, 2, 3]
    lane.ended.result(PATIENCE)


def test_every_thread_ends_with_its_last_rites() -> None:
    ends: list[int] = []
    lane = Lane("test", threads=3, depth=1, at_end=lambda: ends.append(threading.get_ident()))
    lane.stop()
    lane.ended.result(PATIENCE)
    assert len(set(ends)) == 3


def test_abandoned_calls_are_never_made() -> None:
    lane, free = hung_lane(depth=8)
    made: list[int] = []
    lane.submit(lambda: made.append(1))
    lane.stop()
    lane.abandon()
    free.set()
    lane.ended.result(PATIENCE)
    assert made == []


def test_a_hung_call_does_not_hold_the_interpreter_at_exit() -> None:
    code = (
        "import threading; from server.store.lanes import Lane\n"
        "Lane('hung', threads=1, depth=1, at_end=lambda: None).submit(threading.Event().wait)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=PATIENCE, cwd=Path(__file__).parents[2])
