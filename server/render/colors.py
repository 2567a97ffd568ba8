"""A CSS colour to one of the two spellings that CairoSVG reads whole.

CairoSVG ignores the alpha of #rrggbbaa, takes the percentage of an alpha for a number, and fails on what it
does not know. Names, #rgb, #rrggbb, url() and the like are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from colorsys import hls_to_rgb

HEX_WITH_ALPHA = re.compile("#(?:[0-9a-f]{4}|[0-9a-f]{8})", re.IGNORECASE)
FUNCTION = re.compile(r"(rgba?|hsla?)\(([^()]*)\)", re.IGNORECASE)
NUMBER = re.compile(r"[-+]?(?:\d{1,6}(?:\.\d{0,9})?|\.\d{1,9})(?:%|deg)?", re.ASCII)
LONG_HEX = 9  # characters of #rrggbbaa


def color(value: str) -> str | None:
    """None for a function that is malformed or that we do not know."""
    value = value.strip()
    if HEX_WITH_ALPHA.fullmatch(value):
        digits = value[1:] if len(value) == LONG_HEX else "".join(digit * 2 for digit in value[1:])
        return _rgba([int(digits[at : at + 2], 16) for at in (0, 2, 4)], int(digits[6:], 16) / 255)
    found = FUNCTION.fullmatch(value)
    if not found:
        return None if "(" in value and "url(" not in value else value
    numbers = re.split(r"[\s,/]+", found[2].strip())
    if len(numbers) not in (3, 4) or not all(NUMBER.fullmatch(number) for number in numbers):
        return None
    alpha = _share(numbers[3], 1) if len(numbers) == 4 else 1.0
    if found[1].lower().startswith("rgb"):
        return _rgba([round(255 * _share(number, 255)) for number in numbers[:3]], alpha)
    hue = float(numbers[0].removesuffix("deg").removesuffix("%")) % 360 / 360
    shares = hls_to_rgb(hue, _share(numbers[2], 100), _share(numbers[1], 100))
    return _rgba([round(255 * share) for share in shares], alpha)


def _share(number: str, whole: float) -> float:
    value = float(number.removesuffix("deg").removesuffix("%"))
    return min(max(value / (100 if number.endswith("%") else whole), 0.0), 1.0)


def _rgba(channels: Iterable[int], alpha: float) -> str:
    red, green, blue = channels
    return f"rgba({red},{green},{blue},{alpha:.4g})" if alpha < 1 else f"rgb({red},{green},{blue})"
