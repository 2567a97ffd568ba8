"""Colours, opacities, strokes, transforms, units and style sheets that our rasterizer reads otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import hypot

from cairosvg.colors import COLORS

from server.render.colors import color
from server.render.lint.css import MAX_RULES, SheetRule, sheet_rules
from server.render.lint.document import Document, Hit, Node, number
from server.render.lint.source import Origin

SHAPES = frozenset({"circle", "ellipse", "line", "path", "polygon", "polyline", "rect"})
_PAINTS = ("fill", "stroke", "stop-color")
_LENGTHS = frozenset(
    (
        "cx",
        "cy",
        "dx",
        "dy",
        "font-size",
        "height",
        "r",
        "rx",
        "ry",
        "stroke-dashoffset",
        "stroke-width",
        "width",
        "x",
        "x1",
        "x2",
        "y",
        "y1",
        "y2",
    )
)
_KEYWORD_PROPERTIES = frozenset(
    (
        "clip-rule",
        "display",
        "fill-rule",
        "font-style",
        "overflow",
        "stroke-linecap",
        "stroke-linejoin",
        "text-anchor",
        "visibility",
    )
)
_STROKE_INITIALS = (("stroke-linecap", "butt"), ("stroke-linejoin", "miter"), ("stroke-dasharray", "none"))
_UNITS = frozenset(("", "px", "pt", "pc", "mm", "cm", "in", "em", "rem", "%", "ch"))
_NUMBER_UNIT = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?([a-z%]*)", re.I)
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.I)
_CSS_ONLY_TRANSFORM = re.compile(r"rad|turn|%|3d|perspective|(?:translate|scale|rotate)[XYZ]", re.I)
_FUNCTION = re.compile(r"\b(?:calc|min|max|clamp|env)\(", re.I)
_SCALING = re.compile(r"(scale|matrix)\s*\(([^)]*)\)")
_ANIMATIONS = frozenset(("animate", "animateColor", "animateMotion", "animateTransform", "set"))
_AT_RULES = {
    "import": "picture-remote",
    "font-face": "font-face",
    "media": "css-at-rule",
    "supports": "css-at-rule",
    "layer": "css-at-rule",
    "container": "css-at-rule",
}
SCALE_TOLERANCE = 0.01  # a scale this near to 1 is the rounding of an export


def check(document: Document) -> Iterator[Hit]:
    for node in document.nodes:
        if node.tag.startswith("{") or node.tag in ("style", "metadata"):
            continue
        for one in (_colors, _opacity, _stroke, _transform, _lengths, _words):
            yield from one(node)
    for sheet in document.sheets:
        yield from _sheet(sheet)
    root = document.root
    if any(
        root.get(name) not in ("", "none", "transparent")
        for name in ("background", "background-color")
        if name in root.styled
    ):
        yield root.hit("root-background")


def scale_of(node: Node) -> float:
    """By how much transforms, and the picture's own viewBox, enlarge what the element draws."""
    found = 1.0
    for outer in node.lineage():
        found *= transform_scale(outer.get("transform"))
    root = list(node.lineage())[-1]
    view, width = root.get("viewBox").replace(",", " ").split(), number(root.get("width"))
    if width and len(view) == 4 and (number(view[2]) or 0) > 0:
        found *= width / float(view[2])
    return found


def transform_scale(transform: str) -> float:
    found = 1.0
    for name, inside in _SCALING.findall(transform):
        values = [float(value) for value in re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", inside)]
        if name == "matrix" and len(values) == 6:
            found *= hypot(values[0], values[1])
        elif name == "scale" and values:
            found *= abs(values[0])
    return found


def is_scaled(node: Node) -> bool:
    return abs(scale_of(node) - 1) > SCALE_TOLERANCE


def is_known_color(value: str) -> bool:
    rest = re.sub(r"^url\([^)]*\)\s*", "", value)
    if not rest:
        return True
    value = color(rest) or "unknown"
    is_word = value in ("inherit", "currentColor", "initial") or value.lower() in COLORS
    return is_word or value.startswith("rgb") or bool(_HEX.fullmatch(value))


def _colors(node: Node) -> Iterator[Hit]:
    for name in _PAINTS:
        value = node.get(name)
        if not value or name in node.dynamic or "var(" in value:
            continue
        if value.startswith("context-"):
            yield node.hit("context-paint", f'{name}="{value}"')
        elif value in ("unset", "revert", "revert-layer") or (value == "initial" and name == "stroke"):
            yield node.hit("css-keyword", f'{name}="{value}"')
        elif not is_known_color(value):
            yield node.hit("color-syntax", f'{name}="{value}"')
    if node.get("color") and any(_inherits_current_color(node, name) for name in ("fill", "stroke")):
        yield node.hit("current-color", f'color="{node.get("color")}"')


def _inherits_current_color(node: Node, prop: str) -> bool:
    return prop not in node.values and node.inherited(prop) == "currentColor"


def _opacity(node: Node) -> Iterator[Hit]:
    opacity = number(node.get("opacity", "1").removesuffix("%"))
    if opacity is not None and node.get("opacity").endswith("%"):
        opacity /= 100
    if opacity is None or (opacity >= 1 and "opacity" not in node.dynamic):
        return
    both = node.tag in SHAPES and node.is_painted("fill") and node.is_painted("stroke")
    marked = node.tag in SHAPES and any(
        node.inherited(name, "none") != "none" for name in ("marker-start", "marker-mid", "marker-end")
    )
    masked = node.tag in SHAPES and node.get("mask", "none") != "none"
    if node.tag == "use" or both or marked or masked:
        yield node.hit("opacity", f'opacity="{node.get("opacity")}"')


def _stroke(node: Node) -> Iterator[Hit]:
    outer = node.parent
    for name, initial in _STROKE_INITIALS:
        reset = node.get(name) == initial or (name == "stroke-dasharray" and number(node.get(name)) == 0)
        if reset and outer is not None and outer.inherited(name, initial) not in (initial, "0"):
            yield node.hit("stroke-reset", f'{name}="{node.get(name)}"')
    if node.tag in SHAPES | {"text"} and node.is_painted("stroke"):
        dashed = node.inherited("stroke-dasharray", "none") not in ("none", "0")
        if node.get("pathLength") and dashed:
            yield node.hit("path-length")
        if node.get("vector-effect") == "non-scaling-stroke" and is_scaled(node):
            yield node.hit("non-scaling-stroke")
        first = node.inherited("paint-order").split()[:1]
        if node.tag != "text" and first and first[0] in ("stroke", "markers") and node.is_painted("fill"):
            yield node.hit("paint-order")
        is_dotted = re.search(r"[mM][^a-zA-Z]*[zZ]", node.get("d"))
        if is_dotted and node.inherited("stroke-linecap") in ("round", "square"):
            yield node.hit("dot-path")


def _transform(node: Node) -> Iterator[Hit]:
    transform = node.get("transform", "none")
    if any(
        node.get(name, "none") != "none"
        for name in ("rotate", "translate", "scale", "offset-path")
        if name in node.styled
    ):
        yield node.hit("css-transform")
    if transform == "none":
        return
    if node.get("transform-box", "view-box") != "view-box":
        yield node.hit("transform-box")
    elif re.search(r"center|left|right|top|bottom", node.get("transform-origin")):
        yield node.hit("transform-origin", f'transform-origin="{node.get("transform-origin")}"')
    if "transform" in node.styled and _CSS_ONLY_TRANSFORM.search(transform):
        yield node.hit("css-transform", transform)
    if node.parent is None:
        yield node.hit("transform-root")


def _lengths(node: Node) -> Iterator[Hit]:
    for name in sorted(_LENGTHS & node.values.keys() - node.dynamic):
        match = _NUMBER_UNIT.fullmatch(node.get(name))
        if match and match[1].lower() not in _UNITS:
            yield node.hit("unit", f'{name}="{node.get(name)}"')
    if node.tag == "ellipse" and (node.get("rx", "auto") == "auto") != (node.get("ry", "auto") == "auto"):
        yield node.hit("ellipse-radius")


def _words(node: Node) -> Iterator[Hit]:
    for name, value in sorted(node.values.items()):
        if name in node.dynamic or name == "style":
            continue
        if "var(" in value and not name.startswith("--"):
            yield node.hit("css-variable", f"{name}: {value}")
        elif name in _LENGTHS and _FUNCTION.search(value):
            yield node.hit("css-calc", f"{name}: {value}")
        elif name in _KEYWORD_PROPERTIES and value != value.lower():
            yield node.hit("css-case", f"{name}: {value}")
    if "all" in node.styled:
        yield node.hit("css-keyword", f"all: {node.get('all')}")
    if "d" in node.styled:
        yield node.hit("css-path")
    if node.get("visibility") == "collapse":
        yield node.hit("collapsed")
    if node.tag == "use" and node.get("display") == "none":
        yield node.hit("hidden-use")
    if node.get("mix-blend-mode", "normal") != "normal" and "mix-blend-mode" in node.styled:
        yield node.hit("blend-mode", node.get("mix-blend-mode"))
    if node.tag in _ANIMATIONS or node.get("animation", "none") != "none":
        yield node.hit("animation")


def _sheet(sheet: Node) -> Iterator[Hit]:
    if sheet.get("media", "all") not in ("all", "screen"):
        yield sheet.hit("css-at-rule", f'media="{sheet.get("media")}"')
    for count, rule in enumerate(sheet_rules(sheet.raw_text)):
        if count == MAX_RULES:
            yield sheet.hit("too-many-rules")
            return
        code = _rule_code(rule)
        if code:
            origin = Origin(sheet.origin.file, sheet.origin.line + rule.line - 1)
            keyword = f"@{rule.keyword}" if rule.keyword else ""
            yield Hit(code, origin, " ".join(filter(None, ("<style>", keyword, rule.prelude))))


def _rule_code(rule: SheetRule) -> str:
    if not rule.keyword:
        return "css-nesting" if rule.has_rules_inside else ""
    if rule.keyword == "media" and re.search(r"print|dark", rule.prelude):
        return ""  # never applies to a picture in a browser either
    return _AT_RULES.get(rule.keyword, "")
