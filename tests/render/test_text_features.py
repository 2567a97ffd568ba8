"""docs/text.md says of every text feature of SVG how it looks here, or which finding says that it is not drawn.

Each picture is drawn from the SVG beside it, and compared with Chromium where that is installed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image

from server.fonts.library import FontLibrary
from server.render.lint import lint
from server.render.lint.rules import RULES
from tests.support.chromium import CHROMIUM
from tests.support.likeness import (
    Gauges,
    as_array,
    browse,
    draw_ours,
    gauge,
    template_of,
)
from tests.support.pictures import differing_pixels

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = DOCS / "pictures/text"
SIZE = 320, 80
SCALE = 2  # pages show the pictures at half their size, sharp
ALIKE = "alike"
# Measured over the pictures: those that look alike stay below 4.0 and 53, those that do not start at a worst block of
# 105. Two renderers place letters by fractions of a pixel, and these are larger than those of the lint's probes.
AGREE, DIFFER = Gauges(4.0, 60), 90
CODE = re.compile(r"`([a-z-]+)`")
PICTURE = re.compile(r'<img width="320" src="pictures/text/([a-z-]+)\.png" alt="[^"<>]+">')


class Row(NamedTuple):
    feature: str
    written: str
    shown: str
    in_chromium: str


def rows() -> list[Row]:
    lines = (DOCS / "text.md").read_text(encoding="utf-8").splitlines()
    tables = [line for line in lines if line.startswith("| ") and not line.startswith(("| feature", "| ---"))]
    return [Row(*(cell.strip() for cell in line.strip("|").split(" | "))) for line in tables if line.count(" | ") == 3]


PICTURED = {found[1]: row for row in rows() if (found := PICTURE.fullmatch(row.shown))}


def source(name: str) -> str:
    return (PICTURES / f"{name}.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.feature)
def test_every_feature_has_a_picture_or_a_finding(row: Row) -> None:
    code = CODE.fullmatch(row.shown)
    assert PICTURE.fullmatch(row.shown) or (code and code[1] in RULES)


def test_every_picture_and_every_finding_about_text_is_in_the_table() -> None:
    assert sorted(PICTURED) == sorted(path.stem for path in PICTURES.glob("*.svg"))
    assert sorted(PICTURED) == sorted(path.stem for path in PICTURES.glob("*.png"))
    told = {found[1] for row in rows() if (found := CODE.fullmatch(row.shown))}
    assert told == {code for code in RULES if code.startswith("text-")} | {"flow-text", "font-shorthand"}


@pytest.mark.parametrize("name", PICTURED)
def test_a_picture_is_what_its_source_draws(name: str, fonts: FontLibrary, request: pytest.FixtureRequest) -> None:
    drawn = draw_ours(template_of(source(name), *SIZE), fonts, SCALE)
    file = PICTURES / f"{name}.png"
    if request.config.getoption("--write-goldens"):
        if not file.exists() or differing_pixels(Image.open(file).convert("RGB"), drawn):
            drawn.save(file, optimize=True)
        return
    assert differing_pixels(Image.open(file).convert("RGB"), drawn) == 0, f"{name}.png is out of date"


@pytest.mark.parametrize("name", PICTURED)
def test_what_is_drawn_has_no_finding(name: str, fonts: FontLibrary) -> None:
    assert [finding.code for finding in lint(template_of(source(name), *SIZE), fonts)] == []


@pytest.fixture(scope="module")
def measured(fonts: FontLibrary, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Gauges]:
    """Ours against Chromium's."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here to compare with")
    cells = {name: source(name) for name in PICTURED}
    theirs = browse(cells, SIZE, tmp_path_factory.mktemp("browser"), inline=True)
    ours = {name: as_array(draw_ours(template_of(svg, *SIZE), fonts)) for name, svg in cells.items()}
    return {name: gauge(ours[name], theirs[name]) for name in cells}


def test_chromium_draws_what_is_alike_alike(measured: dict[str, Gauges]) -> None:
    alike = [name for name, row in PICTURED.items() if row.in_chromium == ALIKE]
    unlike = {
        name: measured[name] for name in alike if measured[name].mean > AGREE.mean or measured[name].worst > AGREE.worst
    }
    assert unlike == {}


def test_chromium_draws_the_others_otherwise(measured: dict[str, Gauges]) -> None:
    others = [name for name, row in PICTURED.items() if row.in_chromium != ALIKE]
    assert {name: measured[name] for name in others if measured[name].worst < DIFFER} == {}
