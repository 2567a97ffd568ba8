"""What an <image> says of how its picture is placed: values that are none, and attributes on other elements."""

from __future__ import annotations

import re
from collections.abc import Iterator

from server.render.lint.document import Document, Hit, Node
from server.render.tones import read_tone

_COLORS = ("data-plate", "data-tile", "data-tile-ink")
_NUMBERS = ("data-plate-padding", "data-plate-radius", "data-max-upscale")
OF_PICTURES = (*_COLORS, *_NUMBERS, "data-trim")
_SIDES = ("width", "height")
_NO_SIZE = ("", "0", "auto")
_WITH_UNIT = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:px)?")


def check(document: Document) -> Iterator[Hit]:
    for node in document.nodes:
        ours = [name for name in OF_PICTURES if name in node.values]
        if node.tag == "image":
            yield from (
                node.hit("picture-look", f'{name}="{node.get(name)}"') for name in ours if _is_wrong(node, name)
            )
            yield from _box(node)
        else:
            yield from (node.hit("picture-only", name) for name in ours)


def _is_wrong(node: Node, name: str) -> bool:
    value = node.get(name).strip()
    if name in node.dynamic or (name == "data-tile" and value == "none"):
        return False
    if name in _COLORS:
        return not value or any(read_tone(color) is None for color in value.split())
    return name in _NUMBERS and _WITH_UNIT.fullmatch(value) is None


def _box(node: Node) -> Iterator[Hit]:
    missing = [side for side in _SIDES if node.get(side) in _NO_SIZE and side not in node.dynamic]
    if missing and "href" in node.dynamic:
        yield node.hit("picture-box", f"has no {' and no '.join(missing)}")
