"""The limits every template keeps, so that none can take minutes or gigabytes to draw."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from server.render.bounds import MAX_COORDINATE, MIN_VIEW
from server.render.limits import MAX_USES
from server.render.lint.document import Document, Hit, Node, reference_id

_KINDS = frozenset(("clipPath", "mask", "pattern", "marker"))
_REFERRING = frozenset(
    ("href", "clip-path", "mask", "fill", "stroke", "marker", "marker-start", "marker-mid", "marker-end")
)
_Graph = Mapping[Node, tuple[Node, ...]]

_GEOMETRY = frozenset(
    (
        "cx",
        "cy",
        "d",
        "dx",
        "dy",
        "font-size",
        "fx",
        "fy",
        "gradientTransform",
        "height",
        "markerHeight",
        "markerWidth",
        "patternTransform",
        "points",
        "r",
        "refX",
        "refY",
        "rx",
        "ry",
        "stroke-dasharray",
        "stroke-dashoffset",
        "stroke-width",
        "transform",
        "viewBox",
        "width",
        "x",
        "x1",
        "x2",
        "y",
        "y1",
        "y2",
    )
)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_NOT_FINITE = re.compile(r"(?<![\w#-])[-+]?(?:inf(?:inity)?|nan)\b", re.I)


def check(document: Document) -> Iterator[Hit]:
    root = document.root
    uses = sum(node.tag == "use" for node in document.nodes)
    if uses > MAX_USES:
        yield root.hit("too-many-uses", f"({uses:,})")
    drawn_by = {node: tuple(_references(document, node)) for node in document.nodes}
    for node in document.nodes:
        if node.tag == "foreignObject" and not node.inside("switch"):
            yield node.hit("foreign-object")
        if node.tag == "script" or any(name.startswith("on") for name in node.values.keys() - node.styled):
            yield node.hit("script")
        yield from _numbers(node)
        if node.tag in _KINDS and _reaches_its_kind(drawn_by, node):
            yield node.hit("nested-kind")
        elif node.tag == "use" and _shows_itself(drawn_by, node):
            yield node.hit("nested-kind", "shows itself")


def _numbers(node: Node) -> Iterator[Hit]:
    for name in sorted(_GEOMETRY & node.values.keys() - node.dynamic):
        value = node.get(name)
        is_huge = any(abs(float(found)) > MAX_COORDINATE for found in _NUMBER.findall(value))
        if is_huge or _NOT_FINITE.search(value):
            yield node.hit("bad-number", f'{name}="{value[:40]}"')
    view = node.get("viewBox").replace(",", " ").split()
    if len(view) == 4 and any(0 < _float(part) < MIN_VIEW for part in view[2:]):
        yield node.hit("bad-number", f'viewBox="{node.get("viewBox")[:40]}"')


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0


def _references(document: Document, node: Node) -> Iterator[Node]:
    """What is drawn because this element says so, whatever attribute says it."""
    for name in _REFERRING & node.values.keys():
        target = document.target(node.get(name)) if reference_id(node.get(name)) else None
        if target is not None:
            yield target


def _reach(drawn_by: _Graph, start: Node) -> set[Node]:
    """Every element drawn because of what `start` holds."""
    seen: set[Node] = set()
    waiting = list(start.children)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += [*node.children, *drawn_by[node]]
    return seen


def _reaches_its_kind(drawn_by: _Graph, node: Node) -> bool:
    return any(found.tag == node.tag for found in _reach(drawn_by, node))


def _shows_itself(drawn_by: _Graph, use: Node) -> bool:
    return any(use in target.lineage() or use in _reach(drawn_by, target) for target in drawn_by[use])
