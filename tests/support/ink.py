"""A template with values to what its slots ink: which pixels, in which colour, over which ground.

Each slot is painted alone, by the product's own painter, so that what is measured is what is sent. Judging it is
`design`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from cairosvg.parser import Node
from numpy.typing import NDArray

from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.encode.channels import ALPHA, BLUE, GREEN, OPAQUE, RED, Channels, as_array
from server.fonts.library import FontLibrary
from server.images import Pixels
from server.render.compose import compose
from server.render.geometry import seen_from
from server.render.paint import paint
from server.render.scene import Scene, lay_out, named
from server.render.type.styles import Viewport, text_style
from server.render.type.text_layers import PLACED
from server.report import SlotReport

Plane = NDArray[np.float64]
REFERENCE_WIDTH = 1200  # the picture width for which sizes of type are stated
DEFINITIONS = ("defs", "clipPath", "linearGradient", "radialGradient", "mask", "pattern", "filter", "style")


@dataclass(frozen=True, slots=True)
class Ink:
    """Pixels from `left` and `top`; `coverage` is 0 to 1, `color` straight red, green, blue of 0 to 1. `letters` is the
    coverage of what takes the text's colour: emoji bring their own.
    """

    left: int
    top: int
    coverage: Plane
    color: Plane
    letters: Plane

    @property
    def right(self) -> int:
        return self.left + int(self.coverage.shape[1])

    @property
    def bottom(self) -> int:
        return self.top + int(self.coverage.shape[0])


class Type(NamedTuple):
    """`size` is that of the largest letters in a picture 1200 pixels wide; `shrunk` is it over the designed one."""

    size: float
    shrunk: float
    weight: float


@dataclass(frozen=True, slots=True)
class Slot:
    """A text (`type` says how it is set) or a picture that inks something. `ground` is what lies behind its ink.
    A slot without an id or a data-slot has no name."""

    name: str
    type: Type | None
    ink: Ink
    ground: Plane


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole picture."""

    width: int
    height: int
    slots: tuple[Slot, ...]


def ink_of(
    spec: RenderSpec,
    template: Template,
    fonts: FontLibrary,
    *,
    decoration: Collection[str] = (),
    lines_over: Collection[str] = (),
) -> Sheet:
    """Every slot of the picture. Type named as `decoration` belongs to the ground that others stand on; elements
    with an id of `lines_over` lie in front of type and so do not."""
    scene = lay_out(compose(spec, template), template, fonts)
    nodes = list(_slot_nodes(scene.tree))
    texts = [node for node in nodes if node.tag == "text" and _name(node) not in decoration]
    in_front = [node for node in _below(scene.tree) if node.get("id") in lines_over]
    ground = as_array(_paint_without(scene, texts + in_front))
    reports = {report.slot: report for report in named(scene.slots)}
    slots: list[Slot] = []
    for node in nodes:
        ink = _ink(_paint_only(scene, node), _paint_letters(scene, node) if _has_emoji(node) else None)
        if ink:
            behind = _colors(ground[ink.top : ink.bottom, ink.left : ink.right])
            name, type_ = _name(node), None
            if node.tag == "text":
                texts_before = sum(slot.type is not None for slot in slots)
                type_ = _type(node, reports[name or f"text-{texts_before + 1}"], scene)
            slots.append(Slot(name, type_, ink, behind))
    return Sheet(scene.width, scene.height, tuple(slots))


def shared_pixels(one: Ink, other: Ink) -> int:
    """How many pixels both ink, be it by the softest edge."""
    left, right = max(one.left, other.left), min(one.right, other.right)
    top, bottom = max(one.top, other.top), min(one.bottom, other.bottom)
    if left >= right or top >= bottom:
        return 0
    cuts = (ink.coverage[top - ink.top : bottom - ink.top, left - ink.left : right - ink.left] for ink in (one, other))
    return int(np.logical_and(*(cut > 0 for cut in cuts)).sum())


def _slot_nodes(node: Node) -> Iterator[Node]:
    """Texts and pictures that are drawn, in the order in which they are."""
    if node.get("display") == "none" or node.tag in DEFINITIONS:
        return
    if node.tag in ("text", "image"):
        yield node
    else:
        for child in node.children:
            yield from _slot_nodes(child)


def _below(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _below(child)


def _name(node: Node) -> str:
    """As reports call it: the name of the group of wordings which the text is chosen from, else its own."""
    group = node.parent
    if group is not None and group.xml_tree.get("data-choose") and _own_name(group):
        return _own_name(group)
    return _own_name(node)


def _own_name(node: Node) -> str:
    return str(node.xml_tree.get("id") or node.xml_tree.get("data-slot") or "")


def _type(text: Node, report: SlotReport, scene: Scene) -> Type:
    """The lightest weight of a text with several counts: it is the one that is read least well."""
    page = Viewport(scene.width, scene.height)
    scale = REFERENCE_WIDTH / seen_from(text, scene.tree, page)[2]
    weights = (text_style(node).weight for node in _below(text) if node.text)
    return Type(report.size * scale, report.size / report.designed_size, min(weights))


def _paint_only(scene: Scene, node: Node) -> Pixels:
    way = [node]
    while way[-1].parent is not None:
        way.append(way[-1].parent)
    kept = {id(one) for one in way}
    return _paint_pruned(scene, way[1:], lambda child: id(child) in kept or child.tag in DEFINITIONS)


def _paint_without(scene: Scene, nodes: Sequence[Node]) -> Pixels:
    left_out = {id(node) for node in nodes}
    return _paint_pruned(scene, [node.parent for node in nodes], lambda child: id(child) not in left_out)


def _paint_pruned(scene: Scene, parents: Sequence[Node], keep: Callable[[Node], bool]) -> Pixels:
    """The scene painted with only those children of `parents` that are to be kept; afterwards it is whole again."""
    whole = {id(parent): (parent, parent.children) for parent in parents}
    for parent, children in whole.values():
        parent.children = [child for child in children if keep(child)]
    try:
        return paint(scene, scene.width, scene.height)
    finally:
        for parent, children in whole.values():
            parent.children = children


def _has_emoji(node: Node) -> bool:
    return any(part.face.is_color for one in _below(node) for part in getattr(one, PLACED, ()))


def _paint_letters(scene: Scene, text: Node) -> Pixels:
    """`text` alone, without its emoji; afterwards it has them again."""
    whole = [(node, getattr(node, PLACED)) for node in _below(text) if hasattr(node, PLACED)]
    for node, placed in whole:
        setattr(node, PLACED, tuple(part for part in placed if not part.face.is_color))
    try:
        return _paint_only(scene, text)
    finally:
        for node, placed in whole:
            setattr(node, PLACED, placed)


def _ink(pixels: Pixels, letters: Pixels | None) -> Ink | None:
    bgra = as_array(pixels)
    rows, columns = (np.flatnonzero(bgra[:, :, ALPHA].any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return None
    cut = bgra[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    coverage = cut[:, :, ALPHA] / OPAQUE
    color = _colors(cut) / np.maximum(coverage, 1 / OPAQUE)[:, :, None]
    own = coverage
    if letters is not None:
        alpha = as_array(letters)[:, :, ALPHA] / OPAQUE
        own = alpha[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return Ink(int(columns[0]), int(rows[0]), coverage, color, own)


def _colors(bgra: Channels) -> Plane:
    return np.asarray(bgra[:, :, (RED, GREEN, BLUE)] / OPAQUE)
