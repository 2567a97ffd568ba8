"""Boxes of texts, and the attributes that describe them: those that do not hold, are misspelt, or are missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from server.render.lint.document import Document, Hit, Node, number, reference_id
from server.render.lint.names import did_you_mean
from server.render.lint.picture_checks import OF_PICTURES
from server.render.lint.source import Source

_VALUES = {
    "data-fit": ("shrink",),
    "data-wrap": ("last",),
    "data-valign": ("top", "middle", "bottom"),
    "data-choose": ("first-fit",),
    "data-trim": ("true", "false"),
}
_OF_TEXTS = ("data-min-size", "data-max-lines", "data-box", "data-if", "data-if-not", "data-slot")
_OURS = (*_VALUES, *_OF_TEXTS, *OF_PICTURES)
# What editors and frameworks write themselves; none of our business.
_FOREIGN_DATA = re.compile(r"data-(?:name|id|testid|figma-.*|layer.*|sanitized-.*|v-.*)")


def check(document: Document, source: Source) -> Iterator[Hit]:
    for node in document.nodes:
        yield from _own_attributes(document, node)
        if node.is_text:
            yield from _frames(node)
        if node.tag == "text":
            yield from _box(source, node)
        if node.tag == "flowRoot":
            yield node.hit("flow-text")


def _frames(node: Node) -> Iterator[Hit]:
    shape = node.get("shape-inside", "none")
    if shape not in ("none", "auto"):
        yield node.hit("flow-text", cure=_frame(shape))


def _frame(value: str) -> str:
    name = reference_id(value)
    return f'write data-box="#{name}".' if name else ""


def _own_attributes(document: Document, node: Node) -> Iterator[Hit]:
    for name, value in sorted(node.values.items()):
        if name.startswith("data-") and name not in _OURS and not _FOREIGN_DATA.fullmatch(name):
            # Compared without the common start, which would make every pair of names look alike.
            near = did_you_mean(name.removeprefix("data-"), [ours.removeprefix("data-") for ours in _OURS])
            if near:
                yield node.hit("unknown-attribute", name, near.replace("mean ", "mean data-"))
        elif name in _VALUES and value not in _VALUES[name] and name not in node.dynamic:
            yield node.hit(
                "unknown-attribute",
                f'{name}="{value}"',
                did_you_mean(value, _VALUES[name]) or f"write {' or '.join(_VALUES[name])}",
            )
    if "data-box" in node.values:
        target = document.target(node.get("data-box"))
        if target is None or target.tag != "rect":
            known = [f"#{found.get('id')}" for found in document.ids.values() if found.tag == "rect"]
            yield node.hit(
                "box-missing", f'data-box="{node.get("data-box")}"', did_you_mean(node.get("data-box"), known)
            )
    least, size = number(node.get("data-min-size")), number(node.inherited("font-size"))
    if least is not None and size is not None and least > size:
        yield node.hit("min-size", f'data-min-size="{least:g}" on text of {size:g}')


def _box(source: Source, text: Node) -> Iterator[Hit]:
    if not any(True for _ in source.expressions_in(text.raw_text)):
        return
    if not text.get("inline-size") and not text.get("data-box"):
        yield text.hit("no-box")
    elif not text.get("data-fit") and text.get("text-overflow") != "ellipsis":
        yield text.hit("no-fit")
