"""A font as design tools name it, to a CSS family with its weight and slope: "SourceSerif4-BoldItalic", as Illustrator
and Sketch write it, is Source Serif 4, 700, italic. Whether there is such a family is for the font library to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

# The names of OpenType's usWeightClass, and what foundries say in their place; not Roman, for Times New Roman's sake.
WEIGHTS = MappingProxyType(
    {
        "thin": 100.0,
        "hairline": 100.0,
        "extralight": 200.0,
        "ultralight": 200.0,
        "light": 300.0,
        "regular": 400.0,
        "book": 400.0,
        "medium": 500.0,
        "semibold": 600.0,
        "demibold": 600.0,
        "demi": 600.0,
        "bold": 700.0,
        "extrabold": 800.0,
        "ultrabold": 800.0,
        "black": 900.0,
        "heavy": 900.0,
    }
)
_WEIGHT = r"(?:(?:semi|demi|extra|ultra)[ -]?)?(?:bold|light)|" + "|".join(WEIGHTS)
# "Inter-Bold", "Inter SemiBold", "Inter-Italic", "Inter Semi Bold Italic"
_STYLED = re.compile(
    rf"(?P<family>.+?)[- ](?=\S)(?P<weight>{_WEIGHT})?[ -]?(?P<slope>italic|oblique|it)?", re.IGNORECASE
)
# Where a PostScript name, which has no spaces, ran words together: SourceSerif4, DMSans.
_SEAM = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class FontNames:
    """`families` has each name as it was written and, after it, the family that it may be a face of. `weight` and
    `italic` are what the first of the names says, where it says anything.
    """

    families: tuple[str, ...]
    weight: float | None
    italic: bool


def read_font_names(names: Sequence[str]) -> FontNames:
    found = [_STYLED.fullmatch(name) for name in names]
    families: list[str] = []
    for name, styled in zip(names, found, strict=True):
        families += [name, *(_spellings(styled["family"]) if styled else ())]
    first = found[0] if found else None
    if first is None:
        return FontNames(tuple(dict.fromkeys(families)), None, italic=False)
    weight = re.sub("[ -]", "", first["weight"] or "").lower()
    return FontNames(tuple(dict.fromkeys(families)), WEIGHTS.get(weight), italic=bool(first["slope"]))


def _spellings(family: str) -> tuple[str, str]:
    return family, _SEAM.sub(" ", family)
