"""Whether a text is painted with one colour or gradient and nothing else, and with which: as CairoSVG reads it."""

from __future__ import annotations

from cairocffi import Gradient, ImageSurface
from cairosvg.defs import draw_gradient, update_def_href
from cairosvg.helpers import paint as as_paint
from cairosvg.parser import Node
from cairosvg.surface import Surface

from server.render.stencil import Fill, Rgba
from server.render.type.text_layers import RULES


def plain_fill(surface: Surface, node: Node, *, is_set: bool = True) -> Fill | None:
    """What fills the letters of `node`, with its opacity; None where there is more to them than that. As long as the
    text is not set there is no telling of a gradient that refers to its box. The surface's source is lost.

    CairoSVG draws masks and patterns on surfaces that have no pixels yet: there outlines have to stay outlines.
    """
    if not (surface.stroke_and_fill and isinstance(surface.context.get_target(), ImageSurface)):
        return None
    if getattr(node, RULES, ()) or node.get("display") == "none" or node.get("visibility") == "hidden":
        return None
    stroke = _color(surface, node, "stroke", None)
    if stroke is None or stroke[3]:
        return None
    return _color(surface, node, "fill", "black") or _gradient(surface, node, is_set=is_set)


def _color(surface: Surface, node: Node, name: str, default: str | None) -> Rgba | None:
    """None for a gradient or a pattern."""
    source, color = as_paint(node.get(name, default))
    if source in surface.gradients or source in surface.patterns:
        return None
    red, green, blue, alpha = surface.map_color(color, _opacity(node, name))
    return red, green, blue, alpha


def _gradient(surface: Surface, node: Node, *, is_set: bool) -> Gradient | None:
    source, _ = as_paint(node["fill"])
    if source not in surface.gradients:
        return None
    update_def_href(surface, source, surface.gradients)  # it may say there what its units are
    refers_to_box = surface.gradients[source].get("gradientUnits") != "userSpaceOnUse"
    if (refers_to_box and not is_set) or not draw_gradient(surface, node, source, _opacity(node, "fill")):
        return None
    found = surface.context.get_source()
    return found if isinstance(found, Gradient) else None


def _opacity(node: Node, name: str) -> float:
    """The opacity of what has children is that of a group."""
    opacity = float(node.get(f"{name}-opacity", 1))
    return opacity if node.children else opacity * min(float(node.get("opacity", 1)), 1.0)
