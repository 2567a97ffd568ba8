"""A world outside where every picture is what the test says it is, and nothing is ever fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from server.gather.wanted import Gathered, Wanted
from server.report import Reason

NOT_THERE = Gathered(None, None, Reason.BAD_STATUS, is_settled=True)


def picture(body: bytes = b"a logo", *, is_settled: bool = True) -> Gathered:
    return Gathered(hashlib.sha256(body).hexdigest(), body, None, is_settled)


def unsettled(reason: Reason = Reason.TIMEOUT) -> Gathered:
    return Gathered(None, None, reason, is_settled=False)


class Outside:
    """`there` is what each address has; `asked` is what was wanted, and `seconds` what time there was for it."""

    def __init__(self, there: Mapping[str, Gathered] | None = None) -> None:
        self.there = dict(there or {})
        self.asked: list[Mapping[str, Wanted]] = []
        self.seconds: list[float] = []

    async def gather(self, wanted: Mapping[str, Wanted], *, seconds: float) -> Mapping[str, Gathered]:
        self.asked.append(wanted)
        self.seconds.append(seconds)
        return {name: self.there.get(want.url, NOT_THERE) for name, want in wanted.items()}
