"""Outlines: path commands that any canvas understands."""

from __future__ import annotations

from server.fonts.faces import EM, Look
from server.fonts.library import FontLibrary
from server.text.outlines import OUTLINES_KEPT, outline


def test_a_square_is_four_lines(squares: FontLibrary) -> None:
    face = squares.match(["Square"])
    drawn = outline(face, face.font.get_nominal_glyph(ord("a")))
    assert [kind for kind, _ in drawn] == ["M", "L", "L", "L", "L", "Z"]
    assert {point for _, point in drawn if point} == {
        (0, -0.2 * EM),
        (0, 0.8 * EM),
        (EM, 0.8 * EM),
        (EM, -0.2 * EM),
    }


def test_curves_are_cubic(shipped: FontLibrary) -> None:
    face = shipped.match(["Inter"])
    drawn = outline(face, face.font.get_nominal_glyph(ord("o")))
    sizes = {kind: len(numbers) for kind, numbers in drawn}
    assert sizes.pop("L", 2) == 2
    assert sizes == {"M": 2, "C": 6, "Z": 0}


def test_a_space_has_no_outline(squares: FontLibrary) -> None:
    face = squares.match(["Square"])
    assert outline(face, face.font.get_nominal_glyph(ord(" "))) == ()


def test_the_weight_changes_the_outline(shipped: FontLibrary) -> None:
    light, bold = (shipped.match(["Inter"], Look(weight=weight)) for weight in (300, 700))
    glyph = light.font.get_nominal_glyph(ord("a"))
    assert outline(light, glyph) != outline(bold, glyph)


def test_outlines_are_kept_but_not_without_bound(shipped: FontLibrary) -> None:
    face = shipped.match(["Inter"])
    assert outline(face, 5) is outline(face, 5)
    assert outline.cache_info().maxsize == OUTLINES_KEPT
