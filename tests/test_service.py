"""The story of one picture, with a pool that draws at once and real everything else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from server.catalog.catalog import Published
from server.errors import BrokenKeys, DrawingFailed, NameplateError, NoWorker, UnknownTemplate
from server.images import Format
from server.report import Fallback, Reason
from server.service import Answer
from server.store.budget import Budget
from server.store.disk import DiskStore
from server.urls.keys import KeyRing
from server.urls.signing import sign_target, sign_values
from server.urls.target import parse_path
from tests.support.house import KEY, NOW, PATIENCE_SECONDS, RING, House, make_template


class Visitor(House):
    """A house with a way to ask at its door."""

    def get(self, url: str, **how: Any) -> Answer:
        return asyncio.run(self.ask(url, **how))

    async def ask(self, url: str, **how: Any) -> Answer:
        path, _, query = url.partition("?")
        return await self.service.answer(parse_path(path), query.encode(), **how)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Visitor]:
    house = Visitor(tmp_path)
    yield house
    asyncio.run(house.store.close())


SIGNED = sign_values("card", {"name": "Sarah"}, key=KEY)


def test_a_good_link_gives_its_own_picture(house: Visitor) -> None:
    answer = house.get(SIGNED)
    assert answer.problem is None
    assert answer.picture is not None
    assert b"Sarah" in answer.picture.body


def test_the_second_answer_comes_from_the_store(house: Visitor) -> None:
    first, second = house.get(SIGNED), house.get(SIGNED)
    assert (first.found, second.found) == (None, "memory")
    assert first.picture == second.picture
    assert len(house.pool.drawn) == 1


def test_an_alias_is_the_template(house: Visitor) -> None:
    answer = house.get(sign_values("old-card", {"name": "Sarah"}, key=KEY))
    assert answer.problem is None
    assert answer.template == "card"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("/i/card.png?name=Sarah", "unsigned"),
        (SIGNED.replace("Sarah", "Mallory"), "bad-signature"),
        (SIGNED.replace("k1.", "k9."), "unknown-key"),
        (SIGNED + "&name=Mallory", "repeated-param"),
        (SIGNED + "&nick=Mallory", "repeated-param"),
        (SIGNED + "&_exp=20270101", "bad-signature"),
        (SIGNED + "&x=" + "y" * 9000, "query-too-long"),
        (sign_values("card", {"name": "Sarah"}, key=KEY, expires="20261121"), "expired-link"),
    ],
)
def test_a_refused_link_shows_the_pinned_default_and_none_of_its_values(house: Visitor, url: str, code: str) -> None:
    answer = house.get(url)
    assert answer.picture == house.default
    assert answer.problem is not None
    assert answer.problem.code == code
    assert not house.pool.drawn
    assert answer.fallbacks == ()


def test_a_link_that_expired_since_it_was_drawn_shows_the_default(house: Visitor) -> None:
    link = sign_values("card", {"name": "Sarah"}, key=KEY, expires="20261122")
    assert house.get(link).problem is None
    house.now = NOW + timedelta(days=1)
    assert house.get(link).picture == house.default


def test_unsigned_links_are_answered_only_where_that_is_allowed(tmp_path: Path) -> None:
    house = Visitor(tmp_path, allow_unsigned=True)
    assert house.get("/i/card.png?name=Sarah").problem is None
    assert house.get(SIGNED.replace("Sarah", "Mallory")).problem is not None


class DamagedKeys:
    """A key file that became unreadable while serving."""

    def current(self) -> KeyRing:
        raise BrokenKeys("it is not JSON")


def test_keys_that_become_unreadable_while_serving_cost_the_pictures_but_never_an_image(house: Visitor) -> None:
    house.service.ring = DamagedKeys()
    answer = house.get(SIGNED)
    assert answer.picture == house.default
    assert answer.problem is not None
    assert answer.problem.code == "broken-keys"


def test_an_unknown_template_is_said(house: Visitor) -> None:
    with pytest.raises(UnknownTemplate):
        house.get("/i/cord.png")


@pytest.mark.parametrize("error", [DrawingFailed("it broke"), NoWorker("none")])
def test_a_picture_that_cannot_be_drawn_is_the_pinned_default(house: Visitor, error: NameplateError) -> None:
    house.pool.error = error
    answer = house.get(SIGNED)
    assert (answer.picture, answer.problem) == (house.default, error)


def test_a_failed_drawing_is_not_kept(house: Visitor) -> None:
    house.pool.error = NoWorker("none")
    house.get(SIGNED)
    house.pool.error = None
    answer = house.get(SIGNED)
    assert answer.picture is not None
    assert b"Sarah" in answer.picture.body


def test_a_drawing_that_never_ends_is_answered_by_the_deadline(tmp_path: Path) -> None:
    house = Visitor(tmp_path, deadline_seconds=0.05)
    house.pool.hang = True
    answer = house.get(SIGNED)
    assert answer.picture == house.default
    assert answer.problem is not None
    assert answer.problem.code == "timed-out"


def test_without_a_pinned_default_there_is_the_last_resort_at_the_templates_size(house: Visitor) -> None:
    answer = house.get("/i/card.webp?name=x")
    assert answer.picture is not None
    assert (answer.picture.format, answer.picture.width, answer.picture.height) == (Format.WEBP, 400, 200)


def test_asked_not_to_draw_it_answers_from_the_store_only(house: Visitor) -> None:
    assert house.get(SIGNED, may_draw=False).picture is None
    assert not house.pool.drawn
    house.get(SIGNED)
    assert house.get(SIGNED, may_draw=False).picture is not None


def test_an_open_value_is_drawn_and_judged(house: Visitor) -> None:
    link = sign_target(
        "card.png?name=*|FNAME|*", declared_of=lambda _: {"name", "seats"}, ring=RING, open_params=["name"], now=NOW
    )
    raw, merged = house.get(link), house.get(link.replace("*|FNAME|*", "Zo%C3%AB"))
    assert raw.fallbacks == (Fallback("name", Reason.UNMERGED),)
    assert merged.picture is not None
    assert "Zoë" in merged.picture.body.decode()


def test_a_hit_tells_its_fallbacks_too(house: Visitor) -> None:
    link = sign_values("card", {"seats": "many"}, key=KEY)
    assert house.get(link).fallbacks == house.get(link).fallbacks == (Fallback("seats", Reason.NOT_A_NUMBER),)


def test_a_missing_required_param_draws_the_generic_stand_in(house: Visitor) -> None:
    house.catalog.publish(
        Published(make_template("ticket", 'generic = "banner"\n[params.event]\nrequired = true\n[params.city]'))
    )
    house.catalog.publish(Published(make_template("banner", "[params.city]")))
    missing = house.get(sign_values("ticket", {"city": "Oslo"}, key=KEY))
    given = house.get(sign_values("ticket", {"city": "Oslo", "event": "Summit"}, key=KEY))
    assert missing.picture is not None
    assert given.picture is not None
    assert missing.picture.body.startswith(b"banner:")
    assert missing.fallbacks == (Fallback("event", Reason.MISSING),)
    assert b"Oslo" in missing.picture.body
    assert given.picture.body.startswith(b"ticket:")


def test_many_askers_of_one_cold_picture_cost_one_drawing(house: Visitor) -> None:
    async def ask_often() -> list[Answer]:
        return await asyncio.gather(*(house.ask(SIGNED) for _ in range(50)))

    answers = asyncio.run(ask_often())
    assert len({answer.picture for answer in answers}) == 1
    assert len(house.pool.drawn) == 1


def test_many_askers_of_one_cold_picture_take_one_from_their_links_budget(tmp_path: Path) -> None:
    house = Visitor(tmp_path, budget=Budget(tmp_path / "budgets", per_day=2, wait_seconds=5.0))
    link = sign_target("card.png?name=Ann", declared_of=lambda _: {"name"}, ring=RING, open_params=["name"], now=NOW)

    async def story() -> list[str | None]:
        herd = await asyncio.gather(*(house.ask(link) for _ in range(40)))
        others = [await house.ask(link.replace("name=Ann", f"name={name}")) for name in ("Bo", "Cy")]
        await house.store.close()
        return [answer.problem.code if answer.problem else None for answer in (*herd, *others)]

    assert asyncio.run(story()) == [None] * 41 + ["over-budget"]


class HeldDisk(DiskStore):
    """Looks at once, but tells what the second look for a picture found only when it is let go."""

    looks = 0

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, max_bytes=50_000_000)
        self.has_looked, self.let_go = threading.Event(), threading.Event()

    def get(self, key: str) -> bytes | None:
        found = super().get(key)
        self.looks += not key.startswith("mark:")
        if self.looks == 2:
            self.has_looked.set()
            self.let_go.wait(PATIENCE_SECONDS)
        return found


@pytest.mark.parametrize("memory_bytes", [1_000_000, 0])
def test_one_who_looked_before_anothers_picture_was_there_neither_draws_nor_pays_for_it_again(
    tmp_path: Path, memory_bytes: int
) -> None:
    disk = HeldDisk(tmp_path / "cache")
    budget = Budget(tmp_path / "budgets", per_day=1, wait_seconds=PATIENCE_SECONDS)
    house = Visitor(tmp_path, disk=disk, budget=budget, memory_bytes=memory_bytes, gather_seconds=PATIENCE_SECONDS)
    link = sign_target("card.png?name=Ann", declared_of=lambda _: {"name"}, ring=RING, open_params=["name"], now=NOW)

    async def story() -> list[Answer]:
        house.pool.gate = asyncio.Event()
        first = asyncio.create_task(house.ask(link))
        while not house.pool.drawn:  # noqa: ASYNC110 - what it waits for begins in a thread
            await asyncio.sleep(0.001)
        late = asyncio.create_task(house.ask(link))
        await asyncio.to_thread(disk.has_looked.wait, PATIENCE_SECONDS)
        house.pool.gate.set()
        answers = [await first]
        disk.let_go.set()
        answers.append(await late)
        await house.store.close()
        return answers

    answers = asyncio.run(story())
    assert [answer.problem for answer in answers] == [None, None]
    assert answers[0].picture == answers[1].picture
    assert len(house.pool.drawn) == 1
