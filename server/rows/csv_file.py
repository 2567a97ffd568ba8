"""A CSV file, as spreadsheets and mail tools write them, into a header and rows of cells, one at a time.

Encoding and delimiter are found; what cannot be read is one UnfitValue with the cure. What cells mean is for others.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from server.errors import UnfitValue
from server.rows.encoding import find_encoding, why_no_text

MAX_BYTES = 50_000_000
MAX_ROWS = 1_000_000
MAX_COLUMNS = 2_000
PIECE = 1 << 16
DELIMITERS = ",;\t|"  # the first wins where a header has none of them, or as many of two

_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_EXCEL_SEP = re.compile(r'"?sep=(.)"?\s*\Z', re.IGNORECASE)  # a first line that tells Excel the delimiter


@dataclass(frozen=True, slots=True)
class Row:
    """`number` counts rows of data from 1; `cells` are as many as the table has columns. `is_ragged`: the file had
    more of them, so that some may stand in the wrong column."""

    number: int
    cells: tuple[str, ...]
    is_ragged: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`delimiter` and `encoding` are those that were found. Reading the rows opens the file anew each time."""

    path: Path
    columns: tuple[str, ...]
    encoding: str
    delimiter: str
    head_lines: int  # physical lines before the header

    def rows(self) -> Iterator[Row]:
        """Every row that has something in it. Raises UnfitValue where the file cannot be read on."""
        records = _records(self.path, self.encoding, self.delimiter, self.head_lines)
        next(records, None)
        width = len(self.columns)
        kept = (record for record in records if any(map(str.strip, record)))
        for number, record in enumerate(kept, 1):
            if number > MAX_ROWS:
                raise _unfit(self.path, f"has more than {MAX_ROWS:,} rows; split it")
            cells = (*record[:width], *[""] * (width - len(record)))
            yield Row(number, cells, any(map(str.strip, record[width:])))


def open_table(path: Path) -> Table:
    """The table in `path`, its header read. Raises UnfitValue that says what to do."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _unfit(path, f"has {size / 1e6:.0f} MB; {MAX_BYTES // 1_000_000} MB is the most, so split it")
        with path.open("rb") as file:
            if why := why_no_text(file.read(PIECE)):
                raise _unfit(path, why)
            file.seek(0)
            encoding = find_encoding(iter(lambda: file.read(PIECE), b""))
    except OSError as error:
        raise _unfit(path, f"cannot be read ({error.strerror})") from error
    delimiter, head_lines = _dialect(path, encoding)
    columns = next(_records(path, encoding, delimiter, head_lines), [])
    if not any(map(str.strip, columns)):
        raise _unfit(path, "is empty; its first line must name the columns")
    if len(columns) > MAX_COLUMNS:
        raise _unfit(path, f"has {len(columns):,} columns; {MAX_COLUMNS:,} is the most")
    return Table(path, tuple(" ".join(name.split()) for name in columns), encoding, delimiter, head_lines)


def _dialect(path: Path, encoding: str) -> tuple[str, int]:
    """The delimiter, and how many lines stand before the header. Each delimiter is counted outside quotes."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        skipped = 0
        for line in iter(lambda: file.readline(PIECE), ""):
            if told := _EXCEL_SEP.match(line):
                return told[1], skipped + 1
            if line.strip():
                bare = _QUOTED.sub("", line)
                return max(DELIMITERS, key=bare.count), skipped
            skipped += 1
    return DELIMITERS[0], skipped


def _records(path: Path, encoding: str, delimiter: str, head_lines: int) -> Iterator[list[str]]:
    """The cells of each record. Raises UnfitValue for a quote without its end."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = _Lines(file, path)
        for _ in range(head_lines):
            next(lines, None)
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            lines.forget()
            start = reader.line_num + head_lines + 1
            try:
                record = next(reader, None)
            except csv.Error as error:
                raise _unfit(path, f"line {start:,}: {_open_quote(csv.field_size_limit())} ({error})") from error
            if record is None:
                return
            if lines.are_at_an_end and _is_cut_off(lines.since, delimiter):
                raise _unfit(path, f"line {start:,}: {_open_quote(None)}")
            yield record


def _open_quote(limit: int | None) -> str:
    more = f", or a cell has more than {limit:,} characters" if limit else ""
    return f"a quote is opened there and never closed{more}; correct it, or export the list again"


def _is_cut_off(record: list[str], delimiter: str) -> bool:
    """Whether the last record ends inside quotes. The reader would take all that follows for one cell, silently."""
    try:
        list(csv.reader(record, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


class _Lines:
    """The lines of a file, and those since one last asked to forget."""

    def __init__(self, file: Iterator[str], path: Path) -> None:
        self._file = file
        self._path = path
        self.since: list[str] = []
        self.are_at_an_end = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        try:
            line = next(self._file)
        except StopIteration:
            self.are_at_an_end = True
            raise
        except OSError as error:
            raise _unfit(self._path, f"cannot be read ({error.strerror})") from error
        self.since.append(line)
        return line

    def forget(self) -> None:
        self.since.clear()


def _unfit(path: Path, what: str) -> UnfitValue:
    return UnfitValue("csv", f"{path.name} {what}" if not what.startswith("line ") else f"{path.name}, {what}")
