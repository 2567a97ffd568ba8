"""CSS in, the same CSS with bounded numbers out (`bounds.py`); nothing in it reaches outside the document.

It is parsed as CairoSVG parses it, so that neither escapes nor comments can hide a number.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import tinycss2

from server.render.bounds import bounded

STYLES_KEPT = 4096
SHEETS_KEPT = 64


@lru_cache(maxsize=STYLES_KEPT)
def bounded_style(style: str) -> str:
    """The declarations of a `style` attribute with bounded numbers."""
    return ";".join(_declarations(tinycss2.parse_declaration_list(style)))


@lru_cache(maxsize=SHEETS_KEPT)
def bounded_sheet(sheet: str) -> str:
    """A style sheet with bounded numbers, and without @import, @media and the like, which we do not do."""
    rules = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    return "\n".join(
        f"{tinycss2.serialize(rule.prelude)}{{"
        f"{';'.join(_declarations(tinycss2.parse_declaration_list(rule.content)))}}}"
        for rule in rules
        if rule.type == "qualified-rule"
    )


def _declarations(nodes: Iterable[Any]) -> Iterable[str]:
    for node in nodes:
        if node.type == "declaration":
            value = bounded(node.lower_name, tinycss2.serialize(node.value).strip())
            if value is not None:
                yield f"{node.lower_name}:{value}{' !important' if node.important else ''}"
