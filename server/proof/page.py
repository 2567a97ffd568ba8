"""Shown cases into one HTML page that needs nothing beside it: pictures, style and script are in it.

Cells of a list are strangers' words: they are escaped, and the page's own policy lets nothing run but its own script.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from server.images import Format
from server.proof.shown import Shown
from server.proof.troubles import Kind

FOLDER = Path(__file__).parent / "page"
_PAGES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


@dataclass(frozen=True, slots=True)
class Summary:
    """`troubles` say how many rows are of which category, `others` the same of what is worth a look and no trouble;
    `notes` what was read and drawn and what was not."""

    title: str
    about: str
    troubles: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def make_page(summary: Summary, cases: Sequence[Shown]) -> str:
    script, style = (FOLDER / "page.js").read_text(encoding="utf-8"), (FOLDER / "page.css").read_text(encoding="utf-8")
    return _PAGES.get_template("page.html").render(
        summary=summary,
        cases=cases,
        kinds=[(kind, sum(case.kind is kind for case in cases)) for kind in Kind if any(c.kind is kind for c in cases)],
        address=_address,
        style=style,
        script=script,
        hashes={name: _hash_of(text) for name, text in (("script", script), ("style", style))},
    )


def _address(case: Shown) -> str:
    return f"data:{Format.WEBP.media_type};base64,{base64.b64encode(case.body).decode()}"


def _hash_of(text: str) -> str:
    """As a Content-Security-Policy names what may run (CSP 3, hash-source)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
