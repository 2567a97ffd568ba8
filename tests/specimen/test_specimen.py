"""One sheet with every script in every way of fitting and several shapes of box: drawn, and compared with its golden.

`make specimen` draws it anew, and beside it, where Chromium is installed, Chromium's own picture of the same boxes.
"""

from __future__ import annotations

import html
import math
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import pytest
from PIL import Image

from server.catalog.resolve import Drawing, default_spec
from server.catalog.template import Template, build_template
from server.images import Format, Picture
from server.render.draw import draw
from tests.support.chromium import CHROMIUM, screenshot
from tests.support.likeness import font_faces
from tests.support.pictures import decode, differing_pixels, save_failure
from tests.support.shipped import fonts

HERE = Path(__file__).parent
ROWS: list[dict[str, str]] = tomllib.loads((HERE / "specimen.toml").read_text())["row"]

ROW_HEIGHT, TOP, LEFT, GAP = 132, 48, 24, 16
INK, PAPER, EDGE, QUIET = "#17202a", "#ffffff", "#d5dbe1", "#7b8794"
IN_CHROMIUM = "specimen-in-chromium.png"


CUT_IN_CHROMIUM = "text-align:end;white-space:nowrap;overflow:hidden;text-overflow:ellipsis"


class Column(NamedTuple):
    """A shape of box and a way to fit: what it is called, its size, the designed type size, which of a row's texts."""

    title: str
    width: int
    height: int
    size: int
    shows: str
    attributes: str
    css: str


COLUMNS = (
    Column("one line, shrinks", 250, 44, 40, "name", 'data-fit="shrink" data-max-lines="1"', "white-space:nowrap"),
    Column("wraps, shrinks", 230, 104, 34, "sentence", 'data-fit="shrink" data-min-size="12"', ""),
    Column(
        "balanced, centred",
        250,
        104,
        22,
        "sentence",
        'text-wrap="balance" text-anchor="middle" data-valign="middle" data-fit="shrink"',
        "text-wrap:balance;text-align:center",
    ),
    Column("tall and narrow", 104, 112, 22, "sentence", 'data-fit="shrink" data-min-size="9"', ""),
    Column("at the end, cut", 150, 40, 28, "sentence", 'text-anchor="end" data-valign="bottom"', CUT_IN_CHROMIUM),
)
WIDTH = LEFT + 110 + sum(column.width + GAP for column in COLUMNS) + 8
HEIGHT = TOP + ROW_HEIGHT * len(ROWS) + 8


class Cell(NamedTuple):
    id: str
    x: int
    y: int
    row: dict[str, str]
    column: Column


def cells() -> Iterator[Cell]:
    for number, row in enumerate(ROWS):
        x = LEFT + 110
        for letter, column in zip("abcde", COLUMNS, strict=True):
            yield Cell(f"{row['script'].lower()}-{letter}", x, TOP + number * ROW_HEIGHT, row, column)
            x += column.width + GAP


def specimen() -> Template:
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>']
    x = LEFT + 110
    for column in COLUMNS:
        parts.append(f'<text x="{x}" y="30" font-size="13" fill="{QUIET}">{column.title}</text>')
        x += column.width + GAP
    for number, row in enumerate(ROWS):
        y = TOP + number * ROW_HEIGHT + 18
        parts.append(f'<text x="{LEFT}" y="{y}" font-size="14" font-weight="600" fill="{QUIET}">{row["script"]}</text>')
    parts += [_drawn(cell) for cell in cells()]
    root = f'xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    svg = f'<svg {root} font-family="Inter" fill="{INK}">{"".join(parts)}</svg>'
    return build_template("specimen", {"template.svg": svg.encode()})


def _drawn(cell: Cell) -> str:
    row, column = cell.row, cell.column
    language = f'xml:lang="{row["language"]}"' if "language" in row else ""
    direction = f'direction="{row["direction"]}"' if "direction" in row else ""
    return (
        f'<rect id="{cell.id}-box" x="{cell.x}" y="{cell.y}" width="{column.width}" height="{column.height}" '
        f'fill="none" stroke="{EDGE}"/>'
        f'<text id="{cell.id}" data-box="#{cell.id}-box" x="{cell.x}" y="{cell.y + column.size}" '
        f'font-size="{column.size}" {column.attributes} {language} {direction}>{escape(row[column.shows])}</text>'
    )


def drawn() -> Picture:
    template = specimen()
    return draw(default_spec(template, Format.PNG, Drawing(12_000_000, "specimen")), template, fonts())


def test_the_specimen_is_drawn_as_its_golden(request: pytest.FixtureRequest) -> None:
    picture, golden = drawn(), HERE / "specimen.png"
    assert {slot.slot: slot.missing for slot in picture.report.slots if slot.missing} == {}
    if request.config.getoption("--write-goldens"):
        golden.write_bytes(picture.body)
        _draw_in_chromium(picture, HERE / IN_CHROMIUM)
        return
    expected, actual = Image.open(golden).convert("RGBA"), decode(picture.body)
    if differing_pixels(expected, actual):
        sheet = save_failure(HERE / "failed", "specimen", expected, actual)
        pytest.fail(f"differs from its golden; see expected | difference | actual in {sheet}")


def _draw_in_chromium(picture: Picture, target: Path) -> None:
    """The same texts in the same boxes at the sizes we found, for the eye: a browser does not fit, so it is told."""
    if CHROMIUM is None:
        return
    sizes = {slot.slot: slot.size for slot in picture.report.slots}
    families = ",".join(f"'{name}'" for name in ["Inter", *(n for n in fonts().families if n.startswith("Noto"))])
    boxes = "".join(
        f'<div lang="{cell.row.get("language", "")}" dir="{cell.row.get("direction", "ltr")}" '
        f'style="left:{cell.x}px;top:{cell.y}px;width:{cell.column.width}px;height:{cell.column.height}px;'
        f'font-size:{sizes.get(cell.id, cell.column.size)}px;{cell.column.css}">'
        f"{html.escape(cell.row[cell.column.shows])}</div>"
        for cell in cells()
    )
    style = f"{font_faces()}div{{position:absolute;font-family:{families};line-height:1.2;outline:1px solid {EDGE}}}"
    page = target.with_suffix(".html")
    page.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style>{boxes}")
    screenshot(page, (WIDTH, math.ceil(HEIGHT))).save(target)
    page.unlink()
