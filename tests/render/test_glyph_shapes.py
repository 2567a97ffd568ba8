"""Glyphs whose contours overlap are known before they are drawn, and how far each reaches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from server.fonts.faces import EM, Face, Look, instantiate, read_faces
from server.render.glyph_shapes import GlyphShape, Sides, glyph_shape, overlap, sides
from server.render.rasterise import Area, GlyphRun, add_up
from tests.render.conftest import FONTS
from tests.support.square_font import make_square_font

Contour = list[tuple[int, int]]
STEM: Contour = [(400, 0), (400, 800), (600, 800), (600, 0)]
SERIF: Contour = [(200, 0), (200, 60), (800, 60), (800, 0)]  # its lower edge is also the stem's
BAR: Contour = [(100, 300), (100, 460), (900, 460), (900, 300)]  # crosses the stem, and shares no edge
COUNTER: Contour = [(450, 200), (550, 200), (550, 600), (450, 600)]  # the other way round: a hole


def shape_of(face: Face, letter: str) -> GlyphShape | None:
    return glyph_shape(face, face.font.get_nominal_glyph(ord(letter)))


def sides_of(face: Face, pair: str) -> tuple[Sides, Sides]:
    left, right = (sides(face, face.font.get_nominal_glyph(ord(letter))) for letter in pair)
    return left, right


def made_of(contours: list[Contour], folder: Path) -> Face:
    """A face whose "a" has these contours."""
    path = make_square_font(folder)
    font, pen = TTFont(path), TTGlyphPen(None)
    for first, *others in contours:
        pen.moveTo(first)
        for point in others:
            pen.lineTo(point)
        pen.closePath()
    font["glyf"]["u0061"] = pen.glyph()
    font.save(path)
    return instantiate(next(read_faces(path)), Look())


@pytest.mark.parametrize(
    ("contours", "overlaps"),
    [([STEM], False), ([STEM, SERIF], True), ([STEM, BAR], False), ([STEM, COUNTER], False), ([STEM, STEM], True)],
    ids=["one", "a shared edge", "a crossing", "a hole", "twice the same"],
)
def test_only_shared_edges_count_as_overlap(contours: list[Contour], overlaps: bool, tmp_path: Path) -> None:
    shape = shape_of(made_of(contours, tmp_path), "a")
    assert shape
    assert shape.overlaps_itself is overlaps


def test_the_letters_of_a_font_are_told_apart() -> None:
    face = instantiate(next(read_faces(FONTS / "inter" / "Inter[opsz,wght].ttf")), Look())
    shapes = {letter: shape_of(face, letter) for letter in "abcdegilopqsuDIHOSU4"}
    assert [letter for letter, shape in shapes.items() if shape and shape.overlaps_itself] == ["D", "4"]


@pytest.mark.parametrize(
    ("pair", "distance", "do"),
    [
        ("AV", 0.55, False),
        ("AV", 0.2, True),
        ("To", 0.5, False),
        ("fo", 0.3, False),
        ("xe", 0.42, False),
        ("xe", 0.3, True),
        ("oo", 0.4, True),
        ("l.", 0, True),
    ],
)
def test_kerned_letters_overlap_only_where_one_is_over_the_other(pair: str, distance: float, do: bool) -> None:
    face = instantiate(next(read_faces(FONTS / "inter" / "Inter[opsz,wght].ttf")), Look())
    left, right = (shape_of(face, letter) for letter in pair)
    assert left
    assert right
    assert right.ink.left + distance < left.ink.right, "their boxes overlap"
    assert overlap(*sides_of(face, pair), distance) is do


@settings(max_examples=150, deadline=None)
@given(pair=st.text("AVTLWYofjyrctlgHnm./,", min_size=2, max_size=2), distance=st.floats(0.1, 0.9))
def test_glyphs_that_do_not_overlap_may_be_added_up(pair: str, distance: float) -> None:
    face = instantiate(next(read_faces(FONTS / "inter" / "Inter[opsz,wght].ttf")), Look())
    if overlap(*sides_of(face, pair), distance):
        return
    glyphs = [(face.font.get_nominal_glyph(ord(letter)), distance * 90 * at, 0.0) for at, letter in enumerate(pair)]
    runs = [GlyphRun(face, 90, (glyph,)) for glyph in glyphs]
    area, matrix = Area(0, 0, 220, 140), (1.0, 0.0, 0.0, 1.0, 30.3, 100.6)
    together = np.frombuffer(add_up(runs, matrix, area), np.uint8).astype(int)
    apart = [np.frombuffer(add_up([run], matrix, area), np.uint8).astype(int) for run in runs]
    assert np.abs(together - np.minimum(apart[0] + apart[1], 255)).max() <= 1
    assert np.minimum(apart[0], apart[1]).max() <= 128, "they share pixels at their edges at most"


def test_a_space_has_no_shape() -> None:
    assert shape_of(instantiate(next(read_faces(FONTS / "inter" / "Inter[opsz,wght].ttf")), Look()), " ") is None


@pytest.mark.parametrize("letter", "afgQ&§")
def test_nothing_is_inked_beyond_what_it_says(letter: str) -> None:
    face = instantiate(next(read_faces(FONTS / "inter" / "Inter[opsz,wght].ttf")), Look(weight=650))
    shape, box = shape_of(face, letter), face.font.get_glyph_extents(face.font.get_nominal_glyph(ord(letter)))
    assert shape
    assert shape.ink.left * EM == pytest.approx(box.x_bearing, abs=EM / 200)
    assert shape.ink.top * EM == pytest.approx(-box.y_bearing, abs=EM / 200)
    assert shape.ink.right * EM == pytest.approx(box.x_bearing + box.width, abs=EM / 200)
    assert shape.ink.bottom * EM == pytest.approx(-box.y_bearing - box.height, abs=EM / 200)
