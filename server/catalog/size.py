"""The designed size of a template: what the first tag of its SVG says, within our bounds.

The rest of the SVG is not parsed here, because this is the web process, and parsing is for workers.
"""

from __future__ import annotations

import math
import re
from xml.parsers import expat

from server.errors import BrokenTemplate

MIN_SIDE, MAX_SIDE = 16, 4096
MAX_PIXELS = 12_000_000

_PIXELS_PER_UNIT = {"": 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}


def designed_size(name: str, svg: str) -> tuple[int, int]:
    """The root's width and height in pixels, or those of its viewBox. Only the first tag is parsed: the rest of
    the SVG is for workers."""
    root = _first_tag(name, svg)
    box = re.fullmatch(r"\s*[-\d.eE+]+[\s,]+[-\d.eE+]+[\s,]+([\d.eE+]+)[\s,]+([\d.eE+]+)\s*", root.get("viewBox", ""))
    sides = []
    for side, of_box in (("width", 1), ("height", 2)):
        length = re.fullmatch(r"\s*([\d.]+(?:[eE][-+]?\d+)?)(px|pt|pc|in|cm|mm)?\s*", root.get(side, ""))
        try:
            pixels = (
                float(length[1]) * _PIXELS_PER_UNIT[length[2] or ""]
                if length
                else float(box[of_box])
                if box
                else math.nan
            )
        except ValueError:
            pixels = math.nan
        if not math.isfinite(pixels):
            raise BrokenTemplate(name, f'the <svg> needs its {side} in pixels, like {side}="1200"', line=1)
        sides.append(round(pixels))
    width, height = sides
    if not (min(sides) >= MIN_SIDE and max(sides) <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise BrokenTemplate(
            name,
            f"its size is {width}x{height}; each side must be {MIN_SIDE} to {MAX_SIDE} pixels, "
            f"{MAX_PIXELS // 1_000_000} megapixels in all",
            line=1,
        )
    return width, height


class _Found(Exception):
    """Stops the parser at the first tag."""


def _first_tag(name: str, svg: str) -> dict[str, str]:
    found: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] != "svg":
            raise BrokenTemplate(name, f"the first element is <{tag}>, not <svg>", line=parser.CurrentLineNumber)
        found.update(attributes)
        raise _Found

    def doctype(*_: object) -> None:
        # An SVG 1.1 doctype names a public DTD and is harmless; an internal subset can hold entity bombs.
        if _[3]:
            raise BrokenTemplate(name, "has a DOCTYPE with declarations; remove it", line=parser.CurrentLineNumber)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    text = _without_jinja(svg)
    try:
        # An XML declaration must come first, also where only Jinja stood before it.
        parser.Parse(text.lstrip() if text.lstrip().startswith("<?xml") else text, True)  # noqa: FBT003  # "is final"
    except _Found:
        return found
    except expat.ExpatError as error:
        raise BrokenTemplate(name, f"is not XML: {expat.ErrorString(error.code)}", line=error.lineno) from error
    raise BrokenTemplate(name, "has no <svg>")


def _without_jinja(svg: str) -> str:
    """`svg` with its statements and comments blanked, lines kept. One pass: a search that starts anew at each of
    100,000 open braces would hold the process for minutes."""
    kept, position = [], 0
    while opening := re.compile(r"\{[%#]").search(svg, position):
        end = svg.find(opening[0][1] + "}", opening.end())
        if end < 0:
            break
        kept += [svg[position : opening.start()], "\n" * svg.count("\n", opening.start(), end)]
        position = end + 2
    return "".join((*kept, svg[position:]))
