"""What is remembered of a URL, as JSON on the disk. What is no such JSON is nothing."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass

from server.gather.lifetimes import MAX_SECONDS, Validators

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """`digest` names the picture as we keep it, `source` the bytes that came. Moments are Unix seconds."""

    digest: str
    source: str
    fresh_until: float
    validators: Validators

    def is_fresh(self, now: float) -> bool:
        """Not so for what would be fresh longer than anything can be: a clock was wrong."""
        return now < self.fresh_until <= now + MAX_SECONDS

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self), separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Entry | None:
        try:
            said = json.loads(data)
            entry = cls(
                digest=_digest(said["digest"]),
                source=_digest(said["source"]),
                fresh_until=float(said["fresh_until"]),
                validators=Validators(*(_text(said["validators"][name]) for name in ("etag", "modified", "origin"))),
            )
        except (ValueError, LookupError, TypeError, RecursionError, OverflowError):
            return None
        return entry


def _digest(said: object) -> str:
    if not isinstance(said, str) or not _DIGEST.fullmatch(said):
        raise ValueError("no digest")
    return said


def _text(said: object) -> str:
    if not isinstance(said, str):
        raise TypeError("no text")
    return said
