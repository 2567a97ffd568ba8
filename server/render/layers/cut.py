"""Cuts a document into parts, from back to front: what stays, texts of which a value is the words, other drawings.

The document is taken as a paint list. Groups that only hand things down (a transform, a clip, a paint) dissolve: each
child gets its own copy of the group around it, so that what a design tool wrapped in ten groups is cut as well as a
flat drawing. Neighbours that stay are one part, every other element is one by itself. Everything is decided by the
document itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from lxml import etree

from server.render.compose import HOLE_START
from server.render.svg import SVG, Element, chosen_of, local_name

MAX_PARTS = 100  # each is a document to parse, or a surface to put in its place; what comes after them is one
NEVER_PAINTED = frozenset(
    ("defs", "style", "symbol", "linearGradient", "radialGradient", "clipPath", "mask", "pattern", "marker")
)
DISSOLVED = frozenset(("g", "a", "switch"))
# What makes a group more than its children one by one. (Blending is not drawn; design tools write `isolation` around
# all of a drawing, where anything is blended in it.)
TOGETHER = ("opacity", "mask", "data-choose")
MAKES_A_WHOLE = re.compile(rf"(?<![\w-])(?:{'|'.join(TOGETHER)})\s*:")
NO_RULE = re.compile(r"/\*.*?\*/|@import[^;]*;|@charset[^;]*;", re.DOTALL)
RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
SUBJECT = re.compile(r"(\*|[\w-]*)((?:[.#][\w-]+)*)")  # the last part of a selector, which names the element itself
HOOK = re.compile(r"[.#][\w-]+")
# A selector that counts or names neighbours means something else once they are apart.
COUNTS_NEIGHBOURS = re.compile(r"[:+~>\[]")
URL_BY_VALUE = re.compile(rf"url\([^)]*{HOLE_START}")
REFERENCE = re.compile(
    r"""url\(\s*(?:&quot;|["'])?\s*\#([^)"'&]+) | (?:href|data-box)\s*=\s*"\s*\#?([^"]+)" """, re.VERBOSE
)


class Kind(StrEnum):
    WHOLE = "whole"  # a document that is not cut
    STAYS = "stays"  # no value shows in it
    WORDS = "words"  # a text, or several to choose from, in which values are words and nothing else
    DRAWING = "drawing"  # anything else that a value changes


class Part(NamedTuple):
    """A document with all that it refers to."""

    kind: Kind
    root: Element


def cut(root: Element) -> tuple[Part, ...] | None:
    """The parts of `root`, a parsed document with holes in it. None where it is better drawn in one piece."""
    document = _Document(root)
    if document.is_one_piece:
        return None
    runs = list(_runs(document))
    parts = [Part(kind, _document_of(document, items)) for kind, items in runs[:MAX_PARTS]]
    if rest := [item for _, items in runs[MAX_PARTS:] for item in items]:
        parts.append(Part(Kind.DRAWING, _document_of(document, rest)))
    return tuple(parts) if any(part.kind is Kind.STAYS for part in parts) else None


def _runs(document: _Document) -> Iterator[tuple[Kind, list[Element]]]:
    for kind, items in groupby(document.items(), document.kind_of):
        if kind is Kind.STAYS:
            yield kind, list(items)
        else:
            yield from ((kind, [item]) for item in items)


class _Document:
    """A document, and what of it refers to what."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.styles = tuple(root.iter(f"{SVG}style", "style"))
        self._sheets = NO_RULE.sub(" ", " ".join(style.text or "" for style in self.styles))
        self._rules = RULE.findall(self._sheets)
        self._by_id: dict[str, Element] = {}
        for element in root.iter("*"):
            if "id" in element.attrib:
                self._by_id.setdefault(element.get("id"), element)
        self._sources: dict[Element, str] = {}

    @property
    def is_one_piece(self) -> bool:
        """Whether the root or a style sheet does something to all of it together."""
        said_of_all = (_start_tag(self.root), self._sheets, *_own_words(self.root))
        return (
            any(HOLE_START in said for said in said_of_all)
            or any(HOLE_START in words for defs in self.root.iter(f"{SVG}defs", "defs") for words in _own_words(defs))
            or any(map(_refers_by_value, self.root.iter("*")))
            or self._is_whole(self.root)
            or any(COUNTS_NEIGHBOURS.search(selectors) for selectors, _ in self._rules)
        )

    def items(self) -> Iterator[Element]:
        """What is painted, from back to front."""
        return self._items_in(self.root)

    def _items_in(self, parent: Element) -> Iterator[Element]:
        for element in _children_of(parent):
            if local_name(element) in NEVER_PAINTED:
                continue
            if self._dissolves(element):
                yield from self._items_in(element)
            else:
                yield element

    def _dissolves(self, element: Element) -> bool:
        """Only groups with something live in them: any other is painted once in any case."""
        if local_name(element) not in DISSOLVED or HOLE_START not in self.source(element):
            return False
        return not (self._is_whole(element) or any(HOLE_START in words for words in _own_words(element)))

    def _is_whole(self, element: Element) -> bool:
        """Whether `element` is more than its children one by one: by itself, by a style sheet, or by a value."""
        if any(name in element.attrib for name in TOGETHER) or MAKES_A_WHOLE.search(element.get("style", "")):
            return True
        if any(HOLE_START in element.get(name, "") for name in ("style", "class", "id")):
            return True
        return any(_is_meant(element, selectors) for selectors, block in self._rules if MAKES_A_WHOLE.search(block))

    def kind_of(self, item: Element) -> Kind:
        needed = self.needed_by([item])
        if not any(HOLE_START in self._said_of(part) for part in (item, *needed)):
            return Kind.STAYS
        around = " ".join([*map(_start_tag, item.iter("*")), *map(_start_tag, item.iterancestors())])
        is_in_words = HOLE_START not in around and not any(HOLE_START in self._said_of(part) for part in needed)
        return Kind.WORDS if is_in_words and _is_text(item) else Kind.DRAWING

    def needed_by(self, items: list[Element]) -> list[Element]:
        """The elements that `items` refer to, and those that these refer to, and so on."""
        found: dict[Element, None] = {}
        waiting = [self._sheets, *map(self._said_of, items)]
        while waiting:
            for match in REFERENCE.finditer(waiting.pop()):
                element = self._by_id.get((match[1] or match[2]).strip())
                if element is not None and element not in found:
                    found[element] = None
                    waiting.append(self._said_of(element))
        return list(found)

    def _said_of(self, element: Element) -> str:
        """The source of `element`, and the start tags around it."""
        return " ".join((self.source(element), *map(_start_tag, element.iterancestors())))

    def source(self, element: Element) -> str:
        if element not in self._sources:
            self._sources[element] = etree.tostring(element, encoding="unicode", with_tail=False)
        return self._sources[element]


def _document_of(document: _Document, items: list[Element]) -> Element:
    """A document of a part of the document, with all that this part refers to."""
    copy = _without_children(document.root)
    definitions = etree.SubElement(copy, f"{SVG}defs")
    for element in document.needed_by(items):
        definitions.append(_in_its_groups(element, document))
    for style in document.styles:
        copy.append(_copied(style))
    for item in items:
        copy.append(_in_its_groups(item, document))
    return copy


def _in_its_groups(element: Element, document: _Document) -> Element:
    """A copy of `element`, in copies of the start tags that stand around it, the root's excepted. They have the ids of
    groups only where a style sheet may know them: who refers to a group means all of it."""
    inner = _copied(element)
    for outer in element.iterancestors():
        if outer.getparent() is not None:
            wrapper = _without_children(outer)
            if not document.styles:
                wrapper.attrib.pop("id", None)
            wrapper.append(inner)
            inner = wrapper
    return inner


def _is_text(item: Element) -> bool:
    """Whether `item` is a text of which nothing but words is said, or a choice of such in one style."""
    if local_name(item) == "text":
        return all(isinstance(span.tag, str) and local_name(span) == "tspan" for span in item.iterdescendants())
    is_choice = item.get("data-choose") == "first-fit" and local_name(item) == "g"
    is_more = any(name in item.attrib for name in TOGETHER if name != "data-choose")
    return is_choice and not is_more and all(local_name(text) == "text" and not len(text) for text in item)


def _children_of(parent: Element) -> list[Element]:
    """Those that are drawn of a <switch>, of any other element all."""
    if local_name(parent) != "switch":
        return list(parent.iterchildren("*"))
    chosen = chosen_of(parent)
    return [] if chosen is None else [chosen]


def _copied(element: Element) -> Element:
    copy = deepcopy(element)
    copy.tail = None
    return copy


def _without_children(element: Element) -> Element:
    return etree.Element(element.tag, dict(element.attrib), nsmap=element.nsmap)


def _start_tag(element: Element) -> str:
    return " ".join(f'{name}="{value}"' for name, value in element.attrib.items())


def _own_words(element: Element) -> list[str]:
    """The text directly in `element`: printed markup may stand there, of which nothing is known yet."""
    return [words for words in (element.text, *(child.tail for child in element)) if words]


def _refers_by_value(element: Element) -> bool:
    """Whether a value says what `element` is called or refers to, or whether it is there: that could be anything."""
    for name, value in element.attrib.items():
        if HOLE_START not in value:
            continue
        is_reference = name.rpartition("}")[2] == "href" and local_name(element) != "image"
        if is_reference or name in ("id", "data-box", "data-if", "data-if-not") or URL_BY_VALUE.search(value):
            return True
    return False


def _is_meant(element: Element, selectors: str) -> bool:
    """Whether one of `selectors` may mean `element`, going by the last part of each."""
    hooks = {f".{name}" for name in element.get("class", "").split()} | {f"#{element.get('id', '')}"}
    for selector in selectors.split(","):
        subject = SUBJECT.fullmatch((selector.split() or [""])[-1])
        if subject is None:
            return True
        if subject[1] in ("", "*", local_name(element)) and hooks.issuperset(HOOK.findall(subject[2])):
            return True
    return False
