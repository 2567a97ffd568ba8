"""What a run found: tables to read (results.md) and the ratios that a later run is held to (results.json)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent
PAGE = FOLDER / "results.md"
RATIOS = FOLDER / "results.json"
RATIO = "times_as_quick_as_cairosvg"


class NothingCommitted(Exception):
    """There are no results to hold a run to."""


@dataclass(frozen=True, slots=True)
class Section:
    """A table with a heading, or what another command printed. `level` is the heading's."""

    title: str
    text: str
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    printed: str = ""
    level: int = 2

    def to_markdown(self) -> str:
        parts = [f"{'#' * self.level} {self.title}", self.text]
        if self.rows:
            line = "".join(" --- |" if place == 0 else " ---: |" for place, _ in enumerate(self.columns))
            table = [_row(self.columns), f"|{line}", *map(_row, self.rows)]
            parts.append("\n".join(table))
        if self.printed:
            parts.append(f"```\n{self.printed.strip()}\n```")
        return "\n\n".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Results:
    """`ratios` are, by job, how many pictures of ours go into one of CairoSVG's."""

    machine: Mapping[str, str]
    command: str
    sections: Sequence[Section]
    ratios: Mapping[str, float] = field(default_factory=dict)

    def to_markdown(self) -> str:
        head = "# Results of `make bench`\n\nWritten by the run; [docs/speed.md](../docs/speed.md) tells what it means."
        facts = "\n".join(["| | |", "| --- | --- |", *(_row(fact) for fact in self.machine.items())])
        command = f"Command: `{self.command}`"
        return "\n\n".join([head, facts, command, *(section.to_markdown() for section in self.sections)]) + "\n"

    def write(self, page: Path = PAGE, ratios: Path = RATIOS) -> None:
        page.write_text(self.to_markdown(), encoding="utf-8")
        rounded = {name: round(ratio, 2) for name, ratio in self.ratios.items()}
        ratios.write_text(json.dumps({RATIO: rounded}, indent=2) + "\n", encoding="utf-8")


def committed_ratios(ratios: Path = RATIOS) -> dict[str, float]:
    """Raises NothingCommitted before the first whole run."""
    if not ratios.is_file():
        raise NothingCommitted(f"{ratios} is not there; `make bench` writes it")
    read: dict[str, float] = json.loads(ratios.read_text(encoding="utf-8"))[RATIO]
    return read


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
