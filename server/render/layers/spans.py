"""A blank of several parts: tspans, each with a style, a colour or a place of its own, as design tools write texts.

Its words are put into the tree that CairoSVG made of the text, and that is set as in a document: all that is spared is
to make the tree and to draw it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cairosvg.parser import Node

from server.fonts.library import FontLibrary
from server.render.layers.blank import Blank, SetText, Words, with_values
from server.render.layers.coats import Paints
from server.render.rasterise import Matrix
from server.render.scene import Typesetter
from server.render.type.texts import slot_report


class Span(NamedTuple):
    """The <text> itself or a <tspan> in it; its own words, with holes."""

    node: Node
    words: str
    paints: Paints


NODE_BYTES = 2_300  # measured: 1.8 to 2.2 KB


@dataclass(frozen=True, slots=True, eq=False)
class Spans(Blank):
    """`spans` are in the order in which they are painted. Their nodes are those of `text`, which has somebody's words
    only while it is set. The tree around it has so many `nodes`."""

    text: Node
    spans: tuple[Span, ...]
    slot: str
    matrix: Matrix
    typesetter: Typesetter
    nodes: int

    @property
    def weight(self) -> int:
        return NODE_BYTES * self.nodes + self.window.weight

    def _words(self, values: Sequence[str]) -> Words:
        return tuple(with_values(span.words, values) for span in self.spans)

    def _set(self, words: Words, _fonts: FontLibrary) -> SetText | None:
        self._say(words)
        try:
            letters, box = self.typesetter.read(self.text)
            if not letters.text.strip():
                return None
            typeset = self.typesetter.typeset(self.text, letters, box)
        finally:
            self._say([span.words for span in self.spans])
        painted = [
            ([placed for node, share in typeset.shares if node is span.node for placed in share], span.paints)
            for span in self.spans
        ]
        return self._set_text(painted, self.matrix, slot_report(self.slot, typeset.fitted))

    def _say(self, words: Sequence[str]) -> None:
        for span, said in zip(self.spans, words, strict=True):
            span.node.text = said
