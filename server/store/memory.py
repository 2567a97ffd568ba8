"""The hot tier: pictures and marks in this process's memory. For the event loop alone, so nothing locks."""

from __future__ import annotations

from collections import OrderedDict

from server.images import Picture

_ENTRY_BYTES = 2048  # key, objects and report beside the body, measured with three slots in the report
_MAX_MARKS = 4096


class MemoryStore:
    """Pictures by key; when they outgrow `max_bytes`, those unused the longest go first."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._pictures: OrderedDict[str, Picture] = OrderedDict()
        self.used_bytes = 0

    def __len__(self) -> int:
        return len(self._pictures)

    def get(self, key: str) -> Picture | None:
        picture = self._pictures.get(key)
        if picture is not None:
            self._pictures.move_to_end(key)
        return picture

    def put(self, key: str, picture: Picture) -> None:
        """A picture larger than the whole store is not kept, and drives nothing out."""
        self._remove(key)
        if _cost(picture) > self._max_bytes:
            return
        self._pictures[key] = picture
        self.used_bytes += _cost(picture)
        while self.used_bytes > self._max_bytes:
            self._remove(next(iter(self._pictures)))

    def _remove(self, key: str) -> None:
        picture = self._pictures.pop(key, None)
        if picture is not None:
            self.used_bytes -= _cost(picture)


class Marks:
    """Keys marked until a moment (Unix seconds); of too many, those marked first are forgotten."""

    def __init__(self, most: int = _MAX_MARKS) -> None:
        self._most = most
        self._until: dict[str, float] = {}

    def add(self, key: str, until: float) -> None:
        self._until[key] = max(until, self._until.pop(key, 0.0))
        if len(self._until) > self._most:
            del self._until[next(iter(self._until))]

    def has(self, key: str, now: float) -> bool:
        return self._until.get(key, 0.0) > now


def _cost(picture: Picture) -> int:
    return len(picture.body) + _ENTRY_BYTES
