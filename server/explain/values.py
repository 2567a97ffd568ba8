"""Each param from the link to the picture: arrived, read, cleaned, judged, drawn; where it is not drawn as given, why
and what to do, with the tag that the mail tool would have filled in."""

from __future__ import annotations

import re

from server.catalog.manifest import Param, ParamType
from server.catalog.resolve import repairs
from server.catalog.spec import RenderSpec, Value
from server.catalog.template import Template
from server.explain.explanation import ParamStory, Remark
from server.explain.reading import shown
from server.explain.reasons import sentence_of
from server.report import Reason
from server.urls.mail_tools import MAIL_TOOLS, MailTool
from server.urls.query import QueryValue
from server.urls.request import ImageRequest
from server.values.kinds import Repair, clean_as
from server.values.text import clean
from server.values.typed import address_of

REPAIRS: dict[Repair, str] = {
    Repair.MOJIBAKE: "broken letters were mended",
    Repair.SPACES: "spaces were tidied, and what cannot be seen taken out",
    Repair.MARKUP: "HTML tags were taken out",
    Repair.ADDRESS: "the mail address beside the name was left out",
    Repair.QUOTES: "quotes were tidied",
    Repair.PUNCTUATION: "punctuation at its ends was left out",
    Repair.LETTERS: "fancy letters became plain ones",
    Repair.REORDERED: "first and last name were put in order",
    Repair.FIRST_WORD: "only the first name is shown",
    Repair.LEGAL_FORM: "the legal form was left out",
    Repair.CASE: "it was all in one case, and got its capitals",
}

# What is judged before a value is cleaned: of it there is nothing to be cleaned.
_BEFORE_CLEANING = frozenset({Reason.UNMERGED, Reason.OVER_ENCODED, Reason.NOT_OPEN})

LABEL_OF_SCALE = "Scale"
WRITE_IT_SO = "In {tool} write {tag}"
SPELLED_WELL = "The tag is as {tool} has it: a plain test send, or a preview without a contact, leaves it so."


def stories_of(request: ImageRequest, template: Template, spec: RenderSpec) -> tuple[ParamStory, ...]:
    """The params of `template`, those that were given or fell back first, in the manifest's order."""
    reasons = {fallback.param: fallback.reason for fallback in spec.fallbacks}
    drawn = dict(spec.values)
    mended = repairs(request, template)
    stories = [
        _story(name, param, request, drawn.get(name), reasons.get(name), mended.get(name, ()))
        for name, param in template.params.items()
    ]
    others = [_of_no_param(name, reason) for name, reason in reasons.items() if name not in template.params]
    return tuple(sorted([*others, *stories], key=lambda story: story.arrived is None and story.reason is None))


def _story(
    name: str,
    param: Param,
    request: ImageRequest,
    drawn: Value,
    reason: Reason | None,
    mended: tuple[Repair, ...],
) -> ParamStory:
    known = (name, *param.aliases)
    given = next((request.values[one] for one in known if one in request.values), None)
    why, cure = sentence_of(reason, param) if reason else ("", "")
    is_cleaned = given is not None and reason not in _BEFORE_CLEANING
    return ParamStory(
        param=name,
        label=label_of(name),
        is_open=any(request.is_open(one) for one in known),
        arrived=None if given is None else shown(given.raw),
        read=None if given is None else given.text,
        cleaned=_cleaned(given, param) if given is not None and is_cleaned else None,
        repairs=tuple(Remark(repair.value, REPAIRS[repair]) for repair in mended if is_cleaned),
        drawn=None if drawn is None else _as_shown(drawn),
        reason=reason.value if reason else None,
        why=why,
        cure=_with_the_tag(cure, name, given, request) if reason in (Reason.UNMERGED, Reason.MISSING) else cure,
    )


def _of_no_param(name: str, reason: Reason) -> ParamStory:
    """`*scale`, or a required param of the template in whose place another is drawn."""
    why, cure = sentence_of(reason)
    label = LABEL_OF_SCALE if name == "*scale" else label_of(name)
    return ParamStory(
        param=name,
        label=label,
        is_open=False,
        arrived=None,
        read=None,
        cleaned=None,
        repairs=(),
        drawn=None,
        reason=reason.value,
        why=why,
        cure=cure,
    )


def _cleaned(given: QueryValue, param: Param) -> str | None:
    if param.type is ParamType.TEXT:
        return clean_as(given.text, param.cleaning).text
    text = clean(given.text)
    return (address_of(text) if param.type in {ParamType.IMAGE, ParamType.URL} else text) or None


def _as_shown(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _with_the_tag(cure: str, name: str, given: QueryValue | None, request: ImageRequest) -> str:
    """`cure`, and how the tool whose tag it is, as far as that can be told, writes this field."""
    if given is None and not request.is_open(name):
        return cure
    tools = _tools(given) if given is not None else ()
    if given is not None and any(shown(given.raw) == tool.tag_of(name) for tool in tools):
        return f"{cure} {SPELLED_WELL.format(tool=tools[0].title)}"
    said = "; ".join(WRITE_IT_SO.format(tool=tool.title, tag=tool.tag_of(name)) for tool in tools)
    return f"{cure} {said}." if said else cure


def _tools(given: QueryValue) -> tuple[MailTool, ...]:
    """The tools that may have left this tag: by what only one of them writes, else the usual ones of its brackets."""
    for text in (given.text, shown(given.raw)):
        for pattern, names in _WRITTEN_BY:
            if pattern.search(text):
                return tuple(MAIL_TOOLS[name] for name in names)
    return ()


_WRITTEN_BY: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"\*\||\|\*"), ("mailchimp",)),
    (re.compile(r"\{\{\s*contact\.[A-Z]"), ("brevo",)),
    (re.compile(r"\{\{\s*contact\."), ("hubspot",)),
    (re.compile(r"\{\{\s*customer\."), ("customer-io",)),
    (re.compile(r"\{\{\s*person\b|\|\s*urlencode|\|\s*lookup:"), ("klaviyo",)),
    (re.compile(r"\$\{|custom_attribute\."), ("braze",)),
    (re.compile(r"\{\{\{"), ("sendgrid",)),
    (re.compile(r"\{\{|\}\}"), ("klaviyo", "customer-io", "sendgrid")),
    (re.compile(r"%[A-Z_][A-Z0-9_]+%"), ("activecampaign",)),
)


def label_of(name: str) -> str:
    text = name.removesuffix("_url").replace("_", " ")
    return text[:1].upper() + text[1:]
