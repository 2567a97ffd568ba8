"""Pictures from outside and budgets, as others see them: how long an answer may be kept, and what the memo forgets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from server.catalog.catalog import Published
from server.report import Reason
from server.store.budget import Budget
from server.urls.signing import sign_target, sign_values
from server.web.memo import OUTSIDE
from tests.support.house import KEY, NOW, RING, House, make_template
from tests.support.outside import Outside, picture, unsettled

URL = "https://cdn.acme.com/logo.png"
MANIFEST = '[params.logo]\ntype = "image"\nfallback = ["wordmark:company"]\n[params.company]\ndefault = "Acme"'
LINK = sign_values("logo", {"logo": URL}, key=KEY)
OPEN = sign_target("card.png?name=Ann", declared_of=lambda _: {"name"}, ring=RING, open_params=["name"], now=NOW)
BUDGET = 3


@pytest.fixture
def outside() -> Outside:
    return Outside({URL: picture()})


@pytest.fixture
def house(tmp_path: Path, outside: Outside) -> House:
    budget = Budget(tmp_path / "budgets", per_day=BUDGET, wait_seconds=5.0)
    house = House(tmp_path, gatherer=outside, budget=budget)
    house.catalog.publish(Published(make_template("logo", MANIFEST)))
    return house


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    with TestClient(house.app()) as client:
        yield client


def test_a_picture_that_came_is_kept_as_any_other(client: TestClient) -> None:
    answer = client.get(LINK)
    assert answer.headers["cache-control"].startswith("public, max-age=86400")
    assert "nameplate-fallback" not in answer.headers


def test_one_that_was_late_is_kept_for_a_minute_and_says_why(client: TestClient, outside: Outside) -> None:
    outside.there[URL] = unsettled(Reason.TIMEOUT)
    for _ in range(3):  # drawn, out of the store, and once more, since the memo must not know it
        answer = client.get(LINK)
        assert answer.status_code == 200
        assert answer.headers["nameplate-fallback"] == "logo;reason=timeout"
        assert answer.headers["cache-control"] == "public, max-age=60"
    outside.there[URL] = picture()
    assert "nameplate-fallback" not in client.get(LINK).headers


def test_a_picture_that_is_old_because_its_host_is_dead_is_kept_for_a_minute_too(
    client: TestClient, outside: Outside
) -> None:
    outside.there[URL] = picture(is_settled=False)
    assert client.get(LINK).headers["cache-control"] == "public, max-age=60"


def test_the_late_and_the_whole_picture_never_revalidate_as_each_other(client: TestClient, outside: Outside) -> None:
    outside.there[URL] = unsettled()
    etag = client.get(LINK).headers["etag"]
    outside.there[URL] = picture()
    assert client.get(LINK, headers={"if-none-match": etag}).status_code == 200


def test_a_picture_that_changes_where_it_comes_from_changes_here(
    client: TestClient, house: House, outside: Outside
) -> None:
    """The memo answers by the URL alone, so it must forget such answers after a while."""
    before = [client.get(LINK).content for _ in range(3)]
    outside.there[URL] = picture(b"a new logo")
    remembered = client.get(LINK).content
    house.now += OUTSIDE + timedelta(seconds=1)
    after = client.get(LINK).content
    assert {*before, remembered} == {before[0]}
    assert after != before[0]


def test_a_hit_of_the_memo_asks_nobody_outside(client: TestClient, outside: Outside) -> None:
    for _ in range(5):
        client.get(LINK)
    assert len(outside.asked) == 2  # drawn, and found in the store


def test_head_of_what_must_be_fetched_promises_nothing(client: TestClient, outside: Outside) -> None:
    answer = client.head(LINK)
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert "etag" not in answer.headers
    assert outside.asked == []


def new_pictures(client: TestClient, count: int, link: str = OPEN, first: int = 0) -> list[str | None]:
    """The problem of each of `count` links with a name that nobody has had."""
    links = (link.replace("name=Ann", f"name=Ann{number}") for number in range(first, first + count))
    return [client.get(one).headers.get("nameplate-problem") for one in links]


def test_past_its_budget_an_open_link_shows_the_default_picture_for_a_minute(client: TestClient) -> None:
    assert new_pictures(client, BUDGET + 1) == [None] * BUDGET + ["over-budget"]
    answer = client.get(OPEN.replace("name=Ann", "name=Zoe"))
    assert (answer.status_code, answer.content) == (200, b"pinned default")
    assert answer.headers["cache-control"] == "public, max-age=60"


def test_past_its_budget_what_is_kept_is_still_shown(client: TestClient) -> None:
    new_pictures(client, BUDGET + 1)
    answer = client.get(OPEN.replace("name=Ann", "name=Ann0"))
    assert "nameplate-problem" not in answer.headers
    assert b"Ann0" in answer.content


def test_a_hit_takes_nothing_from_the_budget(client: TestClient) -> None:
    for _ in range(BUDGET + 2):
        assert "nameplate-problem" not in client.get(OPEN).headers
    assert new_pictures(client, BUDGET - 1) == [None] * (BUDGET - 1)


def test_the_next_day_it_has_another(client: TestClient, house: House) -> None:
    assert new_pictures(client, BUDGET + 1)[-1] == "over-budget"
    house.now += timedelta(days=1)
    assert new_pictures(client, BUDGET, first=10) == [None] * BUDGET


def test_another_link_of_the_same_template_has_its_own(client: TestClient) -> None:
    other = sign_target(
        "card.png?name=Ann&seats=3", declared_of=lambda _: {"name", "seats"}, ring=RING, open_params=["name"], now=NOW
    )
    assert new_pictures(client, BUDGET + 1)[-1] == "over-budget"
    assert new_pictures(client, BUDGET, other) == [None] * BUDGET


def test_a_link_that_nobody_can_change_has_no_budget(client: TestClient) -> None:
    links = [sign_values("card", {"name": f"Ann{number}"}, key=KEY) for number in range(BUDGET + 2)]
    assert all("nameplate-problem" not in client.get(link).headers for link in links)


def test_strict_says_it_with_a_status_of_its_own(house: House) -> None:
    with TestClient(house.app(strict=True)) as client:
        new_pictures(client, BUDGET)
        answer = client.get(OPEN.replace("name=Ann", "name=Zoe"))
        assert (answer.status_code, answer.json()["title"]) == (429, "over-budget")
