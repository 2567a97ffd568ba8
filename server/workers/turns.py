"""Who is drawn when: one drawing per picture at a time however many ask for it, a bounded queue, an answer
within the time each asker has, and no second try for a picture that felled a worker a short while ago.
Whoever begins a drawing pays for it; those who join it do not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.errors import Overloaded, TimedOut, WorkerDied
from server.images import NO_PICTURES, Picture

# Two requests every render_seconds would otherwise keep two workers busy for ever with the same poisonous
# picture.
MARK_SECONDS = 600


class Store(Protocol):
    """Where a picture goes when it is drawn, and what remembers for a while, across web processes, which ones felled a
    worker. Never raises: a store that is broken keeps and knows nothing. From `put` on, the picture can be had."""

    async def put(self, key: str, picture: Picture) -> None: ...

    async def mark(self, key: str, ttl_seconds: float) -> None: ...

    def marked(self, key: str) -> bool: ...


class Pool(Protocol):
    """What is asked of a `WorkerPool`. `draw` ends by itself, within its own deadline."""

    @property
    def count(self) -> int: ...

    async def draw(self, spec: RenderSpec, template: Template, pictures: Mapping[str, bytes]) -> Picture: ...


class Purse(Protocol):
    """What a drawing is paid from, by whoever begins it."""

    def pay(self) -> None:
        """Raises LimitReached when there is nothing left."""

    def give_back(self) -> None: ...


@dataclass(slots=True, eq=False)
class _Flight:
    """One drawing and how many wait for it."""

    task: asyncio.Task[Picture]
    askers: int = 0
    is_drawing: bool = False


def _unheard(_template: str, _picture: Picture) -> None:
    """Nobody counts what is drawn."""


class Turns:
    """`queue_limit` is how many pictures may wait for a worker, besides those being drawn. `drawn` hears of each
    drawing that came out: the template's name and the picture."""

    def __init__(
        self,
        pool: Pool,
        store: Store,
        *,
        queue_limit: int,
        mark_seconds: float = MARK_SECONDS,
        drawn: Callable[[str, Picture], None] = _unheard,
    ) -> None:
        self._pool = pool
        self._drawn = drawn
        self._store = store
        self._mark_seconds = mark_seconds
        self._most = pool.count + queue_limit
        self._workers = asyncio.Semaphore(pool.count)
        self._flights: dict[str, _Flight] = {}

    @property
    def waiting(self) -> int:
        """How many pictures wait for a worker."""
        return sum(not flight.is_drawing for flight in self._flights.values())

    async def draw(
        self,
        spec: RenderSpec,
        template: Template,
        pictures: Mapping[str, bytes] = NO_PICTURES,
        *,
        timeout_seconds: float,
        purse: Purse | None = None,
    ) -> Picture:
        """`pictures` are the remote pictures that the spec names, by digest. Raises Overloaded at once when the queue
        is full, what an empty `purse` raises where nobody else has begun this picture, TimedOut when there is none by
        then, and whatever the drawing raises. Giving up costs no worker: a drawing that has begun is finished and
        stored for whoever asks next.

        Whoever looked into the store, found nothing and calls this at once joins or begins the one drawing there is: up
        to that nothing is awaited here, in which another one could end."""
        try:
            async with asyncio.timeout(timeout_seconds):
                return await self._await_picture(spec, template, pictures, purse)
        except TimeoutError:
            raise TimedOut(f"no picture within {timeout_seconds:g} s") from None

    async def _await_picture(
        self, spec: RenderSpec, template: Template, pictures: Mapping[str, bytes], purse: Purse | None
    ) -> Picture:
        key = spec.key
        if key not in self._flights and self._store.marked(key):
            raise WorkerDied("this picture felled a worker a short while ago and is not tried again yet")
        flight = self._flights.get(key) or self._begin(spec, template, pictures, purse)
        flight.askers += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.askers -= 1
            if not flight.askers and not flight.is_drawing:
                self._flights.pop(key, None)
                flight.task.cancel()

    def _begin(
        self, spec: RenderSpec, template: Template, pictures: Mapping[str, bytes], purse: Purse | None
    ) -> _Flight:
        """Awaits nothing, so that of all who ask at once only one pays."""
        if len(self._flights) >= self._most:
            raise Overloaded("too many pictures wait to be drawn")
        if purse is not None:
            purse.pay()
        flight = _Flight(asyncio.get_running_loop().create_task(self._fly(spec, template, pictures)))
        flight.task.add_done_callback(partial(_hear_out, purse))
        self._flights[spec.key] = flight
        return flight

    async def _fly(self, spec: RenderSpec, template: Template, pictures: Mapping[str, bytes]) -> Picture:
        key = spec.key
        async with self._workers:
            self._flights[key].is_drawing = True
            try:
                picture = await self._pool.draw(spec, template, pictures)
                self._drawn(template.name, picture)
                await self._store.put(key, picture)  # here, because whoever asked may have given up by now
                return picture
            except (TimedOut, WorkerDied):
                # Before the flight ends, so that nobody can begin another one in between.
                await self._store.mark(key, self._mark_seconds)
                raise
            finally:
                del self._flights[key]


def _hear_out(purse: Purse | None, task: asyncio.Task[Picture]) -> None:
    """Gives back what was paid for a picture that was not drawn; but not where that cost a worker, or a stranger could
    fell them for nothing. A failure that nobody waits for any more is no news."""
    error = None if task.cancelled() else task.exception()
    is_drawn = not task.cancelled() and error is None
    if purse is not None and not is_drawn and not isinstance(error, TimedOut | WorkerDied):
        purse.give_back()
