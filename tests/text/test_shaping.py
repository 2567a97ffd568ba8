"""Shaping: which face draws which character, what HarfBuzz makes of it, spacing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.fonts.faces import glyph_inks
from server.fonts.ink import union
from server.fonts.library import FontLibrary
from server.text.fit import TextStyle
from server.text.itemize import Item
from server.text.shape import RUNS_KEPT, ShapedRun, Surroundings, _Draft, _shaped_buffer, setting_of, shape_run
from tests.support.square_font import LETTERS, make_square_font, square, square_library

INTER = TextStyle(("Inter",), 100)


def advance(text: str, style: TextStyle, fonts: FontLibrary) -> float:
    return shape_run(text, style, fonts).advance


def letters_drawn(shaped: ShapedRun) -> list[tuple[str, list[str]]]:
    return [
        (piece.face.family, [piece.face.font.get_glyph_name(glyph) for glyph, _, _ in piece.glyphs])
        for piece in shaped.items
    ]


@pytest.fixture
def two_families(tmp_path: Path) -> FontLibrary:
    make_square_font(tmp_path)
    make_square_font(tmp_path, family="Greek", letters="ΑΒΓ")
    return FontLibrary.open([tmp_path])


def test_kerning_is_applied(shipped: FontLibrary) -> None:
    assert advance("AVA", INTER, shipped) < 2 * advance("A", INTER, shipped) + advance("V", INTER, shipped)


def test_the_weight_axis_changes_widths(shipped: FontLibrary) -> None:
    styles = [TextStyle(("Inter",), 100, weight=weight) for weight in (100, 400, 450, 900)]
    widths = [advance("Hamburg", style, shipped) for style in styles]
    assert widths == sorted(set(widths))


def test_features_are_switched(shipped: FontLibrary) -> None:
    tabular = TextStyle(("Inter",), 100, features=(("tnum", 1),))
    assert advance("1111", INTER, shipped) < advance("1111", tabular, shipped)
    assert advance("1111", tabular, shipped) == advance("8888", tabular, shipped)


def test_letters_that_are_spaced_form_no_optional_ligatures(shipped: FontLibrary) -> None:
    def glyphs(letter_spacing: float) -> int:
        shaped = shape_run("ffi", TextStyle(("Source Serif 4",), 100, letter_spacing=letter_spacing), shipped)
        return len(shaped.items[0].glyphs)

    assert glyphs(0) < 3
    assert glyphs(1) == 3


def test_letter_spacing_is_between_letters_and_not_at_the_end(squares: FontLibrary) -> None:
    shaped = shape_run("aaa", square(letter_spacing=5), squares)
    assert [x for _, x, _ in shaped.items[0].glyphs] == [0, 45, 90]
    assert shaped.advance - shaped.items[-1].trailing == 130


def test_word_spacing_widens_spaces_only(squares: FontLibrary) -> None:
    shaped = shape_run("a a", square(word_spacing=7), squares)
    assert [x for _, x, _ in shaped.items[0].glyphs] == [0, 67]


def test_missing_characters_are_named_and_dropped(squares: FontLibrary) -> None:
    shaped = shape_run("a日b日\ue000", square(), squares)
    assert shaped.missing == ("CJK UNIFIED IDEOGRAPH-65E5", "U+E000")
    assert shaped.advance == 80
    assert all(glyph for piece in shaped.items for glyph, _, _ in piece.glyphs)


def test_half_of_a_lone_surrogate_pair_is_missing(squares: FontLibrary) -> None:
    assert shape_run("a\ud800", square(), squares).missing == ("U+D800",)


def test_a_mark_that_no_font_has_leaves_its_letter(squares: FontLibrary) -> None:
    shaped = shape_run("a\u0323b", square(), squares)
    assert (shaped.missing, shaped.advance) == (("COMBINING DOT BELOW",), 80)


@pytest.mark.parametrize("invisible", [*"\u200d\u200c\ufe0f\u00ad\u2060\u200e\U000e0101"])
def test_invisible_characters_are_never_missing(invisible: str, squares: FontLibrary) -> None:
    shaped = shape_run(f"a{invisible}b", square(), squares)
    assert (shaped.missing, shaped.advance) == ((), 80)


def test_other_spaces_need_no_glyph_of_their_own(squares: FontLibrary) -> None:
    shaped = shape_run("a\u00a0b\u2003c", square(), squares)
    assert shaped.missing == ()
    assert shaped.advance == 3 * 40 + 20 + 40  # an em space is an em wide


def test_a_letter_in_parts_is_drawn_by_the_whole_one(squares: FontLibrary) -> None:
    assert letters_drawn(shape_run("A\u030a", square(), squares)) == [("Square", ["u00C5"])]


def test_another_family_draws_what_the_first_lacks(two_families: FontLibrary) -> None:
    shaped = shape_run("aΑΒb Γ", square(), two_families)
    assert letters_drawn(shaped) == [
        ("Square", ["u0061"]),
        ("Greek", ["u0391", "u0392"]),
        ("Square", ["u0062"]),
        ("Greek", ["u0393"]),
    ]
    assert shaped.missing == ()
    assert shaped.advance == 5 * 40 + 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("αΒΓ", [("Greek", ["u03B1", "u0392", "u0393"])]),  # Square has the alpha as a sign: not in a word
        ("α", [("Square", ["u03B1"])]),
        ("α\u00adΒ", [("Greek", ["u03B1", "u0392"])]),  # where a word may be broken, it still is one
        (
            "aα1b",
            [("Square", ["u0061"]), ("Square", ["u03B1", "u0031"]), ("Square", ["u0062"])],
        ),  # no word of two letters
        ("αΒ-α", [("Greek", ["u03B1", "u0392"]), ("Square", ["u002D", "u03B1"])]),
        ("αΔ", [("Square", ["u03B1"])]),  # no face has all of it
    ],
)
def test_a_word_is_drawn_by_one_face_if_one_has_all_of_it(
    tmp_path: Path, text: str, expected: list[tuple[str, list[str]]]
) -> None:
    make_square_font(tmp_path, letters=LETTERS + "α")
    make_square_font(tmp_path, family="Greek", letters="ΑΒΓα")
    assert letters_drawn(shape_run(text, square(), FontLibrary.open([tmp_path]))) == expected


def test_a_script_face_does_not_draw_the_one_greek_letter_that_it_has(shipped: FontLibrary) -> None:
    shaped = shape_run("Παπαδοπούλου, Παρίσι 2026", TextStyle(("Allison",), 100), shipped)
    assert [item.face.family for item in shaped.items] == ["Inter", "Allison", "Inter", "Allison"]


def test_a_space_is_as_wide_as_the_first_familys_whoever_draws_the_words(shipped: FontLibrary) -> None:
    def widths(family: str) -> tuple[float, float]:
        style = TextStyle((family,), 100)
        return advance("ไทย", style, shipped), advance("ไทย ไทย", style, shipped)

    for family in ("Inter", "Geist Mono"):
        word, two_words = widths(family)
        assert two_words == pytest.approx(2 * word + advance(" ", TextStyle((family,), 100), shipped))
    assert widths("Inter")[1] != widths("Geist Mono")[1]


def test_right_to_left_letters_run_right_to_left(squares: FontLibrary) -> None:
    shaped = shape_run("אב", square(), squares, Surroundings(levels=(1, 1)))
    assert letters_drawn(shaped) == [("Square", ["u05D1", "u05D0"])]


def test_the_language_is_not_the_machines(squares: FontLibrary) -> None:
    face = squares.match(["Square"])
    draft = _Draft("a", "a", 0, square(), setting_of(square(), squares))
    buffer = _shaped_buffer(draft, Item(0, 1, face, "Latn", 0), face)
    assert buffer.language == "und"


def test_ink_is_known_by_character(squares: FontLibrary) -> None:
    shaped = shape_run("a ÅA", square(), squares)
    assert shaped.inks.between(0, 1) == (0, -32, 40, 8)
    assert shaped.inks.between(1, 2).is_empty
    assert shaped.inks.between(2, 4) == (60, -48, 140, 8)


@given(text=st.text(st.sampled_from("AÅgy .fiשיمحא\u064bन\u093e日🎉\ue000\u00ad"), max_size=16), levels=st.booleans())
def test_a_line_inks_what_its_glyphs_do(shipped: FontLibrary, text: str, *, levels: bool) -> None:
    style = TextStyle(("Inter",), 40, letter_spacing=1.5)
    shaped = shape_run(text, style, shipped, Surroundings(tuple(int(levels) for _ in text)))
    for item in shaped.items:
        of_glyphs = [glyph_inks(item.face, 40)[number].moved(x, y) for number, x, y in item.glyphs]
        assert item.ink == union(of_glyphs)
    whole = shaped.inks.between(0, len(text))
    assert (whole.top, whole.bottom) == (union([item.ink for item in shaped.items])[1::2])


@given(text=st.text(st.sampled_from("AÅgy .fiשमن\u0301日🎉"), max_size=16), start=st.integers(0, 16))
def test_widths_are_those_of_the_stretches(shipped: FontLibrary, text: str, start: int) -> None:
    inks = shape_run(text, INTER, shipped).inks
    first = min(start, len(text))
    stretches = [inks.between(first, end).width for end in range(first, len(text) + 1)]
    assert inks.widths_from(first) == stretches


def test_shaped_runs_are_kept_but_not_without_bound(tmp_path: Path) -> None:
    fonts = square_library(tmp_path, letters=LETTERS)
    first = shape_run("again", square(), fonts)
    assert shape_run("again", square(), fonts) is first
    for number in range(RUNS_KEPT + 1):
        shape_run(str(number), square(), fonts)
    assert shape_run.cache_info().currsize == RUNS_KEPT
    assert shape_run("again", square(), fonts) == first


def test_a_sign_that_scripts_share_is_drawn_by_the_face_of_its_word(shipped: FontLibrary) -> None:
    assert [item.face.family for item in shape_run("নাম।", INTER, shipped).items] == ["Noto Sans Bengali"]
    assert [item.face.family for item in shape_run("नाम।", INTER, shipped).items] == ["Noto Sans Devanagari"]


@pytest.mark.parametrize("invisible", [*"\u00ad\u200c\u2060\u2068\u2069\u200e"])
def test_what_cannot_be_seen_is_not_spaced(invisible: str, squares: FontLibrary) -> None:
    spaced = square(letter_spacing=5)
    assert advance(f"a{invisible}b", spaced, squares) == advance("ab", spaced, squares)


def test_an_isolate_does_not_part_letters_that_join(shipped: FontLibrary) -> None:
    def glyphs(text: str) -> list[int]:
        levels = tuple(1 for _ in text)
        return [g for item in shape_run(text, INTER, shipped, Surroundings(levels)).items for g, _, _ in item.glyphs]

    assert glyphs("ب\u2068محمد\u2069") == glyphs("بمحمد")
