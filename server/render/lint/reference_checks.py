"""Filters, masks, clip paths, patterns, gradients and markers that our rasterizer draws otherwise, and the ids that all
of them are named by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from server.render.lint.document import Document, Hit, Node, number, reference_id
from server.render.lint.paths import is_clockwise, subpaths
from server.render.lint.style_checks import SCALE_TOLERANCE, SHAPES, is_scaled, transform_scale

_WHITE = re.compile(r"white|#fff(?:f|fff(?:ff)?)?|rgb\(255, ?255, ?255\)", re.I)
_MARKERS = ("marker-start", "marker-mid", "marker-end")
_BOX = ("x", "y", "width", "height")


def check(document: Document) -> Iterator[Hit]:
    yield from _ids(document)
    users = _painted_by(document)
    for node in document.nodes:
        yield from _filter(document, node)
        yield from _mask(document, node)
        yield from _clip(document, node)
        yield from _markers(document, node)
        if node.tag == "clipPath":
            yield from _clip_content(node)
        elif node.tag == "mask":
            yield from _mask_content(document, node)
        elif node.tag in ("linearGradient", "radialGradient"):
            yield from _gradient(node)
        elif node.tag == "marker":
            yield from _marker(node)
        elif node.tag == "pattern":
            yield from _pattern(document, node, users)


def _ids(document: Document) -> Iterator[Hit]:
    for node in document.nodes:
        first = document.ids.get(node.get("id"), node)
        if first is not node and not first.origin.excludes(node.origin):
            yield node.hit("duplicate-id", f"(first in line {first.origin.line})")


def _filter(document: Document, node: Node) -> Iterator[Hit]:
    value = node.get("filter", "none")
    if value == "none" or node.tag == "filter":
        return
    target = document.target(value)
    if target is None and reference_id(value):
        return  # a missing filter draws the element as it is, here and in browsers
    code = _filter_code(target) if target is not None else _function_code(value)
    if code:
        yield node.hit(code, f'filter="{value}"')


def _function_code(value: str) -> str:
    return "shadow" if "drop-shadow(" in value else "blur" if "blur(" in value else "filter"


def _filter_code(target: Node) -> str:
    """The rule for what the filter is; empty if it changes nothing."""
    steps = [step for step in target.children if step.tag.startswith("fe")]
    blurs = any(step.tag == "feGaussianBlur" and not _changes_nothing(step) for step in steps)
    if steps and all(_changes_nothing(step) for step in steps):
        return ""
    tags = {step.tag for step in steps}
    if "feDropShadow" in tags or (blurs and "feOffset" in tags):
        return "shadow"
    return "blur" if blurs else "filter"


def _changes_nothing(step: Node) -> bool:
    return (
        (step.tag == "feGaussianBlur" and not step.get("stdDeviation", "0").strip("0. "))
        or (step.tag == "feBlend" and step.get("mode", "normal") == "normal")
        or (step.tag == "feFlood" and number(step.get("flood-opacity", "1")) == 0)
    )


def _mask(document: Document, node: Node) -> Iterator[Hit]:
    value = node.get("mask") or node.get("mask-image")
    if value in ("", "none"):
        return
    target = document.target(value)
    if reference_id(value) is None:
        yield node.hit("mask-css", value)
    elif target is not None:
        measured = target.get("maskUnits") != "userSpaceOnUse" and any(name in target.values for name in _BOX)
        if measured or target.get("maskContentUnits") == "objectBoundingBox":
            yield node.hit("mask-units", f'mask="{value}"')
        if is_scaled(node):
            yield node.hit("pattern-scaled", f'mask="{value}"')


def _mask_content(document: Document, mask: Node) -> Iterator[Hit]:
    if mask.get("mask-type") != "alpha" and any(not _is_white(document, node, mask) for node in mask.walk()):
        yield mask.hit("mask-luminance")


def _is_white(document: Document, node: Node, mask: Node) -> bool:
    if node.get("display") == "none":
        return True
    if node.tag == "image":
        return False
    if node.tag == "use":
        target = document.target(node.get("href"))
        return target is None or all(
            _paint_is_white(document, part, node) for part in target.walk() if part.tag in SHAPES
        )
    return node.tag not in SHAPES | {"text"} or _paint_is_white(document, node, mask)


def _paint_is_white(document: Document, node: Node, user: Node) -> bool:
    """`user` gives the fill if the shape has none of its own: the <use> that shows it, or the mask."""
    for prop, initial in (("fill", "black"), ("stroke", "none")):
        value = node.inherited(prop) or user.inherited(prop, initial)
        target = document.target(value)
        stops = [stop for stop in target.children if stop.tag == "stop"] if target is not None else []
        if stops and all(_WHITE.fullmatch(stop.get("stop-color", "black")) for stop in stops):
            continue
        if value not in ("none", "transparent") and not _WHITE.fullmatch(value) and prop not in node.dynamic:
            return False
    return True


def _clip(document: Document, node: Node) -> Iterator[Hit]:
    value = node.get("clip-path", "none")
    if value == "none":
        return
    target = document.target(value)
    if reference_id(value) is None:
        yield node.hit("clip-shape", value)
    elif node.tag == "clipPath":
        yield node.hit("clip-nested")
    elif target is None:
        return
    elif target.get("clipPathUnits") == "objectBoundingBox" and node.tag not in ("rect", "image"):
        yield node.hit("clip-units", f'clip-path="{value}"')
    elif node.tag == "use" and any(number(node.get(name, "0")) != 0 for name in ("x", "y")):
        yield node.hit("clip-use", f'clip-path="{value}"')


def _clip_content(clip: Node) -> Iterator[Hit]:
    turns: list[bool] = []
    for child in clip.children:
        if child.tag == "g" or child.get("display") == "none" or child.get("visibility") == "hidden":
            yield child.hit("clip-content")
        own = [is_clockwise(points) for points in _outline(child)]
        if len(own) > 1 and len(set(own)) == 1 and child.inherited("clip-rule") == "evenodd":
            yield child.hit("clip-evenodd")
        turns += own[:1]
    if len(set(turns)) > 1:
        yield clip.hit("clip-overlap")


def _outline(node: Node) -> list[list[tuple[float, float]]]:
    if node.tag == "path" and "d" not in node.dynamic:
        return subpaths(node.get("d"))
    if node.tag == "polygon" and "points" not in node.dynamic:
        return subpaths("M" + node.get("points"))
    if node.tag in ("rect", "circle", "ellipse"):
        return [[(0, 0), (1, 0), (1, 1), (0, 1)]]  # these run clockwise, whatever their size
    return []


def _gradient(node: Node) -> Iterator[Hit]:
    if number(node.get("fr", "0")) != 0:
        yield node.hit("gradient-focal-radius")
    if node.get("color-interpolation") == "linearRGB":
        yield node.hit("gradient-linear-rgb")
    ends = [node.get(name) for name in ("x1", "y1", "x2", "y2")]
    is_point = node.tag == "radialGradient" and number(node.get("r", "1")) == 0
    if is_point or (all(ends) and ends[:2] == ends[2:]):
        yield node.hit("gradient-empty")


def _painted_by(document: Document) -> dict[Node, list[Node]]:
    """The elements filled or stroked by each gradient and pattern."""
    users: dict[Node, list[Node]] = {}
    for node in document.nodes:
        for prop in ("fill", "stroke"):
            target = document.target(node.get(prop)) if node.get(prop) else None
            if target is not None:
                users.setdefault(target, []).append(node)
    return users


def _pattern(document: Document, pattern: Node, painted_by: Mapping[Node, list[Node]]) -> Iterator[Hit]:
    """A pattern that paints nothing itself may still give its tile to another one, which is judged there."""
    users = painted_by.get(pattern, [])
    if not users:
        return
    if _has_picture(document, pattern):
        for user in users:
            yield user.hit("picture-fill", f"painted by {pattern.label}", _as_image(user))
        return
    if (
        _resolved(document, pattern, "patternUnits") != "userSpaceOnUse"
        or _resolved(document, pattern, "patternContentUnits") == "objectBoundingBox"
    ):
        yield pattern.hit("pattern-units")
    elif any((number(pattern.get(name, "0")) or 0) % 1 for name in ("width", "height")):
        yield pattern.hit("pattern-fraction")
    elif _scales_tile(pattern) or any(map(is_scaled, users)):
        yield pattern.hit("pattern-scaled")
    if len(users) > 1 and any(_is_translucent(node) for node in users):
        yield pattern.hit("pattern-opacity")


def _as_image(user: Node) -> str:
    """The element to put in the place of a rectangle filled with a picture."""
    box = " ".join(f'{name}="{user.get(name)}"' for name in _BOX if user.get(name))
    return f'write <image href="photo.jpg" {box} preserveAspectRatio="xMidYMid slice"/>.' if user.tag == "rect" else ""


def _scales_tile(pattern: Node) -> bool:
    return abs(transform_scale(pattern.get("patternTransform")) - 1) > SCALE_TOLERANCE


def _resolved(document: Document, node: Node, name: str) -> str:
    seen: set[Node] = set()
    while node not in seen:
        seen.add(node)
        if node.get(name):
            return node.get(name)
        target = document.target(node.get("href"))
        if target is None:
            break
        node = target
    return ""


def _has_picture(document: Document, pattern: Node) -> bool:
    for node in pattern.walk():
        target = document.target(node.get("href")) if node.tag == "use" else node
        if target is not None and target.tag == "image":
            return True
    return False


def _is_translucent(node: Node) -> bool:
    opacities = (node.get(name, "1") for name in ("opacity", "fill-opacity", "stroke-opacity"))
    return any((number(opacity) or 0) < 1 for opacity in opacities)


def _markers(document: Document, node: Node) -> Iterator[Hit]:
    if "marker" in node.values and "marker" not in node.styled:
        yield node.hit("marker-attribute")
    if node.tag not in ("path", "line", "polyline", "polygon"):
        return
    used = {name: node.inherited(name) or node.inherited("marker") for name in _MARKERS}
    refs = {name: value for name, value in used.items() if reference_id(value)}
    targets = {name: document.target(value) for name, value in refs.items()}
    for name, target in targets.items():
        if target is None:
            yield node.hit("marker-missing", f'{name}="{refs[name]}"')
    found = [target for target in targets.values() if target is not None]
    turning = any(target.get("orient").startswith("auto") for target in found)
    if turning and re.search(r"[csqta]", node.get("d"), re.I):
        yield node.hit("marker-curve")
    is_closed = node.tag == "polygon" or "z" in node.get("d").lower()
    if is_closed and (turning or targets.keys() & {"marker-mid", "marker-end"}):
        yield node.hit("marker-closed")


def _marker(marker: Node) -> Iterator[Hit]:
    if not marker.get("viewBox"):
        yield marker.hit("marker-viewbox")
    orient = marker.get("orient", "0")
    if number(orient) is None and orient not in ("auto", "auto-start-reverse"):
        yield marker.hit("marker-angle", f'orient="{orient}"')
