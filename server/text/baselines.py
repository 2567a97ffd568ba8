"""A face and the name of a baseline in, how far it is from the alphabetic one out. Fonts seldom say, so browsers
compute most of them from the height of letters, and so do we.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import uharfbuzz as hb

from server.fonts.faces import EM, Face

HANGING = 0.8  # of the ascent: what CSS suggests, and Chromium does, where a font has no hanging baseline
MATHEMATICAL = 0.5  # of the ascent, as in Chromium

AROUND = frozenset(("auto", "baseline", "inherit", "no-change"))
"""These are no baseline of their own: they take that of what is around."""


def baseline(face: Face, name: str) -> float:
    """Up from the alphabetic baseline, in ems; 0 for a name that nobody knows."""
    return BASELINES[name](face) if name in BASELINES else 0.0


def _alphabetic(_face: Face) -> float:
    return 0.0


def _middle(face: Face) -> float:
    x_height = float(face.font.get_metric_position_with_fallback(hb.OTMetricsTag.X_HEIGHT)) / EM
    return x_height / 2


def _central(face: Face) -> float:
    return (face.ascent - face.descent) / 2


def _hanging(face: Face) -> float:
    return HANGING * face.ascent


def _mathematical(face: Face) -> float:
    return MATHEMATICAL * face.ascent


def _above(face: Face) -> float:
    return face.ascent


def _below(face: Face) -> float:
    return -face.descent


BASELINES = MappingProxyType[str, Callable[[Face], float]](
    {
        "alphabetic": _alphabetic,
        "use-script": _alphabetic,
        "reset-size": _alphabetic,
        "middle": _middle,
        "central": _central,
        "hanging": _hanging,
        "mathematical": _mathematical,
        **dict.fromkeys(("text-before-edge", "before-edge", "text-top"), _above),
        **dict.fromkeys(("text-after-edge", "after-edge", "text-bottom", "ideographic"), _below),
    }
)
"""The names of SVG 1.1 and CSS Inline 3, and how high each is above the alphabetic baseline, in ems."""
