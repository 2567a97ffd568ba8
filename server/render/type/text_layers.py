"""What CairoSVG cannot say of one text element is said by several, painted one after the other: the rules under and
over it, a stroke below its fill, the rules through it.

A layer is a copy of the element that gives the paint. It is drawn from within the element's own drawing function, so
that the element's transform, clip, mask and opacity hold for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from math import ceil, cos, sin

from cairocffi import Context
from cairosvg.parser import NOT_INHERITED_ATTRIBUTES, Node
from cairosvg.surface import Surface

from server.fonts.ink import Ink, union
from server.render.type.text_path import Track, text_path_of
from server.render.type.texts import DrawnRule, Typeset

PLACED = "placed"  # the attribute of a node that holds its glyphs
RULES = "rules"  # … the rules it draws
LAYERS = "layers"  # … what is painted in its place
THROUGH = "line-through"
TOUCH = 1e-3  # user units
BEND = 2.0  # user units between the corners of a rule along a path


def share(text: Node, typeset: Typeset) -> None:
    """Gives each node of `text` its glyphs, for `paint` to find, and the box that gradients on it refer to."""
    nodes = with_spans(text)
    for node in nodes:
        for name, nothing in ((PLACED, ()), (RULES, ()), (LAYERS, ())):
            setattr(node, name, nothing)
        node.pop("fill-rule", None)  # of shapes alone: by even-odd, letters get holes where their strokes cross
        if typeset.bounds:
            node["text_bounding_box"] = typeset.bounds
    for node, placed in typeset.shares:
        setattr(node, PLACED, getattr(node, PLACED) + placed)
    below = _rule_layers(text, [(node, rule) for node, rule in typeset.rules if rule.kind != THROUGH])
    above = _rule_layers(text, [(node, rule) for node, rule in typeset.rules if rule.kind == THROUGH])
    for node in nodes:
        _put_in_layers(node, below if node is text else [], above if node is text else [])


def _put_in_layers(node: Node, below: list[Node], above: list[Node]) -> None:
    stroke_is_below = paints_stroke_first(node)
    if not (below or above or stroke_is_below):
        return
    letters = _layer(node, node)
    setattr(letters, PLACED, getattr(node, PLACED))
    letters = _with_stroke_below(letters) if stroke_is_below else [letters]
    rules_below = [layer for rule in below for layer in _as_layers(rule)]
    rules_above = [layer for rule in above for layer in _as_layers(rule)]
    setattr(node, PLACED, ())
    if node.children:  # rules through a text stand above its tspans
        node.children = [*node.children, *rules_above]
        rules_above = []
    setattr(node, LAYERS, (*rules_below, *letters, *rules_above))


def _as_layers(rule: Node) -> list[Node]:
    return _with_stroke_below(rule) if paints_stroke_first(rule) else [rule]


def _rule_layers(text: Node, rules: Sequence[tuple[Node, DrawnRule]]) -> list[Node]:
    """A layer for each element that draws rules, and for each path that they run along."""
    by_element: dict[tuple[int, int], Node] = {}
    for node, rule in rules:
        holder = text_path_of(rule.decorated) or text
        key = id(node), id(holder)
        if key not in by_element:
            by_element[key] = _layer(node, holder)
            if "text_bounding_box" in text:
                by_element[key]["text_bounding_box"] = text["text_bounding_box"]
        layer = by_element[key]
        setattr(layer, RULES, _joined(getattr(layer, RULES), rule))
    return list(by_element.values())


def _joined(rules: tuple[DrawnRule, ...], rule: DrawnRule) -> tuple[DrawnRule, ...]:
    """`rules` and one more, as one rule with the last where they touch: no seam is seen."""
    if not rules or rules[-1].turn or rule.turn or rules[-1].kind != rule.kind:
        return (*rules, rule)
    last, area = rules[-1].area, rule.area
    touches = abs(last.right - area.left) < TOUCH or abs(area.right - last.left) < TOUCH
    if not touches or abs(last.top - area.top) > TOUCH or abs(last.bottom - area.bottom) > TOUCH:
        return (*rules, rule)
    return (*rules[:-1], rule._replace(area=union((last, area))))


def _layer(node: Node, parent: Node) -> Node:
    """An element in `parent` that is painted as `node` is, without anything to paint yet."""
    layer = copy(node)
    for name in NOT_INHERITED_ATTRIBUTES:
        layer.pop(name, None)
    layer.tag, layer.parent, layer.children = "tspan", parent, []
    for name in (PLACED, RULES, LAYERS):
        setattr(layer, name, ())
    return layer


def paints_stroke_first(node: Node) -> bool:
    """Whether its stroke, whatever is seen of it, lies under its fill: as a layer of its own."""
    order = str(node.get("paint-order", "normal")).split()
    is_stroked = node.get("stroke", "none") not in ("none", "transparent")
    if not is_stroked or node.get("fill") == "none":
        return False
    return "stroke" in order and "fill" not in order[: order.index("stroke")]


def _with_stroke_below(layer: Node) -> list[Node]:
    stroke, fill = copy(layer), copy(layer)
    stroke["fill"], fill["stroke"] = "none", "none"
    return [stroke, fill]


def with_spans(node: Node) -> list[Node]:
    """A text and all in it, in the order in which they are painted."""
    return [node, *(span for child in node.children for span in with_spans(child))]


def draw_layers(surface: Surface, node: Node) -> None:
    """The layers of `node`, together as opaque as it is: CairoSVG makes a group only of what has children."""
    layers = getattr(node, LAYERS, ())
    opacity = float(node.get("opacity", 1))
    is_group = bool(layers) and opacity < 1 and not node.children and surface.stroke_and_fill
    if is_group:
        surface.context.push_group()
    for layer in layers:
        surface.draw(layer)
    if is_group:
        surface.context.pop_group_to_source()
        surface.context.paint_with_alpha(opacity)


def trace_rules(context: Context, node: Node, track: Track | None) -> None:
    """Adds the rules of `node` to the current path, along `track` if there is one."""
    for rule in getattr(node, RULES, ()):
        corners = _along(track, rule.area) if track else _corners(rule)
        for at, corner in enumerate(corners):
            (context.line_to if at else context.move_to)(*corner)
        context.close_path()


def _corners(rule: DrawnRule) -> list[tuple[float, float]]:
    left, top, right, bottom = rule.area
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    if not rule.turn:
        return corners
    (x, y), across, down = rule.pivot, cos(rule.turn), sin(rule.turn)
    moved = [(corner[0] - x, corner[1] - y) for corner in corners]
    return [(x + dx * across - dy * down, y + dx * down + dy * across) for dx, dy in moved]


def _along(track: Track, area: Ink) -> list[tuple[float, float]]:
    """The upper edge of a rule that bends with a path, and its lower edge back."""
    steps = max(1, ceil((area.right - area.left) / BEND))
    places = [area.left + (area.right - area.left) * step / steps for step in range(steps + 1)]
    edges = [(x, area.top) for x in places] + [(x, area.bottom) for x in reversed(places)]
    return [place[:2] for x, y in edges if (place := track.place(x, y, 0.0))]
