"""A <text> in, its letters in reading order out: whose they are, and what the lists of places say of each (SVG 2, 11.10
"Text layout", the parts that resolve positions). Which letters are set together is `chunks.py`'s work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from math import isfinite, radians
from typing import NamedTuple

from cairosvg.parser import Node

from server.characters import characters
from server.render.type.directions import Controls, controls
from server.render.type.letter_case import in_case
from server.render.type.own import settle_tails
from server.render.type.styles import Viewport, font_size, language, length
from server.render.type.whitespace import keeps_spaces, settled, standing

SPANS = ("tspan", "textPath")


class Words(NamedTuple):
    """The own text of a node, and at which letter of the whole text it begins."""

    node: Node
    text: str
    start: int


class Open(NamedTuple):
    controls: Controls


class Close(NamedTuple):
    pass


class Length(NamedTuple):
    """What textLength says of the letters from `start` to `end`."""

    start: int
    end: int
    length: float
    stretches_glyphs: bool


@dataclass(slots=True)
class Letters:
    """`places` holds x, y, dx and dy of those letters that have one, `turns` the angle of each that is turned; `tracks`
    are the stretches that run along a path. An index counts code points.
    """

    viewport: Viewport
    items: list[Words | Open | Close] = field(default_factory=list)
    count: int = 0
    places: dict[int, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    turns: dict[int, float] = field(default_factory=dict)
    tracks: list[tuple[int, int]] = field(default_factory=list)
    lengths: list[Length] = field(default_factory=list)
    ends_in_word: bool = False
    ends_in_space: bool = True

    @property
    def text(self) -> str:
        return "".join(item.text for item in self.items if isinstance(item, Words))

    @property
    def start(self) -> tuple[float, float]:
        """Where the first letter stands."""
        place = self.places.get(0, {})
        return place.get("x", 0.0) + place.get("dx", 0.0), place.get("y", 0.0) + place.get("dy", 0.0)

    def cuts(self, words: Words) -> list[int]:
        """Where something new is said between the letters of `words`: its start first, its end last. What a list says
        of the inside of a character, as people count them, is not heard.
        """
        start, end = words.start, words.start + len(words.text)
        said = {at for at, place in self.places.items() if start < at < end and _moves(place)}
        said |= {at for at in range(start + 1, end) if self._turns(at)} if self.turns else set()
        if not said:
            return [start, end]
        return [start, *(at for at in _borders(words) if at in said), end]

    def _turns(self, at: int) -> bool:
        return bool(self.turns.get(at) or self.turns.get(at - 1))


def _moves(place: dict[str, float]) -> bool:
    """Lists are often long rows of zeros."""
    return "x" in place or "y" in place or any(place.values())


def read(text: Node, viewport: Viewport) -> Letters:
    letters = Letters(viewport)
    settle_tails(text)
    _read(text, letters)
    _settle_end(letters)
    return letters


def _settle_end(letters: Letters) -> None:
    """A space that ends a text is none, unless it is kept; then it stands."""
    words = [(at, item) for at, item in enumerate(letters.items) if isinstance(item, Words)]
    for at, item in (*words[:1], *words[1:][-1:]):
        dropped = item.text.rstrip(" ") if at == words[-1][0] else item.text
        letters.items[at] = item._replace(text=standing(item.text) if keeps_spaces(item.node) else dropped)


def _read(node: Node, letters: Letters) -> None:
    if node.get("display") == "none":
        return
    start = letters.count
    if around := controls(node):
        letters.items.append(Open(around))
    _add_own_text(node, letters)
    for child in node.children:
        if child.tag in SPANS:
            _read(child, letters)
    if around:
        letters.items.append(Close())
    if letters.count > start:
        _hear(node, letters, start)


def _add_own_text(node: Node, letters: Letters) -> None:
    text = settled(node.text or "", keeps=keeps_spaces(node), after_space=letters.ends_in_space)
    if not text:
        return
    transform = str(node.get("text-transform", ""))
    text = in_case(text, transform, language(node), goes_on=letters.ends_in_word)
    letters.items.append(Words(node, text, letters.count))
    letters.count += len(text)
    letters.ends_in_word = text[-1].isalnum()
    letters.ends_in_space = text[-1] == " " and not keeps_spaces(node)


def _hear(node: Node, letters: Letters, start: int) -> None:
    """What `node` says of its letters, unless an element inside, which was heard before, says it of one."""
    count, size = letters.count - start, font_size(node)
    for name, whole in zip(("x", "y", "dx", "dy"), (letters.viewport * 2), strict=True):
        for at, word in enumerate(islice(_list(node.get(name)), count), start):
            letters.places[at].setdefault(name, length(word, em=size, whole=whole))
    turns = [float(word) for word in _list(node.xml_tree.get("rotate")) if _is_number(word)]
    if any(turns):
        for at in range(count):  # the last one is for all that follow
            letters.turns.setdefault(start + at, radians(turns[min(at, len(turns) - 1)]))
    if node.tag == "textPath":
        letters.tracks.append((start, letters.count))
    if (wanted := length(node.xml_tree.get("textLength"), em=size, whole=letters.viewport.width)) > 0:
        stretches_glyphs = node.xml_tree.get("lengthAdjust") == "spacingAndGlyphs"
        letters.lengths.append(Length(start, letters.count, wanted, stretches_glyphs))


def _list(value: str | None) -> list[str]:
    return (value or "").replace(",", " ").split()


def _is_number(word: str) -> bool:
    try:
        return isfinite(float(word))
    except ValueError:
        return False


def _borders(words: Words) -> Iterator[int]:
    at = words.start
    for character in characters(words.text):
        yield at
        at += len(character)
