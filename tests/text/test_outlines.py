"""Outlines: path commands that any canvas understands."""

from __future__ import annotations

from server.fonts.faces import EM, Look
from server.fonts.library import FontLibrary
from server.text.outlines import OUTLINES_KEPT, POINTS, outline


def test_a_square_is_four_lines(squares: FontLibrary) -> None:
    face = squares.match(["Square"])
    drawn = outline(face, face.font.get_nominal_glyph(ord("a")))
    assert drawn.kinds == "MLLLLZ"
    assert {tuple(point) for point in drawn.points.tolist()} == {
        (0, -0.2 * EM),
        (0, 0.8 * EM),
        (EM, 0.8 * EM),
        (EM, -0.2 * EM),
    }


def test_curves_are_cubic(shipped: FontLibrary) -> None:
    face = shipped.match(["Inter"])
    drawn = outline(face, face.font.get_nominal_glyph(ord("o")))
    assert set(drawn.kinds) - {"L"} == {"M", "C", "Z"}
    assert len(drawn.points) == sum(POINTS[kind] for kind in drawn.kinds)


def test_a_space_has_no_outline(squares: FontLibrary) -> None:
    face = squares.match(["Square"])
    drawn = outline(face, face.font.get_nominal_glyph(ord(" ")))
    assert drawn.kinds == ""
    assert drawn.points.shape == (0, 2)


def test_the_weight_changes_the_outline(shipped: FontLibrary) -> None:
    light, bold = (shipped.match(["Inter"], Look(weight=weight)) for weight in (300, 700))
    glyph = light.font.get_nominal_glyph(ord("a"))
    assert outline(light, glyph).points.tolist() != outline(bold, glyph).points.tolist()


def test_outlines_are_kept_but_not_without_bound(shipped: FontLibrary) -> None:
    face = shipped.match(["Inter"])
    assert outline(face, 5) is outline(face, 5)
    assert outline.cache_info().maxsize == OUTLINES_KEPT


def test_nobody_can_change_an_outline_that_others_use(shipped: FontLibrary) -> None:
    assert not outline(shipped.match(["Inter"]), 5).points.flags.writeable
