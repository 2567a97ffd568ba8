"""What somebody wants of a template: a submitted form, or nothing yet, into values, open params, format and tool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import parse_qsl

from server.catalog.template import Template
from server.images import Format
from server.urls.mail_tools import MAIL_TOOLS, MailTool
from server.web.gallery.samples import example_of, usually_open, values_to_begin_with

SCALES = (1, 2, 3)
MAX_FIELDS = 200  # of a form; a template has a dozen params, and each sends two at most

# The form's own fields. A param's name begins with a letter, so none can be taken for one of these.
FORMAT, SCALE, OPEN, TOOL, EXAMPLE = "_format", "_scale", "_open", "_tool", "_example"


@dataclass(frozen=True, slots=True)
class Wish:
    """`values` are as typed, none of them empty; those of open params are samples of what a mail tool would write."""

    template: Template
    values: Mapping[str, str]
    open: tuple[str, ...]
    format: Format
    scale: int
    tool: MailTool


def read_wish(template: Template, form: bytes) -> Wish:
    """The wish in `form`, which is URL-encoded. Whatever it does not say, or not in a way that can be used, is as
    the template's usual example has it."""
    try:
        pairs = parse_qsl(form.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:  # more fields than any form of ours
        pairs = []
    given = dict(pairs)  # of a hidden "false" and its ticked box the last one counts
    if FORMAT in given:
        values = {name: given[name] for name in template.params if given.get(name)}
        wanted = {value for name, value in pairs if name == OPEN}
        opened = tuple(name for name, param in template.params.items() if name in wanted and param.may_be_open)
    else:
        opened = usually_open(template)
        values = dict(values_to_begin_with(example_of(template, given.get(EXAMPLE, "")), opened))
    return Wish(
        template=template,
        values=MappingProxyType(values),
        open=opened,
        format=next((one for one in Format if one.value == given.get(FORMAT)), Format.PNG),
        scale=next((scale for scale in SCALES if str(scale) == given.get(SCALE)), 1),
        tool=MAIL_TOOLS.get(given.get(TOOL, ""), next(iter(MAIL_TOOLS.values()))),
    )
