"""What the gallery shows of a template before anybody has typed anything: its examples, and which of its params a
mail tool would fill in."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from server.catalog.manifest import ParamType, as_text
from server.catalog.template import USUAL, Example, Template

HERO = "webinar"  # shown at the top if there is one
HERO_EXAMPLES = (USUAL, "longest", "missing")  # the three things to be seen: a name, a long one, none

# Who the recipient is: what mail tools know of everybody.
RECIPIENT = ("first_name", "name", "full_name", "company")

# Pictures of the recipient, by the param that says whose they are. No mail tool can fill one in, so beside a company
# that differs for each recipient, one company's logo would be wrong for all others.
PICTURES_OF_RECIPIENT = {"logo_url": "company"}

SAMPLE_WORDS = {"name": "Sarah", "first_name": "Sarah", "company": "Larkfield", "city": "Lisbon"}


def examples_of(template: Template) -> tuple[Example, ...]:
    """Its examples; for a template without any, one that shows something for each param."""
    return template.examples or (Example(USUAL, "As it comes", _sample_values(template)),)


def example_of(template: Template, name: str = USUAL) -> Example:
    """The example called `name`, else the first."""
    examples = examples_of(template)
    return next((example for example in examples if example.name == name), examples[0])


def usually_open(template: Template) -> tuple[str, ...]:
    """The params that are open until somebody says otherwise: who the recipient is, else the first text."""
    known = tuple(name for name in RECIPIENT if name in template.params and template.params[name].may_be_open)
    texts = (name for name, p in template.params.items() if p.type is ParamType.TEXT and p.may_be_open)
    return known or tuple(texts)[:1]


def values_to_begin_with(example: Example, opened: Container[str]) -> Mapping[str, str]:
    """The example's values, without pictures that only one recipient would be shown rightly."""
    return {name: value for name, value in example.values.items() if PICTURES_OF_RECIPIENT.get(name) not in opened}


def in_order(templates: Iterable[Template]) -> list[Template]:
    """Those without a description last."""
    return sorted(templates, key=lambda t: (not t.manifest.description, t.name))


def stand_ins_of(templates: Iterable[Template]) -> frozenset[str]:
    """The names of those that are shown in place of others."""
    return frozenset(template.manifest.generic for template in templates if template.manifest.generic)


def hero_of(ordered: Sequence[Template]) -> Template | None:
    return next((template for template in ordered if template.name == HERO), ordered[0] if ordered else None)


def _sample_values(template: Template) -> Mapping[str, str]:
    """Each param's sample, or for text a word of its kind."""
    shown = {}
    for name, param in template.params.items():
        if param.sample is not None:
            shown[name] = as_text(param.sample)
        elif param.type is ParamType.TEXT and not param.default:
            shown[name] = SAMPLE_WORDS.get(name, name.replace("_", " ").capitalize())
    return shown
