"""A bounded memory of what was costly to make (compiled templates, scaled pictures); the least recently
used goes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, ClassVar, Generic, TypeVar
from weakref import WeakSet

Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")


class Kept(Generic[Key, Thing]):
    """Holds things up to a total weight: their number, unless `weigh` says otherwise."""

    _all: ClassVar[WeakSet[Kept[Any, Any]]] = WeakSet()

    def __init__(self, capacity: int, weigh: Callable[[Thing], int] = lambda _thing: 1) -> None:
        self._capacity = capacity
        self._weigh = weigh
        self._total = 0
        self._things: OrderedDict[Key, Thing] = OrderedDict()
        Kept._all.add(self)

    @classmethod
    def clear_all(cls) -> None:
        """Forgets what every `Kept` of this process holds."""
        for kept in cls._all:
            kept.clear()

    def get(self, key: Key, make: Callable[[], Thing]) -> Thing:
        """What is kept under `key`, made now if it is not there. What is heavier than all room is not kept."""
        if key in self._things:
            self._things.move_to_end(key)
            return self._things[key]
        thing = make()
        weight = self._weigh(thing)
        if weight <= self._capacity:
            self._things[key] = thing
            self._total += weight
            while self._total > self._capacity:
                self._total -= self._weigh(self._things.popitem(last=False)[1])
        return thing

    def clear(self) -> None:
        self._things.clear()
        self._total = 0

    def __len__(self) -> int:
        return len(self._things)
