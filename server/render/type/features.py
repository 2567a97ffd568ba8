"""What a node says of glyph variants in, OpenType features out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType

from cairosvg.parser import Node

# CSS font-variant-* values and the OpenType features that they stand for (CSS Fonts 4, section 6).
VARIANTS = MappingProxyType(
    {
        "lining-nums": (("lnum", 1),),
        "oldstyle-nums": (("onum", 1),),
        "proportional-nums": (("pnum", 1),),
        "tabular-nums": (("tnum", 1),),
        "diagonal-fractions": (("frac", 1),),
        "stacked-fractions": (("afrc", 1),),
        "ordinal": (("ordn", 1),),
        "slashed-zero": (("zero", 1),),
        "titling-caps": (("titl", 1),),
        "common-ligatures": (("liga", 1), ("clig", 1)),
        "no-common-ligatures": (("liga", 0), ("clig", 0)),
        "discretionary-ligatures": (("dlig", 1),),
        "no-discretionary-ligatures": (("dlig", 0),),
        "historical-ligatures": (("hlig", 1),),
        "no-historical-ligatures": (("hlig", 0),),
        "contextual": (("calt", 1),),
        "no-contextual": (("calt", 0),),
        "none": (("liga", 0), ("clig", 0), ("dlig", 0), ("hlig", 0), ("calt", 0)),
        "historical-forms": (("hist", 1),),
        "sub": (("subs", 1),),
        "super": (("sups", 1),),
        "jis78": (("jp78", 1),),
        "jis83": (("jp83", 1),),
        "jis90": (("jp90", 1),),
        "jis04": (("jp04", 1),),
        "simplified": (("smpl", 1),),
        "traditional": (("trad", 1),),
        "full-width": (("fwid", 1),),
        "proportional-width": (("pwid", 1),),
        "ruby": (("ruby", 1),),
    }
)
VARIANT_PROPERTIES = (
    "font-variant",
    "font-variant-alternates",
    "font-variant-caps",
    "font-variant-east-asian",
    "font-variant-ligatures",
    "font-variant-numeric",
    "font-variant-position",
)
FEATURE = re.compile(r"[\"']([\x20-\x7e]{4})[\"']\s*(on|off|\d{1,5})?")


def features(node: Node) -> Iterator[tuple[str, int]]:
    """Small capitals are not among them (`small_caps.py`): most fonts have none, and then they are made."""
    for name in VARIANT_PROPERTIES:
        for word in str(node.get(name, "")).split():
            yield from VARIANTS.get(word, ())
    if node.get("font-kerning") == "none":
        yield "kern", 0
    for tag, value in FEATURE.findall(str(node.get("font-feature-settings", ""))):
        yield tag, int(value) if value.isdigit() else int(value != "off")
