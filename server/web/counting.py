"""An answer as the tally counts it."""

from __future__ import annotations

from server.service import Answer
from server.tally.counting import DRAWN, MEMO, NOT_DRAWN, Count, Tally


def outcome_of(answer: Answer) -> str:
    """The problem's code, else the tier that had the picture, else whether it was drawn."""
    if answer.problem is not None:
        return answer.problem.code
    return answer.found or (DRAWN if answer.picture else NOT_DRAWN)


def counts_of(tally: Tally, answer: Answer) -> tuple[Count, ...]:
    return tally.counts_of(answer.template, outcome_of(answer), answer.fallbacks)


def counts_of_hits(tally: Tally, answer: Answer) -> tuple[Count, ...]:
    """For when the memo gives this answer again."""
    return tally.counts_of(answer.template, MEMO, answer.fallbacks)
