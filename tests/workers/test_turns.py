"""Who is drawn when, with a pool that draws when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.errors import DrawingFailed, NoWorker, OverBudget, Overloaded, TimedOut, WorkerDied
from server.images import Format, Picture
from server.workers.turns import MARK_SECONDS, Turns

Make = Callable[..., Any]

LONG = 60.0


class Store:
    """In memory, and slow enough to lose every race that is there to be lost."""

    def __init__(self) -> None:
        self.kept: dict[str, float] = {}
        self.pictures: dict[str, Picture] = {}

    async def put(self, key: str, picture: Picture) -> None:
        self.pictures[key] = picture

    async def mark(self, key: str, ttl_seconds: float) -> None:
        for _ in range(5):
            await asyncio.sleep(0)
        self.kept[key] = ttl_seconds

    def marked(self, key: str) -> bool:
        return key in self.kept


class SlowPool:
    """Draws when it is told to, and notes what it was asked."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.asked: list[str] = []
        self._outcomes: dict[str, asyncio.Future[Picture]] = {}

    async def draw(self, spec: RenderSpec, template: Template, pictures: Mapping[str, bytes]) -> Picture:
        name = str(spec.mapping()["act"])
        self.asked.append(name)
        self._outcomes[name] = asyncio.get_running_loop().create_future()
        return await self._outcomes[name]

    def finish(self, name: str) -> None:
        self._outcomes[name].set_result(Picture(Format.PNG, 1, 1, name.encode()))

    def fail(self, name: str, error: Exception) -> None:
        self._outcomes[name].set_exception(error)


class Purse:
    """Pays for `left` pictures."""

    def __init__(self, left: int) -> None:
        self.left = left

    def pay(self) -> None:
        if not self.left:
            raise OverBudget("empty")
        self.left -= 1

    def give_back(self) -> None:
        self.left += 1


def ask(turns: Turns, spec: RenderSpec, template: Template, purse: Purse | None = None) -> asyncio.Task[Picture]:
    return asyncio.create_task(turns.draw(spec, template, timeout_seconds=LONG, purse=purse))


async def settle() -> None:
    for _ in range(30):
        await asyncio.sleep(0)


def test_one_drawing_serves_all_who_ask_for_the_same_picture(run: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        pool = SlowPool(4)
        turns = Turns(pool, Store(), queue_limit=0)
        asking = [ask(turns, spec("a"), template()) for _ in range(50)]
        await settle()
        assert pool.asked == ["a"]
        pool.finish("a")
        assert {picture.body for picture in await asyncio.gather(*asking)} == {b"a"}
        assert pool.asked == ["a"]

    run(scenario())


def test_another_picture_does_not_wait_for_it(run: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        pool = SlowPool(2)
        turns = Turns(pool, Store(), queue_limit=0)
        first = ask(turns, spec("a"), template())
        second = ask(turns, spec("b"), template())
        await settle()
        pool.finish("b")
        assert (await second).body == b"b"
        assert not first.done()
        pool.finish("a")
        await first

    run(scenario())


def test_a_finished_picture_is_drawn_anew_when_asked_again(run: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        pool = SlowPool(1)
        turns = Turns(pool, Store(), queue_limit=0)
        for _ in range(2):
            asking = ask(turns, spec("a"), template())
            await settle()
            pool.finish("a")
            await asking
        assert pool.asked == ["a", "a"]

    run(scenario())


def test_the_failure_of_a_drawing_reaches_all_who_wait(run: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        pool = SlowPool(1)
        marks = Store()
        turns = Turns(pool, marks, queue_limit=0)
        asking = [ask(turns, spec("a"), template()) for _ in range(5)]
        await settle()
        pool.fail("a", DrawingFailed("no stops"))
        outcomes = await asyncio.gather(*asking, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [DrawingFailed] * 5
        assert marks.kept == {}  # that was no poison: the worker lives

    run(scenario())


def test_one_who_gives_up_does_not_stop_the_others_picture(run: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        pool = SlowPool(1)
        turns = Turns(pool, Store(), queue_limit=0)
        leaver, stayer = (ask(turns, spec("a"), template()) for _ in "ab")
        await settle()
        leaver.cancel()
        await settle()
        pool.finish("a")
        assert (await stayer).body == b"a"
        assert leaver.cancelled()

    run(scenario())


def test_a_picture_that_comes_too_late_is_stored_for_whoever_asks_next(run: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        pool, store = SlowPool(1), Store()
        turns = Turns(pool, store, queue_limit=0)
        with pytest.raises(TimedOut):
            await turns.draw(spec("a"), template(), timeout_seconds=0.001)
        pool.finish("a")
        await settle()
        assert store.pictures[spec("a").key].body == b"a"

    run(scenario())


def test_one_who_leaves_the_queue_does_not_take_the_others_place(run: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        pool = SlowPool(1)
        turns = Turns(pool, Store(), queue_limit=1)
        busy = ask(turns, spec("busy"), template())
        leaver, stayer = (ask(turns, spec("a"), template()) for _ in "ab")
        await settle()
        leaver.cancel()
        await settle()
        pool.finish("busy")
        await settle()
        pool.finish("a")
        assert [picture.body for picture in await asyncio.gather(busy, stayer)] == [b"busy", b"a"]

    run(scenario())


def test_a_drawing_that_has_begun_is_finished_for_who_asks_next(run: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        pool = SlowPool(1)
        turns = Turns(pool, Store(), queue_limit=0)
        with pytest.raises(TimedOut):
            await turns.draw(spec("a"), template(), timeout_seconds=0.01)
        asking = ask(turns, spec("a"), template())
        await settle()
        pool.finish("a")
        assert (await asking).body == b"a"
        assert pool.asked == ["a"]

    run(scenario())


def test_a_failure_after_everybody_left_is_remembered_and_no_noise(run: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        pool = SlowPool(1)
        marks = Store()
        turns = Turns(pool, marks, queue_limit=0)
        with pytest.raises(TimedOut):
            await turns.draw(spec("a"), template(), timeout_seconds=0.01)
        pool.fail("a", TimedOut("killed"))
        await settle()
        assert marks.kept == {spec("a").key: MARK_SECONDS}

    run(scenario())


def test_who_waits_in_vain_for_a_worker_times_out_and_is_never_drawn(run: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        pool = SlowPool(1)
        turns = Turns(pool, Store(), queue_limit=1)
        busy = ask(turns, spec("busy"), template())
        await settle()
        with pytest.raises(TimedOut):
            await turns.draw(spec("late"), template(), timeout_seconds=0.01)
        pool.finish("busy")
        await busy
        await settle()
        assert pool.asked == ["busy"]
        assert turns.waiting == 0

    run(scenario())


def test_past_the_queue_the_answer_is_no_at_once(run: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        pool = SlowPool(1)
        turns = Turns(pool, Store(), queue_limit=2)
        asking = [ask(turns, spec(name), template()) for name in "abc"]
        await settle()
        assert turns.waiting == 2
        with pytest.raises(Overloaded):
            await turns.draw(spec("d"), template(), timeout_seconds=LONG)
        joined = ask(turns, spec("c"), template())  # needs no place
        for name in "abc":
            await settle()
            pool.finish(name)
        assert [picture.body for picture in await asyncio.gather(*asking, joined)] == [b"a", b"b", b"c", b"c"]
        assert pool.asked == ["a", "b", "c"]

    run(scenario())


@pytest.mark.parametrize("error", [TimedOut("killed"), WorkerDied("fell")])
def test_a_picture_that_felled_a_worker_is_not_tried_again(
    run: Make, spec: Make, template: Make, error: Exception
) -> None:
    async def scenario() -> None:
        pool = SlowPool(2)
        marks = Store()
        turns = Turns(pool, marks, queue_limit=0)

        async def keep_asking() -> None:
            while True:  # one after the other, so that one of them falls right between failure and mark
                with pytest.raises((TimedOut, WorkerDied)):
                    await turns.draw(spec("poison"), template(), timeout_seconds=LONG)
                await asyncio.sleep(0)

        asking = [asyncio.create_task(keep_asking()) for _ in range(3)]
        await settle()
        pool.fail("poison", error)
        for _ in range(20):  # also while it is being remembered
            asking.append(asyncio.create_task(keep_asking()))
            await asyncio.sleep(0)
        await settle()
        assert pool.asked == ["poison"]
        assert marks.kept == {spec("poison").key: MARK_SECONDS}
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    run(scenario())


def test_having_no_worker_is_not_the_pictures_fault(run: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        pool = SlowPool(1)
        marks = Store()
        turns = Turns(pool, marks, queue_limit=0)
        asking = ask(turns, spec("a"), template())
        await settle()
        pool.fail("a", NoWorker("none"))
        with pytest.raises(NoWorker):
            await asking
        assert marks.kept == {}

    run(scenario())


def test_who_begins_a_drawing_pays_and_who_joins_it_does_not(run: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        pool, purse = SlowPool(1), Purse(1)
        turns = Turns(pool, Store(), queue_limit=2)
        asking = [ask(turns, spec("a"), template(), purse) for _ in range(40)]
        await settle()
        assert purse.left == 0
        with pytest.raises(OverBudget):
            await ask(turns, spec("b"), template(), purse)
        pool.finish("a")
        assert {picture.body for picture in await asyncio.gather(*asking)} == {b"a"}
        await settle()
        assert (purse.left, pool.asked) == (0, ["a"])

    run(scenario())


def test_who_is_refused_or_leaves_the_queue_pays_nothing(run: Make, spec: Make, template: Make) -> None:
    async def scenario() -> None:
        pool, purse = SlowPool(1), Purse(2)
        turns = Turns(pool, Store(), queue_limit=1)
        busy = ask(turns, spec("busy"), template())
        leaver = ask(turns, spec("a"), template(), purse)
        await settle()
        assert purse.left == 1
        with pytest.raises(Overloaded):
            await ask(turns, spec("b"), template(), purse)
        leaver.cancel()
        await settle()
        assert purse.left == 2
        pool.finish("busy")
        await busy

    run(scenario())


@pytest.mark.parametrize(
    ("error", "left"),
    [(DrawingFailed("no"), 1), (NoWorker("none"), 1), (TimedOut("killed"), 0), (WorkerDied("fell"), 0)],
)
def test_a_picture_that_was_not_drawn_is_given_back_unless_it_cost_a_worker(
    run: Make, spec: Make, template: Make, error: Exception, left: int
) -> None:
    async def scenario() -> None:
        pool, purse = SlowPool(1), Purse(1)
        turns = Turns(pool, Store(), queue_limit=0)
        asking = ask(turns, spec("a"), template(), purse)
        await settle()
        pool.fail("a", error)
        with pytest.raises(type(error)):
            await asking
        await settle()
        assert purse.left == left

    run(scenario())


def test_a_poisonous_picture_costs_one_worker_however_often_it_is_asked(
    run: Make, pool_of: Make, spec: Make, template: Make
) -> None:
    async def scenario() -> None:
        async with pool_of(2, render_seconds=0.3) as pool:
            turns = Turns(pool, Store(), queue_limit=8)
            for _ in range(20):
                with pytest.raises((TimedOut, WorkerDied)):
                    await turns.draw(spec("hang"), template(), timeout_seconds=LONG)
            assert pool.kills == 1
            picture = await turns.draw(spec("echo", id="good"), template(), timeout_seconds=LONG)
            assert picture.body == b"good d1"

    run(scenario())
