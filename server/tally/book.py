"""The tally's file, `data/tally/counts.sqlite3`: counts by the minute for some hours and by the hour for thirty days,
and, where several web processes are one server, their sums.

SQLite, because several processes add to the same numbers: "add 3 to this row" is one statement, a kill in the middle
leaves the state before, and there is nothing to merge or to rotate. Each call opens the file anew, so a file that was
moved, restored or lost is noticed at once. All of this may block: only threads and commands come here.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from server.tally.counting import ANSWERS, FALLBACKS, Key

log = logging.getLogger(__name__)

FOLDER, FILE = "tally", "counts.sqlite3"
MINUTE, HOUR = 60, 3600
MINUTES_KEPT_SECONDS = 4 * HOUR  # two hours are promised; a reader takes whole hours, and the last may have just begun
HOURS_KEPT_SECONDS = 30 * 24 * HOUR
GAUGE_SECONDS = 60  # a process that has said nothing for this long is gone
LOCK_SECONDS = 5.0  # how long to wait while another process writes, which takes milliseconds

_SCHEMA = """
CREATE TABLE IF NOT EXISTS minutes
  (at INTEGER, template TEXT, param TEXT, what TEXT, count INTEGER, PRIMARY KEY (at, template, param, what)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hours
  (at INTEGER, template TEXT, param TEXT, what TEXT, count INTEGER, PRIMARY KEY (at, template, param, what)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS totals (key TEXT PRIMARY KEY, value REAL, at INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gauges (process TEXT, name TEXT, value REAL, at INTEGER, PRIMARY KEY (process, name)) WITHOUT ROWID;
"""  # noqa: E501  # a table a line
_ADD = "INSERT INTO {table} VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count"
_ADD_TOTAL = (
    "INSERT INTO totals VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value, at = excluded.at"
)
_SET_GAUGE = "INSERT OR REPLACE INTO gauges VALUES (?, ?, ?, ?)"

Row = tuple[int, str, str, str, int]
"""When it began (Unix seconds), template, param, what, count. Without a param, `what` is the outcome of an answer."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What all web processes of a server count together."""

    counts: Mapping[Key, float]
    gauges: Mapping[str, float]
    processes: int


class Book:
    """`process` names the process that writes. Every method raises OSError or sqlite3.Error when it cannot be done."""

    def __init__(self, data: Path, *, process: str = "") -> None:
        self.path = data / FOLDER / FILE
        self._process = process

    def add(self, minutes: Mapping[int, Mapping[Key, float]], *, at: int) -> None:
        """Adds what was counted in each minute, and lets go of what is too old. All of it or nothing."""
        with self._writing() as file:
            for minute, counts in minutes.items():
                rows = list(_rows(minute, counts))
                file.executemany(_ADD.format(table="minutes"), rows)
                file.executemany(_ADD.format(table="hours"), [(row[0] - row[0] % HOUR, *row[1:]) for row in rows])
            file.execute("DELETE FROM minutes WHERE at < ?", (at - MINUTES_KEPT_SECONDS,))
            file.execute("DELETE FROM hours WHERE at < ?", (at - HOURS_KEPT_SECONDS,))

    def share(self, counts: Mapping[Key, float], gauges: Mapping[str, float], *, at: int) -> None:
        """Adds to the sums of all web processes, and says how things stand in this one."""
        with self._writing() as file:
            file.executemany(_ADD_TOTAL, [(json.dumps(key), value, at) for key, value in counts.items()])
            file.executemany(_SET_GAUGE, [(self._process, name, value, at) for name, value in gauges.items()])
            file.execute("DELETE FROM totals WHERE at < ?", (at - HOURS_KEPT_SECONDS,))
            file.execute("DELETE FROM gauges WHERE at < ?", (at - GAUGE_SECONDS,))

    def sums(self, *, at: int) -> Sums:
        with self._reading() as file:
            counts = dict(_totals(file.execute("SELECT key, value FROM totals WHERE typeof(value) = 'real'")))
            gauges = list(file.execute("SELECT process, name, value FROM gauges WHERE at >= ?", (at - GAUGE_SECONDS,)))
        summed: dict[str, float] = {}
        for _, name, value in gauges:
            summed[name] = summed.get(name, 0) + float(value)
        return Sums(counts, summed, len({process for process, *_ in gauges}))

    def minutes(self, start: int, end: int) -> list[Row]:
        return self._rows_of("minutes", start, end)

    def hours(self, start: int, end: int) -> list[Row]:
        return self._rows_of("hours", start, end)

    def names(self) -> list[tuple[str, str]]:
        """Every template and param that was counted in the hours that are kept."""
        with self._reading() as file:
            return list(file.execute("SELECT DISTINCT template, param FROM hours"))

    def set_aside(self) -> None:
        """A damaged file is kept under another name, one at most, and counting begins anew."""
        log.warning("%s is damaged: it is now %s.damaged, and counting begins anew", self.path, FILE)
        self.path.replace(self.path.with_name(f"{FILE}.damaged"))
        self.path.with_name(f"{FILE}-journal").unlink(missing_ok=True)

    def _rows_of(self, table: str, start: int, end: int) -> list[Row]:
        asked = f"SELECT at, template, param, what, count FROM {table} WHERE at >= ? AND at < ?"  # noqa: S608  # ours
        with self._reading() as file:
            return list(file.execute(asked, (start, end)))

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(self.path, timeout=LOCK_SECONDS, isolation_level=None)) as file:
            file.execute("PRAGMA synchronous = NORMAL")  # what a power cut takes are counts, and the file stays whole
            file.executescript(_SCHEMA)
            file.execute("BEGIN IMMEDIATE")
            yield file
            file.execute("COMMIT")  # without it, closing rolls back

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Opened for writing where that is allowed: what a kill left half done is then undone, as SQLite wants it."""
        uri = self.path.absolute().as_uri()
        try:
            file = sqlite3.connect(f"{uri}?mode=rw", timeout=LOCK_SECONDS, uri=True)
        except sqlite3.OperationalError:
            file = sqlite3.connect(f"{uri}?mode=ro", timeout=LOCK_SECONDS, uri=True)
        file.text_factory = lambda text: text.decode(errors="replace")
        with contextlib.closing(file):
            yield file


def is_damage(error: Exception) -> bool:
    """Whether the file is no sound SQLite file, or not of our shape; as opposed to full, locked or forbidden."""
    if isinstance(error, sqlite3.OperationalError):
        return "no such column" in str(error) or "has no column" in str(error) or "columns but" in str(error)
    return type(error) is sqlite3.DatabaseError  # its subclasses say something else: a fault of ours, mostly


def _rows(minute: int, counts: Mapping[Key, float]) -> Iterator[Row]:
    """Of what is counted, what is kept by the minute: answers by outcome, fallbacks by param and reason."""
    for key, count in counts.items():
        if key[0] == ANSWERS:
            yield minute, key[1], "", key[2], int(count)
        elif key[0] == FALLBACKS:
            yield minute, key[1], key[2], key[3], int(count)


def _totals(rows: Iterable[tuple[str, float]]) -> Iterator[tuple[Key, float]]:
    for text, value in rows:
        with contextlib.suppress(ValueError, TypeError):  # not of ours; the others still count
            yield tuple(map(str, json.loads(text))), value
