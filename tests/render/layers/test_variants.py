"""The usual variants of a template, and that their pictures share smaller files than others."""

from __future__ import annotations

from typing import Any

import pytest

from server.fonts.library import FontLibrary
from server.images import Effort
from server.render.compose import run_jinja
from server.render.draw import draw
from server.render.layers import still
from server.render.layers.plan import variant_of
from server.render.layers.variants import usual_variants

PARAMS = """
[params.name]
sample = "Ada"
[params.vip]
sample = "yes"
[params.seat]
sample = "7"
[params.accent]
type = "color"
default = "#ff0000"
sample = "#00ff00"
"""
BODY = (
    "<rect width='99' height='59' fill='{{ accent }}'/><g data-if='vip'><circle r='9'/></g>"
    "<path data-if='seat' d='M0 0h9v9z'/><text y='20'>{{ name }}</text>"
)


@pytest.mark.parametrize(
    ("values", "is_usual"),
    [
        ({"name": "Bo", "vip": "yes", "seat": "4", "accent": "#ff0000"}, True),
        ({"name": "Bo", "vip": "yes", "seat": "4", "accent": "#00ff00"}, True),
        ({"name": "Bo", "vip": None, "seat": "4", "accent": "#ff0000"}, True),
        ({"name": "Bo", "vip": "yes", "seat": None, "accent": "#00ff00"}, True),
        ({"name": None, "vip": None, "seat": None, "accent": "#ff0000"}, True),
        ({"name": "Bo", "vip": None, "seat": None, "accent": "#00ff00"}, False),
        ({"name": "Bo", "vip": "yes", "seat": "4", "accent": "#0000ff"}, False),
    ],
)
def test_one_value_may_be_missing_and_colours_are_the_templates_own(
    make_template: Any, make_spec: Any, fonts: FontLibrary, values: dict[str, Any], is_usual: bool
) -> None:
    template = make_template(BODY, params=PARAMS)
    spec = make_spec(template, **values)
    variant = variant_of(run_jinja(spec.mapping(), template), spec.mapping(), template)
    assert (variant in usual_variants(template)) is is_usual
    assert still._effort_for(variant, template) is (Effort.SMALL if is_usual else Effort.MEDIUM)
    still._bases.clear()
    draw(spec, template, fonts)
    assert len(still._bases) == 1


def test_a_template_that_is_broken_for_some_values_has_the_variants_of_the_others(make_template: Any) -> None:
    template = make_template("<rect width='9' height='9'/><text>{{ 1 / (name|length) }}</text>", params=PARAMS)
    assert len(usual_variants(template)) == 1
