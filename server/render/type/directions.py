"""`direction` and `unicode-bidi` in, the direction of a text and the controls around a part of it out (CSS Writing
Modes 4, section 2.4.2). The order of the letters is `server.text`'s work.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

from cairosvg.parser import Node

from server.render.type.own import own
from server.text.bidi import base_is_rtl

FIRST_STRONG_ISOLATE, POP_ISOLATE, POP_EMBEDDING = "\u2068", "\u2069", "\u202c"


class Controls(NamedTuple):
    """Characters that only the bidirectional algorithm sees."""

    opening: str
    closing: str


PLAINTEXT = Controls(FIRST_STRONG_ISOLATE, POP_ISOLATE)
# unicode-bidi: what opens and closes it in a part that runs from left to right, and from right to left.
CONTROLS = MappingProxyType(
    {
        "embed": (Controls("\u202a", POP_EMBEDDING), Controls("\u202b", POP_EMBEDDING)),
        "isolate": (Controls("\u2066", POP_ISOLATE), Controls("\u2067", POP_ISOLATE)),
        "bidi-override": (Controls("\u202d", POP_EMBEDDING), Controls("\u202e", POP_EMBEDDING)),
        "isolate-override": (
            Controls(f"{FIRST_STRONG_ISOLATE}\u202d", f"{POP_EMBEDDING}{POP_ISOLATE}"),
            Controls(f"{FIRST_STRONG_ISOLATE}\u202e", f"{POP_EMBEDDING}{POP_ISOLATE}"),
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
    if text.get("direction") == "auto" or own(text, "unicode-bidi") == "plaintext":
        return base_is_rtl(string)
    return bool(text.get("direction") == "rtl")
