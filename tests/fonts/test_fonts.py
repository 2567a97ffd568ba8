"""The font library: indexing folders, matching as CSS does, standing in for each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.errors import BrokenSetting
from server.fonts.faces import INSTANCES_KEPT, Face, Look
from server.fonts.files import FONT_ENDINGS, digest_of_fonts
from server.fonts.library import DEFAULT_FAMILY, GENERIC_FAMILIES, FontLibrary
from tests.support.square_font import make_square_font


def weights_of(folder: Path, *weights: int) -> FontLibrary:
    for weight in weights:
        make_square_font(folder, weight=weight)
    return FontLibrary.open([folder])


def test_families_are_named_sorted_and_found_in_any_case(shipped: FontLibrary) -> None:
    assert list(shipped.families) == sorted(shipped.families)
    assert shipped.match(["INTER"]).family == "Inter"
    assert shipped.match(["bricolage grotesque"]).family == "Bricolage Grotesque"


def test_the_first_family_that_is_there_wins(shipped: FontLibrary) -> None:
    assert shipped.match(["No Such Font", "Fraunces", "Inter"]).family == "Fraunces"


def test_unknown_families_get_the_default_one(shipped: FontLibrary) -> None:
    assert shipped.match(["No Such Font"]).family == DEFAULT_FAMILY
    assert shipped.match([]).family == DEFAULT_FAMILY


def test_a_library_without_the_default_family_uses_one_it_has(squares: FontLibrary) -> None:
    assert squares.match(["No Such Font"]).family == "Square"


@pytest.mark.parametrize("generic", sorted(GENERIC_FAMILIES))
def test_every_generic_family_is_one_that_comes_with_us(generic: str, shipped: FontLibrary) -> None:
    face = next(shipped.cascade([generic], Look(), emoji=generic == "emoji"))
    assert face.family == GENERIC_FAMILIES[generic][0]


@pytest.mark.parametrize(
    ("have", "asked", "given"),
    [
        ((300, 400, 700), 400, 400),
        ((300, 700), 400, 300),  # 400 and 500: up to 500 first, then lighter, then bolder
        ((300, 500, 700), 400, 500),
        ((600, 700), 450, 600),
        ((200, 400, 700), 300, 200),  # below 400: lighter first
        ((400, 700), 300, 400),
        ((400, 700, 900), 800, 900),  # above 500: bolder first
        ((300, 400), 800, 400),
    ],
)
def test_weights_are_matched_in_the_order_of_css(
    have: tuple[int, ...],
    asked: int,
    given: int,
    tmp_path: Path,
) -> None:
    assert weights_of(tmp_path, *have).match(["Square"], Look(weight=asked)).source.weights == (given, given)


def test_a_variable_font_takes_any_weight_within_its_axis(shipped: FontLibrary) -> None:
    assert "wght=555" in shipped.match(["Inter"], Look(weight=555)).key
    assert "wght=900" in shipped.match(["Inter"], Look(weight=1000)).key


def test_the_optical_size_is_that_of_the_text_within_its_axis(shipped: FontLibrary) -> None:
    assert "opsz=20" in shipped.match(["Inter"], Look(size=20.3)).key
    assert "opsz=32" in shipped.match(["Inter"], Look(size=90)).key
    assert "opsz" not in shipped.match(["Inter"]).key


def test_font_stretch_sets_the_width_axis(shipped: FontLibrary) -> None:
    assert "wdth=75" in shipped.match(["Bricolage Grotesque"], Look(stretch=75)).key


def test_italic_takes_the_italic_face(shipped: FontLibrary) -> None:
    assert shipped.match(["Inter"], Look(italic=True)).source.italic
    assert not shipped.match(["Inter"]).source.italic


def test_a_missing_italic_or_bold_is_synthesized_and_named_in_the_key(shipped: FontLibrary) -> None:
    plain = shipped.match(["Allison"])
    assert shipped.match(["Allison"], Look(weight=500)) is not plain
    assert shipped.match(["Allison"], Look(weight=500)).key == plain.key
    made = [shipped.match(["Allison"], look).key for look in (Look(weight=700), Look(italic=True))]
    assert len({plain.key, *made}) == 3


def test_the_same_look_is_the_same_face(shipped: FontLibrary) -> None:
    named = shipped.match(["Inter"], Look(weight=700, size=40))
    assert shipped.match(["sans-serif"], Look(weight=700, size=40.2)) is named


def test_fallbacks_are_the_other_families_in_the_same_look(shipped: FontLibrary) -> None:
    face = shipped.match(["Fraunces"], Look(weight=700))
    others = [other for other in shipped.cascade((face.family,), face.look) if other is not face]
    assert others[0].family == DEFAULT_FAMILY
    assert {other.family for other in others} == set(shipped.families) - {"Fraunces"}
    assert {other.look.weight for other in others} == {700}


def test_the_list_of_families_comes_before_the_default_one(shipped: FontLibrary) -> None:
    cascade = shipped.cascade(["Fraunces", "Geist Mono"], Look())
    assert [next(cascade).family for _ in range(3)] == ["Fraunces", "Geist Mono", "Inter"]


def test_the_digest_is_of_contents_not_of_names_or_folders(tmp_path: Path) -> None:
    make_square_font(tmp_path / "a")
    make_square_font(tmp_path / "a", weight=700)
    for number, path in enumerate(sorted((tmp_path / "a").iterdir(), reverse=True)):
        (tmp_path / "b" / str(number)).mkdir(parents=True)
        (tmp_path / "b" / str(number) / f"{number}.ttf").write_bytes(path.read_bytes())
    assert digest_of_fonts([tmp_path / "a"]) == digest_of_fonts([tmp_path / "b"])
    assert digest_of_fonts([tmp_path / "b" / "0"]) != digest_of_fonts([tmp_path / "a"])


def test_a_changed_file_of_any_font_ending_is_another_digest(tmp_path: Path) -> None:
    for ending in FONT_ENDINGS:
        path = tmp_path / f"font{ending}"
        before = digest_of_fonts([tmp_path])
        path.write_bytes(b"one")
        assert digest_of_fonts([tmp_path]) != before


def test_only_font_files_are_read(tmp_path: Path) -> None:
    make_square_font(tmp_path)
    (tmp_path / "OFL.txt").write_text("a licence")
    assert FontLibrary.open([tmp_path, tmp_path / "not there"]).families == ("Square",)


def test_a_library_without_any_font_says_the_cure(tmp_path: Path) -> None:
    with pytest.raises(BrokenSetting, match=r"put the \.ttf or \.otf files"):
        FontLibrary.open([tmp_path])


def test_a_broken_font_is_named(tmp_path: Path) -> None:
    make_square_font(tmp_path)
    (tmp_path / "broken.ttf").write_bytes(b"not a font")
    with pytest.raises(BrokenSetting, match=r"broken\.ttf"):
        FontLibrary.open([tmp_path])


def test_a_face_that_is_in_use_is_the_same_however_many_others_were_made(squares: FontLibrary) -> None:
    def at(size: int) -> Face:
        return squares.match(["Square"], Look(size=size))

    face = at(40)
    for size in range(41, 42 + INSTANCES_KEPT):
        at(size)
    assert at(40) is face
