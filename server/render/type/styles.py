"""Reads what a node says about type: sizes, lengths, weights, features. Values have been bounded before.

CairoSVG's cascade copies an inherited `2em` down as the string "2em"; here it is resolved once, where it
was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite
from types import MappingProxyType
from typing import NamedTuple

from cairosvg.parser import Node
from cairosvg.surface import parse_font

from server.render.type.decorations import decorating
from server.render.type.features import features
from server.render.type.font_names import read_font_names
from server.render.type.own import is_written
from server.text.shape import TextStyle

INITIAL_SIZE = 16.0
# CSS Fonts 4, section 2.5: absolute sizes as multiples of medium.
SIZE_WORDS = MappingProxyType(
    {
        "xx-small": 0.6 * INITIAL_SIZE,
        "x-small": 0.75 * INITIAL_SIZE,
        "small": 8 / 9 * INITIAL_SIZE,
        "medium": INITIAL_SIZE,
        "large": 1.2 * INITIAL_SIZE,
        "x-large": 1.5 * INITIAL_SIZE,
        "xx-large": 2 * INITIAL_SIZE,
    }
)
RELATIVE_SIZE_WORDS = MappingProxyType({"smaller": "0.8333em", "larger": "1.2em"})
PIXELS = MappingProxyType(
    {
        "": 1.0,
        "px": 1.0,
        "pt": 96 / 72,
        "pc": 16.0,
        "in": 96.0,
        "cm": 96 / 2.54,
        "mm": 96 / 25.4,
    }
)
EM_UNITS = MappingProxyType({"em": 1.0, "ex": 0.5, "ch": 0.5})
WEIGHT_WORDS = MappingProxyType({"normal": 400.0, "bold": 700.0, "bolder": 700.0, "lighter": 300.0})
MIN_WEIGHT, MAX_WEIGHT = 1.0, 1000.0
STRETCH_WORDS = MappingProxyType(
    {
        "ultra-condensed": 50.0,
        "extra-condensed": 62.5,
        "condensed": 75.0,
        "semi-condensed": 87.5,
        "normal": 100.0,
        "semi-expanded": 112.5,
        "expanded": 125.0,
        "extra-expanded": 150.0,
        "ultra-expanded": 200.0,
    }
)
MIN_STRETCH, MAX_STRETCH = 50.0, 200.0
LENGTH = re.compile(r"\s*([-+]?[\d.]+)([a-z]*|%)\s*")


class Viewport(NamedTuple):
    """The size that percentages refer to, in user units."""

    width: float
    height: float


def font_size(node: Node) -> float:
    """The computed font size, in user units."""
    parent = node.parent
    above = font_size(parent) if parent is not None else INITIAL_SIZE
    said = _said(node, "font-size")
    if not said or (parent is not None and said == _said(parent, "font-size") and not _sets_size(node)):
        return above
    said = RELATIVE_SIZE_WORDS.get(said, said)
    return SIZE_WORDS[said] if said in SIZE_WORDS else length(said, em=above, whole=above, default=above)


def _sets_size(node: Node) -> bool:
    """Whether the element itself, and not one above it, says how large its text is."""
    return is_written(node, "font-size", "font")


def _said(node: Node, name: str) -> str:
    """A property, out of the `font` shorthand where it does not stand by itself."""
    if name in node or "font" not in node:
        return str(node.get(name, ""))
    return str(parse_font(node["font"]).get(name, ""))


def length(value: str | None, *, em: float, whole: float, default: float = 0.0) -> float:
    """A CSS length in user units; `whole` is what 100 % is."""
    found = LENGTH.fullmatch(value or "")
    if not found:
        return default
    number, unit = float(found[1]), found[2]
    if unit == "%":
        return number / 100 * whole
    return number * (EM_UNITS[unit] * em if unit in EM_UNITS else PIXELS.get(unit, 1.0))


def text_style(node: Node) -> TextStyle:
    size = font_size(node)
    names = read_font_names(tuple(_families(_said(node, "font-family"))))
    return TextStyle(
        families=names.families,
        size=size,
        weight=names.weight or _weight(_said(node, "font-weight")),
        italic=names.italic or _said(node, "font-style").startswith(("italic", "oblique")),
        letter_spacing=length(node.get("letter-spacing"), em=size, whole=size),
        word_spacing=length(node.get("word-spacing"), em=size, whole=size),
        features=tuple(features(node)),
        stretch=_stretch(str(node.get("font-stretch", "normal"))),
        language=language(node),
        decorations=tuple(decorating(node)),
    )


def language(node: Node) -> str:
    """The BCP 47 tag that holds here, "" for none; `clean` has made xml:lang into lang."""
    return str(node.get("lang", "")).strip()


def _families(value: str) -> Iterator[str]:
    for family in value.split(","):
        if name := family.strip().strip("\"'").strip():
            yield name


def _weight(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        return WEIGHT_WORDS.get(value, 400.0)
    return min(max(number, MIN_WEIGHT), MAX_WEIGHT) if isfinite(number) else WEIGHT_WORDS["normal"]


def _stretch(value: str) -> float:
    percent = length(value, em=1.0, whole=100.0, default=STRETCH_WORDS.get(value, 100.0))
    return min(max(percent, MIN_STRETCH), MAX_STRETCH)
