"""Which pictures to show, of many: the ugliest of each category in turn, each picture once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter

from server.proof.troubles import Category, Kind, Trouble

_ORDER = {kind: place for place, kind in enumerate(Kind)}


def choose(found: Mapping[int, Sequence[Trouble]], most: int) -> list[tuple[int, Trouble]]:
    """At most `most` of `found`, troubles by picture, each with the trouble for which it was chosen.

    One round takes the ugliest of each category, so that one with thousands of rows does not crowd out one with two. A
    picture that was taken already serves every category that it is the ugliest of.
    """
    queues = {category: iter(queue) for category, queue in _ranked(found).items()}
    taken: dict[int, Trouble] = {}
    while queues and len(taken) < most:
        for category, queue in list(queues.items()):
            nearest = next(queue, None)
            if nearest is None:
                del queues[category]
            elif len(taken) < most:
                taken.setdefault(*nearest)
    return sorted(taken.items(), key=lambda item: _place(item[1].category))


def _ranked(found: Mapping[int, Sequence[Trouble]]) -> dict[Category, list[tuple[int, Trouble]]]:
    """The pictures of each category, the worst first; categories in the order of their kinds."""
    by_category: dict[Category, list[tuple[int, Trouble]]] = {}
    for picture, troubles in found.items():
        for trouble in troubles:
            by_category.setdefault(trouble.category, []).append((picture, trouble))
    for queue in by_category.values():
        queue.sort(key=lambda item: (-item[1].weight, item[0]))
    return dict(sorted(by_category.items(), key=lambda item: _place(item[0])))


def _place(category: Category) -> tuple[int, str]:
    return _ORDER[category.kind], category.words


def in_order(counts: Mapping[Category, int]) -> list[tuple[Category, int]]:
    """The categories that are counted, the worst kind first and of one kind the most frequent."""
    counted = [(category, count) for category, count in counts.items() if category.is_counted]
    ranked = sorted(counted, key=itemgetter(1), reverse=True)
    return sorted(ranked, key=lambda item: _ORDER[item[0].kind])
