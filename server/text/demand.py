"""A box and a designed size in, what lines of text have to keep to out: the room, how many, and the sizes to try."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, floor, inf
from typing import NamedTuple

from server.fonts.ink import Ink
from server.text.box import Box
from server.text.extents import Extent, stack

STEPS_PER_PIXEL = 4  # sizes move in quarter pixels: a float's last digit cannot change a picture
BOXES_KEPT = 512  # the boxes of a template are the same for everybody
SLACK = 1e-6  # pixels that a sum of floats may be too long


class Demand(NamedTuple):
    """What lines have to keep to: the room, the number of lines, and the sizes from the designed one down."""

    width: float
    height: float
    max_lines: float
    designed: float
    smallest: float

    @classmethod
    @lru_cache(maxsize=BOXES_KEPT)
    def of(cls, box: Box, designed: float) -> Demand:
        room = box.room
        return cls(
            width=room.width,
            height=room.height,
            max_lines=inf if box.max_lines is None else max(1, box.max_lines),
            designed=designed,
            smallest=box.smallest(designed),
        )

    def width_at(self, size: float) -> float:
        """The room's width, brought to the designed size."""
        return (self.width + SLACK) * self.designed / size

    def height_at(self, size: float) -> float:
        return (self.height + SLACK) * self.designed / size

    def is_met_by(self, extents: Sequence[Extent], size: float) -> bool:
        if len(extents) > self.max_lines:
            return False
        return self.height == inf or stack(extents).ink.height <= self.height_at(size)

    def largest_size(self, ink: Ink) -> float:
        """The largest size at which one line fits, allowed or not: the designed one, or whole steps below it."""
        if ink.is_empty:
            return self.designed
        share = min((self.width + SLACK) / ink.width, (self.height + SLACK) / ink.height)
        if share >= 1:
            return self.designed
        size = floor(self.designed * share * STEPS_PER_PIXEL) / STEPS_PER_PIXEL
        return self.smallest if size < self.smallest <= self.designed * share else size

    def size_for_height(self, height: float) -> float:
        """The largest size, of whole steps, at which a line that is this high as designed is low enough."""
        return floor(self.designed * self.height / height * STEPS_PER_PIXEL) / STEPS_PER_PIXEL

    @property
    def steps(self) -> int:
        """How many sizes there are below the designed one."""
        return ceil(self.designed * STEPS_PER_PIXEL) - floor(self.smallest * STEPS_PER_PIXEL)

    def size_at(self, step: int) -> float:
        if step == 0:
            return self.designed
        return max(self.smallest, (ceil(self.designed * STEPS_PER_PIXEL) - step) / STEPS_PER_PIXEL)
