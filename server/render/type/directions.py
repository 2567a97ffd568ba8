"""`direction` and `unicode-bidi` in, the direction of a text and the controls around a part of it out (CSS Writing
Modes 4, section 2.4.2). The order of the letters is `server.text`'s work.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

from cairosvg.parser import Node

from server.render.type.own import own
from server.text.bidi import (
    FIRST_STRONG_ISOLATE,
    LTR_EMBEDDING,
    LTR_ISOLATE,
    LTR_OVERRIDE,
    POP_EMBEDDING,
    POP_ISOLATE,
    RTL_EMBEDDING,
    RTL_ISOLATE,
    RTL_OVERRIDE,
    base_is_rtl,
)


class Controls(NamedTuple):
    """Characters that only the bidirectional algorithm sees."""

    opening: str
    closing: str


PLAINTEXT = Controls(FIRST_STRONG_ISOLATE, POP_ISOLATE)
# unicode-bidi: what opens and closes it in a part that runs from left to right, and from right to left.
CONTROLS = MappingProxyType(
    {
        "embed": (Controls(LTR_EMBEDDING, POP_EMBEDDING), Controls(RTL_EMBEDDING, POP_EMBEDDING)),
        "isolate": (Controls(LTR_ISOLATE, POP_ISOLATE), Controls(RTL_ISOLATE, POP_ISOLATE)),
        "bidi-override": (Controls(LTR_OVERRIDE, POP_EMBEDDING), Controls(RTL_OVERRIDE, POP_EMBEDDING)),
        "isolate-override": (
            Controls(f"{FIRST_STRONG_ISOLATE}{LTR_OVERRIDE}", f"{POP_EMBEDDING}{POP_ISOLATE}"),
            Controls(f"{FIRST_STRONG_ISOLATE}{RTL_OVERRIDE}", f"{POP_EMBEDDING}{POP_ISOLATE}"),
        ),
        "plaintext": (PLAINTEXT, PLAINTEXT),
    }
)
WHOLE_TEXT = frozenset(("bidi-override", "isolate-override"))  # on <text> itself, the others change nothing


def controls(node: Node) -> Controls | None:
    """What goes around the text of `node`; None for nothing."""
    word = own(node, "unicode-bidi")
    if word not in CONTROLS or (node.tag == "text" and word not in WHOLE_TEXT):
        return None
    left_to_right, right_to_left = CONTROLS[word]
    return right_to_left if node.get("direction") == "rtl" else left_to_right


def is_rtl(text: Node, string: str) -> bool:
    """Whether the whole of `text`, which reads `string`, runs from right to left."""
    return starts_rtl(string) if follows_words(text) else bool(text.get("direction") == "rtl")


def follows_words(text: Node) -> bool:
    """Whether the words of `text` say how it runs."""
    return text.get("direction") == "auto" or own(text, "unicode-bidi") == "plaintext"


def starts_rtl(string: str) -> bool:
    """Values are isolated, which the search for the first strong letter would skip; but it is their direction that is
    asked for."""
    return base_is_rtl(string.replace(FIRST_STRONG_ISOLATE, "").replace(POP_ISOLATE, ""))
