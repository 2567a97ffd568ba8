"""Budgets of open links: how many new pictures a day, over processes, restarts, days and disks that fail."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
from datetime import date
from pathlib import Path

import pytest

from server.errors import OverBudget
from server.store.budget import PORTIONS, Budget, Purse

TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)


class Counter:
    """A budget with a way to wait until all that it wrote is on the disk."""

    def __init__(self, folder: Path, per_day: int) -> None:
        self.budget = Budget(folder, per_day=per_day, wait_seconds=5.0)

    def taken(self, times: int, link: str = "k1.aa", day: date = TODAY) -> int:
        """How many of `times` are granted."""
        return asyncio.run(self._take(times, link, day))

    async def _take(self, times: int, link: str, day: date) -> int:
        return sum([await self._is_paid(link, day) for _ in range(times)])

    async def _is_paid(self, link: str, day: date) -> bool:
        purse = await self.budget.purse(link, day)
        try:
            if purse is not None:
                purse.pay()
        except OverBudget:
            return False
        return True

    async def purses(self, count: int, *, is_counted: bool = True) -> list[Purse]:
        asked = (self.budget.purse("k1.aa", TODAY, is_counted=is_counted) for _ in range(count))
        return [purse for purse in await asyncio.gather(*asked) if purse is not None]

    def close(self) -> None:
        self.budget.close()
        self.budget.ended.result(timeout=5)


def test_a_link_has_its_budget_and_no_more(tmp_path: Path) -> None:
    counter = Counter(tmp_path, 5)
    assert counter.taken(5) == 5
    assert counter.taken(3) == 0
    counter.close()


def test_zero_is_no_limit_and_touches_no_disk(tmp_path: Path) -> None:
    counter = Counter(tmp_path / "budgets", 0)
    assert counter.taken(1000) == 1000
    counter.close()
    assert not (tmp_path / "budgets").exists()


def test_another_link_has_its_own(tmp_path: Path) -> None:
    counter = Counter(tmp_path, 5)
    assert counter.taken(6, link="k1.aa") == 5
    assert counter.taken(6, link="k1.bb") == 5
    counter.close()


def test_the_next_day_begins_anew_and_removes_what_was(tmp_path: Path) -> None:
    counter = Counter(tmp_path, 5)
    assert counter.taken(6) == 5
    assert counter.taken(6, day=TOMORROW) == 5
    counter.close()
    assert [folder.name for folder in tmp_path.iterdir()] == ["2026-11-23"]


def test_a_restart_forgets_less_than_a_portion(tmp_path: Path) -> None:
    first = Counter(tmp_path, 1000)
    assert first.taken(995) == 995
    first.close()
    second = Counter(tmp_path, 1000)
    assert second.taken(100) == 5 + 995 % (1000 // PORTIONS)
    second.close()


def _take_all(folder: Path, granted: multiprocessing.Queue[int]) -> None:
    counter = Counter(folder, 1000)
    granted.put(counter.taken(1000))
    counter.close()


def test_processes_together_go_over_by_a_portion_each_at_most(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    granted: multiprocessing.Queue[int] = context.Queue()
    processes = [context.Process(target=_take_all, args=(tmp_path, granted)) for _ in range(2)]
    for process in processes:
        process.start()
    counts = [granted.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(timeout=60)
    assert 1000 <= sum(counts) <= 1000 + len(processes) * 1000 // PORTIONS


def test_a_few_pictures_of_many_links_leave_nothing_on_the_disk(tmp_path: Path) -> None:
    counter = Counter(tmp_path, 1000)
    for number in range(50):
        counter.taken(3, link=f"k1.{number}")
    counter.close()
    assert not list(tmp_path.iterdir())


def test_what_is_written_down_is_not_the_signature(tmp_path: Path) -> None:
    counter = Counter(tmp_path, 5)
    counter.taken(5, link="k1.0123456789abcdef")
    counter.close()
    assert not [path for path in tmp_path.rglob("*") if "0123456789abcdef" in path.name]


def test_purses_of_many_at_once_hold_one_budget_between_them(tmp_path: Path) -> None:
    """All have looked before the first of them pays."""
    counter = Counter(tmp_path, 5)
    purses = asyncio.run(counter.purses(8))
    for purse in purses[:5]:
        purse.pay()
    for purse in purses[5:]:
        with pytest.raises(OverBudget):
            purse.pay()
    counter.close()


@pytest.mark.parametrize("per_day", [5, 1000])
def test_what_is_given_back_can_be_taken_again(tmp_path: Path, per_day: int) -> None:
    counter = Counter(tmp_path, per_day)
    assert counter.taken(per_day) == per_day
    (purse,) = asyncio.run(counter.purses(1))
    assert purse.is_empty
    purse.give_back()
    assert counter.taken(3) == 1
    counter.close()


def test_what_is_given_back_after_midnight_is_yesterdays(tmp_path: Path) -> None:
    counter = Counter(tmp_path, 5)
    assert counter.taken(5) == 5
    (purse,) = asyncio.run(counter.purses(1))
    assert counter.taken(6, day=TOMORROW) == 5
    purse.give_back()
    assert counter.taken(1, day=TOMORROW) == 0
    counter.close()


def test_a_purse_that_is_only_looked_into_keeps_what_it_has(tmp_path: Path) -> None:
    counter = Counter(tmp_path, 5)
    (looked,) = asyncio.run(counter.purses(1, is_counted=False))
    for _ in range(9):
        looked.pay()
    looked.give_back()
    assert counter.taken(6) == 5
    with pytest.raises(OverBudget):
        looked.pay()
    counter.close()


def test_a_disk_that_fails_leaves_the_process_its_own_count_and_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "budgets").write_text("a file where a folder should be")
    counter = Counter(tmp_path / "budgets", 5)
    with caplog.at_level(logging.WARNING):
        assert counter.taken(8) == 5
        counter.close()
    assert len([record for record in caplog.records if "open_link_budget" not in record.message]) == 1


@pytest.mark.parametrize("per_day", [10, 250])
def test_most_of_a_budget_and_all_of_it_are_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, per_day: int
) -> None:
    counter = Counter(tmp_path, per_day)
    with caplog.at_level(logging.WARNING):
        counter.taken(per_day * 7 // 10)
        assert not caplog.records
        counter.taken(per_day)
    counter.close()
    said = [record.message.partition(" has had ")[2] for record in caplog.records]
    assert said == [f"{share} % of its new pictures of today (open_link_budget)" for share in (80, 100)]
    assert "k1.aa" not in caplog.text
