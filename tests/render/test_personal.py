"""What a placeholder can show decides whether it is personal; what a condition asks does not."""

from __future__ import annotations

import pytest
from jinja2 import nodes

from server.render.personal import mark_styles
from server.render.sandbox import Sandbox, text_files

STYLES = ("accent", "role", "range")


def marked(source: str) -> list[bool]:
    """For each placeholder of `source` whether it shows how the template looks."""
    tree = Sandbox(text_files({})).parse(source)
    mark_styles(tree, STYLES, "style")
    shown = [node for output in tree.find_all(nodes.Output) for node in output.nodes]
    return [
        isinstance(node, nodes.Filter) and node.name == "style"
        for node in shown
        if not isinstance(node, nodes.TemplateData)
    ]


@pytest.mark.parametrize(
    "source",
    [
        "{{ accent }}",
        "{{ 'words' }}",
        "{{ accent|upper }}",
        "{{ 'a' if name else 'b' }}",
        "{{ name == 'Ada' }}",
        "{{ name is defined }}",
        "{{ not name }}",
        "{% set ink = '#fff' if role == 'Crew' else accent %}{{ ink }}",
        "{% set many = name|length > 15 %}{{ 40 if many else 90 }}",
        "{% for n in range(9) %}{{ n * 60 }}{% endfor %}",
        "{% for n in name %}{{ loop.index }}{% endfor %}",
        "{% for label, said in [('Seat', name), ('Day', name)] if said %}{{ label }}{% endfor %}",
        "{% set a = b %}{% set b = a %}{{ a }}",
        "{% macro dot(x) %}<circle/>{% endmacro %}{{ dot(4) }}",
    ],
)
def test_what_prints_the_same_for_everybody_is_a_style(source: str) -> None:
    assert marked(source)[-1]


@pytest.mark.parametrize(
    "source",
    [
        "{{ name }}",
        "{{ name|upper }}",
        "{% for n in name %}{{ loop.previtem }}{% endfor %}",
        "{% for label, said in [('Seat', 'x'), ('Day', name)] %}{{ said }}{% endfor %}",
        "{% for label, said in [('Seat', name), name] %}{{ label }}{% endfor %}",
        "{{ 'Hi ' ~ name }}",
        "{{ name or accent }}",
        "{{ name|length }}",
        "{{ accent if role else name }}",
        "{% set hi = 'Hi ' ~ name %}{{ hi }}",
        "{% set hi %}Hi {{ name }}{% endset %}{{ hi }}",
        "{% set name = name or 'you' %}{{ name }}",
        "{% set a = name %}{% set b = a %}{{ b }}",
        "{% for n in range(seats) %}{{ n }}{% endfor %}",
        "{% macro hi(x) %}{{ x }}{% endmacro %}{{ hi(name) }}",
        "{% macro hi() %}{{ name }}{% endmacro %}{{ hi() }}",
    ],
)
def test_what_can_show_a_value_of_the_person_is_personal(source: str) -> None:
    assert not marked(source)[-1]
