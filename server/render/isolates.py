"""Keeps a printed value from turning its surroundings around: "Hi שרה, 3 seats" must not read "Hi 3 ,שרה seats".

Each value that may is wrapped as HTML's <bdi> does it, between characters that only the bidirectional algorithm sees
(UAX #9, section 2.4). What this leaves out is direction itself, which `server.text.bidi` works out.
"""

from __future__ import annotations

from server.render.svg import Element
from server.text.bidi import FIRST_STRONG_ISOLATE, POP_ISOLATE, may_turn

_NOTHING = str.maketrans("", "", FIRST_STRONG_ISOLATE + POP_ISOLATE)


def isolated(value: str, *, always: bool) -> str:
    """`value` as it is printed. `always`: the template itself runs from right to left, so Latin values need it too."""
    if value and (always or may_turn(value)):
        return f"{FIRST_STRONG_ISOLATE}{value}{POP_ISOLATE}"
    return value


def leave_isolates_to_text(root: Element) -> None:
    """Takes them out of attributes and style sheets, where a value is a name or a colour."""
    for element in root.iter("*"):
        for name, value in element.attrib.items():
            if FIRST_STRONG_ISOLATE in value:
                element.attrib[name] = value.translate(_NOTHING)
        if element.text and element.tag.endswith("style"):
            element.text = element.text.translate(_NOTHING)
