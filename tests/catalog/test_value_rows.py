"""The tables of docs/values-rows.md: every value that arrives is shown as they say, for the reason they say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

from server.catalog.resolve import Drawing, repairs, resolve
from server.catalog.template import build_template
from server.images import Format
from server.urls.query import read_value
from server.urls.request import ImageRequest

PAGE = (Path(__file__).parents[2] / "docs/values-rows.md").read_text(encoding="utf-8")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>'
DRAWING = Drawing(max_pixels=10_000, renderer="r1")
FEWEST_ROWS = 200
LEAST_UNTOUCHED = 1 / 3


class Row(NamedTuple):
    manifest: str
    arrives: str
    shown: str
    because: str


def rows() -> list[Row]:
    found = []
    for section in PAGE.split("\n## ")[1:]:
        heading, *lines = section.split("\n")
        said = re.search(r"`(.+)`", heading)
        assert said, heading
        for line in lines:
            if line.startswith("| ") and not line.startswith(("| ---", "| arrives")):
                arrives, shown, because = map(str.strip, re.split(r"(?<!\\)\|", line)[1:-1])
                found.append(Row(said[1].replace(", ", "\n"), words(arrives), words(shown), because))
    return found


def words(cell: str) -> str:
    """The text of a cell in code, its escapes undone."""
    text = cell.removeprefix("`").removesuffix("`").replace(r"\|", "|")
    return re.sub(r"\\u([0-9a-f]{4})", lambda escape: chr(int(escape[1], 16)), text)


ROWS = rows()


def test_there_are_enough_rows_and_a_third_of_the_values_stays_as_it_came() -> None:
    assert len(ROWS) >= FEWEST_ROWS
    assert len({(row.manifest, row.arrives) for row in ROWS}) == len(ROWS)
    assert sum(row.arrives == row.shown for row in ROWS) >= LEAST_UNTOUCHED * len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.manifest.splitlines()[0]} {row.arrives}")
def test_a_value_is_shown_as_the_page_says(row: Row) -> None:
    card = build_template("card", {"template.svg": SVG, "manifest.toml": f"[params.value]\n{row.manifest}".encode()})
    request = ImageRequest("card", Format.PNG, values={"value": read_value(quote(row.arrives, safe="").encode())})
    spec = resolve(request, card, DRAWING)
    because = [fallback.reason for fallback in spec.fallbacks] or repairs(request, card).get("value", ())
    assert (spec.mapping()["value"] or "", ", ".join(because)) == (row.shown, row.because)
