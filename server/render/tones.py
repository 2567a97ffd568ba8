"""How light a colour is, and how far one stands out from another (WCAG 2.2, "contrast ratio")."""

from __future__ import annotations

from collections.abc import Iterable

import tinycss2.color3

IS_SEEN = 2.0  # tried on a hundred logos: below it, yellow on white and black on navy begin to be lost
NEARLY_ALL = 0.75  # the rest is inside of what is seen: the white letters of a blue sign
STANDS_OUT = 3.0  # WCAG 2.2, success criterion 1.4.11: what the parts of a graphic need at least
WEIGHTS = (0.2126, 0.7152, 0.0722)  # of red, green and blue in luminance

Tone = tuple[float, float, float]
"""Red, green and blue of sRGB, each 0 to 1."""


def read_tone(value: str) -> Tone | None:
    """A CSS colour without its alpha; None for what is none."""
    found = tinycss2.color3.parse_color(value.strip())
    if found is None or isinstance(found, str) or not found.alpha:
        return None
    return found.red, found.green, found.blue


Shades = tuple[tuple[float, float], ...]
"""Luminances, and what share of a picture has each."""


def contrast(one: Tone, other: Tone) -> float:
    """1 (the same) to 21 (black and white)."""
    return _contrast(luminance(one), luminance(other))


def _contrast(one: float, other: float) -> float:
    dark, light = sorted((one, other))
    return (light + 0.05) / (dark + 0.05)


def luminance(tone: Tone) -> float:
    return sum(weight * linear(share) for weight, share in zip(WEIGHTS, tone, strict=True))


def linear(share: float) -> float:
    """A channel of sRGB as an amount of light."""
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def first_that_shows(tone: Tone, grounds: Iterable[Tone]) -> Tone | None:
    """The first ground from which `tone` stands out, else the one from which it does most."""
    choice = list(grounds)
    found = next((ground for ground in choice if contrast(tone, ground) >= STANDS_OUT), None)
    return found or max(choice, key=lambda ground: contrast(tone, ground), default=None)


def first_that_carries(shades: Shades, grounds: Iterable[Tone]) -> Tone | None:
    """The first ground on which nearly all of a picture is seen, else the one on which most of it is."""
    choice = [(ground, _seen(shades, luminance(ground))) for ground in grounds]
    found = next((ground for ground, seen in choice if seen >= NEARLY_ALL), None)
    return found or max(choice, key=lambda judged: judged[1], default=(None, 0.0))[0]


def _seen(shades: Shades, ground: float) -> float:
    """What share of a picture is seen, where what hardly differs from its ground counts for little."""
    return sum(share * min(1.0, (_contrast(shade, ground) - 1) / (IS_SEEN - 1)) for shade, share in shades)
