"""Jinja that cannot be read because a drawing program cut a placeholder up or escaped its signs: what to do then."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ESCAPED = re.compile(r"&(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);")
_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})
MAX_SHOWN = 60  # characters of a placeholder in a message


@dataclass(frozen=True, slots=True)
class CutPlaceholder:
    """`message` says what is wrong and what to do; `line` is that of its first brace."""

    message: str
    line: int


def find_cut_placeholder(text: str) -> CutPlaceholder | None:
    """The first placeholder that holds what Jinja has no use for, in a text that Jinja refused."""
    for found in _PLACEHOLDER.finditer(text):
        message = _what_is_wrong(found[0])
        if message:
            return CutPlaceholder(message, text.count("\n", 0, found.start()) + 1)
    return None


def _what_is_wrong(placeholder: str) -> str:
    whole = " ".join(html.unescape(_TAG.sub("", placeholder)).translate(_CURLY).split())[:MAX_SHOWN]
    if _TAG.search(placeholder):
        return (
            f"{whole} is cut in two by tags; make it one piece of text, with nothing between its braces (Illustrator: "
            "set kerning to Auto and tracking to 0, and save with Output fewer <tspan> elements)"
        )
    escaped = _ESCAPED.search(placeholder)
    if escaped:
        sign = html.unescape(escaped[0])
        return f"a placeholder holds {escaped[0]}, as drawing programs write {sign}; in a text editor, write {whole}"
    if placeholder.translate(_CURLY) != placeholder:
        return f"a placeholder holds curly quotes; write it with straight ones: {whole}"
    return ""
