"""The page says the numbers that hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server.gather import failures, lifetimes, wire
from server.gather.gather import Limits
from server.report import Reason

LIMITS = Limits()
FETCH, SLOTS = LIMITS.fetch, LIMITS.slots


@pytest.fixture
def page(root: Path) -> str:
    return re.sub(r"\s+", " ", (root / "docs" / "remote-pictures.md").read_text())


@pytest.mark.parametrize(
    "said",
    [
        f"| one picture | {FETCH.max_bytes // 10**6} MB,",
        f"| name, connection and TLS | {FETCH.connect_seconds:g} seconds |",
        f"to the last byte | {FETCH.total_seconds:g} seconds |",
        f"| headers | {wire._MAX_HEAD_BYTES // 1024} kB |",
        f"{SLOTS.at_once} fetches, {SLOTS.at_once_per_site} of them to one site",
        f"{SLOTS.waiting}, {SLOTS.waiting_per_site} of them for one site, {SLOTS.wait_seconds:g} seconds",
        f"in each web process | {LIMITS.memory_bytes // 10**6} MB |",
        f"for all web processes | {LIMITS.disk_bytes // 10**6} MB",
        f"for at most {LIMITS.patience_seconds:g} seconds",
        f"up to {LIMITS.stale_seconds // 86400:g} days",
        f"at least {lifetimes.MIN_SECONDS / 60:g} minutes and at most a day",
        f"| {failures._PASSING_SECONDS:g} seconds; {failures._SETTLED_SECONDS / 60:g} minutes for 404",
    ],
)
def test_the_page_says(said: str, page: str) -> None:
    assert said in page


def test_the_numbers_in_words_are_right() -> None:
    assert (LIMITS.pictures, FETCH.max_redirects) == (4, 3)
    assert (lifetimes.DEFAULT_SECONDS, lifetimes.MAX_SECONDS) == (3600, 86400)


def test_every_reason_of_a_picture_from_outside_is_explained(page: str) -> None:
    first, last = list(Reason).index(Reason.TIMEOUT), list(Reason).index(Reason.BUDGET)
    for reason in [*list(Reason)[first : last + 1], Reason.NOT_A_URL]:
        assert f"| `{reason}` |" in page
