"""A face and the name of a baseline in, how far it is from the alphabetic one out. Fonts seldom say, so browsers
compute most of them from the height of letters, and so do we.
"""

from __future__ import annotations

import uharfbuzz as hb

from server.fonts.faces import EM, Face

HANGING = 0.8  # of the ascent: what CSS suggests, and Chromium does, where a font has no hanging baseline
MATHEMATICAL = 0.5  # of the ascent, as in Chromium
ALPHABETIC = frozenset(("alphabetic", "baseline", "auto", "use-script", "reset-size"))


def baseline(face: Face, name: str) -> float:
    """Up from the alphabetic baseline, in ems; 0 for a name that nobody knows."""
    match name:
        case "middle":
            return _x_height(face) / 2
        case "central":
            return (face.ascent - face.descent) / 2
        case "hanging":
            return HANGING * face.ascent
        case "mathematical":
            return MATHEMATICAL * face.ascent
        case "text-before-edge" | "before-edge" | "text-top":
            return face.ascent
        case "text-after-edge" | "after-edge" | "text-bottom" | "ideographic":
            return -face.descent
        case _:
            return 0.0


def _x_height(face: Face) -> float:
    return float(face.font.get_metric_position_with_fallback(hb.OTMetricsTag.X_HEIGHT)) / EM
