"""What a line takes on the page, and lines below each other: line boxes by CSS's inline model, ink as it is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from server.fonts.ink import Ink, union

CLEARANCE = 0.1  # of the cap height, between the inks of two lines


class Extent(NamedTuple):
    """What a line takes: its ink around the start of its baseline, and its line box above and below the baseline."""

    ink: Ink
    above: float
    below: float
    cap_height: float
    is_foreign: bool = False


class Frame(NamedTuple):
    """What one run asks of its line: room above the baseline and below it, its cap height, and whether it has letters
    that its own font lacks.
    """

    above: float
    below: float
    cap_height: float
    is_foreign: bool


class Block(NamedTuple):
    """Lines below each other: the baselines' distances from the first one, and what all of them ink around it."""

    baselines: tuple[float, ...]
    ink: Ink


def stack(extents: Sequence[Extent]) -> Block:
    """Line boxes touch each other: from one baseline to the next is what is below the one and above the
    other. Lines of a script that the design's line height was not made for move further apart where they would collide.
    """
    if len(extents) == 1:
        return Block((0.0,), extents[0].ink)
    steps = (max(upper.below + lower.above, _clearance(upper, lower)) for upper, lower in pairwise(extents))
    baselines = tuple(accumulate(steps, initial=0.0))
    return Block(baselines, union([e.ink.moved(0, y) for e, y in zip(extents, baselines, strict=False)]))


def _clearance(upper: Extent, lower: Extent) -> float:
    """The least distance of two baselines at which the inks of both lines stay apart; none is asked of a design in its
    own script, where a descender may reach between two ascenders.
    """
    if not (upper.is_foreign or lower.is_foreign):
        return 0.0
    return upper.ink.bottom - lower.ink.top + CLEARANCE * max(upper.cap_height, lower.cap_height)


def extent_of(ink: Ink, frames: Sequence[Frame]) -> Extent:
    if len(frames) == 1:
        return Extent(ink, *frames[0])
    return Extent(ink, *(max(sides) for sides in zip(*frames, strict=True)))
