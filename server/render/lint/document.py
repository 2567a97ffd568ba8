"""Blanked source to a tree of nodes: every element with its line, its cascaded style, and its parent.

Read by expat and not by lxml, which tells the line where a start tag ends, not where it begins.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from server.render.limits import MAX_DEPTH, MAX_ELEMENTS
from server.render.lint.css import Declaration, declarations, styled_elements
from server.render.lint.source import Origin, Source, is_dynamic, plain

SVG = "http://www.w3.org/2000/svg"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
TEXT_ELEMENTS = ("text", "tspan", "textPath")


class NotXmlError(Exception):
    """The text is not well-formed XML, or has what we refuse to read."""

    def __init__(self, message: str, line: int, code: str = "not-xml") -> None:
        super().__init__(message)
        self.line = line
        self.code = code


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that an element (or the template as a whole) breaks, before it becomes a finding."""

    code: str
    origin: Origin
    where: str
    cure: str = ""  # said before the rule's own cure


@dataclass(slots=True, eq=False)
class Node:
    """An element. `values` holds its attributes and styles as one (styles win), href under one name;
    `dynamic` the names of those that are known only when a picture is drawn. Values are free of marks."""

    tag: str
    element: ET.Element
    origin: Origin
    parent: Node | None
    values: Mapping[str, str] = field(default_factory=dict)
    styled: frozenset[str] = frozenset()
    dynamic: frozenset[str] = frozenset()
    children: list[Node] = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        """What the element itself says."""
        return self.values.get(name, default)

    def inherited(self, name: str, default: str = "") -> str:
        for node in self.lineage():
            if name in node.values and node.values[name] != "inherit":
                return node.values[name]
        return default

    def lineage(self) -> Iterator[Node]:
        """The element and what it stands in, innermost first."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()

    def is_painted(self, prop: str) -> bool:
        """Whether the fill, or the stroke, of this shape is seen at all."""
        value = self.inherited(prop, "black" if prop == "fill" else "none")
        return value not in ("none", "transparent") and not (
            prop == "stroke" and number(self.inherited("stroke-width", "1")) == 0
        )

    def inside(self, *tags: str) -> bool:
        return any(node.tag in tags for node in self.lineage() if node is not self)

    @property
    def is_text(self) -> bool:
        return self.tag in TEXT_ELEMENTS

    @property
    def has_words_of_its_own(self) -> bool:
        """Whether text stands in the element itself, and not only in those inside it."""
        tails = (child.tail or "" for child in self.element)
        return any(text.strip() for text in (self.element.text or "", *tails))

    @property
    def label(self) -> str:
        name = self.get("id") or self.get("{http://www.inkscape.org/namespaces/inkscape}label")
        return f'<{self.tag} id="{name}">' if name else f"<{self.tag}>"

    def hit(self, code: str, what: str = "", cure: str = "") -> Hit:
        return Hit(code, self.origin, f"{self.label} {what}".rstrip(), cure)

    @property
    def raw_text(self) -> str:
        """All text inside, marks included."""
        return "".join(self.element.itertext())


@dataclass(frozen=True, slots=True)
class Document:
    root: Node
    nodes: tuple[Node, ...]
    ids: Mapping[str, Node]
    sheets: tuple[Node, ...]  # the <style> elements

    def target(self, reference: str) -> Node | None:
        """The element that `url(#id)` or `#id` names."""
        return self.ids.get(reference_id(reference) or "")


def number(text: str) -> float | None:
    """A plain number, also in px; None for anything else."""
    try:
        return float(text.strip().removesuffix("px"))
    except ValueError:
        return None


def reference_id(value: str) -> str | None:
    """The id in `#id`, `url(#id)` or `url("#id") fallback`; None if it is no reference to this document."""
    value = value.strip()
    if value.startswith("url("):
        value = value[4:].split(")")[0].strip(" '\"")
    return value[1:] if value.startswith("#") and len(value) > 1 else None


def read_document(source: Source) -> Document:
    """Raises NotXmlError, its line being that of `source.text`."""
    root, lines = _parse(source.text)
    sheets = [element for element in root.iter() if element.tag == f"{{{SVG}}}style"]
    styles = styled_elements(root, [plain("".join(sheet.itertext())) for sheet in sheets])
    top = _node(root, None, source, lines, styles)
    nodes = tuple(top.walk())
    ids: dict[str, Node] = {}
    for node in nodes:
        if node.get("id"):
            ids.setdefault(node.get("id"), node)
    return Document(top, nodes, ids, tuple(node for node in nodes if node.tag == "style"))


def _parse(text: str) -> tuple[ET.Element, dict[ET.Element, int]]:
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    builder = ET.TreeBuilder()
    lines: dict[ET.Element, int] = {}
    open_tags: list[str] = []

    def name(raw: str) -> str:
        return f"{{{raw}" if "}" in raw else raw

    def start(tag: str, attributes: dict[str, str]) -> None:
        element = builder.start(name(tag), {name(key): value for key, value in attributes.items()})
        lines[element] = parser.CurrentLineNumber
        open_tags.append(tag)
        if len(lines) > MAX_ELEMENTS:  # the checks compare elements with each other: it would take minutes
            raise NotXmlError(f"<{tag}>", parser.CurrentLineNumber, "too-many-elements")
        if len(open_tags) > MAX_DEPTH:
            # The readers below recurse, so this limit is kept here.
            raise NotXmlError(f"<{tag}>", parser.CurrentLineNumber, "too-deep")

    def end(tag: str) -> None:
        builder.end(name(tag))
        open_tags.pop()

    def entity(*_: object) -> None:
        raise NotXmlError("<!ENTITY>", parser.CurrentLineNumber, "entities")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)  # noqa: FBT003  # expat takes no keywords
    except expat.ExpatError as error:
        raise NotXmlError(expat.ErrorString(error.code), _line_of_open_tag(text, error)) from error
    return builder.close(), lines


def _line_of_open_tag(text: str, error: expat.ExpatError) -> int:
    """Where the tag begins that is not finished where reading stopped, or else that place."""
    lines = text.split("\n")[: error.lineno]
    before = "\n".join((*lines[:-1], lines[-1].encode()[: error.offset].decode("utf-8", "ignore")))
    opened = before.rfind("<")
    return before.count("\n", 0, opened) + 1 if opened > before.rfind(">") else error.lineno


def _node(
    element: ET.Element,
    parent: Node | None,
    source: Source,
    lines: Mapping[ET.Element, int],
    styles: Mapping[ET.Element, list[Declaration]],
) -> Node:
    namespace, _, local = element.tag.rpartition("}")
    tag = local if namespace in ("", f"{{{SVG}") else element.tag
    values, styled, dynamic = _cascade(element.attrib, styles.get(element, []))
    node = Node(tag, element, source.origins[lines[element] - 1], parent, values, styled, dynamic)
    node.children.extend(_node(child, node, source, lines, styles) for child in element)
    return node


def _name(attribute: str) -> str:
    return "href" if attribute == XLINK_HREF else attribute


def _cascade(
    attributes: Mapping[str, str], sheets: list[Declaration]
) -> tuple[dict[str, str], frozenset[str], frozenset[str]]:
    """All values, the names of those that come from styles, and of those that only a drawing knows."""
    inline = attributes.get("style", "")
    dynamic = {_name(key) for key, value in attributes.items() if is_dynamic(value)}
    values = {_name(key): plain(value).strip() for key, value in attributes.items()}
    layers = sheets + declarations(plain(inline))
    dynamic |= {name for name, value, _ in declarations(inline) if is_dynamic(value)}
    in_order = sorted(layers, key=lambda item: item[2])  # stable: important ones last
    styled = {name: value for name, value, _ in in_order}
    return {**values, **styled}, frozenset(styled), frozenset(dynamic)
