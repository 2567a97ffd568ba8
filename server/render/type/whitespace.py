"""White space in text as browsers treat it: runs become one space, across the borders of tspans too, and none is left
at either end; `white-space: pre` and `xml:space="preserve"` keep every space.

A style sheet may say so too, so spaces collapse when styles are known (`letters.py`). Until then nothing must touch
them: here each text says so, in the words that CairoSVG knows.
"""

from __future__ import annotations

import re

from cairosvg.parser import Node

from server.render.svg import TEXTS, Element

XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
SPACES = re.compile("[ \t\r\n]+")
BREAKS = re.compile("[\t\r\n]")
KEEPING = frozenset(("pre", "pre-wrap", "break-spaces", "preserve", "preserve-spaces"))
NO_BREAK_SPACE = "\u00a0"


def settle_white_space(root: Element) -> None:
    """Turns `xml:space` into the weakest of styles, as SVG 2 has it, and asks CairoSVG to leave texts alone."""
    for element in root.iter("*"):
        if XML_SPACE in element.attrib:
            keeps = element.attrib.pop(XML_SPACE) == "preserve"
            if "white-space" not in element.attrib:
                element.set("white-space", "pre" if keeps else "normal")
        if element.tag in TEXTS:
            element.set(XML_SPACE, "preserve")


def keeps_spaces(node: Node) -> bool:
    words = f"{node.get('white-space', '')} {node.get('white-space-collapse', '')}".split()
    return any(word in KEEPING for word in words)


def settled(text: str, *, keeps: bool, after_space: bool) -> str:
    """`after_space`: it begins the text, or stands behind a space."""
    if keeps:
        return BREAKS.sub(" ", text)
    collapsed = SPACES.sub(" ", text)
    return collapsed.removeprefix(" ") if after_space else collapsed


def standing(text: str) -> str:
    """`text` with the spaces at its ends in a form that no line drops."""
    inner = text.strip(" ")
    left = len(text) - len(text.lstrip(" "))
    return NO_BREAK_SPACE * left + inner + NO_BREAK_SPACE * (len(text) - left - len(inner)) if inner else text
