"""Boxes of texts that lie beside the picture, because somebody took the wrong side of x for theirs.

A box above or below the picture is left alone: templates park wordings there whose place is said elsewhere. So is one
that reaches over an edge by less than half: huge words that bleed are drawn that way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from server.render.lint.document import Document, Hit, Node, number

MOST = 0.5  # of a box; past it there is more of the box outside than in the picture
SAME_SHAPE = 0.01  # by which a viewBox may differ from the size before bars appear beside it
_MOVE = re.compile(r"translate\(\s*([-+.\d]+)(?:[\s,]+([-+.\d]+))?\s*\)")
_NOT_ON_THE_PAGE = ("defs", "symbol", "pattern", "marker", "mask", "clipPath")


class _Area(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


def check(document: Document) -> Iterator[Hit]:
    picture = _picture(document.root)
    if picture is None:
        return
    for node in document.nodes:
        if node.tag == "text" and not node.inside(*_NOT_ON_THE_PAGE):
            yield from _outside(document, node, picture)


def _outside(document: Document, text: Node, picture: _Area) -> Iterator[Hit]:
    rect = document.target(text.inherited("data-box"))
    box = _rectangle(rect) if rect is not None else _width(text)
    move = _moved(rect or text, document.root)
    if box is None or move is None:
        return
    left, right = box.left + move[0], box.right + move[0]
    is_beside = box.bottom + move[1] >= picture.top and box.top + move[1] <= picture.bottom
    outside = max(picture.left - left, 0.0) + max(right - picture.right, 0.0)
    if is_beside and outside > MOST * (right - left):
        where = f"reaches from {left:g} to {right:g} and the picture from {picture.left:g} to {picture.right:g}"
        yield text.hit("box-outside", where)


def _picture(root: Node) -> _Area | None:
    """What of the drawing is seen; None where that is not plain."""
    width, height = number(root.get("width")), number(root.get("height"))
    if "viewBox" not in root.values:
        return _Area(0, 0, width, height) if width and height else None
    sides = [number(side) for side in re.split(r"[\s,]+", root.get("viewBox"))]
    if "viewBox" in root.dynamic or len(sides) != len(_Area._fields) or None in sides:
        return None
    x, y, across, down = (side or 0.0 for side in sides)
    if width and height and abs(width * down - height * across) > SAME_SHAPE * height * across:
        return None
    return _Area(x, y, x + across, y + down)


def _rectangle(rect: Node) -> _Area | None:
    sides = [_fixed(rect, name) for name in ("x", "y", "width", "height")]
    if None in sides:
        return None
    x, y, width, height = (side or 0.0 for side in sides)
    return _Area(x, y, x + width, y + height)


def _width(text: Node) -> _Area | None:
    """The box of a text with an inline-size: right of its x, around it or left of it."""
    holder = next((node for node in text.lineage() if "inline-size" in node.values), None)
    width = _fixed(holder, "inline-size") if holder else None
    x, y = _fixed(text, "x"), _fixed(text, "y")
    share = _share_before(text)
    if not width or x is None or y is None or share is None or not text.has_words_of_its_own:
        return None
    return _Area(x - width * share, y, x + width * (1 - share), y)


def _share_before(text: Node) -> float | None:
    """How much of the box lies left of x; None where that depends on the words."""
    if text.inherited("text-anchor") == "middle":
        return 0.5
    direction = text.inherited("direction")
    if direction == "auto" or text.get("unicode-bidi") == "plaintext":
        return None
    return float((text.inherited("text-anchor") == "end") is not (direction == "rtl"))


def _fixed(node: Node, name: str) -> float | None:
    """The first number of an attribute, 0 where there is none; None where it is known only when a picture is drawn."""
    words = node.get(name, "0").replace(",", " ").split()
    return None if name in node.dynamic or not words else number(words[0])


def _moved(node: Node, root: Node) -> tuple[float, float] | None:
    """By how much the element's coordinates are moved; None where they are turned, scaled or not known."""
    across = down = 0.0
    for outer in node.lineage():
        value = outer.get("transform")
        found = _MOVE.fullmatch(value) if value else None
        if "transform" in outer.dynamic or (value and not found) or (outer.tag == "svg" and outer is not root):
            return None
        if found:
            across, down = across + float(found[1]), down + float(found[2] or 0)
    return across, down
