"""Drawings of candidates into what is noteworthy of each picture, and how many rows that concerns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.errors import NameplateError
from server.images import Picture
from server.proof.survey import Candidate
from server.proof.troubles import Category, Trouble, as_it_should_be, of_failure, of_slots
from server.report import SlotReport

Drawn = Picture | NameplateError
"""A picture, or why there is none for these values."""


Slots = Mapping[str, SlotReport]


@dataclass(frozen=True, slots=True)
class Judged:
    """`troubles` by picture; `counts` are rows by category, of what only a drawing tells."""

    troubles: Mapping[int, Sequence[Trouble]]
    counts: Mapping[Category, int]


def judge(drawn: Iterable[tuple[Candidate, Drawn]], usual: Mapping[str, Slots], repeats: Mapping[int, int]) -> Judged:
    """`usual` are, by template, the slots of the picture that the designer meant; `repeats` the rows by picture."""
    found: dict[int, list[Trouble]] = {}
    counts: Counter[Category] = Counter()
    for candidate, picture in drawn:
        seen = list(of_drawing(picture, usual.get(candidate.template.name, {})))
        for category in {trouble.category for trouble in seen}:
            counts[category] += repeats[candidate.name]
        troubles = [*candidate.troubles, *seen]
        if not any(trouble.category.is_counted for trouble in troubles):
            troubles.append(as_it_should_be(candidate.row))
        found[candidate.name] = troubles
    return Judged(found, counts)


def of_drawing(drawn: Drawn, usual: Slots) -> Iterator[Trouble]:
    if isinstance(drawn, NameplateError):
        yield of_failure(str(drawn))
    else:
        yield from of_slots(drawn.report.slots, usual)
