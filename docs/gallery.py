"""Draws the pictures of gallery.md and writes its tables, from the shipped templates: `python -m docs.gallery`.

The stories are written by hand. Between `<!-- template webinar -->` and `<!-- end -->` stands what follows from the
template: its picture as usual and with nothing known, and its params.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from PIL import Image

from docs.draw import ROOT, drawn, keep, spec_of
from server.catalog.alt import alt_text
from server.catalog.manifest import Param, ParamType, as_text
from server.catalog.template import Example, Template, find_templates, read_template

PAGE = ROOT / "docs/gallery.md"
PICTURES = ROOT / "docs/pictures/gallery"
SHOWN = {"usual": "as usual", "missing": "with nothing known"}
MAX_WIDTH, MAX_HEIGHT = 600, 480  # of a picture in the page: two stand side by side
LABEL = "Label: "

_BLOCK = re.compile(r"<!-- template ([a-z-]+) -->\n.*?<!-- end -->\n", re.DOTALL)


@cache
def shipped() -> dict[str, Template]:
    """The templates that are folders; a lone SVG has no examples to show."""
    read = {name: read_template(path) for name, path in find_templates(ROOT / "svg_templates").items()}
    return {name: template for name, template in read.items() if template.examples}


def pictures() -> Iterator[tuple[Path, Template, Example]]:
    for template in shipped().values():
        for example in template.examples:
            if example.name in SHOWN:
                yield PICTURES / f"{template.name}-{example.name}.png", template, example


def draw_picture(template: Template, example: Example) -> Image.Image:
    """The example, no larger than the page shows it."""
    spec = spec_of(template, example.values)
    scale = min(MAX_WIDTH / spec.width, MAX_HEIGHT / spec.height)
    small = replace(spec, width=round(spec.width * scale), height=round(spec.height * scale), scale=scale)
    return drawn(small, template)


def with_tables(page: str) -> str:
    """`page` with what stands between its marks written anew."""
    return _BLOCK.sub(lambda found: f"<!-- template {found[1]} -->\n{_block(shipped()[found[1]])}<!-- end -->\n", page)


def _block(template: Template) -> str:
    examples = {example.name: example for example in template.examples}
    shown = [
        f"![{alt_text(template.manifest, examples[name].values)}](pictures/gallery/{template.name}-{name}.png)"
        for name in SHOWN
    ]
    params = {name: param for name, param in template.params.items() if not param.help.startswith(LABEL)}
    labels = {name: param for name, param in template.params.items() if param.help.startswith(LABEL)}
    lines = ["", _row(SHOWN.values()), "| --- | --- |", _row(shown), "", *_table(params)]
    if labels:
        summary = f"<summary>{len(labels)} labels, for other words or another language</summary>"
        lines += ["", "<details>", summary, "", *_table(labels), "", "</details>"]
    return "\n".join((*lines, "", ""))


def _table(params: dict[str, Param]) -> list[str]:
    head = ["| param | type | when missing | what it is |", "| --- | --- | --- | --- |"]
    return head + [
        _row((f"`{name}`", _type(param), _default(param), _sentence(param.help.removeprefix(LABEL))))
        for name, param in params.items()
    ]


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _type(param: Param) -> str:
    if param.type is ParamType.CHOICE:
        return " / ".join(param.choices)
    return f"{param.type}, required" if param.required else param.type.value


def _default(param: Param) -> str:
    """What stands in for it, in this order."""
    shown = [*param.fallback, *([] if param.default is None else [as_text(param.default)])]
    return ", ".join(f"`{one}`" for one in shown).replace("\u00a0", " ")


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |".replace("|  |", "| |")


def main() -> None:
    """Writes what is not as the templates say now, and names it."""
    for file, template, example in pictures():
        keep(draw_picture(template, example), file)
    page = PAGE.read_text(encoding="utf-8")
    if with_tables(page) != page:
        PAGE.write_text(with_tables(page), encoding="utf-8")
        sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
