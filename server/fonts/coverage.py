"""Which characters a face, or a whole library, can draw, as a small value that travels as JSON. Knows no font
engine, so the process that serves HTTP may ask it too.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from server.characters import characters

PRINTABLE_ASCII = (0x20, 0x7E)
LAST_CODE_POINT = 0x10FFFF
_PRINTABLE_ASCII = re.compile("[ -~]+")
CHARACTERS_KEPT = 4096  # answers of a few bytes


@dataclass(frozen=True, slots=True, init=False)
class Coverage:
    """A set of code points. `ends[i]` is the last one of the stretch that begins with `starts[i]`; stretches are
    sorted and do not touch.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    has_ascii: bool
    """Whether it has all that is printed of ASCII: most texts are done with this one question."""

    def __init__(self, ranges: Sequence[tuple[int, int]]) -> None:
        object.__setattr__(self, "starts", tuple(first for first, _ in ranges))
        object.__setattr__(self, "ends", tuple(last for _, last in ranges))
        object.__setattr__(
            self, "has_ascii", any(a <= PRINTABLE_ASCII[0] and PRINTABLE_ASCII[1] <= b for a, b in ranges)
        )

    @classmethod
    def of(cls, code_points: Iterable[int]) -> Coverage:
        return cls(_joined((code, code) for code in sorted(set(code_points))))

    @classmethod
    def union(cls, coverages: Iterable[Coverage]) -> Coverage:
        return cls(_joined(sorted(pair for coverage in coverages for pair in coverage.ranges)))

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        return tuple(zip(self.starts, self.ends, strict=True))

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.ranges)

    def __contains__(self, code_point: int) -> bool:
        at = bisect_right(self.starts, code_point) - 1
        return at >= 0 and code_point <= self.ends[at]

    def has_all(self, text: str) -> bool:
        """Whether every code point of `text` is in it, as written."""
        if self.has_ascii:
            if text.isascii() and text.isprintable():
                return True
            text = _PRINTABLE_ASCII.sub("", text)
        return all(map(self.__contains__, map(ord, text)))

    def draws(self, text: str) -> bool:
        """Whether it has all that `text` shows, in one of its spellings."""
        return self.has_all(text) or any(map(self.has_all, spellings(text)))

    def missing_from(self, text: str) -> tuple[str, ...]:
        """The code points that nothing here draws, each once, as they come in `text`.

        A character in parts is missed in parts: a mark that is not there does not take its letter along.
        """
        if self.draws(text):
            return ()
        absent = [
            part
            for character in characters(text)
            if not self.draws(character)
            for part in character
            if not self.draws(part)
        ]
        return tuple(dict.fromkeys(absent))

    def to_json(self) -> list[list[int]]:
        return [list(pair) for pair in self.ranges]

    @classmethod
    def from_json(cls, said: Sequence[Sequence[int]]) -> Coverage:
        """Raises ValueError for what `to_json` never says."""
        ranges = [_range(pair) for pair in said]
        if ranges != _joined(ranges):
            raise ValueError("the stretches of a coverage overlap or are not in order")
        return cls(ranges)


def _range(pair: Sequence[int]) -> tuple[int, int]:
    first, last = pair
    if type(first) is not int or type(last) is not int or not 0 <= first <= last <= LAST_CODE_POINT:
        raise ValueError("a stretch of a coverage is no pair of code points")
    return first, last


def _joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """`ranges`, which begin in order, with those that touch or overlap as one."""
    joined: list[tuple[int, int]] = []
    for first, last in ranges:
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def spellings(text: str) -> tuple[str, ...]:
    """What a font may have to draw `text`, one is enough: shaping composes and decomposes by what there is, and needs
    nothing for what is invisible.
    """
    seen = "".join(map(_as_drawn, text))
    return tuple(dict.fromkeys((text, unicodedata.normalize("NFC", seen), unicodedata.normalize("NFD", seen))))


def _as_drawn(character: str) -> str:
    """What a font must have for `character`: nothing for the invisible, a space for any space."""
    if is_invisible(character):
        return ""
    return " " if unicodedata.category(character) == "Zs" else character


# Unicode's Prepended_Concatenation_Mark: format characters that are drawn, around the numbers behind them.
SHOWN_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")


@lru_cache(maxsize=CHARACTERS_KEPT)
def is_invisible(character: str) -> bool:
    """Controls, joiners, direction marks and variation selectors: they steer shaping and are never missed."""
    return (
        (unicodedata.category(character) in {"Cc", "Cf"} and character not in SHOWN_FORMATS)
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
        or character == "\u034f"  # combining grapheme joiner
    )
