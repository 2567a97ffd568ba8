"""Kinds and limits of params in words, for people who fill in the form of a template's page."""

from __future__ import annotations

from server.catalog.manifest import Param, ParamType, as_text
from server.explain.reasons import sentence_of, short_number
from server.report import Reason

KINDS = {
    ParamType.TEXT: "text",
    ParamType.IMAGE: "picture",
    ParamType.COLOR: "colour",
    ParamType.NUMBER: "number",
    ParamType.DATE: "date",
    ParamType.CHOICE: "choice",
    ParamType.FLAG: "yes or no",
    ParamType.URL: "web address",
}

_SPELLED = {"cta": "Call to action", "url": "Web address"}

ENCODED = "This looks encoded, like %41 or &amp;, and would be decoded on its way. Write it plainly."
TAG = "This is a merge tag. Tick “from the mail tool”, and type a sample here."


def in_words(reason: Reason, param: Param | None = None) -> str:
    return sentence_of(reason, param).why


def limits(param: Param) -> str:
    """What values the param takes, as one line; empty where its kind says it all."""
    match param.type:
        case ParamType.TEXT:
            return f"up to {param.max_length} characters"
        case ParamType.CHOICE:
            return ", ".join(param.choices)
        case ParamType.NUMBER:
            return _range(param)
        case ParamType.DATE:
            return "as 2027-12-31"
        case ParamType.IMAGE:
            return "an address, or one of the template’s own"
        case _:
            return ""


def openness(param: Param) -> str:
    """Whether a mail tool may fill the param in, and if not, why."""
    if param.may_be_open:
        return "yes"
    match param.type:
        case ParamType.COLOR:
            return "no: the style is yours"
        case ParamType.IMAGE:
            return "no: the template names no hosts"
        case _:
            return "no: the template says so"


def default_of(param: Param) -> str:
    return as_text(param.default)


def label_of(name: str) -> str:
    """`first_name` as a person would say it, `logo_url` as `Logo`."""
    text = name.removesuffix("_url").replace("_", " ")
    return _SPELLED.get(text, text[:1].upper() + text[1:])


def _range(param: Param) -> str:
    least, greatest = param.number_bounds()
    if param.min is None and param.max is None:
        return ""
    if param.max is None:
        return f"{short_number(least)} or more"
    return (
        f"up to {short_number(greatest)}" if param.min is None else f"{short_number(least)} to {short_number(greatest)}"
    )
