"""Fonts: those that are not there, and outlines in the place of letters."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from server.fonts.library import GENERIC_FAMILIES
from server.render.lint.document import Document, Hit, Node
from server.render.lint.names import did_you_mean
from server.render.lint.paths import bounds, subpaths
from server.render.type.font_names import read_font_names

_GENERIC = frozenset(GENERIC_FAMILIES) | {"inherit", "initial"}

# An outlined line of text, as exports write it: many closed shapes with curves, far wider than high. Icons
# and ornaments have fewer shapes, or are about as high as wide.
GLYPH_SUBPATHS = 8
GLYPH_LINE_RATIO = 4


def check(document: Document, families: Collection[str]) -> Iterator[Hit]:
    for node in document.nodes:
        if node.is_text:
            yield from _fonts(node, families)
    yield from _outlined(document)


def _fonts(node: Node, families: Collection[str]) -> Iterator[Hit]:
    own = "font-family" in node.values or "font" in node.values
    if (node.tag != "text" and not own) or {"font", "font-family"} & node.dynamic:
        return
    if node.tag == "text" and not own and not node.has_words_of_its_own:
        return  # its tspans name their fonts themselves, and are asked
    said = read_font_names(_families(node)).families
    named = [name for name in said if name.casefold() not in _GENERIC]
    known = {family.casefold() for family in families}
    if not named:
        yield node.hit("font-generic")
    elif not any(name.casefold() in known for name in named):
        yield node.hit("font-missing", ", ".join(_families(node)), did_you_mean(named[0], families))


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
