"""Shares by hand compared with what is read, and moments as people write them."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from server.errors import BrokenTally, UnfitValue
from server.tally.book import HOUR, MINUTE, Book
from server.tally.counting import Key
from server.tally.reading import Fates, what_fell_back
from server.tally.since import moment, window

NOW = datetime(2026, 11, 22, 11, 0, 30, tzinfo=UTC)
END = int(NOW.timestamp())


def write(data: Path, at: int, template: str = "card", *, answers: int = 0, **reasons: int) -> None:
    """`answers` drawn, and of them `empty=3` fell back with logo_url."""
    counts: dict[Key, float] = {("answers", template, "drawn"): answers} if answers else {}
    counts |= {("fallbacks", template, "logo_url", name.replace("_", "-")): n for name, n in reasons.items()}
    Book(data).add({at - at % MINUTE: counts}, at=END)


def a_day_before(data: Path, template: str = "card", **reasons: int) -> None:
    for hour in range(2, 26):
        write(data, END - hour * HOUR, template, answers=100, **reasons)


def read(data: Path, since: str = "1h", **only: str) -> Fates:
    return what_fell_back(data, since=since, now=NOW, **only)


def test_seventeen_percent_of_a_param_fell_back_since_a_clock(tmp_path: Path) -> None:
    """The question that this was made for, with the answer worked out by hand."""
    a_day_before(tmp_path)
    for minute in range(60):
        write(tmp_path, END - HOUR + minute * MINUTE, answers=100, not_fetched=17 if minute >= 2 else 0)
    fates = read(tmp_path, "10:02")
    (card,) = fates.templates
    (logo,) = card.params
    (cause,) = logo.causes
    assert (card.requests, card.answers, card.answers_before) == (5800, 5800, 24 * 100 + 200)
    assert (logo.param, logo.count, logo.share) == ("logo_url", 986, 0.17)
    assert (cause.name, cause.count, cause.share, cause.share_before) == ("not-fetched", 986, 0.17, 0.0)
    assert (cause.rose, cause.rose_since, cause.exact_to) == (True, "2026-11-22T10:02+00:00", "minute")
    assert (fates.since, fates.exact_to, fates.healthy) == ("2026-11-22T10:02+00:00", "minute", False)


def test_a_rise_of_hours_ago_is_told_to_the_hour(tmp_path: Path) -> None:
    for hour in range(1, 30):
        write(tmp_path, END - hour * HOUR, answers=1000, empty=200 if hour <= 5 else 2)
    (cause,) = read(tmp_path, "6h").templates[0].params[0].causes
    assert (cause.rose, cause.rose_since, cause.exact_to) == (True, "2026-11-22T06:00+00:00", "hour")


def test_what_was_always_so_is_no_rise(tmp_path: Path) -> None:
    a_day_before(tmp_path, empty=17)
    write(tmp_path, END - 60, answers=1000, empty=170)
    fates = read(tmp_path)
    (cause,) = fates.templates[0].params[0].causes
    assert (cause.share, cause.share_before, cause.rose) == (0.17, 0.17, False)
    assert fates.healthy


def test_shares_are_of_answers_whose_params_were_judged(tmp_path: Path) -> None:
    write(tmp_path, END - 60, answers=50, empty=10)
    counts: dict[Key, float] = {
        ("answers", "card", "memo"): 50,
        ("answers", "card", "bad-signature"): 900,
        ("answers", "", "unsigned"): 7,
    }
    Book(tmp_path).add({END - END % MINUTE: counts}, at=END)
    (card,) = read(tmp_path).templates
    assert (card.requests, card.answers) == (1000, 100)
    assert card.params[0].share == 0.1
    assert [(cause.name, cause.count, cause.share) for cause in card.problems] == [("bad-signature", 900, 0.9)]


def test_one_template_and_one_param_may_be_asked_for(tmp_path: Path) -> None:
    write(tmp_path, END - 60, answers=10, empty=1)
    write(tmp_path, END - 60, "other", answers=10, empty=2)
    Book(tmp_path).add({END - END % MINUTE: {("fallbacks", "card", "name", "empty"): 3}}, at=END)
    assert [fate.template for fate in read(tmp_path).templates] == ["card", "other"]
    (card,) = read(tmp_path, template="card", param="name").templates
    assert [(param.param, param.count) for param in card.params] == [("name", 3)]
    assert read(tmp_path, template="nobody").templates == ()


def test_the_line_is_a_day_hour_by_hour(tmp_path: Path) -> None:
    write(tmp_path, END - 60, answers=10, empty=5)  # at 10:59
    write(tmp_path, END - 3 * HOUR, answers=10, empty=1)
    write(tmp_path, END - 4 * HOUR, answers=10)
    line = read(tmp_path).templates[0].params[0].line
    assert len(line) == 24
    assert line[-2] == 0.5
    assert (line[-4], line[-5]) == (0.1, 0.0)
    assert [share for share in line if share is not None] == [0.0, 0.1, 0.5]


def test_nothing_counted_is_nothing_told(tmp_path: Path) -> None:
    fates = read(tmp_path)
    assert (fates.templates, fates.healthy) == ((), None)


def test_it_is_json_and_the_same_twice(tmp_path: Path) -> None:
    a_day_before(tmp_path)
    write(tmp_path, END - 60, answers=1000, empty=170)
    told = read(tmp_path).to_json()
    assert json.loads(json.dumps(told))["templates"][0]["params"][0]["causes"][0]["rose"] is True
    assert told == read(tmp_path).to_json()


@pytest.mark.parametrize(
    "name", ["\x1b[31mred", "a\nb", "Sarah Miller", "x" * 65, "", "<script>", "'; DROP TABLE hours"]
)
def test_a_name_that_is_none_of_ours_is_not_told(tmp_path: Path, name: str) -> None:
    """Somebody else may have written into the file; a terminal obeys what it is shown."""
    write(tmp_path, END - 60, answers=10, empty=1)
    with sqlite3.connect(tmp_path / "tally" / "counts.sqlite3") as file:
        rows = [(name, "", "drawn"), ("card", name or "\x00", "empty"), ("card", "logo_url", name)]
        file.executemany("INSERT OR IGNORE INTO minutes VALUES (?, ?, ?, ?, 100)", [(END - 60, *row) for row in rows])
    file.close()
    (card,) = read(tmp_path).templates
    assert (card.template, card.answers, [param.param for param in card.params]) == ("card", 10, ["logo_url"])
    assert [cause.name for cause in card.params[0].causes] == ["empty"]


@pytest.mark.parametrize("count", [-5, "many", None, 1.5, b"\xff"])
def test_a_count_that_is_none_is_not_counted(tmp_path: Path, count: object) -> None:
    write(tmp_path, END - 60, answers=10, empty=1)
    with sqlite3.connect(tmp_path / "tally" / "counts.sqlite3") as file:
        file.execute("UPDATE minutes SET count = ? WHERE what = 'empty'", (count,))
    file.close()
    assert read(tmp_path).templates[0].params == ()


def test_a_damaged_file_is_said_to_be_one(tmp_path: Path) -> None:
    write(tmp_path, END, answers=1)
    (tmp_path / "tally" / "counts.sqlite3").write_bytes(b"noise" * 1000)
    with pytest.raises(BrokenTally, match="move it away"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("since", "is_then"),
    [
        ("90m", NOW - timedelta(minutes=90)),
        ("2h", NOW - timedelta(hours=2)),
        ("3d", NOW - timedelta(days=3)),
        ("10:02", datetime(2026, 11, 22, 10, 2, tzinfo=UTC)),
        ("9:05", datetime(2026, 11, 22, 9, 5, tzinfo=UTC)),
        ("11:01", datetime(2026, 11, 21, 11, 1, tzinfo=UTC)),  # still to come today: yesterday's
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T10:02", datetime(2026, 11, 20, 10, 2, tzinfo=UTC)),
        ("2026-11-20T10:02+02:00", datetime(2026, 11, 20, 8, 2, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read(since: str, is_then: datetime) -> None:
    assert moment(since, NOW) == is_then


@pytest.mark.parametrize(
    "since", ["", "yesterday", "0h", "-2h", "25:00", "10:60", "2h ago", "2027-01-01", "2026-13-01", "9" * 99]
)
def test_what_is_no_moment_is_refused(since: str) -> None:
    with pytest.raises(UnfitValue):
        moment(since, NOW)


def test_a_clock_is_of_the_zone_of_now() -> None:
    in_tokyo = NOW.astimezone(timezone(timedelta(hours=9)))  # 20:00:30
    assert moment("19:58", in_tokyo) == datetime(2026, 11, 22, 10, 58, tzinfo=UTC)


def test_minutes_are_told_for_two_hours_and_hours_before() -> None:
    near, far = window("2h", NOW), window("3h", NOW)
    assert (near.is_by_minute, far.is_by_minute) == (True, False)
    assert near.start == END - 2 * HOUR - END % MINUTE
    assert far.start % HOUR == 0
    assert window("900d", NOW).start >= END - 31 * 24 * HOUR


def test_a_length_without_end_is_thirty_days() -> None:
    assert window("99999d", NOW).start == window("31d", NOW).start
