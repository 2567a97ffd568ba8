"""The nearest of some known names to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence naming the nearest known name, or nothing."""
    spelling = {candidate.casefold(): candidate for candidate in known}
    near = get_close_matches(name.casefold(), spelling, n=1, cutoff=0.6)
    return f"did you mean {spelling[near[0]]}?" if near else ""
