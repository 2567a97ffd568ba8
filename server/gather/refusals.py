"""Why a remote picture is not there, as the one exception that travels inside this package."""

from __future__ import annotations

from server.report import Reason


class NotFetched(Exception):
    """`is_settled` is False where it may be otherwise in a minute. It never holds a URL, host or address."""

    def __init__(self, reason: Reason, *, is_settled: bool = False) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.is_settled = is_settled
