"""Text: what SVG and CSS say of letters, lines and places, and the type setter does otherwise than a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

from server.render.lint.document import Document, Hit, Node
from server.text.baselines import AROUND, BASELINES

_BASELINES = BASELINES.keys() | AROUND
_LISTS = ("x", "y", "dx", "dy")
_BOXES = ("inline-size", "data-box")
_FONT_ATTRIBUTES = frozenset(("font-family", "font-size", "font-style", "font-weight"))
_PLAIN_RULE = frozenset(("", "auto", "solid", "from-font", "inherit", "initial"))
_FANCY_RULE = re.compile(r"\b(?:wavy|dotted|dashed|double)\b|\d")
_MADE_LETTERS = re.compile(r"full-width|full-size-kana|math-auto")


def check(document: Document) -> Iterator[Hit]:
    for node in document.nodes:
        if node.is_text:
            for one in (_places, _lengths, _rules, _letters):
                yield from one(node)


def _places(node: Node) -> Iterator[Hit]:
    lists = [name for name in _LISTS if len(_words(node.get(name))) > 1 and name not in node.dynamic]
    if "rotate" in node.values and "rotate" not in node.styled:
        lists.append("rotate")
    if lists and _has_box(node):
        yield node.hit("text-positions", " ".join(lists))
    if node.tag == "text" and not re.match(r"horizontal-tb|lr|$", node.inherited("writing-mode")):
        yield node.hit("text-vertical")
    if {node.get("dominant-baseline", "auto"), node.get("alignment-baseline", "auto")} - _BASELINES:
        yield node.hit("text-baseline")
    if node.tag == "textPath" and _goes_on_behind(node):
        yield node.hit("text-path")


def _lengths(node: Node) -> Iterator[Hit]:
    if node.get("textLength") and (_has_box(node) or not _is_one_line(node)):
        yield node.hit("text-length")


def _rules(node: Node) -> Iterator[Hit]:
    is_fancy = _FANCY_RULE.search(node.get("text-decoration"))
    style, thickness = node.get("text-decoration-style"), node.get("text-decoration-thickness")
    if is_fancy or not {style, thickness} <= _PLAIN_RULE:
        yield node.hit("text-decoration")


def _letters(node: Node) -> Iterator[Hit]:
    if _MADE_LETTERS.search(node.get("text-transform")):
        yield node.hit("text-variant", f"text-transform: {node.get('text-transform')}")
    if node.inherited("text-shadow", "none") != "none" and node.tag == "text":
        yield node.hit("text-shadow")
    if "font" in node.styled and _FONT_ATTRIBUTES & node.values.keys() - node.styled:
        yield node.hit("font-shorthand")


def _words(value: str) -> list[str]:
    return value.replace(",", " ").split()


def _text(node: Node) -> Node:
    return next((outer for outer in node.lineage() if outer.tag == "text"), node)


def _has_box(node: Node) -> bool:
    return any(_text(node).inherited(name) for name in _BOXES)


def _is_one_line(node: Node) -> bool:
    """Whether the letters of `node` are all that stands on their line, and nothing in it begins another."""
    if node.tag == "textPath" or any(len(_words(node.get(name))) > 1 for name in ("x", "y")):
        return False
    inside = [inner for inner in node.walk() if inner is not node]
    if any(_begins_line(inner) for inner in inside):
        return False
    text = _text(node)
    if node is text:
        return True
    spans = [child for child in text.children if child.tag == "tspan"]
    is_placed = all(_begins_line(span) for span in spans[1:]) and node.parent is text
    return is_placed and not text.has_words_of_its_own


def _begins_line(node: Node) -> bool:
    return node.tag == "textPath" or "x" in node.values or "y" in node.values


def _goes_on_behind(node: Node) -> bool:
    if node.parent is None:
        return False
    behind = node.parent.children[node.parent.children.index(node) + 1 :]
    tails = [child.element.tail or "" for child in (node, *behind)]
    goes_on = any(tail.strip() for tail in tails) or any(child.raw_text.strip() for child in behind)
    return goes_on and not (behind and _begins_line(behind[0]) and not tails[0].strip())
