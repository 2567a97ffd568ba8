"""What was counted reaches the file: by minute and hour, from several processes, past kills, clocks and bad disks."""

from __future__ import annotations

import logging
import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.report import Fallback, Reason
from server.tally import book as books
from server.tally.book import HOUR, MINUTE, Book
from server.tally.counting import Tally
from server.tally.keeping import MOST_PENDING, Keeper

NOON = int(datetime(2026, 11, 22, 12, 0, tzinfo=UTC).timestamp())
FELL = (Fallback("name", Reason.EMPTY),)


class Clock:
    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Kept:
    """A tally, its keeper and a clock, with no thread: the test says when."""

    def __init__(self, data: Path, *, shares: bool = False, process: str = "1", now: float = NOON) -> None:
        self.clock = Clock(now)
        self.tally = Tally()
        self.book = Book(data, process=process)
        self.keeper = Keeper(self.tally, self.book, shares=shares, clock=self.clock)

    def answer(self, times: int = 1, template: str = "card") -> None:
        for _ in range(times):
            self.tally.answered(self.tally.counts_of(template, "drawn", FELL), 10)

    def keep_after(self, seconds: float) -> None:
        self.clock.now += seconds
        self.keeper.keep()

    def all_minutes(self) -> dict[tuple[int, str], int]:
        return {(at - NOON, what): count for at, _, _, what, count in self.book.minutes(0, 1 << 40)}

    def all_hours(self) -> dict[tuple[int, str], int]:
        return {(at - NOON, what): count for at, _, _, what, count in self.book.hours(0, 1 << 40)}


def test_a_count_is_written_to_the_minute_in_which_it_was_counted(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.answer(3)
    kept.keep_after(10)
    kept.answer(4)
    kept.keep_after(50)  # on the stroke of the next minute
    kept.answer(5)
    kept.keep_after(10)
    assert kept.all_minutes() == {(0, "drawn"): 7, (0, "empty"): 7, (60, "drawn"): 5, (60, "empty"): 5}
    assert kept.all_hours() == {(0, "drawn"): 12, (0, "empty"): 12}


def test_what_is_written_is_written_once(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.answer()
    for _ in range(5):
        kept.keep_after(10)
    assert kept.all_hours() == {(0, "drawn"): 1, (0, "empty"): 1}


def test_an_hour_and_a_day_roll_over(tmp_path: Path) -> None:
    kept = Kept(tmp_path, now=NOON + 12 * HOUR - 10)  # ten seconds before midnight
    kept.answer(2)
    kept.keep_after(10)
    kept.answer(3)
    kept.keep_after(10)
    midnight = 12 * HOUR
    assert {at: n for (at, what), n in kept.all_minutes().items() if what == "drawn"} == {midnight - 60: 2, midnight: 3}
    assert {at: n for (at, what), n in kept.all_hours().items() if what == "drawn"} == {midnight - HOUR: 2, midnight: 3}


def test_a_clock_that_is_set_back_or_forth_loses_nothing(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    for leap in (10, -3 * HOUR, 10, 5 * HOUR, 10):
        kept.answer()
        kept.keep_after(leap)
    assert sum(n for (_, what), n in kept.all_hours().items() if what == "drawn") == 5


def test_minutes_and_hours_go_when_they_are_old(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.answer()
    kept.keep_after(10)
    kept.keep_after(books.MINUTES_KEPT_SECONDS + MINUTE)
    kept.answer()
    kept.keep_after(10)
    assert len(kept.all_minutes()) == 2
    assert len(kept.all_hours()) == 4
    kept.keep_after(books.HOURS_KEPT_SECONDS - 2 * HOUR)
    kept.answer()
    kept.keep_after(10)
    assert min(at for at, _ in kept.all_hours()) == 4 * HOUR


def test_two_processes_add_up(tmp_path: Path) -> None:
    one, two = Kept(tmp_path, shares=True, process="1"), Kept(tmp_path, shares=True, process="2")
    one.tally.gauge("queue", lambda: 2)
    two.tally.gauge("queue", lambda: 5)
    one.answer(3)
    two.answer(4)
    one.keep_after(10)
    two.keep_after(10)
    sums = two.keeper.last_sums
    assert sums.counts["answers", "card", "drawn"] == 7
    assert sums.counts["bytes",] == 70
    assert (sums.gauges["queue"], sums.processes) == (7, 2)
    assert one.all_hours() == {(0, "drawn"): 7, (0, "empty"): 7}


def test_sums_only_grow_whoever_is_asked(tmp_path: Path) -> None:
    """Prometheus takes a number that falls for a restart, and counts all of it anew."""
    houses = [Kept(tmp_path, shares=True, process=str(i)) for i in range(3)]
    seen = []
    for i in range(30):
        for house in houses:
            house.answer(i % 4)
        houses[i % 3].keep_after(1)
        seen.append(houses[i % 3].keeper.last_sums.counts.get(("answers", "card", "drawn"), 0))
    assert seen == sorted(seen)


def test_what_a_dead_process_counted_counts_on_and_how_it_stood_does_not(tmp_path: Path) -> None:
    dead, alive = Kept(tmp_path, shares=True, process="1"), Kept(tmp_path, shares=True, process="2")
    dead.tally.gauge("alive", lambda: 2)
    dead.answer(3)
    dead.keep_after(10)
    alive.keep_after(books.GAUGE_SECONDS + 20)
    assert alive.keeper.last_sums.counts["answers", "card", "drawn"] == 3
    assert alive.keeper.last_sums.gauges == {}


def test_a_disk_that_heals_gets_what_it_missed_in_the_minutes_when_it_was(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = Kept(tmp_path)
    (tmp_path / "tally").write_text("in the way of the folder")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            kept.answer()
            kept.keep_after(60)
    assert len([record for record in caplog.records if "cannot be written" in record.message]) == 1
    (tmp_path / "tally").unlink()
    kept.keep_after(10)
    assert [n for (_, what), n in sorted(kept.all_minutes().items()) if what == "drawn"] == [1, 1, 1]


def test_a_disk_that_never_heals_costs_no_memory_without_end(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    (tmp_path / "tally").write_text("in the way of the folder")
    for _ in range(MOST_PENDING + 50):
        kept.answer()
        kept.keep_after(60)
    assert len(kept.keeper._pending) == MOST_PENDING
    (tmp_path / "tally").unlink()
    kept.keep_after(10)
    assert sum(n for (_, what), n in kept.all_minutes().items() if what == "drawn") == MOST_PENDING + 50


def test_a_full_disk_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's own limit of pages gives the very error that a full disk gives."""
    kept = Kept(tmp_path)
    kept.answer()
    kept.keep_after(10)
    connect = sqlite3.connect

    def connect_to_little(*where: object, **how: object) -> sqlite3.Connection:
        file = connect(*where, **how)  # type: ignore[call-overload]  # handed on as it came
        file.execute("PRAGMA max_page_count = 1")
        return file  # type: ignore[no-any-return]

    monkeypatch.setattr(sqlite3, "connect", connect_to_little)
    for i in range(400):
        kept.answer(template=f"template-{i}-{'x' * 40}")
    kept.keep_after(10)
    assert kept.keeper._is_failing
    monkeypatch.undo()
    kept.keep_after(10)
    assert sum(n for (_, what), n in kept.all_hours().items() if what == "drawn") >= 1
    assert len(kept.book.hours(0, 1 << 40)) == 802


@pytest.mark.parametrize("damage", ["noise", "cut", "another", "empty"])
def test_a_damaged_file_is_set_aside_and_counting_begins_anew(tmp_path: Path, damage: str) -> None:
    kept = Kept(tmp_path)
    for i in range(300):
        kept.answer(template=f"template-{i}")
    kept.keep_after(10)
    path = kept.book.path
    whole = path.read_bytes()
    if damage == "noise":
        path.write_bytes(b"\xff\x00noise" * (len(whole) // 7))
    elif damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        path.unlink()
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE minutes (something TEXT)")
        other.close()
    kept.answer(5, template="later")
    kept.keep_after(10)
    assert not kept.keeper._is_failing
    assert ("later", 5) in {(row[1], row[4]) for row in kept.book.hours(0, 1 << 40)}
    assert path.with_name("counts.sqlite3.damaged").is_file() == (damage != "empty")


def test_a_file_that_is_taken_away_is_made_anew(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.answer()
    kept.keep_after(10)
    kept.book.path.unlink()
    kept.book.path.parent.rmdir()
    kept.answer(2)
    kept.keep_after(10)
    assert kept.all_hours() == {(0, "drawn"): 2, (0, "empty"): 2}


def test_the_thread_writes_by_itself_and_at_the_end(tmp_path: Path) -> None:
    tally, book = Tally(), Book(tmp_path, process="1")
    keeper = Keeper(tally, book, shares=True, pause_seconds=0.05)
    keeper.start()
    tally.answered(tally.counts_of("card", "drawn"), 0)
    assert keeper.sums().result(30).counts["answers", "card", "drawn"] == 1
    tally.answered(tally.counts_of("card", "drawn"), 0)
    keeper.stop(30)
    assert sum(row[4] for row in book.hours(0, 1 << 40)) == 2


def test_the_thread_outlives_a_fault_of_ours_with_one_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tally, book = Tally(), Book(tmp_path, process="1")
    is_sound = threading.Event()

    def read() -> float:
        if not is_sound.is_set():
            raise RuntimeError("dictionary changed size during iteration")
        return 0

    tally.watch("kills", read)
    keeper = Keeper(tally, book, shares=True, pause_seconds=0.05)
    keeper.start()
    tally.answered(tally.counts_of("card", "drawn"), 0)
    for _ in range(3):
        assert keeper.sums().result(30).counts == {}
    is_sound.set()
    assert keeper.sums().result(30).counts["answers", "card", "drawn"] == 1
    keeper.stop(30)
    assert not keeper._thread.is_alive()
    lines = [record.getMessage() for record in caplog.records]
    assert [line.count("RuntimeError: dictionary changed size") for line in lines] == [1]


def test_stopping_does_not_wait_for_a_disk_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    tally = Tally()
    keeper = Keeper(tally, Book(tmp_path), pause_seconds=0.05)
    monkeypatch.setattr(Book, "add", lambda *_, **__: released.wait(60))
    keeper.start()
    tally.answered(tally.counts_of("card", "drawn"), 0)
    keeper.stop(0.2)
    assert keeper._thread.is_alive()
    released.set()
    keeper._thread.join(30)


_WRITER = """
import sys
from pathlib import Path
from server.tally.book import Book
book = Book(Path(sys.argv[1]), process="writer")
i = 0
while True:
    i += 1
    book.add({60 * (i // 50): {("answers", "card", "drawn"): 1, ("fallbacks", "card", "name", "empty"): 1}}, at=3600)
    print(i, flush=True)
"""


def test_a_kill_in_the_middle_leaves_a_sound_file_and_all_that_was_written(tmp_path: Path) -> None:
    said = 0
    for _ in range(5):
        writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        for line in writer.stdout:
            last = int(line)
            if last == 40:
                writer.send_signal(signal.SIGKILL)
        writer.stdout.close()
        writer.wait()
        said += last
    book = Book(tmp_path)
    answers = sum(row[4] for row in book.hours(0, 1 << 40) if row[3] == "drawn")
    fallbacks = sum(row[4] for row in book.hours(0, 1 << 40) if row[3] == "empty")
    assert answers == fallbacks
    assert said <= answers <= said + 5  # each killed writer may have written once more than it could say
    with sqlite3.connect(book.path) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    file.close()
