"""A blank of several parts: tspans, each with a style, a colour or a place of its own, as design tools write texts.

Its words are put into the tree that CairoSVG made of the text, and that is set as in a document: all that is spared is
to make the tree and to draw it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree.ElementTree import Element

from cairosvg.parser import Node

from server.fonts.library import FontLibrary
from server.render.geometry import Rectangle
from server.render.layers.blank import Blank, SetText, Words, with_values
from server.render.layers.coats import Paints
from server.render.rasterise import Matrix
from server.render.scene import typeset_of
from server.render.type.letters import read
from server.render.type.styles import Viewport
from server.render.type.text_layers import with_spans
from server.render.type.texts import Placed, read_box, slot_report


class Span(NamedTuple):
    """The <text> itself or a <tspan> in it; its own words, with holes."""

    node: Node
    words: str
    paints: Paints


NODE_BYTES = 1_500  # of an element, beside what it says, nearly


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Spans(Blank):
    """`spans` are in the order in which they are painted. Their nodes are those of `text`, which has somebody's words
    only while it is set; it must be `apart`. `rect` is that of its box."""

    text: Node
    spans: tuple[Span, ...]
    slot: str
    matrix: Matrix
    viewport: Viewport
    rect: Rectangle | None

    @property
    def weight(self) -> int:
        nodes = [*_ancestors(self.text), *with_spans(self.text)]
        return self.window.weight + sum(NODE_BYTES + sum(map(len, map(str, node.values()))) for node in nodes)

    def _words(self, values: Sequence[str]) -> Words:
        return tuple(with_values(span.words, values) for span in self.spans)

    def _set(self, words: Words, fonts: FontLibrary) -> SetText | None:
        self._say(words)
        try:
            letters = read(self.text, self.viewport)
            if not letters.text.strip():
                return None
            typeset = typeset_of(self.text, letters, read_box(self.text, letters, self.rect), fonts)
        finally:
            self._say([span.words for span in self.spans])
        placed = defaultdict[int, list[Placed]](list)
        for node, own in typeset.shares:
            placed[id(node)] += own
        painted = [(placed[id(span.node)], span.paints) for span in self.spans]
        return self._set_text(painted, self.matrix, slot_report(self.slot, typeset.fitted))

    def _say(self, words: Sequence[str]) -> None:
        for span, said in zip(self.spans, words, strict=True):
            span.node.text = said


def apart(text: Node) -> Node:
    """A copy of a text that was read, without the document around it: style sheets and definitions there may be large.
    Of the elements that it stands in it has copies alone, for what they hand down."""
    parent = None
    for outer in reversed(_ancestors(text)):
        parent = _copied(outer, parent)
        parent.xml_tree = Element(outer.xml_tree.tag, dict(outer.xml_tree.attrib))
    return _with_children(text, parent)


def _with_children(node: Node, parent: Node | None) -> Node:
    found = _copied(node, parent)
    found.children = [_with_children(child, found) for child in node.children]
    return found


def _copied(node: Node, parent: Node | None) -> Node:
    found = copy(node)
    found.parent, found.children = parent, []
    found.style = found.element = found.url_fetcher = None
    return found


def _ancestors(node: Node) -> list[Node]:
    """From the inside out."""
    return [] if node.parent is None else [node.parent, *_ancestors(node.parent)]
