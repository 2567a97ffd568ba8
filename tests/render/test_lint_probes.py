"""Probe pictures, one per SVG feature: the lint must name those, and only those, that we draw otherwise than a browser.

The second half needs Chromium and proves the table itself: what it calls right agrees, what it calls wrong differs.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from server.fonts.library import FontLibrary
from server.render.lint import lint
from tests.support.chromium import CHROMIUM
from tests.support.likeness import (
    LETTERS_AGREE,
    LETTERS_DIFFER,
    SHAPES_AGREE,
    SHAPES_DIFFER,
    Gauges,
    Pixels,
    as_array,
    browse,
    draw_ours,
    gauge,
    template_of,
)

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "lint_probes"
SIDE = 64  # of every probe

EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text())
RIGHT: list[str] = EXPECTED["right"]
WRONG: dict[str, str] = EXPECTED["wrong"]
WRONG_AT_2X: dict[str, str] = EXPECTED["wrong_at_2x"]
MISTAKES: dict[str, str] = EXPECTED["mistakes"]
CODES = {**WRONG, **WRONG_AT_2X, **MISTAKES}


@pytest.fixture(scope="module")
def fonts() -> FontLibrary:
    return FontLibrary.open([ROOT / "fonts"])


def probe(name: str) -> str:
    return (FOLDER / f"{name}.svg").read_text()


def is_type(name: str) -> bool:
    return name.startswith("type-")


def test_every_probe_is_in_the_table_once() -> None:
    listed = [*RIGHT, *WRONG, *WRONG_AT_2X, *MISTAKES]
    assert sorted(listed) == sorted(path.stem for path in FOLDER.glob("*.svg"))


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_drawn_right_has_no_finding(name: str, fonts: FontLibrary) -> None:
    assert codes(name, fonts) == set()


@pytest.mark.parametrize(("name", "code"), sorted(CODES.items()))
def test_what_is_drawn_otherwise_has_exactly_its_finding(name: str, code: str, fonts: FontLibrary) -> None:
    assert codes(name, fonts) == {code}


def codes(name: str, fonts: FontLibrary) -> set[str]:
    # A probe has no text unless type is what it probes.
    return {finding.code for finding in lint(template_of(probe(name), SIDE, SIDE), fonts)} - {"outlined-text"}


def draw(svg: str, fonts: FontLibrary, scale: int) -> Pixels | None:
    """What the renderer paints, on white; None where it fails."""
    try:
        return as_array(draw_ours(template_of(svg, SIDE, SIDE), fonts, scale))
    except Exception:  # noqa: BLE001  # CairoSVG and cairo raise fifteen kinds; each means that nothing is drawn
        return None


@pytest.fixture(scope="module")
def measured(fonts: FontLibrary, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Gauges | None]:
    """Ours against Chromium's, per probe; None where ours fails to draw."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here to compare with")
    found: dict[str, Gauges | None] = {}
    for scale, names in ((1, sorted([*RIGHT, *WRONG, *MISTAKES])), (2, sorted(WRONG_AT_2X))):
        for inline in (True, False):
            folder = tmp_path_factory.mktemp("browser")
            cells = {name: probe(name) for name in names if is_type(name) is inline}
            size = SIDE * scale, SIDE * scale
            theirs = browse(cells, size, folder, inline=inline) if cells else {}
            for name, picture in theirs.items():
                ours = draw(probe(name), fonts, scale)
                found[name] = None if ours is None else gauge(ours, picture)
    return found


def agrees(name: str, gauges: Gauges | None) -> bool:
    limit = LETTERS_AGREE if is_type(name) else SHAPES_AGREE
    return gauges is not None and gauges.mean <= limit.mean and gauges.worst <= limit.worst


def differs(name: str, gauges: Gauges | None) -> bool:
    return gauges is None or gauges.worst >= (LETTERS_DIFFER if is_type(name) else SHAPES_DIFFER)


def test_a_browser_draws_the_right_ones_alike(measured: dict[str, Gauges | None]) -> None:
    assert {
        name: measured[name]
        for name in [*RIGHT, *MISTAKES]
        if not agrees(name, measured[name]) and MISTAKES.get(name) != "nested-kind"
    } == {}


def test_a_browser_draws_the_wrong_ones_otherwise(measured: dict[str, Gauges | None]) -> None:
    wrong = {**WRONG, **WRONG_AT_2X}
    assert {name: measured[name] for name in wrong if not differs(name, measured[name])} == {}


def test_the_gauges_notice_a_single_pixel_line_and_a_changed_colour() -> None:
    paper = np.full((SIDE, SIDE, 3), 255, dtype=np.int16)
    line, tint = paper.copy(), paper - 4
    line[20, 10:50] = 0
    assert differs("shape", gauge(paper, line))
    assert not agrees("shape", gauge(paper, tint))
    assert agrees("shape", gauge(paper, paper))
