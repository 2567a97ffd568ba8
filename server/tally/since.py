"""`2h`, `10:02`, `2026-11-20` into a moment; and moments as the minutes and hours that are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from server.errors import UnfitValue
from server.tally.book import HOUR, HOURS_KEPT_SECONDS, MINUTE

MINUTES_READ_SECONDS = 2 * HOUR
BEFORE_SECONDS = 24 * HOUR  # what the time asked for is compared with: a day, so that day and night are both in it
USUAL = "1h"

_LENGTH = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_SECONDS = {"m": MINUTE, "h": HOUR, "d": 24 * HOUR}
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to `end`, and from `before` to `start` what that is compared with; Unix seconds. Whole hours are
    read up to `minutes_from`, minutes from there on. `is_by_minute` says which of them `start` could be told to."""

    before: int
    start: int
    end: int
    minutes_from: int

    @property
    def is_by_minute(self) -> bool:
        return self.start >= self.minutes_from


def window(since: str, now: datetime) -> Window:
    """What `since` means at `now`, in whose time zone a clock and a day are read. Raises UnfitValue."""
    asked, end = moment(since, now).timestamp(), now.timestamp()
    minutes_from = int(end - MINUTES_READ_SECONDS)
    minutes_from -= minutes_from % HOUR
    start = max(int(asked), int(end - HOURS_KEPT_SECONDS))
    start -= start % (MINUTE if start >= minutes_from else HOUR)
    before = start - BEFORE_SECONDS
    return Window(before - before % HOUR, start, int(end) + 1, minutes_from)


def moment(since: str, now: datetime) -> datetime:
    """A clock that is still to come today was meant of yesterday."""
    if found := _LENGTH.fullmatch(since):
        return now - timedelta(seconds=int(found[1]) * _SECONDS[found[2]])
    if found := _CLOCK.fullmatch(since):
        today = now.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
        return today if today <= now else today - timedelta(days=1)
    then = _written(since, now.tzinfo)
    if then is None or then > now:
        raise UnfitValue("since", "a time is said like 90m, 2h, 3d, 10:02, 2026-11-20 or 2026-11-20T10:02, and is past")
    return then


def _written(since: str, zone: tzinfo | None) -> datetime | None:
    try:
        then = datetime.fromisoformat(since)
    except ValueError:
        return None
    return then if then.tzinfo else then.replace(tzinfo=zone)
