"""What is asked of gather, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from server.report import Reason


@dataclass(frozen=True, slots=True)
class Wanted:
    """`hosts` are those that the param allows (`*.acme.com`: all below acme.com); none: all that the server allows.
    With `may_fetch` false only a picture that is kept already will do."""

    url: str
    hosts: tuple[str, ...] = ()
    may_fetch: bool = True


@dataclass(frozen=True, slots=True)
class Gathered:
    """A picture of ours (`body` is a PNG, `digest` its SHA-256 in hex), or the reason why there is none.

    `is_settled` is False where it may be otherwise in a minute: a host that is slow or dead, and then also an old
    picture in place of one that could not be had.
    """

    digest: str | None
    body: bytes | None
    reason: Reason | None
    is_settled: bool
