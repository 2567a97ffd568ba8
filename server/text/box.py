"""What a text is asked to keep to: the box of one text element, and the room that it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Literal

from server.fonts.ink import Ink

Anchor = Literal["start", "middle", "end"]
VAlign = Literal["top", "middle", "bottom"]

FLIPPED: Mapping[Anchor, Anchor] = {"start": "end", "middle": "middle", "end": "start"}
SHARES: Mapping[Anchor, float] = {"start": 0.0, "middle": 0.5, "end": 1.0}

DEFAULT_MIN_SIZE = 0.6  # of the designed size; below it a headline stops looking like one
LEAST_SIZE = 0.25  # pixels; for a min_size of 0, which would make every text fit
NORMAL_LINE_HEIGHT = 1.2  # what browsers make of "normal" for most faces


@dataclass(frozen=True, slots=True)
class Box:
    """Where the text may be, and what may be done to get it there.

    `x`, `y` is the anchor point: the baseline of the first line. `rect` (x, y, width, height) takes its
    place: then the anchor aligns between the rectangle's sides and `valign` between its top and bottom.
    `inline_size` is the width to wrap at; with neither, the text is one line, as designed. `min_size` is for
    the largest run. `max_lines` is, by default, 1 without a width, as many as fit into a rect, and any number
    otherwise. `balance` makes the lines of a text that fits as even as they get, in the same size and number.

    Ink never leaves a box: what cannot shrink or wrap enough is cut with an ellipsis, always.
    """

    x: float = 0
    y: float = 0
    rect: tuple[float, float, float, float] | None = None
    inline_size: float | None = None
    shrink: bool = False
    min_size: float | None = None
    max_lines: int | None = None
    wrap_last: bool = False
    balance: bool = False
    anchor: Anchor = "start"
    valign: VAlign = "top"
    line_height: float | None = None
    rtl: bool = False

    @property
    def is_bounded(self) -> bool:
        return self.rect is not None or self.inline_size is not None

    @property
    def leading(self) -> float:
        """Line height as a multiple of the font size."""
        return NORMAL_LINE_HEIGHT if self.line_height is None else self.line_height

    @property
    def side(self) -> Anchor:
        """The anchor as seen on the page: in a right-to-left text the start is on the right."""
        return FLIPPED[self.anchor] if self.rtl else self.anchor

    @property
    def share(self) -> float:
        """How much of a line, or of the room for it, is left of the anchor."""
        return SHARES[self.side]

    @property
    def room(self) -> Ink:
        """What may be inked; infinite where nothing bounds it."""
        if self.rect is not None:
            x, y, width, height = self.rect
            return Ink(x, y, x + width, y + height)
        if self.inline_size is None:
            return Ink(-inf, -inf, inf, inf)
        left = self.x - self.inline_size * self.share
        return Ink(left, -inf, left + self.inline_size, inf)

    def smallest(self, designed_size: float) -> float:
        """The smallest size that the largest run may take."""
        if not self.shrink:
            return designed_size
        wanted = designed_size * DEFAULT_MIN_SIZE if self.min_size is None else self.min_size
        return min(max(wanted, LEAST_SIZE), designed_size)
