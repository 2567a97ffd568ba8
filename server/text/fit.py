"""Styled text and a box in, placed glyphs out: the door of this package.

runs → lines (shaped, measured) → solve (size and breaks) → place
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from server.fonts.ink import NO_INK, Ink
from server.fonts.library import FontLibrary
from server.text.box import Box
from server.text.lines import Paragraph
from server.text.place import PlacedGlyphs, PlacedRule, Placement, place
from server.text.shape import Run, TextStyle
from server.text.solve import solve

__all__ = ["Box", "Fitted", "Ink", "PlacedGlyphs", "PlacedRule", "Run", "TextStyle", "first_fit", "fit"]

NOTHING = Placement((), (), NO_INK)


class Fitted(NamedTuple):
    """A text in its box. Sizes are those of the largest run.

    `fits`: everything is there, with no word split and no size below the minimum. `missing` are the Unicode
    names of the characters that no font has; they are left out. `ink` is None where nothing is drawn.
    """

    placed: tuple[PlacedGlyphs, ...]
    rules: tuple[PlacedRule, ...]
    size: float
    designed_size: float
    lines: int
    truncated: bool
    missing: tuple[str, ...]
    fits: bool
    ink: Ink | None


def fit(runs: Sequence[Run], box: Box, fonts: FontLibrary) -> Fitted:
    """The text in the largest size that fits, in the fewest lines; cut with an ellipsis if it does not fit at all."""
    paragraph = Paragraph(runs, fonts, box.leading, rtl=box.rtl)
    solution = solve(paragraph, box)
    scale = solution.size / paragraph.size if paragraph.size else 1.0
    placement = place(solution.lines, scale, box) if solution.lines else NOTHING
    return Fitted(
        placed=placement.glyphs,
        rules=placement.rules,
        size=solution.size,
        designed_size=paragraph.size,
        lines=len(solution.lines),
        truncated=solution.truncated,
        missing=paragraph.missing,
        fits=solution.fits,
        ink=None if placement.ink.is_empty else placement.ink,
    )


def first_fit(alternatives: Iterable[tuple[Sequence[Run], Box]], fonts: FontLibrary) -> tuple[int, Fitted]:
    """The first wording that fits, and its index (from 0); where none fits, the last one, cut. Wordings behind the one
    that fits are not asked for.
    """
    found: tuple[int, Fitted] | None = None
    for index, (runs, box) in enumerate(alternatives):
        found = index, fit(runs, box, fonts)
        if found[1].fits:
            break
    if found is None:
        raise ValueError("first_fit needs at least one alternative")
    return found
