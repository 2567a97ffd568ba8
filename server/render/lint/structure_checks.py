"""Elements that SVG does not have, and conditions that are never asked."""

from __future__ import annotations

from collections.abc import Iterator

from server.render.lint.document import Document, Hit

_FILTER_STEPS = frozenset(
    "fe" + name
    for name in (
        "Blend",
        "ColorMatrix",
        "ComponentTransfer",
        "Composite",
        "ConvolveMatrix",
        "DiffuseLighting",
        "DisplacementMap",
        "DistantLight",
        "DropShadow",
        "Flood",
        "FuncA",
        "FuncB",
        "FuncG",
        "FuncR",
        "GaussianBlur",
        "Image",
        "Merge",
        "MergeNode",
        "Morphology",
        "Offset",
        "PointLight",
        "SpecularLighting",
        "SpotLight",
        "Tile",
        "Turbulence",
    )
)
_KNOWN = _FILTER_STEPS | frozenset(
    (
        "a",
        "animate",
        "animateColor",
        "animateMotion",
        "animateTransform",
        "circle",
        "clipPath",
        "color-profile",
        "cursor",
        "defs",
        "desc",
        "ellipse",
        "filter",
        "font",
        "font-face",
        "foreignObject",
        "g",
        "hatch",
        "hatchpath",
        "image",
        "line",
        "linearGradient",
        "marker",
        "mask",
        "mesh",
        "meshgradient",
        "meshpatch",
        "meshrow",
        "metadata",
        "mpath",
        "path",
        "pattern",
        "polygon",
        "polyline",
        "radialGradient",
        "rect",
        "script",
        "set",
        "solidcolor",
        "stop",
        "style",
        "svg",
        "switch",
        "symbol",
        "text",
        "textPath",
        "title",
        "tref",
        "tspan",
        "use",
        "view",
    )
)
# Inkscape's own; `box_checks.py` names them.
_FLOW = frozenset(("flowRoot", "flowRegion", "flowPara", "flowSpan", "flowDiv", "flowLine"))

_CONDITIONS = frozenset(("systemLanguage", "requiredExtensions", "requiredFeatures"))


def check(document: Document) -> Iterator[Hit]:
    for node in document.nodes:
        foreign = node.tag.startswith("{") or node.inside("foreignObject", "metadata", "font")
        if not foreign and node.tag not in _KNOWN | _FLOW:
            yield node.hit("unknown-element")
        if not node.inside("switch") and _CONDITIONS & node.values.keys():
            yield node.hit("language")
