"""`nameplate new`: the starter is what a good template is, and a drawing becomes one that draws as before."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from server.catalog.resolve import Drawing, default_spec
from server.catalog.template import FIRST_EXAMPLES, Template, build_template, read_template
from server.commands.adopt import adopt, example_of, manifest_of
from server.commands.new import new
from server.errors import BrokenTemplate, UnfitValue
from server.images import Format
from server.render.draw import draw
from server.render.lint import lint
from tests.support.pictures import decode, differing_pixels
from tests.support.shipped import example_spec, fonts

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="200" font-family="Inter">\n{}\n</svg>'
DRAWING = Drawing(max_pixels=1_000_000, renderer="test")


def picture(template: Template) -> Image.Image:
    return decode(draw(default_spec(template, Format.PNG, DRAWING), template, fonts()).body)


def lone(svg: str) -> Template:
    return build_template("card", {"template.svg": svg.encode()})


def taken_in(svg: str) -> Template:
    adopted = adopt(svg)
    files = {"template.svg": adopted.svg, "manifest.toml": manifest_of("Card", adopted.params, ())}
    return build_template("card", {name: text.encode() for name, text in files.items()})


def test_the_starter_has_nothing_to_mend_and_shows_every_kind_of_value(tmp_path: Path) -> None:
    new("spring-sale", tmp_path)
    template = read_template(tmp_path / "spring-sale")
    assert template.manifest.title == "Spring sale"
    assert lint(template, fonts()) == ()
    assert tuple(example.name for example in template.examples) == FIRST_EXAMPLES


def test_the_link_that_is_suggested_has_a_tools_tag_and_no_name_for_everybody(tmp_path: Path) -> None:
    said = new("spring-sale", tmp_path)
    assert "nameplate sign spring-sale.png --open first_name --tool klaviyo --templates" in said
    assert "Sarah" not in said


def test_no_example_of_the_starter_is_cut_and_no_letter_is_missing(tmp_path: Path) -> None:
    new("spring-sale", tmp_path)
    template = read_template(tmp_path / "spring-sale")
    for example in template.examples:
        for slot in draw(example_spec(template, example), template, fonts()).report.slots:
            assert not slot.truncated, (example.name, slot)
            assert not slot.missing, (example.name, slot)


def test_the_starter_is_readable_before_it_is_drawn(tmp_path: Path) -> None:
    """What an editor shows is the source: placeholders alone, so that a line of it is about as wide as its value."""
    new("spring-sale", tmp_path)
    assert "{{ first_name }}<" in (tmp_path / "spring-sale/template.svg").read_text()


NAMED = [
    '<text id="Headline" x="20" y="80" font-size="40">Tom &amp; Jerry’s “sale”</text>',
    '<text id="First name" x="20" y="80" font-size="40" fill="#123456"><tspan x="20" y="80">Sarah</tspan></text>',
    '<text id="first_x5F_name" transform="translate(20 80)" font-size="40"><tspan x="0" y="0">Sarah</tspan></text>',
    "<text\n   inkscape:label='First name'\n   id='text4'\n   x='20' y='80'><tspan x='20' y='80'>Sarah</tspan></text>",
]


@pytest.mark.parametrize("text", NAMED)
def test_a_drawing_that_is_taken_in_draws_as_before(text: str) -> None:
    svg = SVG.format(text).replace("<svg ", '<svg xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" ')
    assert not differing_pixels(picture(taken_in(svg)), picture(lone(svg)))
    assert differing_pixels(picture(taken_in(svg)), picture(lone(SVG.format(""))))


def test_a_name_of_the_drawing_is_the_name_of_the_param() -> None:
    assert [list(adopt(SVG.format(text)).params) for text in NAMED] == [["headline"], *[["first_name"]] * 3]


def test_kerned_letters_become_one_piece_in_the_style_of_most() -> None:
    pieces = '<tspan class="k" x="3 9" y="4">S</tspan><tspan x="20" y="4" font-weight="700">arah</tspan>'
    text = f'<text id="name">{pieces}</text>'
    adopted = adopt(text)
    assert adopted.svg == '<text id="name"><tspan x="3" y="4" font-weight="700">{{ name }}</tspan></text>'
    assert adopted.params == {"name": "Sarah"}


def test_two_texts_of_one_name_are_two_params() -> None:
    assert list(adopt('<text id="name">A</text><text id="Name">B</text>').params) == ["name", "name_2"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('<text id="text4">Hi</text>', "has no name"),
        ('<text id="tspan12-3">Hi</text>', "has no name"),
        ("<text>Hi</text>", "has no name"),
        ('<text id="日本">Hi</text>', "has no name"),
        (
            '<text id="a"><tspan y="1">One</tspan><tspan y="2">Two</tspan></text>',
            '"One Two": has several lines; write {{ a }} where',
        ),
        (f'<text id="a">{"x" * 201}</text>', "longer than 200"),
    ],
)
def test_a_text_that_stays_is_named_with_what_to_do(text: str, says: str) -> None:
    adopted = adopt(text)
    (left,) = adopted.left
    assert adopted.svg == text
    assert says in left


@pytest.mark.parametrize("text", ['<!-- <text id="a">A</text> -->', '<text id="a"/>', '<text id="a"> </text>'])
def test_what_says_nothing_is_left_alone(text: str) -> None:
    assert adopt(text) == adopt(text)
    assert (adopt(text).svg, adopt(text).params, adopt(text).left) == (text, {}, ())


def test_placeholders_of_the_drawing_stay_and_are_declared(tmp_path: Path) -> None:
    drawing = tmp_path / "export.svg"
    drawing.write_text(SVG.format('<text id="hi" y="50">Hello</text><text id="b" y="90">for {{ company }}</text>'))
    said = new("sale", tmp_path / "mine", drawing)
    template = read_template(tmp_path / "mine/sale")
    assert {name: param.default for name, param in template.params.items()} == {"hi": "Hello", "company": None}
    assert "company: was in the drawing" in said
    assert "take them out of\n  default and sample" in said
    assert "take\n# these words out of default and sample" in (tmp_path / "mine/sale/manifest.toml").read_text()
    assert [example.name for example in template.examples] == ["usual"]


def test_a_drawing_that_cannot_be_a_template_leaves_nothing_behind(tmp_path: Path) -> None:
    drawing = tmp_path / "export.svg"
    for content, error in ((b"<svg><text id='a'>{{ b</text></svg>", BrokenTemplate), (b"\xff\xfe<svg/>", UnfitValue)):
        drawing.write_bytes(content)
        with pytest.raises(error):
            new("sale", tmp_path / "mine", drawing)
    with pytest.raises(UnfitValue, match="cannot be read"):
        new("sale", tmp_path / "mine", tmp_path / "nothing.svg")
    assert not (tmp_path / "mine").exists()


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_whatever_a_text_says_it_is_the_default_that_the_manifest_gives(words: str) -> None:
    kept = " ".join(words.split())
    params = {"a": kept}
    assert tomllib.loads(manifest_of("T", params, ()))["params"]["a"]["default"] == kept
    assert tomllib.loads(example_of(params))["values"] == params
