"""Letters and lines: case, small capitals, styles that do not inherit, white space, decorations and their order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from cairosvg.parser import Tree
from numpy.typing import NDArray

from server.render.type.letter_case import in_case
from server.render.type.own import is_written, own, settle_tails
from tests.support.likeness import template_of

Pixels = NDArray[np.uint8]
INTER = 'font-family="Inter" font-size="40"'


def rows_of(picture: Pixels, channel: int) -> list[int]:
    """The rows in which one colour is strong and the others are not."""
    others = [c for c in range(3) if c != channel]
    mask = (picture[:, :, 3] > 200) & (picture[:, :, channel] > 150) & (picture[:, :, others].max(axis=2) < 90)
    return [int(row) for row in np.where(mask.any(axis=1))[0]]


@pytest.mark.parametrize(
    ("text", "transform", "language", "expected"),
    [
        ("Straße", "uppercase", "de", "STRASSE"),
        ("istanbul ılık", "uppercase", "tr", "İSTANBUL ILIK"),
        ("istanbul", "uppercase", "en", "ISTANBUL"),
        ("Άγγελος", "uppercase", "el", "ΑΓΓΕΛΟΣ"),
        ("ΟΔΟΣ", "lowercase", "el", "οδος"),
        ("DIYARBAKIR", "lowercase", "tr", "dıyarbakır"),
        ("ijsland, een ijsje", "capitalize", "nl", "IJsland, Een IJsje"),
        ("jean-luc o'neill mcDONALD 3rd", "capitalize", "", "Jean-Luc O'neill McDONALD 3rd"),
        ("as it is", "none", "", "as it is"),
        ("x", "uppercase", "not a language", "X"),
    ],
)
def test_letters_change_by_the_rules_of_the_language(text: str, transform: str, language: str, expected: str) -> None:
    assert in_case(text, transform, language) == expected


def test_a_word_that_goes_on_in_another_element_has_its_capital() -> None:
    assert in_case("llo world", "capitalize", "", goes_on=True) == "llo World"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ('text-transform="uppercase">straße', ">STRASSE"),
        ('text-transform="capitalize">he<tspan>llo wor</tspan>ld', ">He<tspan>llo Wor</tspan>ld"),
        ('xml:lang="tr" text-transform="uppercase">i', ">\u0130"),
        ('font-variant="small-caps">A b', '>A <tspan font-size="28">B</tspan>'),
        ('style="font-variant-caps:all-small-caps">Ab', ' ><tspan font-size="28">AB</tspan>'),
        ('style="font-variant-caps:unicase">Io', ' ><tspan font-size="28">I</tspan>o'),
        ('xml:space="preserve"> a\n b  ', ">\u00a0a\u00a0\u00a0b\u00a0\u00a0"),
        ('style="white-space:pre">a  b', ">a\u00a0\u00a0b"),
        (">\n  a\t<tspan> b </tspan>\n c \n", ">a <tspan>b </tspan>c"),
        (">a<tspan> </tspan> b", ">a b"),
    ],
)
def test_letters_are_those_that_are_meant(shoot: Any, said: str, meant: str) -> None:
    said_so, plain = (shoot(f'<text y="50" {INTER} {body}</text>', size=(200, 60)) for body in (said, meant))
    # Letters filled as one shape and one by one differ in single pixels of their edges.
    assert np.abs(said_so.astype(int) - plain).mean() < 0.3


def test_the_small_capitals_of_a_font_are_its_own(shoot: Any) -> None:
    serif = "font-family=\"'Source Serif 4'\""
    own_caps, feature, made = (
        shoot(f'<text y="50" {serif} {extra}</text>')
        for extra in (
            'font-size="40" font-variant="small-caps">ab',
            "font-size='40' style=\"font-feature-settings:'smcp'\">ab",
            'font-size="28">AB',
        )
    )
    assert np.array_equal(own_caps, feature)
    assert not np.array_equal(own_caps, made)


def test_white_space_of_a_class_is_known(shoot: Any) -> None:
    body = "<style>.p{{white-space:{}}}</style><text class='p' y='50' {}>a   b</text>"
    kept, collapsed = (shoot(body.format(word, INTER)) for word in ("pre", "normal"))
    assert not np.array_equal(kept, collapsed)


def test_a_rule_for_tspans_leaves_the_text_behind_them_alone(shoot: Any) -> None:
    rule = "<style>tspan{fill:#f00}</style>"
    ruled = shoot(f'{rule}<text y="50" {INTER}>a<tspan>b</tspan>c</text>')
    assert np.array_equal(ruled, shoot(f'<text y="50" {INTER}>a<tspan fill="#f00">b</tspan>c</text>'))


def test_a_size_is_resolved_once_though_a_group_sets_another_font_property(shoot: Any) -> None:
    nested = shoot('<g font-size="2em" font-family="Inter"><g font-weight="700"><text x="5" y="50">I</text></g></g>')
    assert np.array_equal(
        nested, shoot('<text font-size="32" font-weight="700" font-family="Inter" x="5" y="50">I</text>')
    )


def test_what_is_handed_down_is_not_said() -> None:
    xml = '<g text-decoration="underline"><text>a<tspan style="text-decoration:overline">b</tspan>c</text></g>'
    tree = Tree(bytestring=f'<svg xmlns="http://www.w3.org/2000/svg">{xml}</svg>'.encode())
    text = tree.children[0].children[0]
    settle_tails(text)
    assert [own(node, "text-decoration") for node in (tree.children[0], text, *text.children)] == [
        "underline",
        "",
        "overline",
        "",
    ]


@pytest.mark.parametrize(
    ("written", "owns"),
    [
        ('text-decoration="underline"', True),
        ('style="fill:red;text-decoration:underline"', True),
        ('style="text-decoration :underline"', True),
        ('style="text-decoration-color:red"', False),
        ("style=\"font-family:'text-decoration:x'\"", False),
    ],
)
def test_a_property_is_owned_where_it_is_itself_written(written: str, owns: bool) -> None:
    xml = f'<text text-decoration="underline">a<tspan {written}>b</tspan></text>'
    tree = Tree(bytestring=f'<svg xmlns="http://www.w3.org/2000/svg">{xml}</svg>'.encode())
    (span,) = tree.children[0].children
    assert is_written(span, "text-decoration") is owns
    assert own(span, "text-decoration") == ("underline" if owns else "")


def test_rules_are_a_tenth_of_the_size_thick_and_shrink_with_it(shoot: Any) -> None:
    def thickness(attributes: str) -> int:
        picture = shoot(f'<text y="50" text-decoration="underline" {attributes} {INTER}>III</text>')
        return int((picture[51:, 4, 3] > 128).sum())

    assert thickness("") == 4
    assert thickness('inline-size="16" data-fit="shrink" data-min-size="10"') == 2


def test_a_rule_makes_way_for_what_hangs_below(shoot: Any) -> None:
    below = {
        text: shoot(f'<text y="40" text-decoration="underline" {INTER}>{text}</text>')[43] for text in ("HHH", "HgH")
    }
    gaps = {text: int((row[2:70, 3] < 40).sum()) for text, row in below.items()}
    assert gaps["HHH"] == 0
    assert gaps["HgH"] >= 6


def test_a_rule_has_the_colour_of_the_element_that_asks_for_it(shoot: Any) -> None:
    body = f'<text y="40" fill="#f00" text-decoration="underline" {INTER}><tspan fill="#00f">II</tspan></text>'
    picture = shoot(body)
    assert rows_of(picture, 0) == [42, 43, 44, 45]
    assert max(rows_of(picture, 2)) < 42


def test_a_line_through_is_above_the_letters_and_an_underline_below(shoot: Any) -> None:
    for kind, wins in (("line-through", 0), ("underline", 2)):
        letters = '<tspan fill="#00f" dy="4">I</tspan>' if kind == "underline" else '<tspan fill="#00f">I</tspan>'
        picture = shoot(f'<text x="9" y="40" fill="#f00" text-decoration="{kind}" {INTER}>{letters}</text>')
        middle = int(np.median(np.where((picture[20, :, 2] > 200) & (picture[20, :, 3] > 200))[0]))
        row = 27 if kind == "line-through" else 43
        assert int(picture[row, middle, :3].argmax()) == wins


def test_hidden_letters_have_no_rule(shoot: Any) -> None:
    hidden = shoot(f'<text y="40" text-decoration="underline" {INTER}><tspan visibility="hidden">III</tspan></text>')
    assert hidden[:, :, 3].max() == 0


@pytest.mark.parametrize("attribute", ['text-decoration="line-through"', 'paint-order="stroke" stroke="#000"'])
@pytest.mark.parametrize("body", ["I", "I<tspan>I</tspan>"])
def test_layers_are_as_opaque_as_their_text(shoot: Any, attribute: str, body: str) -> None:
    text = f'<text id="t" y="50" opacity="0.5" {attribute} {INTER}>{body}</text>'
    assert shoot(text)[:, :, 3].max() == pytest.approx(128, abs=2)
    used = shoot(f'<defs>{text}</defs><use href="#t"/>')
    assert np.array_equal(used, shoot(text))


def test_a_stroke_below_its_fill_leaves_the_fill_whole(shoot: Any) -> None:
    body = '<text y="50" fill="#f00" stroke="#00f" stroke-width="6" {} {}>I</text>'
    below, above = (shoot(body.format(order, INTER)) for order in ('paint-order="stroke"', ""))
    plain = shoot(f'<text y="50" fill="#f00" {INTER}>I</text>')
    assert len(rows_of(below, 0)) == len(rows_of(plain, 0))
    assert len(rows_of(above, 0)) < len(rows_of(plain, 0))


def test_rules_clip_too(shoot: Any) -> None:
    clip = f'<clipPath id="c"><text y="40" text-decoration="underline" {INTER}>II</text></clipPath>'
    picture = shoot(f'{clip}<rect width="100" height="60" fill="#f00" clip-path="url(#c)"/>')
    assert set(range(42, 46)) <= set(rows_of(picture, 0))


def test_a_text_in_a_rectangle_stands_there_whatever_its_baseline(shoot: Any) -> None:
    box = '<rect id="b" x="10" y="5" width="80" height="50" fill="none"/>'
    body = '<text data-box="#b" data-fit="shrink" {} {}>Ag</text>'
    hanging, plain = (shoot(box + body.format(b, INTER)) for b in ('dominant-baseline="hanging"', ""))
    assert np.array_equal(hanging, plain)


def test_a_probe_is_a_template_of_its_size() -> None:
    assert template_of("<svg/>", 3, 4).width == 3


def test_a_rule_under_several_parts_has_no_seam(shoot: Any) -> None:
    body = f'<text y="40" text-decoration="underline" {INTER}>HH<tspan fill="#f00">HH</tspan>H</text>'
    assert shoot(body, size=(160, 60))[43, 2:130, 3].min() == 255
