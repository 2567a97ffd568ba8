"""Rows of a list, one at a time, into counts over all of them and a bounded number of candidates worth a drawing.

Every row is judged by what `resolve` makes of it, which is cheap. Candidates are the worst of each category, the
longest and shortest values, and an even sample of what is left. What only a drawing can tell is for others.
"""

from __future__ import annotations

import heapq
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from server.catalog.manifest import ParamType
from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.proof.specs import Maker
from server.proof.troubles import Category, Kind, Trouble, of_fallbacks, said
from server.rows.csv_file import Row
from server.values.kinds import Repair

PER_CATEGORY = 12  # candidates kept of each
SAMPLE = 400  # different pictures of all kinds; with what the categories bring, about half a minute of one core
WIDE = 2.0  # a full-width letter beside a Latin one
CAPITAL = 1.3
DIGEST_LETTERS = 16  # of a key: enough to tell a million pictures apart
# What is seen to be done to a value; that its spaces are single now, nobody needs to look at.
SEEN_REPAIRS = {
    Repair.MOJIBAKE: "broken letters mended",
    Repair.MARKUP: "markup taken out",
    Repair.ADDRESS: "mail address taken off",
    Repair.REORDERED: "turned round",
    Repair.CASE: "capitals set right",
    Repair.LETTERS: "odd letters made plain",
}


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A row that may be shown; `rows` that give the same picture are counted by the survey. `troubles` are those that
    are known before drawing."""

    row: int
    values: Mapping[str, str] = field(compare=False)
    template: Template = field(compare=False)
    spec: RenderSpec = field(compare=False)
    troubles: tuple[Trouble, ...] = field(compare=False)

    @property
    def name(self) -> int:
        return _name_of(self.spec)


class Survey:
    """Collects; `rows`, `counts` (rows by category) and `repeats` (rows by picture) are over all that was added."""

    def __init__(self, maker: Maker) -> None:
        self._maker = maker
        self._pictures = frozenset(n for n, p in maker.template.params.items() if p.type is ParamType.IMAGE)
        self._texts = [n for n in sorted(maker.is_from_tool) if maker.template.params[n].type is ParamType.TEXT]
        self._worst: dict[Category, list[tuple[float, int, Candidate]]] = {}
        self._sample: list[tuple[int, Candidate]] = []
        self._weights: dict[Category, tuple[float, float]] = {}  # the least and the most
        self.rows = 0
        self.counts: Counter[Category] = Counter()
        self.repeats: Counter[int] = Counter()

    def add(self, row: Row, values: Mapping[str, str]) -> None:
        template, spec = self._maker.make(values)
        troubles = tuple(self._troubles(row, values, spec))
        self.rows += 1
        self.counts.update({trouble.category for trouble in troubles})
        name = _name_of(spec)
        self.repeats[name] += 1
        if self.repeats[name] > 1:
            return
        candidate = Candidate(row.number, values, template, spec, troubles)
        for trouble in troubles:
            self._keep(trouble, candidate)
        # The names are as good as random: the least of them are an even sample of all pictures, whatever their order.
        _push(self._sample, (-name, candidate), SAMPLE)

    def candidates(self) -> list[Candidate]:
        """Those worth a drawing, each picture once, in the order of the list."""
        all_alike = {category for category in self._worst if self._is_all_alike(category)}
        kept = [candidate for name, worst in self._worst.items() if name not in all_alike for _, _, candidate in worst]
        kept += [candidate for _, candidate in self._sample]
        different = sorted({candidate.name: candidate for candidate in kept}.values())
        return [_without(all_alike, candidate) for candidate in different]

    def _is_all_alike(self, category: Category) -> bool:
        """Whether nothing is the longest, because everything is as long as everything else."""
        least, most = self._weights[category]
        return category.kind in (Kind.LONG, Kind.SHORT) and least == most and len(self.repeats) > 1

    def _keep(self, trouble: Trouble, candidate: Candidate) -> None:
        worst = self._worst.setdefault(trouble.category, [])
        least, most = self._weights.get(trouble.category, (trouble.weight, trouble.weight))
        self._weights[trouble.category] = min(least, trouble.weight), max(most, trouble.weight)
        _push(worst, (trouble.weight, -candidate.row, candidate), PER_CATEGORY)

    def _troubles(self, row: Row, values: Mapping[str, str], spec: RenderSpec) -> Iterator[Trouble]:
        yield from of_fallbacks(spec.fallbacks, self._pictures)
        if row.is_ragged:
            category = Category(Kind.RAGGED, "the row has more cells than the header")
            yield Trouble(category, 1.0, "the row has more cells than the header: a comma without quotes?")
        drawn, unfit = spec.mapping(), {fallback.param for fallback in spec.fallbacks}
        is_changed = any(drawn.get(param) != values.get(param) for param in self._texts if param not in unfit)
        done = self._maker.repairs(values) if is_changed else {}
        for param in self._texts:
            value = drawn.get(param)
            if param not in unfit and isinstance(value, str) and value:
                yield from _of_text(said(param), value)
                for words in (SEEN_REPAIRS[repair] for repair in done.get(param, ()) if repair in SEEN_REPAIRS):
                    yield Trouble(Category(Kind.MENDED, f"{said(param)}: {words}"), 1.0, f"{said(param)}: {words}")


def _without(categories: Collection[Category], candidate: Candidate) -> Candidate:
    left = tuple(trouble for trouble in candidate.troubles if trouble.category not in categories)
    return replace(candidate, troubles=left)


def _of_text(name: str, text: str) -> Iterator[Trouble]:
    """Rankings rather than faults: every row has a length. They are for choosing and are not counted in a summary."""
    length = width_of(text)
    yield Trouble(Category(Kind.LONG, f"the longest {name}"), length, f"{name} is {len(text)} letters long")
    yield Trouble(Category(Kind.SHORT, f"the shortest {name}"), -length, f"{name} is {_letters(len(text))} long")
    word = max(text.split(), key=width_of)
    yield Trouble(
        Category(Kind.LONG, f"the longest word of {name}"), width_of(word), f"{name} has a word of {len(word)} letters"
    )
    for script in {_script(letter) for letter in text} - {""}:
        yield Trouble(Category(Kind.SCRIPT, f"{name} in {script}"), length, f"{name} in {script}")


def _letters(count: int) -> str:
    return f"{count} letter{'' if count == 1 else 's'}"


def width_of(text: str) -> float:
    """About how much room `text` takes beside another, in small Latin letters."""
    return sum(_width(letter) for letter in text)


@cache
def _width(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return WIDE
    if unicodedata.combining(letter):
        return 0.0
    return CAPITAL if letter.isupper() else 1.0


@cache
def _script(letter: str) -> str:
    """The script of a letter that is not Latin, as Unicode names it; "" for Latin, digits and signs."""
    category = unicodedata.category(letter)
    if category == "So":
        return "emoji or signs"
    words = unicodedata.name(letter, "").split()
    if category[0] != "L" or not words or words[0] in _LATIN:
        return ""
    return _SCRIPTS.get(words[0], words[0].capitalize())


_LATIN = frozenset({"LATIN", "FULLWIDTH", "MODIFIER", "FEMININE", "MASCULINE", "SUPERSCRIPT", "SCRIPT", "KELVIN"})
_SCRIPTS = {
    "CJK": "Chinese characters",
    "IDEOGRAPHIC": "Chinese characters",
    "HIRAGANA": "kana",
    "KATAKANA": "kana",
    "HANGUL": "Hangul",
}


def _name_of(spec: RenderSpec) -> int:
    return int(spec.key[:DIGEST_LETTERS], 16)


def _push(heap: list[Any], item: Any, most: int) -> None:
    """Keeps the greatest `most` of all that were pushed."""
    if len(heap) < most:
        heapq.heappush(heap, item)
    else:
        heapq.heappushpop(heap, item)
