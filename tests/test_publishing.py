"""Folders on a real disk, published through a pool that draws at once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.catalog.catalog import Catalog
from server.catalog.last_good import LastGood
from server.catalog.resolve import Drawing
from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.errors import DrawingFailed, NameplateError, NoWorker, TimedOut, UnknownTemplate
from server.images import Format, Picture
from server.publishing import Publisher
from server.store.disk import DiskStore
from server.store.memory import MemoryStore
from server.store.tiers import PictureStore

GOOD = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><text x="9" y="50">{{ name }}</text></svg>'
NEWER = GOOD.replace("200", "300")
BROKEN = GOOD.replace("{{ name }}", "{{ name")


class FakePool:
    count = 2

    def __init__(self) -> None:
        self.error: NameplateError | None = None
        self.drawn = 0
        self.slow = 0

    async def draw(self, spec: RenderSpec, template: Template) -> Picture:
        self.drawn += 1
        if self.slow:
            self.slow -= 1
            raise TimedOut("slow")
        if self.error:
            raise self.error
        return Picture(spec.format, spec.width, spec.height, template.digest.encode())


class House:
    """One data folder and one template folder; `open()` is a start of the server."""

    def __init__(self, tmp_path: Path) -> None:
        self.pool = FakePool()
        self.templates = tmp_path / "templates"
        self.templates.mkdir()
        self._data = tmp_path / "data"
        self._written = 0
        self.open()

    def restart(self) -> None:
        self.close()
        self.open()

    def close(self) -> None:
        self._runner.run(self.store.close())
        self._runner.close()

    def open(self) -> None:
        self._runner = asyncio.Runner()
        self.catalog = Catalog()
        self.store = PictureStore(
            MemoryStore(10_000_000), DiskStore(self._data / "cache", max_bytes=50_000_000), wait_seconds=5
        )
        self._publisher = Publisher(
            roots=(self.templates,),
            catalog=self.catalog,
            last_good=LastGood(self._data / "templates"),
            store=self.store,
            pool=self.pool,
            drawing=Drawing(12_000_000, "r"),
        )

    def write(self, name: str, svg: str) -> None:
        path = self.templates / name
        path.write_text(svg)
        self._written += 1  # two writes within one tick of the disk's clock must still be seen
        os.utime(path, ns=(self._written * 10**9, self._written * 10**9))

    def look(self) -> None:
        self._runner.run(self._publisher.refresh())

    def height(self, name: str = "card") -> int:
        return self.catalog.find(name).template.height


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    house.write("card.svg", GOOD)
    house.look()
    yield house
    house.close()


def test_a_template_is_published_with_a_default_picture_in_every_format(house: House) -> None:
    assert set(house.catalog.find("card").defaults) == set(Format)


def test_an_edit_is_picked_up(house: House) -> None:
    house.write("card.svg", NEWER)
    house.look()
    assert house.height() == 300


def test_nothing_is_drawn_again_when_nothing_changed(house: House) -> None:
    drawn = house.pool.drawn
    house.look()
    assert house.pool.drawn == drawn


def test_a_broken_edit_keeps_the_last_good_version_and_says_where(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.write("card.svg", BROKEN)
    house.look()
    assert house.height() == 200
    assert house.catalog.broken["card"].line == 1
    assert "last good version is served" in caplog.text
    assert "card.svg:1" in caplog.text


def test_an_edit_that_cannot_be_drawn_is_broken_too(house: House) -> None:
    house.pool.error = DrawingFailed("cannot")
    house.write("card.svg", NEWER)
    house.look()
    assert house.height() == 200
    assert "card" in house.catalog.broken


def test_a_mended_template_is_served_again(house: House) -> None:
    house.write("card.svg", BROKEN)
    house.look()
    house.write("card.svg", NEWER)
    house.look()
    assert house.height() == 300
    assert not house.catalog.broken


def test_a_template_broken_across_a_restart_still_answers(house: House) -> None:
    house.write("card.svg", BROKEN)
    house.restart()
    house.look()
    assert house.height() == 200
    assert "card" in house.catalog.broken


def test_without_any_worker_a_restart_serves_the_kept_default_pictures(house: House) -> None:
    house.pool.error = NoWorker("none can be started")
    house.restart()
    house.look()
    assert set(house.catalog.find("card").defaults) == set(Format)
    assert not house.catalog.broken


def test_having_no_worker_does_not_break_a_new_template(house: House) -> None:
    house.pool.error = NoWorker("none can be started")
    house.write("card.svg", NEWER)
    house.look()
    assert house.height() == 300
    assert house.catalog.find("card").defaults == {}


def test_default_pictures_that_could_not_be_drawn_are_drawn_when_workers_are_back(house: House) -> None:
    house.pool.error = NoWorker("none can be started")
    house.write("card.svg", NEWER)
    house.look()
    house.pool.error = None
    house.look()
    assert set(house.catalog.find("card").defaults) == set(Format)


def test_one_slow_trial_is_forgiven_and_two_are_not(house: House) -> None:
    house.pool.slow = 1
    house.write("card.svg", NEWER)
    house.look()
    assert not house.catalog.broken
    house.pool.slow = 2
    house.write("card.svg", GOOD + " ")
    house.look()
    assert "card" in house.catalog.broken


def test_a_template_that_is_gone_for_one_look_stays(house: House) -> None:
    (house.templates / "card.svg").unlink()
    house.look()
    assert house.height() == 200
    house.write("card.svg", NEWER)
    house.look()
    assert house.height() == 300


def test_a_removed_template_is_withdrawn_at_the_second_look(house: House) -> None:
    (house.templates / "card.svg").unlink()
    house.look()
    house.look()
    with pytest.raises(UnknownTemplate):
        house.catalog.find("card")


def test_one_broken_template_does_not_keep_the_others_back(house: House) -> None:
    house.write("bad.svg", BROKEN)
    house.write("hello.svg", GOOD)
    house.look()
    assert house.height("hello") == 200
    assert "bad" in house.catalog.broken
    assert "bad" not in house.catalog


def test_an_alias_does_not_hide_a_template_of_that_name(house: House) -> None:
    (house.templates / "ticket").mkdir()
    house.write("ticket/template.svg", NEWER)
    house.write("ticket/manifest.toml", 'aliases = ["card", "pass"]\n[params.name]')
    house.look()
    assert house.height("card") == 200
    assert house.height("pass") == 300
