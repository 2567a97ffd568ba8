"""Remembers for a short while what could not be fetched, so that a dead host is not asked at every request."""

from __future__ import annotations

from collections import OrderedDict

from server.gather.refusals import NotFetched
from server.report import Reason

_PASSING_SECONDS = 30.0  # dead, slow, busy: looked at again well within the minute that such answers are kept
_SETTLED_SECONDS = 300.0
_MOST = 4096

Failure = tuple[Reason, bool]


class Failures:
    """For the event loop alone. Of too many, those that came first are forgotten."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Failure, float]] = OrderedDict()

    def add(self, key: str, failure: NotFetched, now: float) -> None:
        seconds = _SETTLED_SECONDS if failure.is_settled else _PASSING_SECONDS
        self._kept[key] = ((failure.reason, failure.is_settled), now + seconds)
        self._kept.move_to_end(key)
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)

    def get(self, key: str, now: float) -> Failure | None:
        failure, until = self._kept.get(key, (None, 0.0))
        return failure if until > now else None

    def drop(self, key: str) -> None:
        self._kept.pop(key, None)
