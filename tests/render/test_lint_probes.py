"""Probe pictures, one per SVG feature: the lint must name those, and only those, that we draw otherwise than a browser.

The second half needs Chromium and proves the table itself: what it calls right agrees, what it calls wrong differs.
"""

from __future__ import annotations

import base64
import hashlib
import math
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from server.catalog.manifest import Manifest
from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.images import Format
from server.render.compose import compose
from server.render.lint import lint
from server.render.paint import paint
from server.render.scene import lay_out
from server.text.fonts import FontLibrary

Pixels = NDArray[np.int16]

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "lint_probes"
SIDE = 64  # of every probe
BLOCK = 8
COLUMNS = 16

EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text())
RIGHT: list[str] = EXPECTED["right"]
WRONG: dict[str, str] = EXPECTED["wrong"]
WRONG_AT_2X: dict[str, str] = EXPECTED["wrong_at_2x"]
MISTAKES: dict[str, str] = EXPECTED["mistakes"]
CODES = {**WRONG, **WRONG_AT_2X, **MISTAKES}


class Gauges(NamedTuple):
    """Differences in levels of 255: the mean over the picture, and over the worst 8 by 8 block."""

    mean: float
    worst: float


# Two anti-aliasers differ along edges. Measured over the probes: shapes that agree stay below 1.1 and 9.8, those that
# differ start at a worst block of 18; letters, nearly all edge, stay below 3.5 and 36, and differ from 54.
SHAPES_AGREE, SHAPES_DIFFER = Gauges(1.1, 11), 17
LETTERS_AGREE, LETTERS_DIFFER = Gauges(4.0, 40), 50


@pytest.fixture(scope="module")
def fonts() -> FontLibrary:
    return FontLibrary.open([ROOT / "fonts"])


def probe(name: str) -> str:
    return (FOLDER / f"{name}.svg").read_text()


def template_of(svg: str) -> Template:
    digest = hashlib.sha256(svg.encode()).hexdigest()
    return Template("probe", Manifest(), SIDE, SIDE, {"template.svg": svg.encode()}, (), digest)


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
    return {finding.code for finding in lint(template_of(probe(name)), fonts)} - {"outlined-text"}


def gauge(ours: Pixels, theirs: Pixels) -> Gauges:
    difference = np.abs(ours - theirs).mean(axis=2)
    blocks = difference.reshape(len(difference) // BLOCK, BLOCK, -1, BLOCK).mean(axis=(1, 3))
    return Gauges(float(difference.mean()), float(blocks.max()))


def draw(svg: str, fonts: FontLibrary, scale: int) -> Pixels | None:
    """What the renderer paints, on white; None where it fails."""
    template = template_of(svg)
    side = SIDE * scale
    spec = RenderSpec("probe", template.digest, Format.PNG, side, side, float(scale), (), (), "")
    try:
        pixels = paint(lay_out(compose(spec, template), template, fonts), side, side)
    except Exception:  # noqa: BLE001  # CairoSVG and cairo raise fifteen kinds; each means that nothing is drawn
        return None
    ours = Image.frombuffer("RGBA", (side, side), bytes(pixels.data), "raw", "BGRa", pixels.stride, 1)
    paper = Image.new("RGBA", ours.size, "white")
    paper.alpha_composite(ours)
    return as_array(paper)


def as_array(picture: Image.Image) -> Pixels:
    return np.asarray(picture.convert("RGB"), dtype=np.int16)


def browse(chromium: str, names: list[str], scale: int, folder: Path) -> dict[str, Pixels]:
    """The probes as Chromium draws them, all from one screenshot.

    Drawings are <img>, where no id or style can reach another probe; type is inline, where web fonts work.
    """
    side = SIDE * scale
    rows = math.ceil(len(names) / COLUMNS)
    page = folder / f"page{scale}.html"
    page.write_text(f"<!doctype html><style>{style(side)}</style>{''.join(map(cell, names))}")
    shot = folder / f"shot{scale}.png"
    subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--disable-lcd-text",
            "--disable-background-networking",
            "--allow-file-access-from-files",
            "--font-render-hinting=none",
            "--force-device-scale-factor=1",
            "--force-color-profile=srgb",
            "--virtual-time-budget=3000",
            f"--user-data-dir={folder / 'profile'}",
            f"--screenshot={shot}",
            f"--window-size={COLUMNS * side},{rows * side}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    picture = as_array(Image.open(shot))
    return {
        name: picture[row * side : (row + 1) * side, column * side : (column + 1) * side]
        for name, (row, column) in zip(names, (divmod(at, COLUMNS) for at in range(len(names))), strict=True)
    }


def style(side: int) -> str:
    faces = "".join(
        f"@font-face{{font-family:Inter;font-weight:100 900;font-style:{slope};src:url('{path.as_uri()}')}}"
        for slope, path in (
            ("normal", ROOT / "fonts/inter/Inter[opsz,wght].ttf"),
            ("italic", ROOT / "fonts/inter/Inter-Italic[opsz,wght].ttf"),
        )
    )
    return (
        f"{faces}*{{margin:0}}body{{width:{COLUMNS * side}px;font-size:0;line-height:0}}"
        f"img,div{{width:{side}px;height:{side}px;display:inline-block;background:#fff;overflow:hidden;"
        "vertical-align:top}"
    )


def cell(name: str) -> str:
    if is_type(name):
        return f"<div>{probe(name)}</div>"
    return f'<img src="data:image/svg+xml;base64,{base64.b64encode(probe(name).encode()).decode()}">'


@pytest.fixture(scope="module")
def measured(fonts: FontLibrary, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Gauges | None]:
    """Ours against Chromium's, per probe; None where ours fails to draw."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium here to compare with")
    folder = tmp_path_factory.mktemp("browser")
    found: dict[str, Gauges | None] = {}
    for scale, names in ((1, sorted([*RIGHT, *WRONG, *MISTAKES])), (2, sorted(WRONG_AT_2X))):
        for name, theirs in browse(chromium, names, scale, folder).items():
            ours = draw(probe(name), fonts, scale)
            found[name] = None if ours is None else gauge(ours, theirs)
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
