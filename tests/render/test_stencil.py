"""Letters as a stencil: as exact as a path, in any script, size and place; and bounded, whatever is asked for."""

from __future__ import annotations

from math import cos, inf, nan, sin

import cairocffi
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from server.fonts.faces import Look, instantiate, read_faces
from server.fonts.library import FontLibrary
from server.render import stencil as stencil_module
from server.render.glyphs import trace
from server.render.rasterise import Area, GlyphRun, Matrix, add_up
from server.render.stencil import Stencil, lay, stencil
from server.render.type.texts import Placed
from server.text.fit import Box, Run, TextStyle, fit
from tests.support.square_font import make_square_font, square_library

Levels = NDArray[np.float64]

SAMPLES = 16  # a side; what is called exact below
CLEARLY = 40  # levels off; cairo itself is up to 24 off
SPECKS = 4  # pixels of a letter that may be so: where a stem meets a bow, HarfBuzz counts an overlap twice
PLAIN: Matrix = (1, 0, 0, 1, 0, 0)
TURNED = {
    "turned": (cos(0.35), sin(0.35), -sin(0.35), cos(0.35), 60, -20),
    "skewed": (1, 0.1, 0.4, 1, -20, 0),
    "mirrored": (-1, 0, 0, 1, 420, 0),
    "upside down": (1, 0, 0, -1, 0, 130),
    "squeezed": (1.3, 0, 0, 0.6, -3.7, 20),
}
TEXTS = {
    "overlapping contours": ("Rakett & Dune", "Inter", 44, 700),
    "optical sizes": ("Rakett 4", "Inter", 14, 400),
    "serifs over stems": ("Hamburg", "Source Serif 4", 48, 400),
    "soft serifs": ("Hamburg", "Fraunces", 48, 700),
    "cubic outlines": ("東京都渋谷区", "Noto Sans CJK JP", 40, 400),
    "joined script": ("محمد السلام", "Noto Sans Arabic", 48, 400),
    "joined script, small": ("محمد السلام عليكم", "Noto Sans Arabic", 17, 700),
    "joined around a dot": ("مرحبا", "Noto Sans Arabic", 72, 400),
    "under one line": ("नमस्ते क्षत्रिय", "Noto Sans Devanagari", 44, 400),
    "joined hand, slanted": ("Sarah Ogden", "Allison", 60, 400),
    "slanted and made bold": ("Sarah Ogden", "Allison", 50, 700),
    "tiny": ("Hamburgefonts", "Inter", 2, 400),
    "huge": ("R", "Inter", 800, 400),
}


@pytest.fixture(scope="module")
def squares(tmp_path_factory: pytest.TempPathFactory) -> FontLibrary:
    return square_library(tmp_path_factory.mktemp("squares"))


def letters(text: str, family: str, size: float, weight: float, fonts: FontLibrary) -> list[Placed]:
    style = TextStyle((family,), size, weight=weight, italic=family == "Allison")  # which has no italic of its own
    placed = fit([Run(text, style)], Box(x=20.3, y=size * 1.4 + 0.37), fonts).placed
    return [Placed(run.face, run.size, run.glyphs) for run in placed]


def shown(found: Stencil | None, width: int, height: int) -> Levels:
    levels = np.zeros((height, width))
    if found:
        alpha, left, top, wide, high, stride = found
        rows = np.frombuffer(alpha, np.uint8).reshape(high, stride)
        levels[top : top + high, left : left + wide] = rows[:, :wide]
    return levels


def exact(parts: list[Placed], matrix: Matrix, width: int, height: int) -> Levels:
    surface = cairocffi.ImageSurface(cairocffi.FORMAT_A8, width * SAMPLES, height * SAMPLES)
    context = cairocffi.Context(surface)
    context.scale(SAMPLES, SAMPLES)
    context.transform(cairocffi.Matrix(*matrix))
    for part in parts:
        trace(context, part.face, part.size, part.glyphs)
    context.fill()
    surface.flush()
    samples = np.frombuffer(bytes(surface.get_data()), np.uint8).reshape(height * SAMPLES, -1)[:, : width * SAMPLES]
    means: Levels = samples.reshape(height, SAMPLES, width, SAMPLES).mean(axis=(1, 3))
    return means


@pytest.mark.parametrize(
    ("name", "way"), [(name, "plain") for name in TEXTS] + [(name, way) for name in list(TEXTS)[:10] for way in TURNED]
)
def test_letters_cover_what_their_outlines_enclose(fonts: FontLibrary, name: str, way: str) -> None:
    text, family, size, weight = TEXTS[name]
    parts = letters(text, family, size, weight, fonts)
    matrix, width, height = (TURNED.get(way, PLAIN), 480, 150) if size < 500 else (PLAIN, 700, 1200)
    expected = exact(parts, matrix, width, height)
    found = shown(stencil(parts, matrix, (0, 0, width, height)), width, height)
    off = np.abs(found - expected)
    assert expected.max() > 200 or size < 3
    assert off[expected > 0].mean() < 5  # cairo's: 4.2 at the most
    assert (off > CLEARLY).sum() <= SPECKS * sum(len(part.glyphs) for part in parts)


@pytest.mark.parametrize("name", ["joined script", "joined script, small", "joined around a dot", "under one line"])
def test_letters_that_overlap_are_one_shape(fonts: FontLibrary, name: str) -> None:
    parts = letters(*TEXTS[name], fonts)
    off = shown(stencil(parts, PLAIN, (0, 0, 480, 150)), 480, 150) - exact(parts, PLAIN, 480, 150)
    assert np.abs(off).max() <= 24  # nowhere darker than cairo would make it


def row_of_squares(fonts: FontLibrary, spacing: float) -> list[Placed]:
    placed = fit([Run("aaa", TextStyle(("Square",), 20, letter_spacing=spacing))], Box(x=3.4, y=30.5), fonts).placed
    return [Placed(run.face, run.size, run.glyphs) for run in placed]


@pytest.mark.parametrize("spacing", [0, -3.3])
def test_no_seam_is_seen_where_letters_touch_and_no_edge_where_they_overlap(
    squares: FontLibrary, spacing: float
) -> None:
    levels = shown(stencil(row_of_squares(squares, spacing), PLAIN, (0, 0, 80, 50)), 80, 50)
    row_by_row = levels[:, 10:40]
    assert (row_by_row == row_by_row[:, :1]).all()  # along the edges that they share, too
    assert row_by_row[14, 0] == pytest.approx(127, abs=2)  # from 14.5 on
    assert (row_by_row[15:34] == 255).all()


@settings(max_examples=60, deadline=None)
@given(
    edges=st.lists(st.integers(-30, 130), min_size=4, max_size=4),
    angle=st.floats(-3, 3),
    scale=st.sampled_from([-2.0, 0.3, 1.0, 5.0]),
)
def test_what_is_cut_off_does_not_change_the_rest(
    fonts: FontLibrary, edges: list[int], angle: float, scale: float
) -> None:
    parts = letters("aRg&", "Inter", 30, 700, fonts)
    matrix = (scale * cos(angle), scale * sin(angle), -scale * sin(angle), scale * cos(angle), 50, 20)
    left, right, top, bottom = *sorted(edges[:2]), *sorted(edges[2:])
    whole = stencil(parts, matrix, (-900, -900, 900, 900))
    assert whole
    uncut = shown(whole._replace(left=whole.left + 900, top=whole.top + 900), 1800, 1800)
    cut = stencil(parts, matrix, (left, top, right, bottom))
    if cut is None:
        assert not uncut[top + 900 : bottom + 900, left + 900 : right + 900].any()
        return
    assert left <= cut.left
    assert top <= cut.top
    assert cut.left + cut.width <= right
    assert cut.top + cut.height <= bottom
    same = uncut[top + 900 : bottom + 900, left + 900 : right + 900]
    moved = cut._replace(left=cut.left - left, top=cut.top - top)
    assert np.abs(shown(moved, right - left, bottom - top) - same).max() <= 1


@pytest.mark.parametrize(
    "matrix",
    [
        (0, 0, 0, 0, 5, 5),
        (1, 0, 0, 0, 5, 5),
        (1, 2, 2, 4, 0, 0),
        (nan, 0, 0, 1, 0, 0),
        (1, 0, 0, inf, 0, 0),
        (1, 0, 0, 1, nan, 0),
        (1, 0, 0, 1, 1e9, 0),
        (1, 0, 0, 1, 0, -4e12),
        (1e-9, 0, 0, 1e-9, -5, -5),
    ],
)
def test_what_cannot_be_seen_is_no_stencil(fonts: FontLibrary, matrix: Matrix) -> None:
    assert stencil(letters("Sarah", "Inter", 40, 400, fonts), matrix, (0, 0, 300, 90)) is None


def test_nothing_to_show_is_no_stencil(fonts: FontLibrary) -> None:
    assert stencil([], PLAIN, (0, 0, 300, 90)) is None
    assert stencil(letters("   ", "Inter", 40, 400, fonts), PLAIN, (0, 0, 300, 90)) is None
    assert stencil(letters("Sarah", "Inter", 40, 400, fonts), PLAIN, (0, 0, 0, 0)) is None
    without_size = [part._replace(size=0.0) for part in letters("Sarah", "Inter", 40, 400, fonts)]
    assert stencil(without_size, PLAIN, (0, 0, 300, 90)) is None


@pytest.mark.parametrize("scale", [1e3, 1e6, 1e9, 1e300])
@pytest.mark.parametrize("text", ["Sarah O’Connor" * 50, "السلام" * 50])
def test_however_large_it_takes_no_more_memory_than_the_picture(fonts: FontLibrary, text: str, scale: float) -> None:
    family = "Inter" if text.isascii() or "’" in text else "Noto Sans Arabic"
    found = stencil(letters(text, family, 40, 400, fonts), (scale, 0, 0, scale, -7e6, -3e6), (0, 0, 301, 90))
    assert found is None or len(found.alpha) <= 304 * 90


def test_a_letter_larger_than_the_picture_fills_it(squares: FontLibrary) -> None:
    found = stencil(row_of_squares(squares, 0), (1e4, 0, 0, 1e4, -5e4, -2e5), (0, 0, 301, 90))
    assert found
    assert (shown(found, 301, 90) == 255).all()


def test_text_of_any_length_keeps_its_last_letter(squares: FontLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = row_of_squares(squares, 5)
    few = shown(stencil(parts, PLAIN, (0, 0, 80, 50)), 80, 50)
    monkeypatch.setattr(stencil_module, "MOST_COMMANDS", 9)
    assert np.abs(shown(stencil(parts, PLAIN, (0, 0, 80, 50)), 80, 50) - few).max() <= 24
    assert few[20, 56] == 255


def test_nobodys_letters_are_left_for_the_next(fonts: FontLibrary) -> None:
    anna, bob = (letters(name, "Inter", 40, 400, fonts) for name in ("Anna", "Bob"))
    before = stencil(bob, PLAIN, (0, 0, 300, 90))
    broken = GlyphRun(anna[0].face, 40, (*anna[0].glyphs, ("no glyph", 0.0, 0.0)))  # type: ignore[arg-type]  # to fail
    with pytest.raises(TypeError):
        add_up([broken], PLAIN, Area(0, 0, 300, 90))
    stencil(anna, PLAIN, (0, 0, 300, 90))
    assert stencil(bob, PLAIN, (0, 0, 300, 90)) == before


def test_extents_that_a_font_gets_wrong_cut_nothing_off(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = make_square_font(tmp_path_factory.mktemp("wrong"))
    font = TTFont(path, recalcBBoxes=False)
    glyph = font["glyf"]["u0061"]
    glyph.expand(font["glyf"])
    glyph.xMax, glyph.yMax = 100, 100
    font.save(path)
    face = instantiate(next(read_faces(path)), Look())
    part = Placed(face, 20.0, ((face.font.get_nominal_glyph(ord("a")), 5.0, 30.0),))
    found = shown(stencil([part], PLAIN, (0, 0, 40, 50)), 40, 50)
    assert (found[15:33, 6:24] == 255).all()


def laid(context: cairocffi.Context, found: Stencil) -> None:
    lay(found, context, (1, 0, 0, 0.5))


def solid(left: int, top: int, width: int, height: int) -> Stencil:
    stride = -(-width // 4) * 4
    return Stencil(bytearray(b"\xff" * (stride * height)), left, top, width, height, stride)


def test_the_colour_is_laid_where_the_stencil_is_whatever_the_matrix() -> None:
    surface = cairocffi.ImageSurface(cairocffi.FORMAT_ARGB32, 20, 10)
    context = cairocffi.Context(surface)
    context.scale(7, -3)
    before = context.get_matrix()
    laid(context, solid(3, 2, 5, 4))
    assert context.get_matrix() == before
    surface.flush()
    pixels = np.frombuffer(bytes(surface.get_data()), np.uint32).reshape(10, 20)
    assert (pixels[2:6, 3:8] == 0x80800000).all()
    assert np.count_nonzero(pixels) == 20


def test_it_stays_within_clips_and_groups() -> None:
    surface = cairocffi.ImageSurface(cairocffi.FORMAT_ARGB32, 20, 10)
    context = cairocffi.Context(surface)
    context.rectangle(4, 0, 3, 20)
    context.clip()
    context.push_group()
    laid(context, solid(3, 2, 5, 4))
    context.pop_group_to_source()
    context.paint()
    surface.flush()
    pixels = np.frombuffer(bytes(surface.get_data()), np.uint32).reshape(10, 20)
    assert (pixels[2:6, 4:7] == 0x80800000).all()
    assert np.count_nonzero(pixels) == 12
