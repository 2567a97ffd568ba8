"""Lays out a document: CairoSVG's tree, in which every text has been fitted and of every choice one is left.

Shapes stay as they are: CairoSVG knows where they go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cairosvg.parser import Node, Tree

from server.catalog.template import Template
from server.errors import BrokenTemplate
from server.fonts.library import FontLibrary
from server.images import NO_PICTURES
from server.render.compose import SvgDocument, line_of
from server.render.geometry import NotUprightError, Rectangle, seen_from
from server.render.limits import check_drawing
from server.render.pictures import Pictures
from server.render.type.chunks import Chunk
from server.render.type.letters import Letters, read
from server.render.type.styles import Viewport
from server.render.type.text_layers import share
from server.render.type.texts import (
    NOTHING_SET,
    Typeset,
    joined,
    read_box,
    set_freely,
    set_in_box,
    slot_report,
    with_room_for_raised,
)
from server.report import SlotReport
from server.text.fit import Box, Run, first_fit, fit

EMPTY_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


Slots = tuple[SlotReport, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """`width` and `height` are the designed size, in pixels. A slot is called by its element's id, else by its
    `data-slot`; one that has neither has no name yet, because that follows from its place among all texts."""

    tree: Tree
    width: int
    height: int
    slots: Slots


def named(slots: Slots) -> Slots:
    """With names for all: `text-3` is the third text that shows anything."""
    return tuple(slot if slot.slot else replace(slot, slot=f"text-{number}") for number, slot in enumerate(slots, 1))


class Typesetter:
    """What the drawing of one document may use. Every node carries it as its `url_fetcher`, the one thing
    that CairoSVG hands on to the nodes it makes while painting (for <use> and for patterns that inherit):
    texts in those are set when they are met. As a fetcher it gives an empty picture, whatever the address.
    """

    def __init__(self, template: Template, fonts: FontLibrary, pictures: Mapping[str, bytes]) -> None:
        self.pictures = Pictures(template, pictures)
        self._template = template
        self._fonts = fonts
        self.viewport = Viewport(template.width, template.height)
        self._by_id: dict[str, Node] = {}
        self._not_chosen: set[int] = set()
        self._slots: list[SlotReport] = []

    def __call__(self, _url: object, _resource_type: object) -> bytes:
        return EMPTY_SVG

    def set_all(self, tree: Tree) -> Slots:
        """Sets every text of `tree` and drops what was not chosen."""
        self.know(tree)
        self._visit(tree)
        return tuple(self._slots)

    def know(self, tree: Tree) -> None:
        """Looks around in `tree`, before single texts of it are read."""
        self.viewport = _viewport(tree, self.viewport)
        self._register(tree)

    def read(self, text: Node) -> tuple[Letters, Box]:
        """What `text` says, and the box that it names."""
        letters = read(text, self.viewport)
        return letters, read_box(text, letters, self.rect_of(text))

    def set_alone(self, text: Node) -> None:
        """Sets a text that was not in the tree when the scene was laid out."""
        if id(text.xml_tree) in self._not_chosen:
            share(text, NOTHING_SET)
        else:
            self._set(text)

    def _register(self, node: Node) -> None:
        if "id" in node:
            self._by_id.setdefault(node["id"], node)
        for child in node.children:
            self._register(child)

    def _visit(self, node: Node) -> None:
        if node.get("display") == "none":
            return
        if node.tag == "text":
            typeset = self._set(node)
            self._report(node, typeset, 0)
            return
        chooses = node.xml_tree.get("data-choose") == "first-fit"
        if chooses:
            self._choose(node)
        for child in node.children:
            if not (chooses and child.tag == "text"):
                self._visit(child)

    def _set(self, text: Node) -> Typeset:
        typeset = typeset_of(text, *self.read(text), self._fonts)
        share(text, typeset)
        return typeset

    def _choose(self, group: Node) -> None:
        """Keeps the first <text> child of `group` that fits; a wording without words is none."""
        texts = [child for child in group.children if child.tag == "text" and child.get("display") != "none"]
        if found := self._first_that_fits(texts):
            chosen, typeset = found
            share(chosen, typeset)
            self._report(group if slot_name(group) else chosen, typeset, texts.index(chosen))
            texts.remove(chosen)
        self._not_chosen.update(id(text.xml_tree) for text in texts)
        group.children = [child for child in group.children if child not in texts]

    def _first_that_fits(self, texts: Sequence[Node]) -> tuple[Node, Typeset] | None:
        """One without bounds always fits, each line in its place; None where no text has words."""
        read_ones = [(text, read(text, self.viewport)) for text in texts]
        worded = [(text, letters) for text, letters in read_ones if letters.text.strip()]
        if not worded:
            return None
        tried: list[tuple[Chunk, Box]] = []

        def wordings() -> Iterator[tuple[Sequence[Run], Box]]:
            for text, letters in worded:
                whole, box = joined(letters, self._fonts), read_box(text, letters, self.rect_of(text))
                tried.append((whole, with_room_for_raised(box, whole, text, self._fonts)))
                yield whole.runs, tried[-1][1]

        index, fitted = first_fit(wordings(), self._fonts)
        (chosen, letters), (whole, box) = worded[index], tried[index]
        if box.is_bounded:
            return chosen, set_in_box(whole, fitted, box, chosen, self._fonts)
        return chosen, set_freely(chosen, letters, self._fonts)

    def rect_of(self, text: Node) -> Rectangle | None:
        """That of the data-box of `text`, in its coordinates. Raises BrokenTemplate."""
        reference = text.get("data-box")
        if not reference:
            return None
        rect = self._by_id.get(reference.removeprefix("#"))
        if rect is None or rect.tag != "rect":
            raise self._broken_box(reference, "names no <rect> of this template")
        try:
            return seen_from(text, rect, self.viewport)
        except NotUprightError:
            raise self._broken_box(
                reference,
                "is turned or skewed against its text; put both into one group",
            ) from None

    def _broken_box(self, reference: str, what: str) -> BrokenTemplate:
        line = line_of(f'data-box="{reference}"', self._template.svg)
        return BrokenTemplate(self._template.name, f'data-box="{reference}" {what}', line=line)

    def _report(self, node: Node, typeset: Typeset, alternative: int) -> None:
        if typeset.fitted:
            self._slots.append(slot_report(slot_name(node), typeset.fitted, alternative))


def typeset_of(text: Node, letters: Letters, box: Box, fonts: FontLibrary) -> Typeset:
    """`text`, as it was read."""
    if not box.is_bounded:
        return set_freely(text, letters, fonts)
    whole = joined(letters, fonts)
    box = with_room_for_raised(box, whole, text, fonts)
    return set_in_box(whole, fit(whole.runs, box, fonts), box, text, fonts)


def lay_out(
    document: SvgDocument,
    template: Template,
    fonts: FontLibrary,
    pictures: Mapping[str, bytes] = NO_PICTURES,
) -> Scene:
    """Raises BrokenTemplate where `document` holds, or would draw, more than is allowed."""
    typesetter = Typesetter(template, fonts, pictures)
    tree = Tree(bytestring=document.xml, url_fetcher=typesetter)
    check_drawing(tree, template)
    slots = typesetter.set_all(tree)
    return Scene(tree, template.width, template.height, slots)


def _viewport(tree: Tree, designed: Viewport) -> Viewport:
    box = (tree.get("viewBox") or "").split()
    return Viewport(float(box[2]), float(box[3])) if len(box) == 4 else designed


def slot_name(node: Node) -> str:
    return str(node.get("id") or node.xml_tree.get("data-slot") or "")
