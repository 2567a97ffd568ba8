"""The tally's file into what fell back: for each template and param, which share of the answers, why, how that was in
the 24 hours before, and since when it is more. `what_fell_back` is what `nameplate health` prints and what an API can
answer with. It holds names, reasons and numbers, and never a value, because the file has none.
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from server.errors import BrokenTally
from server.tally.book import Book, Row, is_damage
from server.tally.counting import SETTLED
from server.tally.rises import Share, rose, rose_at
from server.tally.since import Window, window

LINE_HOURS = 24  # the plot of a param: a day, hour by hour
HOUR = 3600

# As templates, params, reasons and codes are written. What a stranger wrote into the file is not shown on a terminal.
_NAME = re.compile(r"[a-z0-9*][a-z0-9_*-]{0,63}")


@dataclass(frozen=True, slots=True)
class Cause:
    """A reason why a param fell back, or the code of a problem: how often, how often before, and whether that is more.
    `share` and `share_before` are of 1. `rose_since` is a moment in ISO 8601, exact to `exact_to`."""

    name: str
    count: int
    share: float
    share_before: float | None
    rose: bool
    rose_since: str | None
    exact_to: str | None


@dataclass(frozen=True, slots=True)
class ParamFate:
    """`share` is of `answers`; `line` has the share of each of the last 24 hours, None where nothing was asked for."""

    param: str
    count: int
    share: float
    causes: tuple[Cause, ...]
    line: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class TemplateFate:
    """`answers` are those whose params were judged; `requests` are all. `problems` are the default pictures shown for
    something else, as shares of `requests`. Without `requests_before`, nothing can be said to have risen."""

    template: str
    requests: int
    requests_before: int
    answers: int
    answers_before: int
    params: tuple[ParamFate, ...]
    problems: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Fates:
    """`healthy` is whether nothing rose; None where no template was asked for in this time and in the day before it,
    so that there is nothing to compare."""

    now: str
    since: str
    before: str
    exact_to: str
    healthy: bool | None
    templates: tuple[TemplateFate, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def what_fell_back(
    data: Path, *, since: str, now: datetime, template: str | None = None, param: str | None = None
) -> Fates:
    """What fell back in the data folder `data` from `since` to `now`; of one template or param only, if so asked.

    `since` is a length (`90m`, `2h`, `3d`), a clock or a day in the time zone of `now`. Works beside a running server,
    whose last ten seconds are not written yet, and after it stopped. Raises UnfitValue for another `since`, BrokenTally
    for a file that cannot be read; where nothing was ever counted there is just no template in the answer.
    """
    when = window(since, now)
    ledger = _Ledger(when, now, _rows(data, when))
    names = [name for name in ledger.templates() if template in (None, name)]
    fates = tuple(ledger.fate_of(name, param) for name in names)
    causes = [cause for fate in fates for cause in (*fate.problems, *(c for p in fate.params for c in p.causes))]
    return Fates(
        now=ledger.written(when.end - 1),
        since=ledger.written(when.start),
        before=ledger.written(when.before),
        exact_to="minute" if when.is_by_minute else "hour",
        healthy=not any(cause.rose for cause in causes) if any(fate.requests_before for fate in fates) else None,
        templates=fates,
    )


def counted_names(data: Path) -> dict[str, set[str]]:
    """The templates that were counted in the last thirty days, each with the params of it that fell back. Raises
    BrokenTally."""
    found: dict[str, set[str]] = defaultdict(set)
    for template, param in _read(Book(data), Book.names):
        if _are_names(template, param, "*"):
            found[template] |= {param} if param else set()
    return dict(found)


def _rows(data: Path, when: Window) -> list[Row]:
    """Whole hours up to where minutes are read."""
    first = min(when.before, _line_start(when))
    return _read(
        Book(data), lambda book: book.hours(first, when.minutes_from) + book.minutes(when.minutes_from, when.end)
    )


def _read(book: Book, read: Callable[[Book], list[Any]]) -> list[Any]:
    """Nothing where nothing was ever counted."""
    try:
        return read(book) if book.path.is_file() else []
    except (OSError, sqlite3.Error) as error:
        cure = "move it away, and counting begins anew" if is_damage(error) else "run this as the server's user"
        raise BrokenTally(f"{book.path} cannot be read ({error}); {cure}") from error


def _line_start(when: Window) -> int:
    return when.end - when.end % HOUR - (LINE_HOURS - 1) * HOUR


class _Ledger:
    """The rows by what they speak of."""

    def __init__(self, when: Window, now: datetime, rows: Iterable[Row]) -> None:
        self._when = when
        self._zone = now.tzinfo
        # template → (param, what) → moment → count
        self._counts: dict[str, dict[tuple[str, str], dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
        for at, template, param, what, count in rows:
            if isinstance(at, int) and isinstance(count, int) and count > 0 and _are_names(template, param, what):
                self._counts[template][param, what][at] = count

    def templates(self) -> list[str]:
        """Those that were asked for in the window."""
        inside = [name for name, series in self._counts.items() if self._requests(series, self._when.start)]
        return sorted(inside)

    def written(self, at: int) -> str:
        return datetime.fromtimestamp(at, self._zone).isoformat(timespec="minutes")

    def fate_of(self, template: str, only: str | None) -> TemplateFate:
        series, when = self._counts[template], self._when
        judged = _summed(counts for (param, what), counts in series.items() if not param and what in SETTLED)
        asked = _summed(counts for (param, _), counts in series.items() if not param)
        params = sorted({param for param, _ in series if param and only in (None, param)})
        problems = {what: counts for (param, what), counts in series.items() if not param and what not in SETTLED}
        fates = (self._param(name, {w: c for (p, w), c in series.items() if p == name}, judged) for name in params)
        return TemplateFate(
            template=template,
            requests=_within(asked, when.start, when.end),
            requests_before=_within(asked, when.before, when.start),
            answers=_within(judged, when.start, when.end),
            answers_before=_within(judged, when.before, when.start),
            params=tuple(fate for fate in fates if fate.count),
            problems=self._causes(problems, asked) if only is None else (),
        )

    def _param(self, name: str, reasons: Mapping[str, Mapping[int, int]], judged: Mapping[int, int]) -> ParamFate:
        fell = _summed(reasons.values())
        count, answers = (_within(counts, self._when.start, self._when.end) for counts in (fell, judged))
        return ParamFate(
            name, count, Share(count, answers).value, self._causes(reasons, judged), self._line(fell, judged)
        )

    def _causes(self, series: Mapping[str, Mapping[int, int]], of: Mapping[int, int]) -> tuple[Cause, ...]:
        causes = (self._cause(name, counts, of) for name, counts in series.items())
        return tuple(sorted((cause for cause in causes if cause.count), key=lambda cause: (-cause.count, cause.name)))

    def _cause(self, name: str, counts: Mapping[int, int], of: Mapping[int, int]) -> Cause:
        when = self._when
        now = Share(_within(counts, when.start, when.end), _within(of, when.start, when.end))
        before = Share(_within(counts, when.before, when.start), _within(of, when.before, when.start))
        since = self._rose_since(counts, of) if (is_more := rose(before, now)) else None
        return Cause(
            name=name,
            count=now.count,
            share=now.value,
            share_before=before.value if before.answers else None,
            rose=is_more,
            rose_since=None if since is None else self.written(since),
            exact_to=None if since is None else "minute" if since >= when.minutes_from else "hour",
        )

    def _rose_since(self, counts: Mapping[int, int], of: Mapping[int, int]) -> int | None:
        moments = sorted(at for at in of if self._when.before <= at < self._when.end)
        place = rose_at([Share(counts.get(at, 0), of[at]) for at in moments])
        return None if place is None else moments[place]

    def _line(self, fell: Mapping[int, int], judged: Mapping[int, int]) -> tuple[float | None, ...]:
        start = _line_start(self._when)
        hours = [(start + i * HOUR, start + (i + 1) * HOUR) for i in range(LINE_HOURS)]
        shares = (Share(_within(fell, *hour), _within(judged, *hour)) for hour in hours)
        return tuple(share.value if share.answers else None for share in shares)

    def _requests(self, series: Mapping[tuple[str, str], Mapping[int, int]], start: int) -> int:
        return sum(_within(counts, start, self._when.end) for (param, _), counts in series.items() if not param)


def _are_names(template: Any, param: Any, what: Any) -> bool:
    """An answer to a template that does not exist has no template; an answer as such has no param."""
    return all(isinstance(name, str) and _NAME.fullmatch(name) for name in (template, param or "*", what))


def _summed(series: Iterable[Mapping[int, int]]) -> dict[int, int]:
    total: dict[int, int] = defaultdict(int)
    for counts in series:
        for at, count in counts.items():
            total[at] += count
    return dict(total)


def _within(counts: Mapping[int, int], start: int, end: int) -> int:
    return sum(count for at, count in counts.items() if start <= at < end)
