"""How far the letters of a node stand below the line that their text is set on: `dominant-baseline`,
`alignment-baseline` and `baseline-shift`, as browsers compute them.
"""

from __future__ import annotations

from collections.abc import Iterator

from cairosvg.parser import Node

from server.fonts.faces import Face
from server.fonts.library import FontLibrary
from server.render.type.own import own
from server.render.type.styles import font_size, length, text_style
from server.text.baselines import AROUND, baseline

KEPT = AROUND | {""}
SHIFTS = {"sub": -0.5, "super": 0.5}  # of the height of the element's own font, as in Chromium


def lowered(node: Node, fonts: FontLibrary) -> float:
    """In user units, at the designed size."""
    word = _aligned_by(node)
    shifts = [(part, shift) for part in _spans(node) if (shift := own(part, "baseline-shift"))]
    if not word and not shifts:
        return 0.0
    down = baseline(_face(node, fonts), word) * font_size(node)
    return down - sum(_raised(part, shift, fonts) for part, shift in shifts)


def _aligned_by(node: Node) -> str:
    """The baseline of the letters that is put on the line; "" for the alphabetic one."""
    for part in _spans(node):
        for name in ("alignment-baseline", "dominant-baseline"):
            if (word := own(part, name)) not in KEPT:
                return word
    return next((word for part in _above(node) if (word := own(part, "dominant-baseline")) not in KEPT), "")


def _raised(node: Node, shift: str, fonts: FontLibrary) -> float:
    size = font_size(node)
    if shift not in SHIFTS:
        return length(shift, em=size, whole=size)
    face = _face(node, fonts)
    return SHIFTS[shift] * (face.ascent + face.descent) * size


def _face(node: Node, fonts: FontLibrary) -> Face:
    style = text_style(node)
    return fonts.match(style.families, style.look)


def _spans(node: Node) -> Iterator[Node]:
    """The node and what it stands in, as far as its <text>."""
    for part in _above(node):
        yield part
        if part.tag == "text":
            return


def _above(node: Node) -> Iterator[Node]:
    part: Node | None = node
    while part is not None:
        yield part
        part = part.parent
