"""Whoever writes in another language can change every word of a shipped template."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from server.catalog.manifest import ParamType
from server.catalog.template import Example, Template, build_template
from server.render.compose import compose
from tests.support.shipped import example_spec, templates

MARK = "№"
OUR_OWN = {"Corvane": "the sender's wordmark in outreach belongs to the mark drawn beside it"}
# They decide how numbers and days are written; days, whose months are the locale's words, are left out.
FORMATTING = frozenset(("locale", "currency", "ends"))
FOLDERS = [template for template in templates() if template.examples]


@pytest.mark.parametrize("template", FOLDERS, ids=lambda case: case.name)
def test_every_word_comes_from_a_param(template: Template) -> None:
    fixed = {word for example in template.examples for word in words(template, marked(template, example))}
    assert fixed <= set(OUR_OWN), f"{sorted(fixed)} stand there whatever is asked: make labels of them, with defaults"


def test_a_word_in_the_drawing_is_found() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><text>Hi {{ name }}</text></svg>'
    template = build_template("card", {"template.svg": svg})
    assert words(template, marked(template, Example("usual", "", {"name": "Amy"}))) == {"Hi"}


def marked(template: Template, example: Example) -> Example:
    """`example` with a mark for every text it gives, for every text with a default and for every label."""
    kept = {name: value for name, value in example.values.items() if name not in FORMATTING}
    texts = {
        name: MARK
        for name, param in template.params.items()
        if param.type is ParamType.TEXT
        and name not in FORMATTING
        and (name in kept or param.default is not None or param.help.startswith("Label:"))
    }
    return replace(example, values={**kept, **texts})


def words(template: Template, example: Example) -> set[str]:
    """What the texts of the picture say, in words of two letters and more."""
    root = ElementTree.fromstring(compose(example_spec(template, example), template).xml)
    shown = " ".join(part for text in root.iter("{http://www.w3.org/2000/svg}text") for part in text.itertext())
    return set(re.findall(r"[A-Za-z]{2,}", shown)) - {"USD"}  # the currency's default, left as it is
