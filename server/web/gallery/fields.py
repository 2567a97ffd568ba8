"""The params of a template as the fields of a form and as the rows of a table."""

from __future__ import annotations

from dataclasses import dataclass

from server.catalog.manifest import Param, ParamType
from server.catalog.template import is_picture
from server.web.gallery.samples import example_of
from server.web.gallery.wish import Wish
from server.web.gallery.words import KINDS, default_of, label_of, limits, openness

# The input that a browser has for the kind; a choice and a picture are chosen from `options`.
_INPUTS = {
    ParamType.TEXT: "text",
    ParamType.NUMBER: "number",
    ParamType.DATE: "date",
    ParamType.COLOR: "color",
    ParamType.FLAG: "checkbox",
    ParamType.URL: "url",
    ParamType.CHOICE: "select",
    ParamType.IMAGE: "select",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One param. `input` is the kind of its form field, `kind` the word for it. An `is_extra` one is not even
    in the template's usual example: the form folds it away."""

    name: str
    label: str
    param: Param
    input: str
    kind: str
    value: str
    default: str
    limits: str
    openness: str
    options: tuple[str, ...]
    is_open: bool
    is_extra: bool


def fields_of(wish: Wish) -> list[Field]:
    usual = example_of(wish.template).values
    asked_for = {*usual, *wish.values, *wish.open}
    return [
        _field(name, param, wish, is_extra=name not in asked_for and not param.required)
        for name, param in wish.template.params.items()
    ]


def _field(name: str, param: Param, wish: Wish, *, is_extra: bool) -> Field:
    default = default_of(param)
    value = wish.values.get(name, "")
    if param.type is ParamType.COLOR:  # a colour input cannot be empty
        value = value or default
    return Field(
        name=name,
        label=label_of(name),
        param=param,
        # Nor can it show what it cannot read: another spelling than #rrggbb is typed as text.
        input="text" if param.type is ParamType.COLOR and not _is_long_color(value) else _INPUTS[param.type],
        kind=KINDS[param.type],
        value=value,
        default=default,
        limits=limits(param),
        openness=openness(param),
        options=_options(param, wish),
        is_open=name in wish.open,
        is_extra=is_extra,
    )


def _options(param: Param, wish: Wish) -> tuple[str, ...]:
    if param.type is ParamType.IMAGE:
        return tuple(sorted(file for file in wish.template.files if is_picture(file)))
    return param.choices


def _is_long_color(value: str) -> bool:
    return len(value) == len("#rrggbb") and value.startswith("#")
