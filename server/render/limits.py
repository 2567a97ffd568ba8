"""How much a document may hold, and how much drawing may come of it. Raises BrokenTemplate; changes nothing.

The second question is the harder one: a pattern whose content is painted with a pattern, or a <use> of a
<use>, makes kilobytes into hours. CairoSVG's own limit counts <use> alone, and only after 16 seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cairosvg.parser import Node

from server.catalog.template import Template
from server.errors import BrokenTemplate
from server.render.svg import Element, local_name

MAX_ELEMENTS = 2_000
MAX_DEPTH = 64
MAX_USES = 200
MAX_DRAWN = 20_000  # elements, references followed: half a second of CairoSVG
USE_COST = 20  # CairoSVG goes through the whole document for each <use>
CHARACTERS_PER_VERTEX = 4  # of path data, at the least; a marker is drawn at every vertex

NESTLESS = frozenset(("clipPath", "mask", "pattern", "marker"))
GRADIENTS = frozenset(("linearGradient", "radialGradient"))
PAINTS = ("fill", "stroke")
EFFECTS = ("mask", "clip-path")
MARKERS = ("marker", "marker-start", "marker-mid", "marker-end")
VERTEX_SOURCES = ("d", "points")
FRAGMENT = re.compile(r"url\(\s*[\"']?#([^)\"']+)[\"']?\s*\)")


def check_size(root: Element, template: Template) -> None:
    """How many elements, how deep, how many references."""
    elements = uses = 0
    for element in root.iter():
        elements += 1
        uses += local_name(element) == "use"
    _at_most(elements, MAX_ELEMENTS, "elements", template)
    _at_most(uses, MAX_USES, "<use> elements", template)
    _at_most(_depth(root), MAX_DEPTH, "levels of nesting", template)


def _at_most(found: int, limit: int, what: str, template: Template) -> None:
    if found > limit:
        raise BrokenTemplate(template.name, f"has {found:,} {what}; {limit:,} are allowed")


def _depth(element: Element) -> int:
    """XML of more than 256 levels is refused by the parser, so this recursion is safe."""
    return 1 + max(map(_depth, element), default=0)


def check_drawing(tree: Node, template: Template) -> None:
    """How much is drawn with every reference followed; refuses circles, and definitions inside their own kind."""
    _Cost(tree, template).of(tree)


class _Cost:
    """Counts what is drawn: one number per definition, found once."""

    def __init__(self, tree: Node, template: Template) -> None:
        self._template = template
        self._by_id = {node["id"]: node for node in _walk(tree) if "id" in node}
        self._known: dict[str, int] = {}
        self._open: list[Node] = []

    def of(self, node: Node) -> int:
        """Elements drawn for `node`, its children and all that they refer to."""
        if node.tag in GRADIENTS:
            return 1
        own = 1 + sum(self._referred(name) * times for name, times in _references(node))
        if node.tag == "use":
            own = USE_COST + own * self._referred((node.get("href") or "").removeprefix("#"))
        drawn = own + sum(self.of(child) for child in node.children if child.tag not in NESTLESS)
        if drawn > MAX_DRAWN:
            raise BrokenTemplate(
                self._template.name,
                f"would draw more than {MAX_DRAWN:,} elements, repeated by <use>, patterns, masks or markers",
            )
        return drawn

    def _referred(self, name: str) -> int:
        node = self._by_id.get(name)
        if node is None:
            return 0
        if any(node is opened for opened in self._open):
            raise BrokenTemplate(self._template.name, f"#{name} refers to itself")
        if node.tag in NESTLESS and any(node.tag == opened.tag for opened in self._open):
            raise BrokenTemplate(self._template.name, f"#{name} is a <{node.tag}> inside a <{node.tag}>")
        if name not in self._known:
            self._open.append(node)
            self._known[name] = self.of(node)
            self._open.pop()
        return self._known[name]


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _references(node: Node) -> Iterator[tuple[str, int]]:
    """The ids that drawing `node` refers to, and how often each is drawn."""
    for attribute in (*PAINTS, *EFFECTS):
        if found := FRAGMENT.search(str(node.get(attribute, ""))):
            yield found[1], 1
    vertices = sum(len(str(node.get(source, ""))) for source in VERTEX_SOURCES) // CHARACTERS_PER_VERTEX
    if vertices or node.tag == "line":
        for attribute in MARKERS:
            if found := FRAGMENT.search(str(node.get(attribute, ""))):
                yield found[1], vertices + 2
