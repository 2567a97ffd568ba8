"""`nameplate sign`: making a link, with what is likely not meant said beside it. Reading one is `explaining.py`."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator, Sequence

from server.app import drawing_of, open_keys
from server.catalog.manifest import ParamType
from server.catalog.resolve import refuse_repeated, resolve
from server.catalog.template import Template
from server.commands.sources import read_one
from server.errors import UnfitValue
from server.explain.surface import split_link
from server.report import Reason
from server.settings import Settings
from server.urls.mail_tools import Filled, as_typed, find_tool, holds_tag, with_tags
from server.urls.request import ImageRequest, parse_request
from server.urls.signing import sign_target
from server.urls.target import parse_path
from server.urls.typed_link import read_typed
from server.values.merge_tags import is_unmerged


def sign(
    settings: Settings, target: str, open_params: Sequence[str], *, tool: str | None = None, expires: str | None = None
) -> str:
    """The signed link, with the public base URL in front when one is set. Open params to which `target` gives no tag
    get that of the mail tool called `tool`, if there is one. What is likely not meant is said on stderr."""
    template_of = functools.cache(lambda name: read_one(settings, name))

    def declared_of(name: str) -> frozenset[str]:
        return template_of(name).query_names

    filled: tuple[Filled, ...] = ()
    if tool is not None:
        declared = declared_of(read_typed(target).target.template)
        target, filled = with_tags(target, open_params, find_tool(tool), declared, is_unmerged)
    link = sign_target(
        target,
        declared_of=declared_of,
        ring=open_keys(settings).current(),
        open_params=open_params,
        expires=expires,
        public_url=settings.public_url,
        is_unmerged=is_unmerged,
    )
    made = split_link(link)[1]
    template = template_of(parse_path(made.path).template)
    request = parse_request(parse_path(made.path), made.query, template.query_names)
    refuse_repeated(request, template)
    _refuse_closed(request, template)
    found = [*_not_drawn(request, template, settings), *_of_tags(filled, tool), *_not_tags(request)]
    for warning in found:
        print(f"nameplate: {warning}", file=sys.stderr)  # noqa: T201  # its job
    return link


def _not_drawn(request: ImageRequest, template: Template, settings: Settings) -> Iterator[str]:
    """The locked values that will not be drawn as they stand. Of a picture from elsewhere only the server can tell."""
    fine = {Reason.CUT} | ({Reason.NOT_FETCHED} if settings.remote_pictures else set())
    locked = {name for name, _ in request.locked}
    for fallback in resolve(request, template, drawing_of(settings)).fallbacks:
        if fallback.param in locked and fallback.reason not in fine:
            yield f"{fallback.param} will not be drawn as given ({fallback.reason}): recipients see its default"


def _of_tags(filled: Sequence[Filled], tool: str | None) -> Iterator[str]:
    """What the tool's tags replaced, and which of them are guesses."""
    for one in filled:
        if one.typed is not None:
            yield f"{one.param}={one.typed} was replaced by {one.tag}"
        if tool is not None and not find_tool(tool).is_sure_of(one.param):
            yield f"{one.param}: {one.tag} is a guess; look up how your tool calls this field"


def _not_tags(request: ImageRequest) -> Iterator[str]:
    """Open values that a mail tool would find no tag in. An empty one is left for a program to fill in."""
    for name in request.open or ():
        value = request.values.get(name)
        if value is not None and value.text and not holds_tag(value, is_unmerged):
            yield (
                f"{name}={as_typed(value)} is open and no tag, so every recipient sees it; "
                "write your mail tool's tag there, or let --tool write it"
            )


def _refuse_closed(request: ImageRequest, template: Template) -> None:
    """Raises UnfitValue when the link opens a param that its template keeps closed: the server would not draw it."""
    for name in request.open or ():
        param = template.param(name)
        if param is not None and not param.may_be_open:
            is_picture = param.type is ParamType.IMAGE
            cure = " unless its manifest lists the hosts its pictures may come from" if is_picture else ""
            raise UnfitValue(name, f"{name} cannot be open{cure}; give it a value and leave it out of --open")
