"""Text of mixed directions in, the direction of each character out (Unicode's bidirectional algorithm, UAX #9), and the
order in which pieces stand on a line. Shaping and placing them is `shape.py`'s and `lines.py`'s.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from threading import local

import icu

from server.characters import utf16_units

# Blocks of right-to-left scripts, and the marks, embeddings, overrides and isolates that can turn text around.
_TURNING = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u200f\u202a-\u202e\u2066-\u2069\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
MARKS = LTR_MARK, RTL_MARK = "\u200e", "\u200f"
EMBEDDINGS = LTR_EMBEDDING, RTL_EMBEDDING, POP_EMBEDDING = "\u202a", "\u202b", "\u202c"
OVERRIDES = LTR_OVERRIDE, RTL_OVERRIDE = "\u202d", "\u202e"
ISOLATES = LTR_ISOLATE, RTL_ISOLATE, FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2066", "\u2067", "\u2068", "\u2069"
CONTROLS = "".join((*MARKS, *EMBEDDINGS, *OVERRIDES, *ISOLATES))
"""Characters that only this algorithm sees: nothing of them is drawn, and when levels are known they have done
their work.
"""

_kept = local()  # ICU's objects are not safe across threads


def may_turn(text: str) -> bool:
    """Whether anything in `text` may run from right to left. False is certain; nearly all text is done with it."""
    return not text.isascii() and _TURNING.search(text) is not None


def base_is_rtl(text: str) -> bool:
    """Whether the first character with a direction of its own runs from right to left (UAX #9, rules P2 and P3)."""
    return may_turn(text) and _paragraph(text, icu.Bidi.DEFAULT_LTR).getParaLevel() == 1


def levels(text: str, *, rtl: bool | None = False) -> list[int]:
    """The embedding level of each code point: even runs from left to right, odd from right to left.

    `rtl` is the paragraph's base direction; None takes that of its first strong character. What runs plainly from left
    to right need not come here: see `may_turn`.
    """
    if not text:
        return []
    base = icu.Bidi.DEFAULT_LTR if rtl is None else int(rtl)
    by_unit = _paragraph(text, base).getLevels()
    return [by_unit[unit] for unit in utf16_units(text)[:-1]]


def visual_order(item_levels: Sequence[int]) -> list[int]:
    """The indices of a line's items from left to right (rule L2): for each level from the highest down to 1, present
    or not, whatever lies at it or above is turned around.
    """
    order = list(range(len(item_levels)))
    for level in range(max(item_levels, default=0), 0, -1):
        _turn(order, [item_levels[index] >= level for index in order])
    return order


def _turn(order: list[int], is_turned: Sequence[bool]) -> None:
    """Reverses, in place, each stretch of `order` that is turned."""
    start = 0
    for turned, stretch in groupby(is_turned):
        end = start + len(list(stretch))
        if turned:
            order[start:end] = order[start:end][::-1]
        start = end


def _paragraph(text: str, base: int) -> icu.Bidi:
    bidi = _bidi()
    bidi.setPara(icu.UnicodeString(text), base)
    return bidi


def _bidi() -> icu.Bidi:
    bidi = getattr(_kept, "bidi", None)
    if bidi is None:
        bidi = _kept.bidi = icu.Bidi()
    return bidi
