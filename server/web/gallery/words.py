"""Reasons, kinds and limits in words, for people who fill in the form of a template's page."""

from __future__ import annotations

from server.catalog.manifest import Param, ParamType, as_text
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

_DEFAULT = "the default is shown."

# {longest}, {least} and {greatest} are the param's own limits.
REASONS = {
    Reason.MISSING: f"Nothing given: {_DEFAULT}",
    Reason.EMPTY: f"There is nothing in it to show: {_DEFAULT}",
    Reason.UNMERGED: f"This is a merge tag that nobody filled in: {_DEFAULT}",
    Reason.PLACEHOLDER: f"This is what machines write for nothing: {_DEFAULT}",
    Reason.TOO_LONG: f"Longer than {{longest}} characters: {_DEFAULT}",
    Reason.CUT: "Longer than {longest} characters: its beginning is shown.",
    Reason.GARBLED: f"Letters were lost on its way here: {_DEFAULT}",
    Reason.NOT_A_NAME: f"An address or a number, and no name: {_DEFAULT}",
    Reason.OVER_ENCODED: f"URL-encoded too many times: {_DEFAULT}",
    Reason.NOT_A_NUMBER: f"Not a number like 1200 or 12.5: {_DEFAULT}",
    Reason.OUT_OF_RANGE: "Not within {least} and {greatest}: the nearest of the two is shown.",
    Reason.NOT_A_COLOR: f"Not a colour like #ff5b3a: {_DEFAULT}",
    Reason.NOT_A_DATE: f"Not a date like 2027-12-31: {_DEFAULT}",
    Reason.NOT_A_CHOICE: f"None of the choices: {_DEFAULT}",
    Reason.NOT_A_FLAG: f"Neither yes nor no: {_DEFAULT}",
    Reason.NOT_A_URL: f"Not an address that begins with https://: {_DEFAULT}",
    Reason.FORBIDDEN: f"An open text may hold no link and no address, since anybody could write one there: {_DEFAULT}",
    Reason.NOT_OPEN: f"The template lets no mail tool fill this in: {_DEFAULT}",
    Reason.NO_PICTURE: f"The template has no picture of this name: {_DEFAULT}",
    Reason.NOT_FETCHED: f"Pictures from elsewhere are not fetched: {_DEFAULT}",
    Reason.NO_GLYPHS: f"No font has these letters: {_DEFAULT}",
    Reason.GLYPHS_DROPPED: "No font has some of these signs: it is shown without them.",
    Reason.TOO_LARGE: "The picture would be too large, so its scale was lowered.",
}

_SPELLED = {"cta": "Call to action", "url": "Web address"}

ENCODED = "This looks encoded, like %41 or &amp;, and would be decoded on its way. Write it plainly."
TAG = "This is a merge tag. Tick “from the mail tool”, and type a sample here."


def in_words(reason: Reason, param: Param | None = None) -> str:
    if param is None:
        return REASONS[reason]
    least, greatest = param.number_bounds()
    return REASONS[reason].format(longest=param.max_length, least=_short(least), greatest=_short(greatest))


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
            return "one of the template’s own"
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
            return "no: pictures are yours"
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
        return f"{_short(least)} or more"
    return f"up to {_short(greatest)}" if param.min is None else f"{_short(least)} to {_short(greatest)}"


def _short(number: object) -> str:
    return f"{number:,f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:,f}"
