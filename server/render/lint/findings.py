"""A finding: one thing in a template that will not come out as drawn, where it is, and how to cure it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` names the rule (docs/lint.md); `line` counts from 1 in `file`."""

    code: str
    severity: Severity
    message: str
    cure: str
    file: str = "template.svg"
    line: int | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        """The inverse of `to_json`. Raises KeyError, TypeError or ValueError for anything else."""
        if data["severity"] not in ("error", "warning"):
            raise ValueError("a severity is error or warning")
        return cls(
            code=str(data["code"]),
            severity=data["severity"],
            message=str(data["message"]),
            cure=str(data["cure"]),
            file=str(data["file"]),
            line=None if data["line"] is None else int(data["line"]),
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: `what` was found, what is `seen` because of it, and the `cure`."""

    code: str
    severity: Severity
    what: str
    seen: str
    cure: str
