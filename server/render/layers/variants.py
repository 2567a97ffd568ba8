"""A template's usual variants: what it comes to when all of a person is known, and when one thing is missing or long.

Values of persons do not change a variant, but whether they are there may: a line without its value is left out, and
others move.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from server.catalog.resolve import Drawing, default_spec
from server.catalog.spec import Value
from server.catalog.template import Template
from server.errors import BrokenTemplate
from server.images import Format
from server.render.compose import STYLES, run_jinja
from server.render.layers.plan import Variant, variant_of

LONGER = (2, 3, 5)  # times as long as the sample
ANY_DRAWING = Drawing(max_pixels=1, renderer="")  # size and fonts are no part of a variant


def usual_variants(template: Template) -> frozenset[Variant]:
    """Runs the template's Jinja four times for each param, or eight: up to some tens of milliseconds, once a template
    and process."""
    found = (_variant(values, template) for values in _usual_values(template))
    return frozenset(variant for variant in found if variant)


def _usual_values(template: Template) -> Iterator[Mapping[str, Value]]:
    """The samples, with the template's own colours and choices and with those of the samples; the same without one
    value, and with a longer one, for which many templates have another wording; and nothing at all."""
    nothing, samples = (
        dict(default_spec(template, Format.PNG, ANY_DRAWING, samples=given).values) for given in (False, True)
    )
    own_looks = {**samples, **{name: nothing[name] for name, param in template.params.items() if param.type in STYLES}}
    yield nothing
    for known in (samples, own_looks) if own_looks != samples else (samples,):
        yield known
        for name, param in template.params.items():
            value = known[name]
            if param.type in STYLES:
                continue
            if value != nothing[name]:
                yield {**known, name: nothing[name]}
            if isinstance(value, str) and value:
                yield from ({**known, name: value * times} for times in LONGER)


def _variant(values: Mapping[str, Value], template: Template) -> Variant | None:
    try:
        return variant_of(run_jinja(values, template), values, template)
    except BrokenTemplate:
        return None
