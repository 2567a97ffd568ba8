"""How each mail tool writes a recipient's field into a URL: from a param's name to the tag that goes into a link.

The one table of it: `nameplate sign --tool`, the gallery and docs/mail-tools.md read it. Recognising a tag that was
not filled in is another matter (`values/merge_tags.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from server.errors import UnfitValue
from server.urls.query import QueryValue, read_query
from server.urls.typed_link import looks_like_a_tag, read_typed

MAILCHIMP_TAG_LENGTH = 10  # no merge tag of an audience may be longer

FIRST_AND_LAST = ("name", "full_name")  # params that hold a whole name; tools keep its halves
_SPACE = "%20"  # rather than +, which stays a plus when something on the way encodes the link once more


@dataclass(frozen=True, slots=True)
class MailTool:
    """`tag` is what the tool replaces, with FIELD for its own name of the field; URL-encoded where the tool has a
    documented way to. `fields` are the tool's names of its standard fields, `other_field` its usual spelling
    of anything else, which is the one thing that every account may name differently: `is_sure_of` tells them apart.

    Tags have no space, no double quote and no #: editors encode the first two, and the last cuts a URL short.
    """

    name: str
    title: str
    tag: str
    fields: Mapping[str, str]
    other_field: Callable[[str], str]
    is_encoded: bool = True

    def tag_of(self, param: str) -> str:
        """The tag for the value of `param`, as it stands in a link."""
        if param in FIRST_AND_LAST and param not in self.fields:
            return f"{self.tag_of('first_name')}{_SPACE}{self.tag_of('last_name')}"
        return self.tag.replace("FIELD", self.fields.get(param) or self.other_field(param))

    def is_sure_of(self, param: str) -> bool:
        """Whether `param` is a standard field of the tool. Any other tag is a guess, to be looked up in the account."""
        halves = ("first_name", "last_name") if param in FIRST_AND_LAST and param not in self.fields else (param,)
        return all(half in self.fields for half in halves)


@dataclass(frozen=True, slots=True)
class Filled:
    """An open param that was given a tool's tag; `typed` is what stood there, None where nothing did."""

    param: str
    tag: str
    typed: str | None


def _fields(first: str, last: str, **others: str) -> Mapping[str, str]:
    return MappingProxyType({"first_name": first, "last_name": last, **others})


def _as_it_is(param: str) -> str:
    return param


def _capitals(param: str) -> str:
    return param.upper()


_TOOLS = (
    MailTool(
        "mailchimp",
        "Mailchimp",
        "*|URL:FIELD|*",
        _fields("FNAME", "LNAME"),
        lambda param: param.upper()[:MAILCHIMP_TAG_LENGTH].rstrip("_"),
    ),
    # Without default:'' on purpose: its quotes would be encoded by editors that parse URLs, and what an empty field
    # becomes here, nothing or the word None, is read as nothing.
    MailTool(
        "klaviyo",
        "Klaviyo",
        "{{FIELD|urlencode}}",
        _fields("first_name", "last_name", company="person.organization"),
        lambda param: f"person.{param}",
    ),
    MailTool(
        "hubspot",
        "HubSpot",
        "{{contact.FIELD|urlencode}}",
        _fields("firstname", "lastname", company="company"),
        _as_it_is,
    ),
    # With default:'' all the same: Customer.io does not send a message with a missing attribute.
    MailTool(
        "customer-io",
        "Customer.io",
        "{{customer.FIELD|default:''|url_encode}}",
        _fields("first_name", "last_name"),
        _as_it_is,
    ),
    MailTool(
        "braze",
        "Braze",
        "{{FIELD|url_param_escape}}",
        _fields("${first_name}", "${last_name}", city="${city}"),
        lambda param: f"custom_attribute.${{{param}}}",
    ),
    MailTool("brevo", "Brevo", "{{contact.FIELD}}", _fields("FIRSTNAME", "LASTNAME"), _capitals, is_encoded=False),
    MailTool(
        "activecampaign",
        "ActiveCampaign",
        "%FIELD%",
        _fields("FIRSTNAME", "LASTNAME", company="ACCT_NAME"),
        _capitals,
        is_encoded=False,
    ),
    # Three braces: two would HTML-escape the apostrophe of O'Brien.
    MailTool("sendgrid", "SendGrid", "{{{FIELD}}}", _fields("first_name", "last_name"), _as_it_is, is_encoded=False),
    # Of a tool that is not known, not even the first name's tag is.
    MailTool("other", "Other tools", "{{FIELD}}", MappingProxyType({}), _as_it_is, is_encoded=False),
)

MAIL_TOOLS: Mapping[str, MailTool] = MappingProxyType({tool.name: tool for tool in _TOOLS})


def find_tool(name: str) -> MailTool:
    """The tool called `name`. Raises UnfitValue with those there are."""
    tool = MAIL_TOOLS.get(name.lower())
    if tool is None:
        raise UnfitValue("--tool", f"there is no tool of that name; it is one of {', '.join(MAIL_TOOLS)}")
    return tool


def with_tags(
    text: str,
    open_params: Sequence[str],
    tool: MailTool,
    declared: Collection[str],
    is_tag: Callable[[str], bool] = looks_like_a_tag,
) -> tuple[str, tuple[Filled, ...]]:
    """`text`, typed to be signed, with the tool's tag for every open param whose value is no tag yet: with a name
    left in the link, everybody would be greeted by it.

    Raises UnfitValue when no param is open, and whatever reading the text raises.
    """
    request = read_typed(text).request(declared)
    names = open_params or request.open
    if not names:
        raise UnfitValue("--tool", "a mail tool fills in open params; say which: --open first_name")
    typed = {name: as_typed(value) for name, value in request.values.items()}
    filled = {
        name: Filled(name, tool.tag_of(name), typed.get(name))
        for name in names
        if name not in typed or not holds_tag(request.values[name], is_tag)
    }
    address, _, query = text.strip().partition("?")
    pieces = [
        f"{name}={filled[name].tag if name in filled else as_typed(value)}"
        for name, value in read_query(query.encode(), declared)
    ]
    pieces += [f"{name}={one.tag}" for name, one in filled.items() if one.typed is None]
    return f"{address}?{'&'.join(pieces)}", tuple(filled.values())


def holds_tag(value: QueryValue, is_tag: Callable[[str], bool]) -> bool:
    return value.unmerged or is_tag(value.text)


def as_typed(value: QueryValue) -> str:
    return value.raw.encode("latin-1").decode()
