"""Pictures from outside in the story of one picture: what is fetched, what is drawn, what is kept, and for how long."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from server.catalog.catalog import Published
from server.gather.wanted import Wanted
from server.report import Fallback, Reason
from server.service import Answer
from server.urls.signing import sign_target, sign_values
from server.urls.target import parse_path
from tests.support.house import KEY, NOW, RING, House, make_template
from tests.support.outside import Outside, picture, unsettled

URL = "https://cdn.acme.com/logo.png"
LOGO = """
[params.company]
default = "Acme"
[params.logo]
type = "image"
fallback = ["wordmark:company"]
"""
LINK = sign_values("logo", {"logo": URL}, key=KEY)


class Visitor(House):
    def __init__(self, tmp_path: Path, outside: Outside | None, **how: Any) -> None:
        super().__init__(tmp_path, gatherer=outside, **how)
        self.catalog.publish(Published(make_template("logo", LOGO)))

    def get(self, url: str = LINK, **how: Any) -> Answer:
        path, _, query = url.partition("?")
        return asyncio.run(self.service.answer(parse_path(path), query.encode(), **how))


@pytest.fixture
def outside() -> Outside:
    return Outside({URL: picture(b"a logo")})


@pytest.fixture
def house(tmp_path: Path, outside: Outside) -> Iterator[Visitor]:
    house = Visitor(tmp_path, outside)
    yield house
    asyncio.run(house.store.close())


def test_a_picture_is_fetched_and_its_bytes_go_to_the_worker_beside_the_spec(house: Visitor, outside: Outside) -> None:
    answer = house.get()
    assert outside.asked == [{"logo": Wanted(URL, ())}]
    assert dict(house.pool.pictures[0]) == {str(picture(b"a logo").digest): b"a logo"}
    assert (answer.fallbacks, answer.problem, answer.is_settled) == ((), None, True)


def test_a_link_without_pictures_from_outside_asks_nobody(house: Visitor, outside: Outside) -> None:
    house.get(sign_values("card", {"name": "Sarah"}, key=KEY))
    house.get(sign_values("logo", {"company": "Acme"}, key=KEY))
    assert outside.asked == []


def test_a_refused_link_fetches_nothing(house: Visitor, outside: Outside) -> None:
    assert house.get(LINK.replace("cdn.acme", "evil")).problem is not None
    assert outside.asked == []


def test_a_host_that_is_slow_costs_the_logo_for_a_minute_and_then_it_is_there(house: Visitor, outside: Outside) -> None:
    outside.there[URL] = unsettled(Reason.TIMEOUT)
    late = house.get()
    assert late.fallbacks == (Fallback("logo", Reason.TIMEOUT),)
    assert (late.problem, late.is_settled) == (None, False)
    assert late.picture is not None
    assert b"wordmark:Acme" in late.picture.body
    outside.there[URL] = picture(b"a logo")
    there = house.get()
    assert (there.fallbacks, there.is_settled) == ((), True)
    assert there.key != late.key


def test_another_picture_behind_the_same_address_is_another_key(house: Visitor, outside: Outside) -> None:
    first = house.get()
    outside.there[URL] = picture(b"a new logo")
    second = house.get()
    assert first.key != second.key
    assert len(house.pool.drawn) == 2


def test_the_second_answer_comes_from_the_store(house: Visitor) -> None:
    assert (house.get().found, house.get().found) == (None, "memory")
    assert len(house.pool.drawn) == 1


def test_head_fetches_nothing_and_says_nothing_of_a_picture(house: Visitor, outside: Outside) -> None:
    house.get()
    answer = house.get(may_draw=False)
    assert (answer.picture, len(outside.asked)) == (None, 1)


def test_where_nothing_is_fetched_the_fallback_says_so_and_is_settled(tmp_path: Path) -> None:
    house = Visitor(tmp_path, None)
    answer = house.get()
    assert answer.fallbacks == (Fallback("logo", Reason.NOT_FETCHED),)
    assert answer.is_settled
    asyncio.run(house.store.close())


def test_gathering_leaves_time_to_draw(house: Visitor, outside: Outside, tmp_path: Path) -> None:
    house.get()
    assert 0 < outside.seconds[0] <= 4.0  # of a deadline of five seconds
    short = Visitor(tmp_path / "short", outside, deadline_seconds=0.5)
    short.get()
    assert 0 < outside.seconds[1] <= 0.25
    asyncio.run(short.store.close())


def test_a_required_picture_that_cannot_be_fetched_draws_the_generic_stand_in(house: Visitor, outside: Outside) -> None:
    badge = f'generic = "logo"\n[params.photo]\ntype = "image"\nrequired = true{LOGO}'
    house.catalog.publish(Published(make_template("badge", badge)))
    gone = "https://cdn.acme.com/gone.png"
    link = sign_values("badge", {"logo": URL, "photo": gone}, key=KEY)
    missing = house.get(link)
    assert missing.picture is not None
    assert missing.picture.body.startswith(b"logo:")
    assert b"remote:" in missing.picture.body  # the stand-in has its own logo
    assert missing.fallbacks == (Fallback("photo", Reason.BAD_STATUS),)
    outside.there[gone] = picture(b"a face")
    given = house.get(link)
    assert given.picture is not None
    assert given.picture.body.startswith(b"badge:")


def test_a_stand_in_for_a_picture_whose_host_is_slow_is_not_settled(house: Visitor, outside: Outside) -> None:
    badge = 'generic = "card"\n[params.photo]\ntype = "image"\nrequired = true'
    house.catalog.publish(Published(make_template("badge", badge)))
    outside.there[URL] = unsettled()
    answer = house.get(sign_values("badge", {"photo": URL}, key=KEY))
    assert answer.picture is not None
    assert answer.picture.body.startswith(b"card:")
    assert not answer.is_settled


def test_an_open_picture_is_asked_for_with_the_hosts_of_its_param(house: Visitor, outside: Outside) -> None:
    manifest = '[params.logo]\ntype = "image"\nhosts = ["*.acme.com"]'
    house.catalog.publish(Published(make_template("open", manifest)))
    house.get(f"{_open_link('open')}&logo={quote(URL, safe='')}")
    assert outside.asked == [{"logo": Wanted(URL, ("*.acme.com",))}]


def _open_link(template: str) -> str:
    link = sign_target(
        f"{template}.png?logo=*|LOGO|*", declared_of=lambda _: {"logo"}, ring=RING, open_params=["logo"], now=NOW
    )
    return link.replace("logo=*|LOGO|*&", "")
