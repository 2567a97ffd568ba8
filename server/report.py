"""What happened while a picture was made: the same structure in headers, `explain`, stored pictures and logs.

A leaf that anyone may import, because every stage adds to it and every edge shows it. It never holds a value
of the request: only names of params and slots, reasons, and measures.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """Why a param shows its fallback instead of what the link said. Stable and public (docs/values.md)."""

    MISSING = "missing"  # the param is not in the link
    EMPTY = "empty"  # it is there, with nothing to show
    UNMERGED = "unmerged"  # a merge tag that the mail tool did not fill in
    PLACEHOLDER = "placeholder"  # "null", "undefined" and the like
    TOO_LONG = "too-long"
    CUT = "cut"  # too long, and cut at a word as the manifest allows
    NO_GLYPHS = "no-glyphs"  # letters that no font has
    GLYPHS_DROPPED = "glyphs-dropped"  # shown without the signs, or as the manifest says the letters, that no font has
    GARBLED = "garbled"  # letters were lost on the way: Ren�e, Ren?e
    NOT_A_NAME = "not-a-name"  # an address, a number or markup where a name should be
    OVER_ENCODED = "over-encoded"  # still percent- or entity-encoded after three rounds
    NOT_A_NUMBER = "not-a-number"
    OUT_OF_RANGE = "out-of-range"  # a number that was clamped to its nearest bound
    NOT_A_COLOR = "not-a-color"
    NOT_A_DATE = "not-a-date"
    NOT_A_CHOICE = "not-a-choice"
    NOT_A_FLAG = "not-a-flag"
    NOT_A_URL = "not-a-url"
    FORBIDDEN = "forbidden"  # an open text with a link or an address in it
    NOT_OPEN = "not-open"  # an open param that the template does not allow to be open
    NO_PICTURE = "no-picture"  # an image param that names no picture of the template
    NOT_FETCHED = "not-fetched"  # an image param with a remote address: remote pictures are off
    TIMEOUT = "timeout"  # the host of a remote picture was too slow
    UNREACHABLE = "unreachable"  # no answer: refused, no such name, no good TLS, a broken answer
    BAD_STATUS = "bad-status"  # the host answered with something else than 200
    NOT_A_PICTURE = "not-a-picture"  # what came is none, by its content
    DAMAGED = "damaged"  # a picture that cannot be decoded
    PICTURE_TOO_LARGE = "picture-too-large"  # over the limit of bytes or pixels
    HOST_NOT_ALLOWED = "host-not-allowed"  # not from the hosts of the param or the server
    ADDRESS_REFUSED = "address-refused"  # the host is not on the public internet, or the port is not 80 or 443
    TOO_MANY_PICTURES = "too-many-pictures"  # more remote pictures in one picture than are fetched
    BUDGET = "budget"  # no more pictures are fetched from this host, or for this link, for now
    TOO_LARGE = "too-large"  # the scale was lowered to stay within the largest output


@dataclass(frozen=True, slots=True)
class Fallback:
    """One param (or `*scale`) that is not drawn as the link asked, and why."""

    param: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class SlotReport:
    """How one text slot came out. Sizes are in the template's pixels; `alternative` counts from 0."""

    slot: str
    designed_size: float
    size: float
    lines: int
    alternative: int = 0
    truncated: bool = False
    missing: tuple[str, ...] = ()  # Unicode names of characters that no font has

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Report:
    fallbacks: tuple[Fallback, ...] = ()
    slots: tuple[SlotReport, ...] = ()
    stage_ms: tuple[tuple[str, float], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """By hand, because every picture is written down twice: `asdict` takes five times as long."""
        return {
            "fallbacks": [{"param": fallback.param, "reason": fallback.reason.value} for fallback in self.fallbacks],
            "slots": [slot.to_json() for slot in self.slots],
            "stage_ms": self.stage_ms,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Report:
        return cls(
            fallbacks=tuple(Fallback(f["param"], Reason(f["reason"])) for f in data["fallbacks"]),
            slots=tuple(SlotReport(**{**s, "missing": tuple(s["missing"])}) for s in data["slots"]),
            stage_ms=tuple((name, ms) for name, ms in data["stage_ms"]),
        )
