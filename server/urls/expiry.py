"""When a link ends: `_exp` as a link says it, and as a person types it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from server.errors import MalformedLink, UnfitValue

_DAY = re.compile(r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})")
_SECONDS = re.compile(r"[0-9]{9,11}")  # Unix time from 1973 on: never as short as a day in 8 digits

_LAST_MOMENT = time(23, 59, 59, tzinfo=UTC)


def last_second(expires: str) -> datetime | None:
    """The last second in which a link with this `_exp` is good; None when it is empty. Raises MalformedLink."""
    if not expires:
        return None
    if _SECONDS.fullmatch(expires):
        return datetime.fromtimestamp(int(expires), UTC)
    day = _day(expires) if len(expires) == len("YYYYMMDD") else None
    if day is None:
        raise MalformedLink("_exp is a day as YYYYMMDD, or Unix seconds")
    return datetime.combine(day, _LAST_MOMENT)


def is_over(end: datetime | None, now: datetime) -> bool:
    """A second is good to its end. (Written as a difference because adding to the year 9999 overflows.)"""
    return end is not None and now - end >= timedelta(seconds=1)


def read_expiry(typed: str, now: datetime) -> str:
    """The `_exp` for 2027-12-31, 20271231 or Unix seconds. Raises UnfitValue for anything else and for the past."""
    text = typed.strip()
    day = _day(text)
    expires = day.isoformat().replace("-", "") if day else text
    try:
        end = last_second(expires)
    except MalformedLink:
        end = None
    if end is None:
        raise UnfitValue("_exp", "an expiry is a day like 2027-12-31, or Unix seconds")
    if is_over(end, now):
        raise UnfitValue("_exp", f"{typed} is past, so the link would never work; give a day to come")
    return expires


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return None
