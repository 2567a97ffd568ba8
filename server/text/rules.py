"""A stretch of decorated text in, the lines under, over and through it out: rectangles, by the font's own measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import uharfbuzz as hb

from server.text.faces import EM, Face
from server.text.ink import Ink

Decoration = Literal["underline", "overline", "line-through"]


def rules(face: Face, size: float, decorations: Sequence[Decoration], sides: tuple[float, float]) -> Iterator[Ink]:
    """The rectangle of each decoration between `sides` (left, right), around a baseline at 0."""
    for decoration in decorations:
        top, thickness = _stroke(face, decoration)
        yield Ink(sides[0], top * size, sides[1], (top + thickness) * size)


def _stroke(face: Face, decoration: Decoration) -> tuple[float, float]:
    """How far its upper edge is from the baseline (y down), and how thick it is, in ems."""
    if decoration == "line-through":
        return -_measure(face, hb.OTMetricsTag.STRIKEOUT_OFFSET), _measure(face, hb.OTMetricsTag.STRIKEOUT_SIZE)
    top = -face.ascent if decoration == "overline" else -_measure(face, hb.OTMetricsTag.UNDERLINE_OFFSET)
    return top, _measure(face, hb.OTMetricsTag.UNDERLINE_SIZE)


def _measure(face: Face, tag: hb.OTMetricsTag) -> float:
    """In ems; HarfBuzz makes up what the font does not say."""
    return float(face.font.get_metric_position_with_fallback(tag)) / EM
