"""The letters of a <text> in, what is set together out: chunks, each some runs, for `text` to fit.

In a text without a box, a letter with a place of its own begins a new chunk there: design tools place lines so, and
single letters. In a text with a box (inline-size, data-box) the box decides: the places are not heard, and what stood
on lines of its own is joined.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from cairosvg.parser import Node

from server.render.type.directions import Controls
from server.render.type.letters import Close, Length, Letters, Open, Words
from server.render.type.styles import text_style
from server.text.shape import Run, TextStyle


class RunSource(NamedTuple):
    """Where a run comes from; how far its letters are shifted, and turned (radians, each around its own origin)."""

    node: Node
    dx: float = 0.0
    dy: float = 0.0
    turn: float = 0.0


@dataclass(slots=True)
class Chunk:
    """Runs set together, from one place; the `source` of each is an index into `sources`. `dx` is to be added to x."""

    x: float | None  # None: where the chunk before it ends
    y: float
    dx: float = 0.0
    runs: list[Run] = field(default_factory=list)
    sources: list[RunSource] = field(default_factory=list)
    length: Length | None = None

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def chunks(letters: Letters) -> list[Chunk]:
    """The chunks of a text without a box, those that show something. One that does not hands on its place."""
    found: list[Chunk] = []
    handed_on: float | None = None
    for chunk in _Builder(letters).build():
        if chunk.x is None:
            chunk.x = handed_on
        is_seen = bool(chunk.text.strip())
        handed_on = None if is_seen or chunk.x is None else chunk.x + chunk.dx
        if is_seen:
            found.append(chunk)
    return found


def as_one(letters: Letters) -> Chunk:
    """All of a text as one chunk, whatever places its letters have."""
    lines = _line_starts(letters)
    rises = {} if lines else {at: {"dy": place["dy"]} for at, place in letters.places.items() if place.get("dy") and at}
    bare = replace(letters, places=rises, turns={}, tracks=[], lengths=[])
    (chunk,) = _Builder(bare, lines).build() or [Chunk(0.0, 0.0)]
    return chunk


def _line_starts(letters: Letters) -> frozenset[int]:
    """The letters that begin a line of their own: with a y that is new, or with an x and a shift down."""
    y, found = letters.places.get(0, {}).get("y", 0.0), set[int]()
    for at, place in sorted(letters.places.items()):
        goes_down = place.get("y", y) != y or ("x" in place and place.get("dy"))
        if at and goes_down:
            found.add(at)
        y = place.get("y", y)
    return frozenset(found)


class _Builder:
    """Goes through the letters once. `open` are the controls around what comes next: every chunk has all of them,
    because each is set by itself.
    """

    def __init__(self, letters: Letters, lines: frozenset[int] = frozenset()) -> None:
        self.built: list[Chunk] = []
        self._letters = letters
        self._lines = lines
        self._open: list[Controls] = []
        self._waiting = ""  # what has been opened and not been written yet
        self._shift = (0.0, 0.0)

    def build(self) -> list[Chunk]:
        for item in self._letters.items:
            if isinstance(item, Words):
                cuts = sorted({*self._letters.cuts(item), *self._borders(item)})
                style = text_style(item.node)
                for start, end in pairwise(cuts):
                    self._add(item, start, end, style)
            elif isinstance(item, Open):
                self._open.append(item.controls)
                self._waiting += item.controls.opening
            elif isinstance(item, Close):
                self._close(self._open.pop())
        return self.built

    def _borders(self, words: Words) -> set[int]:
        return {at for at in self._lines if words.start < at < words.start + len(words.text)}

    def _add(self, words: Words, start: int, end: int, style: TextStyle) -> None:
        place = self._letters.places.get(start, {})
        is_border = any(start in track for track in self._letters.tracks)
        if not self.built or "x" in place or "y" in place or is_border:
            self._begin(start, place)
        else:
            self._shift = (self._shift[0] + place.get("dx", 0.0), self._shift[1] + place.get("dy", 0.0))
        if start in self._lines and not self.built[-1].text.endswith(" "):
            self._write(" ")
        chunk, text = self.built[-1], words.text[start - words.start : end - words.start]
        chunk.runs.append(Run(self._waiting + text, style, len(chunk.sources)))
        chunk.sources.append(RunSource(words.node, *self._shift, self._letters.turns.get(start, 0.0)))
        self._waiting = ""

    def _begin(self, at: int, place: dict[str, float]) -> None:
        """A new chunk. A shift of its first letter moves all of it."""
        if self.built and self.built[-1].runs:
            self._write("".join(controls.closing for controls in reversed(self._open)))
        self._waiting = "".join(controls.opening for controls in self._open)
        above = self.built[-1].y + self._shift[1] if self.built else 0.0
        dx, dy = place.get("dx", 0.0), place.get("dy", 0.0)
        on_track = next((track for track in self._letters.tracks if track[0] <= at < track[1]), None)
        x = place.get("x")
        if x is None and (not self.built or (on_track and on_track[0] == at)):
            x = 0.0
        y = 0.0 if on_track else place.get("y", above)
        self._shift = (0.0, 0.0)
        self.built.append(Chunk(x, y + dy, dx))
        self.built[-1].length = self._length_from(at)

    def _length_from(self, at: int) -> Length | None:
        """What textLength says of exactly the letters of the chunk that begins at `at`."""
        if not self._letters.lengths:
            return None
        places, borders = self._letters.places, {border for track in self._letters.tracks for border in track}
        begins = {start for start, place in places.items() if "x" in place or "y" in place} | borders
        end = min((start for start in begins if start > at), default=self._letters.count)
        return next((said for said in self._letters.lengths if (said.start, said.end) == (at, end)), None)

    def _close(self, controls: Controls) -> None:
        if self._waiting.endswith(controls.opening):  # nothing was written in between
            self._waiting = self._waiting.removesuffix(controls.opening)
        else:
            self._write(controls.closing)

    def _write(self, text: str) -> None:
        """Behind what is there."""
        runs = self.built[-1].runs
        runs[-1] = replace(runs[-1], text=runs[-1].text + text)
