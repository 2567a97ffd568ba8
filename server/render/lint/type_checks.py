"""Text: boxes that do not hold, fonts that are not there, outlines that were text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from server.render.lint import text_checks
from server.render.lint.document import Document, Hit, Node, number, reference_id
from server.render.lint.names import did_you_mean
from server.render.lint.paths import bounds, subpaths
from server.render.lint.source import Source
from server.render.type.font_names import read_font_names

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
            yield from text_checks.check(node)
            yield from _frames(node)
            yield from _fonts(node, families)
        if node.tag == "text":
            yield from _box(source, node)
        if node.tag == "flowRoot":
            yield node.hit("flow-text")
        if node.get("id"):
            first = seen.setdefault(node.get("id"), node)
            if first is not node and not first.origin.excludes(node.origin):
                yield node.hit("duplicate-id", f"(first in line {first.origin.line})")
    yield from _outlined(document)


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


def _fonts(node: Node, families: Collection[str]) -> Iterator[Hit]:
    own = "font-family" in node.values or "font" in node.values
    if (node.tag != "text" and not own) or {"font", "font-family"} & node.dynamic:
        return
    if node.tag == "text" and not own and not _has_words_of_its_own(node):
        return  # its tspans name their fonts themselves, and are asked
    said = read_font_names(_families(node)).families
    named = [name for name in said if name.casefold() not in _GENERIC]
    known = {family.casefold() for family in families}
    if not named:
        yield node.hit("font-generic")
    elif not any(name.casefold() in known for name in named):
        yield node.hit("font-missing", ", ".join(_families(node)), did_you_mean(named[0], families))


def _has_words_of_its_own(node: Node) -> bool:
    tails = (child.tail or "" for child in node.element)
    return any(text.strip() for text in (node.element.text or "", *tails))


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
    outlined: list[Node] = []
    for node in document.nodes:
        if node.inside("clipPath", "mask", "pattern", "marker", "defs") or node.parent in outlined:
            continue
        if node.tag in ("path", "g") and (node.get("aria-label") or _is_line_of_glyphs(node)):
            outlined.append(node)
            yield node.hit("outlined-text", node.get("aria-label"))
    if not outlined and not any(node.tag in ("text", "flowRoot") for node in document.nodes):
        yield document.root.hit("outlined-text", "holds no <text>")


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
