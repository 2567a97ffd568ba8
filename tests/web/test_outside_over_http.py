"""Pictures from outside and budgets, as others see them: how long an answer may be kept, and what the memo forgets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from server.catalog.catalog import Published
from server.errors import NoWorker
from server.gather.wanted import Gathered
from server.report import Reason
from server.store.budget import Budget
from server.urls.signing import sign_target, sign_values
from server.web.memo import OUTSIDE
from tests.support.house import KEY, NOW, RING, House, make_template
from tests.support.outside import Outside, picture, unsettled

URL = "https://cdn.acme.com/logo.png"
MANIFEST = '[params.logo]\ntype = "image"\nfallback = ["wordmark:company"]\n[params.company]\ndefault = "Acme"'
FRAMED = """
[params.logo]
type = "image"
open = true
hosts = ["cdn.acme.com"]
[params.badge]
type = "image"
[params.text]
default = "you"
"""
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


def test_what_cannot_be_drawn_takes_nothing(client: TestClient, house: House) -> None:
    house.pool.error = NoWorker("none")
    assert new_pictures(client, BUDGET + 2) == ["no-worker"] * (BUDGET + 2)
    house.pool.error = None
    assert new_pictures(client, BUDGET + 1) == [None] * BUDGET + ["over-budget"]


def test_explaining_a_link_takes_nothing_but_tells_when_nothing_is_left(client: TestClient, house: House) -> None:
    def explained(name: str) -> str | None:
        page = client.post("/explain", data={"pasted": OPEN.replace("name=Ann", f"name={name}")})
        assert page.status_code == 200
        return "over-budget" if "over-budget" in page.text else None

    assert [explained(f"Bo{number}") for number in range(BUDGET + 2)] == [None] * (BUDGET + 2)
    assert len(house.pool.drawn) == BUDGET + 2
    assert new_pictures(client, BUDGET) == [None] * BUDGET
    assert explained("Zoe") == "over-budget"


def open_logos(count: int) -> list[str]:
    """Links that whoever holds the first may make of it, each with a logo that nobody has had."""
    link = sign_target(
        f"framed.png?logo={URL}", declared_of=lambda _: {"logo", "badge"}, ring=RING, open_params=["logo"], now=NOW
    )
    return [link.replace("logo.png", f"logo{number}.png") for number in range(count)]


def test_past_its_budget_an_open_link_fetches_nothing_for_its_open_params(
    client: TestClient, house: House, outside: Outside
) -> None:
    house.catalog.publish(Published(make_template("framed", FRAMED)))
    outside.there = {URL.replace("logo", f"logo{number}"): picture(b"%d" % number) for number in range(BUDGET + 1)}
    problems = [client.get(link).headers.get("nameplate-problem") for link in open_logos(BUDGET + 1)]
    assert problems == [None] * BUDGET + ["over-budget"]
    assert [asked["logo"].may_fetch for asked in outside.asked] == [True] * BUDGET + [False]
    assert "nameplate-problem" not in client.get(open_logos(1)[0]).headers, "what is kept is still shown"


def test_past_its_budget_an_open_link_still_fetches_for_its_locked_params(
    client: TestClient, house: House, outside: Outside
) -> None:
    house.catalog.publish(Published(make_template("framed", FRAMED)))
    link = sign_target(
        f"framed.png?badge={URL}&text=Ann",
        declared_of=lambda _: {"badge", "text"}, ring=RING, open_params=["text"], now=NOW,
    )  # fmt: skip
    links = [link.replace("text=Ann", f"text=Ann{number}") for number in range(BUDGET + 1)]
    problems = [client.get(one).headers.get("nameplate-problem") for one in links]
    assert problems == [None] * BUDGET + ["over-budget"]
    assert all(asked["badge"].may_fetch for asked in outside.asked)


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


@pytest.mark.parametrize("reason", [Reason.BAD_STATUS, Reason.NOT_A_PICTURE, Reason.DAMAGED, Reason.ADDRESS_REFUSED])
def test_one_that_could_not_be_had_is_kept_until_it_is_tried_again(
    client: TestClient, outside: Outside, reason: Reason
) -> None:
    outside.there[URL] = Gathered(None, None, reason, is_settled=True)
    for _ in range(3):  # the last is from the memo
        assert client.get(LINK).headers["cache-control"] == "public, max-age=300"


def test_of_a_link_with_an_end_too_and_never_past_it(house: House, client: TestClient, outside: Outside) -> None:
    outside.there[URL] = Gathered(None, None, Reason.BAD_STATUS, is_settled=True)
    end = int((NOW + timedelta(seconds=100)).timestamp())
    link = sign_values("logo", {"logo": URL}, key=KEY, expires=str(end))
    for _ in range(3):
        assert client.get(link).headers["cache-control"] == "public, max-age=100"
