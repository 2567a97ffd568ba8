"""Where a drawn rectangle is, seen from a text in another group."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import cairocffi as cairo
from cairosvg.helpers import transform
from cairosvg.parser import Node

from server.render.type.styles import Viewport, font_size, length

Rectangle = tuple[float, float, float, float]
UPRIGHT = 1e-6  # of the larger part of a matrix: what rounding leaves of a turn that was undone


class NotUprightError(Exception):
    """Seen from the text, the rectangle is turned or skewed."""


def rectangle(node: Node, viewport: Viewport) -> Rectangle:
    """A <rect> in its own coordinates."""
    size = font_size(node)
    x, width = (length(node.get(name), em=size, whole=viewport.width) for name in ("x", "width"))
    y, height = (length(node.get(name), em=size, whole=viewport.height) for name in ("y", "height"))
    return x, y, width, height


def seen_from(text: Node, rect: Node, viewport: Viewport) -> Rectangle:
    """`rect` in the coordinates of `text`. Raises NotUprightError."""
    box = rectangle(rect, viewport)
    if list(_transforms(text)) == list(_transforms(rect)):
        return box
    between = _to_root(rect, viewport) * _from_root(text, viewport)
    xx, yx, xy, yy, _, _ = between.as_tuple()
    if max(abs(yx), abs(xy)) > UPRIGHT * max(abs(xx), abs(yy)):
        raise NotUprightError
    left, top = between.transform_point(box[0], box[1])
    right, bottom = between.transform_point(box[0] + box[2], box[1] + box[3])
    return min(left, right), min(top, bottom), abs(right - left), abs(bottom - top)


def _transforms(node: Node) -> Iterator[tuple[str, str | None]]:
    """Of the node and everything above it, innermost first."""
    above: Node | None = node
    while above is not None:
        if "transform" in above:
            yield above["transform"], above.get("transform-origin")
        above = above.parent


def _to_root(node: Node, viewport: Viewport) -> cairo.Matrix:
    context = cairo.Context(cairo.ImageSurface(cairo.FORMAT_A8, 1, 1))
    surface = SimpleNamespace(
        context=context,
        width=viewport.width,
        height=viewport.height,
        context_width=viewport.width,
        context_height=viewport.height,
        font_size=font_size(node),
        dpi=96,
    )
    for value, origin in reversed(list(_transforms(node))):
        transform(surface, value, transform_origin=origin)
    return context.get_matrix()


def _from_root(node: Node, viewport: Viewport) -> cairo.Matrix:
    matrix = _to_root(node, viewport)
    try:
        return matrix.inverted()
    except cairo.CairoError:
        raise NotUprightError from None
