"""Who steps in for a character that the asked family lacks: by script, language and presentation."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.colorLib.builder import buildCOLR, buildCPAL
from fontTools.ttLib import TTFont

from server.fonts.faces import FaceSource, Look
from server.fonts.library import DEFAULT_FAMILY, FontLibrary
from tests.support.square_font import make_square_font

HAN = "山田"
CODE_PAGE_BITS = {"ja": 17, "zh-Hans": 18, "ko": 19, "zh-Hant": 20}


def made_for(folder: Path, family: str, *regions: str, letters: str = HAN) -> None:
    path = make_square_font(folder, family=family, letters=letters)
    font = TTFont(path)
    font["OS/2"].version = 4
    font["OS/2"].ulCodePageRange1 = sum(1 << CODE_PAGE_BITS[region] for region in regions)
    font["OS/2"].ulCodePageRange2 = 0
    font.save(path)


def in_color(folder: Path, family: str, letters: str) -> None:
    path = make_square_font(folder, family=family, letters=letters)
    font = TTFont(path)
    font["COLR"] = buildCOLR({f"u{ord(letter):04X}": [(f"u{ord(letter):04X}", 0)] for letter in letters}, version=0)
    font["CPAL"] = buildCPAL([[(1.0, 0.0, 0.0, 1.0)]])
    font.save(path)


def drawer(library: FontLibrary, text: str, *families: str, language: str = "", emoji: bool = False) -> str | None:
    face = library.drawer(text, families, Look(), language=language, emoji=emoji)
    return face.family if face else None


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Sarah", "Inter"),
        ("Nguyễn", "Inter"),
        ("Αθήνα", "Inter"),
        ("Москва", "Inter"),
        ("محمد", "Noto Sans Arabic"),
        ("שרה", "Noto Sans Hebrew"),
        ("श्रीकृष्ण", "Noto Sans Devanagari"),
        ("শ্রী", "Noto Sans Bengali"),
        ("ஸ்ரீ", "Noto Sans Tamil"),
        ("శ్రీ", "Noto Sans Telugu"),
        ("สมชาย", "Noto Sans Thai"),
        ("ნინო", "Noto Sans Georgian"),
        ("Արամ", "Noto Sans Armenian"),
        ("શ્રી", "Noto Sans Gujarati"),
        ("ਪੰਜਾਬੀ", "Noto Sans Gurmukhi"),
        ("ಶ್ರೀ", "Noto Sans Kannada"),
        ("ശ്രീ", "Noto Sans Malayalam"),
        ("ශ්‍රී", "Noto Sans Sinhala"),
        ("សុខ", "Noto Sans Khmer"),
        ("ສົມ", "Noto Sans Lao"),
        ("အောင်", "Noto Sans Myanmar"),
        ("ሰላም", "Noto Sans Ethiopic"),
        ("ދިވެހި", "Noto Sans Thaana"),
        ("山田太郎", "Noto Sans CJK"),
        ("カタカナ", "Noto Sans CJK"),
        ("刘伟", "Noto Sans CJK"),
        ("滙豐", "Noto Sans CJK"),
        ("髙﨑𠮷", "Noto Sans CJK"),
        ("朱镕基", "Noto Sans CJK"),
        ("김철수", "Noto Sans CJK"),
        ("뷁", "Noto Sans CJK"),
    ],
)
def test_every_script_has_a_face_that_draws_its_names(text: str, family: str, shipped: FontLibrary) -> None:
    assert drawer(shipped, text, "Inter") == family
    assert shipped.coverage.missing_from(text) == ()


def test_who_draws_is_who_comes_first_in_the_cascade_with_all_of_it(shipped: FontLibrary) -> None:
    for text in ("Zoë", "محمد", "山", "👋"):
        for emoji in (False, True):
            cascade = shipped.cascade(("Fraunces",), Look(), emoji=emoji)
            assert shipped.drawer(text, ("Fraunces",), Look(), emoji=emoji) is next(
                face for face in cascade if face.has_glyphs_for(text)
            )


def test_nobody_draws_what_no_font_has(shipped: FontLibrary) -> None:
    assert drawer(shipped, "𓀀", "Inter") is None
    assert shipped.coverage.missing_from("a𓀀") == ("𓀀",)


@pytest.mark.parametrize(
    ("text", "weight", "place"),
    [("محمد", 650, "wght=650"), ("محمد", 1000, "wght=900"), ("山", 500, "400"), ("山", 650, "700"), ("山", 900, "700")],
)
def test_whoever_steps_in_has_the_weight_of_the_text(text: str, weight: int, place: str, shipped: FontLibrary) -> None:
    face = shipped.drawer(text, ("Inter",), Look(weight=weight))
    assert face is not None
    least, greatest = face.source.weights
    assert place == (f"{least:g}" if least == greatest else face.key.split(":")[1])


@pytest.mark.parametrize("language", ["ja", "zh-Hans", "zh-Hant", "zh-TW", "ko", "zh"])
def test_a_face_made_for_the_texts_language_comes_before_all_others(language: str, tmp_path: Path) -> None:
    # The names are in an order that would always take the first, were names asked.
    for name, region in (("A", "ko"), ("B", "zh-Hant"), ("C", "zh-Hans"), ("D", "ja")):
        made_for(tmp_path, name, region)
    expected = {"ja": "D", "zh-Hans": "C", "zh": "C", "zh-Hant": "B", "zh-TW": "B", "ko": "A"}
    assert drawer(FontLibrary.open([tmp_path]), HAN, "Nobody", language=language) == expected[language]


def test_a_face_for_every_region_comes_before_one_for_another_region(tmp_path: Path) -> None:
    made_for(tmp_path, "A", "ko")
    made_for(tmp_path, "B", "ja", "ko", "zh-Hans", "zh-Hant")
    library = FontLibrary.open([tmp_path])
    assert drawer(library, HAN, language="zh-Hans") == "B"
    assert drawer(library, HAN) == "B"
    assert drawer(library, HAN, language="ko") == "A"


def test_a_family_that_is_named_draws_whatever_the_language(tmp_path: Path) -> None:
    made_for(tmp_path, "A", "ko")
    made_for(tmp_path, "B", "ja")
    assert drawer(FontLibrary.open([tmp_path]), HAN, "A", language="ja") == "A"


def test_a_face_of_another_script_comes_before_a_whole_typeface(tmp_path: Path) -> None:
    make_square_font(tmp_path, family="A Display Face", letters="Aא")
    make_square_font(tmp_path, family="Z For Hebrew", letters="א")
    assert drawer(FontLibrary.open([tmp_path]), "א", "Nobody") == "Z For Hebrew"


def test_a_face_of_wide_range_comes_before_a_narrow_one(tmp_path: Path, shipped: FontLibrary) -> None:
    make_square_font(tmp_path, family="A Signature", letters="AΩ")
    make_square_font(tmp_path, family="Z Book Face", letters="ABCDEFΩ")
    assert drawer(FontLibrary.open([tmp_path]), "Ω", "Nobody") == "Z Book Face"
    assert drawer(shipped, "।", "Inter") == "Noto Sans Devanagari"  # of all that have the sign


def test_emoji_take_the_colour_face_before_any_text_face(shipped: FontLibrary) -> None:
    for text in ("☺️", "❤️", "👋🏽", "👨‍👩‍👧", "🇩🇪", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"):
        assert drawer(shipped, text, "Inter", emoji=True) == "Noto Color Emoji"
    assert drawer(shipped, "á", "Inter", emoji=True) == "Inter"


def test_text_takes_a_text_face_first_though_the_colour_face_has_it_too(shipped: FontLibrary) -> None:
    for text in ("5", "#", "©", "™", " "):
        assert drawer(shipped, text, "Noto Color Emoji", "Inter") == "Inter"
    assert drawer(shipped, "👋", "Inter") == "Noto Color Emoji"  # in colour rather than not at all


def test_a_display_face_in_colours_is_no_face_of_emoji(tmp_path: Path) -> None:
    in_color(tmp_path, "Painted", "AB")
    in_color(tmp_path, "Smiles", "😀")
    make_square_font(tmp_path, family="Plain", letters="AB")
    library = FontLibrary.open([tmp_path])
    assert drawer(library, "A", "Painted") == "Painted"
    assert drawer(library, "😀", "Painted", emoji=True) == "Smiles"
    assert library.match(["Painted"]).is_color


def test_a_colour_face_is_neither_slanted_nor_thickened(shipped: FontLibrary) -> None:
    keys = {
        face.key
        for look in (Look(), Look(weight=900), Look(italic=True))
        if (face := shipped.drawer("👋", (), look, emoji=True))
    }
    assert len(keys) == 1


def test_plain_text_reads_no_further_face(root: Path, tmp_path: Path) -> None:
    index = tmp_path / "index.json"
    FontLibrary.open([root / "fonts"], index)
    library = FontLibrary.open([root / "fonts"], index)
    next(library.cascade(("Inter",), Look()))
    library.drawer("山", ("Inter",), Look())
    assert {source.family for source in library.sources if is_read(source)} == {DEFAULT_FAMILY, "Noto Sans CJK"}


def is_read(source: FaceSource) -> bool:
    return bool(source._engines)


def test_no_order_of_folders_changes_who_steps_in(root: Path) -> None:
    folders = sorted(path for path in (root / "fonts").iterdir() if path.is_dir())
    one, other = FontLibrary.open(folders), FontLibrary.open(folders[::-1])
    look = Look()
    order = [face.family for face in one.cascade((), look, language="ja")]
    assert order == [face.family for face in other.cascade((), look, language="ja")]
    assert order[0] == DEFAULT_FAMILY
    assert order[-1] == "Noto Color Emoji"
