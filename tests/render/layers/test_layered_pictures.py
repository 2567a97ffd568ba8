"""A picture is the same to the pixel whether its layers were kept or painted for it, and the same to the byte whatever
was drawn before it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.encode.channels import as_array
from server.encode.formats import prepare_base
from server.errors import BrokenTemplate, DrawingFailed
from server.fonts.library import FontLibrary
from server.images import NO_PICTURES, Format, Picture
from server.kept import Kept
from server.render.compose import compose
from server.render.draw import _layers_paper, _paper, draw
from server.render.layers import painted, plan, still
from server.render.layers.cut import Kind
from server.render.layers.plan import Means, Source, compose_in_parts
from server.render.paint import paint
from server.render.scene import lay_out
from tests.support.square_font import square_library

ROUNDING = 6
"""Of 255: what is painted on its own and put over the rest is rounded once more, for each layer above and each
shape of it that is seen through. Another shape or colour differs by more."""

SHAPES = (
    "<rect x='5' y='5' width='60' height='30' fill='#c33'/>",
    "<circle cx='60' cy='30' r='22' fill='#39c' fill-opacity='0.6'/>",
    "<path d='M10 50 Q50 0 95 55' stroke='#000' stroke-width='3' fill='none'/>",
    "<rect x='20' y='10' width='70' height='45' fill='url(#slope)' rx='6'/>",
    "<text x='8' y='30' font-size='18' fill='#060'>Fixed</text>",
    "<text x='8' y='30' font-size='18' fill='#060' inline-size='80' data-fit='shrink'>A fitted one</text>",
    "<use href='#star' x='30' y='20' fill='#fa0'/>",
    "<g opacity='0.5'><rect width='50' height='50'/><circle cx='50' cy='30' r='20' fill='red'/></g>",
    "<g mask='url(#half)'><rect width='100' height='60' fill='#93c'/></g>",
)
LIVE = (
    "<text x='50' y='40' font-size='20' text-anchor='middle' inline-size='90' data-fit='shrink'>{{ name }}</text>",
    "<text x='4' y='55' font-size='14' fill='url(#slope)' stroke='#fff' stroke-width='0.5'>{{ name }} 👋</text>",
    "<rect x='10' y='44' width='{{ name|length * 4 }}' height='8' fill='#222'/>",
    "<text data-box='#box' x='0' y='0' font-size='16' data-max-lines='2' data-fit='shrink'>{{ name }}</text>",
    "<g opacity='0.4'><text x='10' y='50' font-size='30'>{{ name }}</text><rect width='20' height='20'/></g>",
    "<g mask='url(#half)'><text x='10' y='50' font-size='30'>{{ name }}</text></g>",
    "<text x='10' y='20' font-size='12' text-decoration='underline' transform='rotate(8)'>{{ name }}</text>",
    "<text x='6' y='30' font-size='14' dominant-baseline='middle' opacity='0.7'>Hi  {{ name }} !</text>",
    "<text x='90' y='30' font-size='9' direction='auto' text-anchor='end' xml:space='preserve'> {{ name }} </text>",
    "<text x='1em' y='2em' font-size='12' text-transform='uppercase' transform='skewX(9)'>{{ name }}, hello</text>",
    "<text font-size='15' data-box='#box' data-valign='middle' direction='auto' fill='#06c8'>{{ name }}</text>",
    "<text x='20' y='30' dx='4' font-size='11' fill='none' stroke='red' inline-size='70'>{{ name }}</text>",
    "<text x='4 20' y='50' font-size='14' font-variant='small-caps'>{{ name }}</text>",
    "<text y='30' font-size='0' baseline-shift='3'>{{ name }}</text>",
    "<g data-choose='first-fit'><text x='5' y='22' font-size='20' inline-size='80' font-weight='700'>{{ name }}</text>\
<text data-box='#box' font-size='12' data-max-lines='3' data-fit='shrink'>{{ name }} too</text></g>",
    "<text font-size='14'><tspan x='6' y='20'>Hi {{ name }}, </tspan><tspan x='6' y='38' fill='red'>you</tspan></text>",
    "<text x='6' y='30' font-size='13'>Hi <tspan font-weight='800' fill='red' opacity='.5'>{{ name }}</tspan>!</text>",
    "<text x='90' y='30' font-size='12' text-anchor='end' direction='auto'>Dear <tspan dy='-4' font-size='9'>{{ name }}\
</tspan><tspan dy='4'>, you</tspan></text>",
    "<text font-size='13' data-box='#box' data-fit='shrink'>A <tspan baseline-shift='super'>{{ name }}</tspan></text>",
    "<text y='30' font-size='15' opacity='.6'>To <tspan text-decoration='underline'>{{ name }}</tspan></text>",
    "<text x='9' y='30' xml:space='preserve'>To <tspan> {{ name }} <tspan fill='red'>x</tspan></tspan></text>",
    "<text x='6' y='30' font-size='16' fill='url(#page)' transform='rotate(5)'>{{ name }} 👋</text>",
    "<text x='6' y='44' font-size='14'>To <tspan fill='url(#page)' opacity='.7'>{{ name }}</tspan>!</text>",
    "<g id='who' data-choose='first-fit'><text y='30' x='9' font-size='11'>{{ name }}</text></g>",
)
NAMES = ("Bo", "Ada Lovelace", "שרה", "", "W" * 40, " Ann\tB.\n ", '<O\'Hara & "Co">', "Zoë 👋", "ffi")
DEFINITIONS = """<defs>
  <linearGradient id='slope'><stop stop-color='#06c'/><stop offset='1' stop-color='#6c0'/></linearGradient>
  <linearGradient id='page' gradientUnits='userSpaceOnUse' x2='90' y2='20' spreadMethod='reflect'>
    <stop stop-color='#c09'/><stop offset='.6' stop-color='#09c' stop-opacity='.5'/></linearGradient>
  <mask id='half'><rect width='60' height='60' fill='#fff' opacity='0.7'/></mask>
  <clipPath id='round'><circle cx='50' cy='30' r='28'/></clipPath>
  <clipPath id='frame'><rect x='3.5' y='2' width='90' height='55' rx='5'/></clipPath>
  <clipPath id='whole'><rect width='100' height='60'/></clipPath>
  <path id='star' d='M0-9 3-3 9-3 4 2 6 9 0 5-6 9-4 2-9-3-3-3Z'/>
  <rect id='box' x='10' y='5' width='70' height='40'/>
</defs>"""
CONDITIONS = (
    "{}",
    "{{% if name|length > 3 %}}{}{{% endif %}}",
    "{{% if name|length < 4 %}}{}{{% endif %}}",
    "<g data-if='name'>{}</g>",
    "<g data-if-not='name'>{}</g>",
)
GROUPS = (
    "<g>",
    "<g transform='translate(6 4) scale(0.9)'>",
    "<g clip-path='url(#round)'>",
    "<g clip-path='url(#frame)'>",
    "<g clip-path='url(#whole)'>",
    "<g fill='#808'>",
)


@st.composite
def bodies(draw_one: Any) -> str:
    """Shapes and texts in any order, some of them in groups in groups."""
    pieces: list[str] = []
    for _ in range(draw_one(st.integers(1, 7))):
        groups = draw_one(st.lists(st.sampled_from(GROUPS), max_size=2))
        inner = "".join(draw_one(st.lists(st.sampled_from(SHAPES + LIVE), min_size=1, max_size=3)))
        condition = draw_one(st.sampled_from(CONDITIONS))
        pieces.append(condition.format("".join(groups) + inner + "</g>" * len(groups)))
    return DEFINITIONS + "".join(pieces)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    """As in a fresh process."""
    Kept.clear_all()
    _paper.forget()
    _layers_paper.forget()


def parts_of(spec: RenderSpec, template: Template, fonts: FontLibrary) -> tuple[Source, ...]:
    size = spec.width, spec.height
    return compose_in_parts(Means(spec.mapping(), template, fonts, NO_PICTURES, size, keeps=True)).parts


def pixels_of(picture: Picture) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(picture.body)).convert("RGBA"))


def in_one_piece(spec: RenderSpec, template: Template, fonts: FontLibrary) -> NDArray[np.uint8]:
    scene = lay_out(compose(spec, template), template, fonts)
    bgra = as_array(paint(scene, spec.width, spec.height))
    straight = Image.frombuffer("RGBA", (spec.width, spec.height), np.ascontiguousarray(bgra), "raw", "BGRa", 0, 1)
    return np.asarray(straight)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=bodies(), names=st.lists(st.sampled_from(NAMES), min_size=2, max_size=4))
def test_any_picture_is_the_same_to_the_pixel_with_layers_kept(
    make_template: Any, make_spec: Any, fonts: FontLibrary, body: str, names: list[str]
) -> None:
    template = make_template(body, params="name")
    for name in names:
        spec = make_spec(template, name=name)
        afresh = pixels_of(draw(spec, template, fonts, keeps_layers=False))
        assert (pixels_of(draw(spec, template, fonts)) == afresh).all()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=bodies())
def test_any_picture_in_layers_looks_like_the_one_in_one_piece(
    make_template: Any, make_spec: Any, fonts: FontLibrary, body: str
) -> None:
    template = make_template(f"<rect width='100' height='60' fill='#eee'/>{body}", params="name")
    spec = make_spec(template, name="Ada")
    layered = pixels_of(draw(spec, template, fonts)).astype(int)
    assert np.abs(layered - in_one_piece(spec, template, fonts)).max() <= ROUNDING


@pytest.mark.parametrize("image", [Format.PNG, Format.JPG])
def test_the_bytes_do_not_depend_on_what_was_drawn_before(
    make_template: Any, make_spec: Any, fonts: FontLibrary, image: Format
) -> None:
    card = make_template(DEFINITIONS + SHAPES[3] + LIVE[0] + SHAPES[1] + LIVE[1], params="name")
    other = make_template(DEFINITIONS + SHAPES[0] + LIVE[4], params="name", name="other")
    wanted = make_spec(card, name="Ada", image=image)
    fresh = draw(wanted, card, fonts).body
    for name in ("W" * 30, "", "Bo", "שרה"):
        for template in (card, other):
            draw(make_spec(template, name=name, image=image), template, fonts)
        draw(make_spec(card, name=name, scale=2.0, image=image), card, fonts)
        assert draw(wanted, card, fonts).body == fresh
    forget()
    assert draw(wanted, card, fonts).body == fresh


def test_conditions_and_colours_have_layers_of_their_own(
    make_template: Any, make_spec: Any, fonts: FontLibrary
) -> None:
    body = (
        "<rect width='100' height='60' fill='{{ accent }}'/><g data-if='vip'><circle r='9'/></g>"
        "{% if vip %}<path d='M0 0h9v9z'/>{% endif %}<text y='20'>{{ name }}</text>"
    )
    params = '[params.name]\n[params.accent]\ntype = "color"\n[params.vip]\ntype = "flag"\n'
    template = make_template(body, params=params)
    seen = set()
    for accent in ("#ff0000", "#00ff00"):
        for vip in (True, False):
            for name in ("Ada", "Bo"):
                spec = make_spec(template, name=name, accent=accent, vip=vip)
                layers = [part for part in parts_of(spec, template, fonts) if part.kind is Kind.STAYS]
                seen.add(tuple(layer.digest for layer in layers))
                kept, afresh = draw(spec, template, fonts), draw(spec, template, fonts, keeps_layers=False)
                assert (pixels_of(kept) == pixels_of(afresh)).all()
    assert len(seen) == 4


def test_slots_are_named_by_their_place_in_the_whole_document(
    make_template: Any, make_spec: Any, fonts: FontLibrary
) -> None:
    body = "<text inline-size='90' x='2' y='{y}' font-size='9'>{words}</text>"
    texts = [body.format(y=10 + 12 * n, words=words) for n, words in enumerate(("one", "{{ name }}", "three"))]
    template = make_template("".join(texts), params="name")
    report = draw(make_spec(template, name="two"), template, fonts).report
    assert [slot.slot for slot in report.slots] == ["text-1", "text-2", "text-3"]


def test_a_template_that_is_no_xml_without_its_values_is_drawn_in_one_piece(
    make_template: Any, make_spec: Any, fonts: FontLibrary
) -> None:
    template = make_template("<rect {{ name }}='9' height='9'/><text y='9'>x</text>", params="name")
    spec = make_spec(template, name="width")
    (part,) = parts_of(spec, template, fonts)
    assert part.kind is Kind.WHOLE
    assert "width='9'" in part.xml
    assert draw(spec, template, fonts).body


SCRIM = "<rect y='20' width='100' height='40' fill='#fff' fill-opacity='0.85'/>"
PERSONAL = (LIVE[0], "<rect width='{{ name|length * 9 }}' height='50' fill='#06c'/>")


@pytest.mark.parametrize("thing", PERSONAL)
@pytest.mark.parametrize("ground", ["", "<rect width='100' height='60' fill='#eee'/>"])
@pytest.mark.parametrize(
    "swap",
    [
        "{{% if company %}}{0}{{% endif %}}{1}{{% if not company %}}{0}{{% endif %}}",
        "<g data-if='company'>{0}</g>{1}<g data-if-not='company'>{0}</g>",
    ],
)
@pytest.mark.parametrize("image", [Format.PNG, Format.JPG])
def test_the_same_thing_before_and_behind_a_layer_is_two_things(
    make_template: Any, make_spec: Any, fonts: FontLibrary, thing: str, ground: str, swap: str, image: Format
) -> None:
    params = '[params.name]\nsample = "Ada"\n[params.company]\nsample = "ACME"\n'
    template = make_template(ground + swap.format(thing, SCRIM), params=params)
    specs = [make_spec(template, name="Ada", company=company, image=image) for company in ("ACME", "")]
    pictures = [draw(spec, template, fonts).body for spec in specs]
    for spec, picture in zip(specs, pictures, strict=True):
        forget()
        assert draw(spec, template, fonts).body == picture


@pytest.mark.parametrize(
    "body",
    [
        "{% macro row(words) %}<g data-if='vip'><rect width='40' height='20'/></g><text y='40'>{{ words }}</text>\
{% endmacro %}<g>{{ row(event) }}</g>",
        "{% set badge %}<tspan data-if='vip'>VIP</tspan> {{ event }}{% endset %}\
<g opacity='0.9'><text y='40'>{{ badge }}</text></g>",
        "{% macro box(words) %}<g>{{ caller() }}<text y='40'>{{ words }}</text></g>{% endmacro %}\
<g>{% call box(event) %}<circle data-if='&#118;ip' r='30'/>{% endcall %}</g>",
    ],
)
def test_a_condition_that_a_value_brings_along_holds_for_each_person(
    make_template: Any, make_spec: Any, fonts: FontLibrary, body: str
) -> None:
    params = '[params.name]\n[params.event]\n[params.vip]\ntype = "flag"\n'
    template = make_template(f"<rect width='100' height='60' fill='#eee'/>{body}", params=params)
    shown = []
    for name, vip in (("Ann", True), ("Bob", False)):
        spec = make_spec(template, name=name, event="Party", vip=vip)
        shown.append(pixels_of(draw(spec, template, fonts)).astype(int))
        assert np.abs(shown[-1] - in_one_piece(spec, template, fonts)).max() <= ROUNDING
    assert (shown[0] != shown[1]).any()


@pytest.mark.parametrize(
    "body",
    [
        "{% macro star(n) %}<use href='#star' x='{{ n|length + 20 }}' y='20'/>{% endmacro %}<g>{{ star(name) }}</g>",
        "{% set words %}<tspan fill='url(#slope)'>{{ name }}</tspan>{% endset %}<text y='40'>{{ words }}</text>",
        "<rect width='30' height='20' fill=\"{{ none or 'url(#slope)' }}\"/>",
        (
            "<defs>{% macro dot(n) %}<circle id='dot' r='{{ n|length * 5 }}'/>{% endmacro %}{{ dot(name) }}</defs>"
            "<use href='#dot' x='40' y='30'/>"
        ),
        (
            "{% macro line(box, words) %}<text data-box='#{{ box }}' font-size='16'>{{ words }}</text>{% endmacro %}"
            "<g fill='#225'>{{ line('box', name) }}</g>"
        ),
        (
            "{% macro slope(n) %}<linearGradient id='mine'><stop stop-color='red' offset='{{ n|length }}'/>"
            "</linearGradient>{% endmacro %}<g>{{ slope(name) }}</g><rect width='30' height='20' fill='url(#mine)'/>"
        ),
        "<circle id='{{ name }}' r='20'/><use href='#Ada' x='50' y='30'/>",
        (
            "<g id='pair'><linearGradient id='inner'><stop stop-color='red'/></linearGradient><circle r='9'/>"
            "<text y='40'>{{ name }}</text></g><use fill='url(#inner)' href='#pair' x='40'/>"
        ),
    ],
)
def test_what_a_value_brings_along_may_refer_to_anything(
    make_template: Any, make_spec: Any, fonts: FontLibrary, body: str
) -> None:
    template = make_template(f"{DEFINITIONS}{SHAPES[0]}{body}", params="name none")
    spec = make_spec(template, name="Ada", none="")
    layered = pixels_of(draw(spec, template, fonts)).astype(int)
    expected = in_one_piece(spec, template, fonts)
    assert np.abs(layered - expected).max() <= ROUNDING
    assert (expected != in_one_piece(spec, make_template(f"{DEFINITIONS}{SHAPES[0]}", params="name none"), fonts)).any()


@pytest.mark.parametrize(
    ("live", "fails", "works"),
    [
        ("<text y='30' font-size='30'>{{ name }}</text><g mask='url(#m)'><circle r='9'/></g>", "0", "20"),
        ("<text y='30' font-size='30'>{{ name }}</text><path marker-start='url(#k)' d='M9 9h9'/>", "0", "20"),
    ],
)
def test_a_drawing_that_fails_halfway_leaves_nothing_to_the_next(
    make_template: Any, make_spec: Any, fonts: FontLibrary, live: str, fails: str, works: str
) -> None:
    definitions = (
        "<mask id='m' maskUnits='userSpaceOnUse' width='{{ size }}' height='50'><rect width='50' height='50'/></mask>"
        "<marker id='k' markerWidth='{{ size }}' markerHeight='9'><rect width='9' height='9'/></marker>"
    )
    ground = "<rect width='100' height='60' fill='#eee'/>"
    template = make_template(definitions + ground + live, params="name size")
    spec = make_spec(template, name="", size=works)
    fresh = pixels_of(draw(spec, template, fonts))
    with pytest.raises(DrawingFailed):
        draw(make_spec(template, name="Bartholomew", size=fails), template, fonts)
    assert (pixels_of(draw(spec, template, fonts)) == fresh).all()


@pytest.mark.parametrize(
    "body",
    [
        "<defs><circle id='a' r='30'/><rect id='b' width='50' height='9'/></defs><use href='#{{ which }}' y='20'/>",
        "<pattern id='a' width='9' height='9'><circle r='4'/></pattern><path d='M9 9h9v9' fill='url(#{{ which }})'/>",
        "<g data-if='{{ which }}'><circle r='30'/></g>",
        "<style>.b { opacity: 0.5 }</style><g class='{{ which }}'><rect width='50' height='50'/><circle r='40'/></g>",
        "<style>#b { opacity: 0.5 }</style><g id='{{ which }}'><rect width='50' height='50'/><circle r='40'/></g>",
        "<g style='opacity: {{ which|length / 3 }}'><rect width='50' height='50'/><circle r='40'/></g>",
        "{% macro shape(x) %}<g data-if='{{ x }}'><circle r='{{ x|length * 9 }}'/></g>{% endmacro %}{{ shape(which) }}",
        "<text y='20'>\ufdd00\ufdd1&#xFDD0;0&#64977;{{ which }}</text>",
    ],
)
@pytest.mark.parametrize("which", ["a", "b"])
def test_what_a_value_decides_comes_out_as_in_one_piece(
    make_template: Any, make_spec: Any, fonts: FontLibrary, body: str, which: str
) -> None:
    still = "<rect x='60' width='40' height='60' fill='#eee'/>"
    template = make_template(f"{still}{body}<circle cx='90' r='4'/>", params="which a b")
    spec = make_spec(template, which=which, a="", b="yes")
    layered = pixels_of(draw(spec, template, fonts)).astype(int)
    assert np.abs(layered - in_one_piece(spec, template, fonts)).max() <= ROUNDING


def test_a_stroke_of_very_many_dashes_is_drawn(make_template: Any, make_spec: Any, fonts: FontLibrary) -> None:
    """To ask cairo how far it reaches takes seconds, and more memory than there is."""
    stroke = "fill='none' stroke='#c00' stroke-width='8' stroke-linecap='round' stroke-dasharray='.02'"
    template = make_template(
        f"{SHAPES[0]}<text y='30' {stroke} transform='scale(1000)'>{{{{ name }}}}</text>", params="name"
    )
    assert draw(make_spec(template, name="Maximiliane-Konstantina von Hohenlohe"), template, fonts).body


def test_nothing_of_one_person_is_left_for_the_next_of_the_same_template(
    make_template: Any, make_spec: Any, fonts: FontLibrary
) -> None:
    """All of them one after the other, and only then each as in a fresh process."""
    live = "<text y='30' font-size='30'>{{ name }}</text><g opacity='0.5'><text y='55'>{{ name }}</text></g>"
    condition = "<g data-if='vip'><rect width='30' height='60' fill='gold'/></g>"
    body = f"<rect width='100' height='60' fill='#eee'/>{condition}{SHAPES[1]}{live}{SHAPES[6]}"
    card, other = (make_template(body, params="name vip", name=name) for name in ("card", "other"))
    people = [("Bartholomew", ""), ("Bo", ""), ("", "yes"), ("Al", "yes"), ("", "")]
    specs = [(make_spec(template, name=name, vip=vip), template) for name, vip in people for template in (card, other)]
    kept = [pixels_of(draw(spec, template, fonts)) for spec, template in specs]
    for (spec, template), picture in zip(specs, kept, strict=True):
        assert (picture == pixels_of(draw(spec, template, fonts, keeps_layers=False))).all()


def test_a_picture_that_finds_no_memory_is_tried_again_with_nothing_kept(
    make_template: Any, make_spec: Any, fonts: FontLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = make_template(f"{SHAPES[0]}{LIVE[0]}", params="name")
    spec = make_spec(template, name="Ada")
    expected = pixels_of(draw(spec, template, fonts))
    assert len(painted._layers)
    asked: list[int] = []

    def short_of_memory(*arguments: Any, **options: Any) -> Any:
        asked.append(1)
        if len(asked) == 1:
            raise MemoryError
        return prepare_base(*arguments, **options)

    monkeypatch.setattr("server.render.layers.still.prepare_base", short_of_memory)
    still._bases.clear()
    assert (pixels_of(draw(spec, template, fonts)) == expected).all()
    assert asked == [1]
    assert not len(painted._layers)
    assert not _paper._data
    assert _paper._lowest is None


@pytest.mark.parametrize("spelled", ["vip", " vip ", "&#118;ip", "v&#x69;p"])
def test_a_condition_holds_however_it_is_spelled(
    make_template: Any, make_spec: Any, fonts: FontLibrary, spelled: str
) -> None:
    condition = f"<g data-if='{spelled}'><circle r='30'/></g><g data-if-not = \"{spelled}\"><circle r='9'/></g>"
    template = make_template(f"{SHAPES[0]}{condition}{LIVE[0]}", params="name vip")
    for vip in ("yes", "", "yes"):
        spec = make_spec(template, name="Ada", vip=vip)
        layered = pixels_of(draw(spec, template, fonts)).astype(int)
        assert np.abs(layered - in_one_piece(spec, template, fonts)).max() <= ROUNDING


def test_other_fonts_have_layers_and_texts_of_their_own(
    make_template: Any, make_spec: Any, fonts: FontLibrary, tmp_path: Path
) -> None:
    template = make_template(f"{SHAPES[4]}{LIVE[0]}", params="name")
    spec, squares = make_spec(template, name="Ada"), square_library(tmp_path)
    first, other = draw(spec, template, fonts), draw(spec, template, squares)
    assert draw(spec, template, fonts).body == first.body != other.body
    assert (pixels_of(other) == pixels_of(draw(spec, template, squares, keeps_layers=False))).all()


def test_a_picture_of_very_many_pixels_is_drawn_in_one_piece(
    make_template: Any, make_spec: Any, fonts: FontLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = make_template(f"{SHAPES[0]}{LIVE[0]}", params="name")
    monkeypatch.setattr(plan, "MAX_PIXELS", 100 * 60)
    assert len(parts_of(make_spec(template, name="Ada"), template, fonts)) == 2
    (whole,) = parts_of(make_spec(template, name="Ada", scale=1.5), template, fonts)
    assert whole.kind is Kind.WHOLE


def test_a_picture_of_many_pixels_shares_nothing(
    make_template: Any, make_spec: Any, fonts: FontLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = make_template(f"{SHAPES[0]}{LIVE[0]}", params="name")
    monkeypatch.setattr(still, "MAX_PIXELS", 100 * 60)
    draw(make_spec(template, name="Ada", scale=1.5), template, fonts)
    assert not len(still._bases)
    draw(make_spec(template, name="Ada"), template, fonts)
    assert len(still._bases) == 1


def test_parts_together_may_not_draw_more_than_one_document(
    make_template: Any, make_spec: Any, fonts: FontLibrary
) -> None:
    """Each of the two repeats a dot some ten thousand times, which is allowed."""
    many = "<g id='ten{n}'>" + "<use href='#star'/>" * 25 + "</g>" + "<use href='#ten{n}'/>" * 20
    body = f"{DEFINITIONS}{many.format(n=1)}{LIVE[0]}{many.format(n=2)}"
    template = make_template(body, params="name")
    for keeps_layers in (True, False):
        with pytest.raises(BrokenTemplate, match="would draw more than"):
            draw(make_spec(template, name="Ada"), template, fonts, keeps_layers=keeps_layers)
    one = make_template(f"{DEFINITIONS}{many.format(n=1)}{LIVE[0]}", params="name", name="one")
    assert draw(make_spec(one, name="Ada"), one, fonts).body
