"""Values in scripts of the other direction leave the sentence around them in its order."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from server.fonts.library import FontLibrary
from server.render.compose import compose
from server.render.scene import lay_out
from server.render.type.text_layers import PLACED

TEXT = "{http://www.w3.org/2000/svg}text"


@pytest.fixture
def composed(make_template: Any, make_spec: Any) -> Any:
    def run(body: str, **values: str) -> Any:
        template = make_template(body, params=" ".join(values) or "name")
        return etree.fromstring(compose(make_spec(template, **values), template).xml)

    return run


def test_a_value_that_runs_to_the_left_is_isolated(composed: Any) -> None:
    assert composed("<text>Hi {{ name }}, 3 seats</text>", name="שרה").findtext(TEXT) == "Hi \u2068שרה\u2069, 3 seats"


def test_other_values_are_printed_as_they_are(composed: Any) -> None:
    assert composed("<text>Hi {{ name }}</text>", name="Zoë 山田").findtext(TEXT) == "Hi Zoë 山田"


@pytest.mark.parametrize("body", ['<text direction="rtl">{{ name }}</text>', "<text>שלום {{ name }}</text>"])
def test_in_a_template_that_runs_to_the_left_every_value_is_isolated(composed: Any, body: str) -> None:
    assert "\u2068Acme Inc.\u2069" in composed(body, name="Acme Inc.").findtext(TEXT)


def test_a_value_goes_through_filters_and_macros_once(composed: Any) -> None:
    body = "{% macro bold(x) %}<tspan>{{ x }}</tspan>{% endmacro %}<text>{{ bold(name|upper) }}</text>"
    assert "".join(composed(body, name="שרה a").find(TEXT).itertext()) == "\u2068שרה A\u2069"


def test_attributes_and_style_sheets_get_the_bare_value(composed: Any) -> None:
    body = '<style>.a { font-family: "{{ name }}" }</style><text id="{{ name }}" direction="rtl">x</text>'
    root = composed(body, name="שרה")
    assert root.find(TEXT).get("id") == "שרה"
    assert "\u2068" not in "".join(root.itertext())


@pytest.mark.parametrize("said", ['direction="auto"', 'unicode-bidi="plaintext"'])
@pytest.mark.parametrize(("name", "starts_on_the_right"), [("محمد علي", True), ("Zoë", False)])
def test_a_direction_by_what_is_written_hears_the_value(
    said: str, name: str, starts_on_the_right: bool, make_template: Any, make_spec: Any, fonts: FontLibrary
) -> None:
    box = '<rect id="b" x="10" y="10" width="280" height="50" fill="none"/>'
    text = f'<text {said} data-box="#b" font-size="20">{{{{ name }}}}!</text>'
    template = make_template(box + text, size=(300, 80), params="name")
    scene = lay_out(compose(make_spec(template, name=name), template), template, fonts)
    (node,) = [child for child in scene.tree.children if child.tag == "text"]
    places = [x for placed in getattr(node, PLACED) for _, x, _ in placed.glyphs]
    assert (min(places) > 150) is starts_on_the_right
