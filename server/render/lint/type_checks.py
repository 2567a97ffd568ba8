"""Text: SVG features that the type setter does not have, boxes that do not hold, fonts that are not there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from server.render.lint.document import Document, Hit, Node, number, reference_id
from server.render.lint.names import did_you_mean
from server.render.lint.paths import bounds, subpaths
from server.render.lint.source import Source

_VALUES = {
    "data-fit": ("shrink",),
    "data-wrap": ("last",),
    "data-valign": ("top", "middle", "bottom"),
    "data-choose": ("first-fit",),
}
_OURS = (*_VALUES, "data-min-size", "data-max-lines", "data-box", "data-if", "data-if-not", "data-slot")
# What editors and frameworks write themselves; none of our business.
_FOREIGN_DATA = re.compile(r"data-(?:name|id|testid|figma-.*|layer.*|sanitized-.*|v-.*)")
_GENERIC = frozenset(
    (
        "serif",
        "sans-serif",
        "monospace",
        "cursive",
        "fantasy",
        "system-ui",
        "ui-serif",
        "ui-sans-serif",
        "ui-monospace",
        "ui-rounded",
        "math",
        "emoji",
        "inherit",
        "initial",
    )
)
_BASELINES = frozenset(
    (
        "auto",
        "alphabetic",
        "baseline",
        "inherit",
        "middle",
        "central",
        "hanging",
        "text-before-edge",
        "text-top",
        "text-after-edge",
        "text-bottom",
        "ideographic",
    )
)
_FONT_ATTRIBUTES = frozenset(("font-family", "font-size", "font-style", "font-weight"))
_TEXT_ELEMENTS = ("text", "tspan", "textPath")

# An outlined line of text, as exports write it: many closed shapes with curves, far wider than high. Icons
# and ornaments have fewer shapes, or are about as high as wide.
GLYPH_SUBPATHS = 8
GLYPH_LINE_RATIO = 4


def check(document: Document, source: Source, families: Collection[str]) -> Iterator[Hit]:
    seen: dict[str, Node] = {}
    for node in document.nodes:
        yield from _own_attributes(document, node)
        if node.tag in _TEXT_ELEMENTS:
            yield from _type(node)
            yield from _fonts(node, families)
        if node.tag == "text":
            yield from _box(source, node)
        if node.tag in ("flowRoot", "flowPara"):
            yield node.hit("flow-text")
        if node.get("id"):
            first = seen.setdefault(node.get("id"), node)
            if first is not node and not first.origin.excludes(node.origin):
                yield node.hit("duplicate-id", f"(first in line {first.origin.line})")
    yield from _outlined(document)


def _type(node: Node) -> Iterator[Hit]:
    yield from _placing(node)
    yield from _lettering(node)


def _placing(node: Node) -> Iterator[Hit]:
    values = node.get
    if values("textLength") or values("lengthAdjust"):
        yield node.hit("text-length")
    lists = [
        name
        for name in ("x", "y", "dx", "dy")
        if len(values(name).replace(",", " ").split()) > 1 and name not in node.dynamic
    ]
    if lists or ("rotate" in node.values and "rotate" not in node.styled):
        yield node.hit("text-positions", " ".join(lists) or "rotate")
    if node.tag == "text" and not re.match(r"horizontal-tb|lr|$", node.inherited("writing-mode")):
        yield node.hit("text-vertical")
    if {values("dominant-baseline", "auto"), values("alignment-baseline", "auto")} - _BASELINES:
        yield node.hit("text-baseline")


def _lettering(node: Node) -> Iterator[Hit]:
    values = node.get
    lines = values("text-decoration") + values("text-decoration-line")
    if re.search("underline|line-through|overline", lines):
        yield node.hit("text-decoration")
    variant = values("font-variant") + values("font-variant-caps")
    if "caps" in variant or values("text-transform", "none") != "none":
        yield node.hit("text-variant")
    if node.inherited("text-shadow", "none") != "none" and node.tag == "text":
        yield node.hit("text-shadow")
    if "font" in node.styled and _FONT_ATTRIBUTES & node.values.keys() - node.styled:
        yield node.hit("font-shorthand")
    if values("shape-inside", "none") not in ("none", "auto"):
        yield node.hit("flow-text", cure=_frame(values("shape-inside")))


def _frame(value: str) -> str:
    name = reference_id(value)
    return f'write data-box="#{name}"' if name else ""


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


def _fonts(node: Node, families: Collection[str]) -> Iterator[Hit]:
    own = "font-family" in node.values or "font" in node.values
    if (node.tag != "text" and not own) or {"font", "font-family"} & node.dynamic:
        return
    named = [name for name in _families(node) if name.casefold() not in _GENERIC]
    known = {family.casefold() for family in families}
    if not named:
        yield node.hit("font-generic")
    elif not any(name.casefold() in known for name in named):
        yield node.hit("font-missing", ", ".join(named), did_you_mean(named[0], families))


def _families(node: Node) -> list[str]:
    """The names of font-family, or those at the end of the font shorthand, of the nearest that has either."""
    for outer in node.lineage():
        value = outer.get("font-family")
        short = re.search(r"(?:^|\s)[\d.]+[a-z%]*(?:\s*/\s*\S+)?\s+(.+)$", outer.get("font"), re.I)
        if value or short:
            names = (value or (short[1] if short else "")).split(",")
            return [name.strip(" '\"") for name in names if name.strip(" '\"")]
    return []


def _outlined(document: Document) -> Iterator[Hit]:
    has_text = any(node.tag in ("text", "flowRoot") for node in document.nodes)
    if not has_text:
        yield document.root.hit("outlined-text", "holds no <text>")
    for node in document.nodes:
        if node.inside("clipPath", "mask", "pattern", "marker", "defs"):
            continue
        if node.tag in ("path", "g") and (node.get("aria-label") or _is_line_of_glyphs(node)):
            yield node.hit("outlined-text")


def _is_line_of_glyphs(node: Node) -> bool:
    paths = [node] if node.tag == "path" else [child for child in node.children if child.tag == "path"]
    if node.tag == "g" and (len(paths) < GLYPH_SUBPATHS or len(paths) < len(node.children)):
        return False
    if any(path.is_painted("stroke") or not path.is_painted("fill") for path in paths):
        return False
    closed = [points for path in paths for points in subpaths(path.get("d"))]
    curved = sum(bool(re.search("[cqsta]", path.get("d"), re.I)) for path in paths)
    if len(closed) < GLYPH_SUBPATHS or curved * 2 < len(paths):
        return False
    _, _, width, height = bounds([point for points in closed for point in points])
    return height > 0 and width / height >= GLYPH_LINE_RATIO
