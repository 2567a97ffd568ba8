"""The flat card as design tools write it: the words of its lines in <tspan>s, its drawing in groups that are clipped to
frames. But for the parts in a style of their own it looks the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from bench.cards import CARDS
from server.catalog.template import Template, build_template

FLAT = CARDS / "flat"
TEXT = re.compile(r'<text([^>]*?) x="([^"]+)" y="([^"]+)"([^>]*)>([^<]*)</text>')
FRAMES = (
    '<clipPath id="artboard"><rect width="1200" height="630"/></clipPath>'
    '<clipPath id="content"><rect x="40" y="40" width="1120" height="550" rx="24"/></clipPath>'
)


def by_hand(svg: str) -> str:
    return svg


def in_tspans(svg: str) -> str:
    """The words and the place of each line in a <tspan>."""
    return TEXT.sub(r'<text\1\4><tspan x="\2" y="\3">\5</tspan></text>', svg)


def in_parts(svg: str) -> str:
    """The values in a colour or a weight of their own."""
    colored = svg.replace("{{ name }}", '<tspan fill="#FFD58A">{{ name }}</tspan>')
    return colored.replace("{{ company }}", '<tspan font-weight="700">{{ company }}</tspan>')


def in_frames(svg: str) -> str:
    """What is on the ground in a frame with round corners, and all in another one."""
    head, drawn = svg.split("</defs>")
    ground, content = drawn.removesuffix("\n").removesuffix("</svg>").split("<image")
    inner = f'<g clip-path="url(#content)"><g><image{content}</g></g>'
    return f'{head}{FRAMES}</defs><g clip-path="url(#artboard)">{ground}{inner}</g></svg>'


def in_tspans_and_frames(svg: str) -> str:
    return in_frames(in_tspans(svg))


WAYS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "as it is": by_hand,
        "in tspans": in_tspans,
        "in frames": in_frames,
        "in tspans and frames": in_tspans_and_frames,
        "parts in a style of their own": in_parts,
    }
)


def written(way: str) -> Template:
    files = {name: (FLAT / name).read_bytes() for name in ("manifest.toml", "logo.png")}
    svg = WAYS[way]((FLAT / "template.svg").read_text())
    return build_template("flat", {**files, "template.svg": svg.encode()})
