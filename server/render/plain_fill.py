"""Whether a text is painted with one colour and nothing else, and with which: read as CairoSVG reads it."""

from __future__ import annotations

from cairocffi import ImageSurface
from cairosvg.helpers import paint as as_paint
from cairosvg.parser import Node
from cairosvg.surface import Surface

from server.render.stencil import Rgba
from server.render.type.text_layers import RULES


def plain_fill(surface: Surface, node: Node) -> Rgba | None:
    """The colour that fills the letters of `node`, with its opacity; None where there is more to them than a colour.

    CairoSVG draws masks and patterns on surfaces that have no pixels yet: there outlines have to stay outlines.
    """
    if not (surface.stroke_and_fill and isinstance(surface.context.get_target(), ImageSurface)):
        return None
    if getattr(node, RULES, ()) or node.get("display") == "none" or node.get("visibility") == "hidden":
        return None
    fill, stroke = _color(surface, node, "fill", "black"), _color(surface, node, "stroke", None)
    return fill if fill and stroke and not stroke[3] else None


def _color(surface: Surface, node: Node, name: str, default: str | None) -> Rgba | None:
    """None for a gradient or a pattern. The opacity of what has children is that of a group."""
    source, color = as_paint(node.get(name, default))
    if source in surface.gradients or source in surface.patterns:
        return None
    opacity = float(node.get(f"{name}-opacity", 1))
    if not node.children:
        opacity *= min(float(node.get("opacity", 1)), 1.0)
    red, green, blue, alpha = surface.map_color(color, opacity)
    return red, green, blue, alpha
