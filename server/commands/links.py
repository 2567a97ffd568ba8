"""`nameplate sign`: making a link, with what is likely not meant said beside it. Reading one is `explaining.py`."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from server.app import drawing_of, open_keys
from server.catalog.carried import with_carried
from server.catalog.manifest import Param, ParamType
from server.catalog.resolve import draft, refuse_repeated, settle
from server.catalog.spec import Value
from server.catalog.template import Template
from server.commands.sources import read_one
from server.errors import UnfitValue
from server.explain.reasons import sentence_of
from server.explain.surface import split_link
from server.preparing import never_fetched
from server.report import Reason
from server.settings import Settings
from server.urls.mail_tools import Filled, as_typed, find_tool, holds_tag, with_tags
from server.urls.request import ImageRequest, parse_request
from server.urls.signing import sign_target
from server.urls.target import parse_path
from server.urls.typed_link import read_typed
from server.values.merge_tags import is_unmerged


def sign(
    settings: Settings,
    target: str,
    open_params: Sequence[str],
    *,
    params: Sequence[str] = (),
    tool: str | None = None,
    expires: str | None = None,
) -> str:
    """The signed link, with the public base URL in front when one is set. `params` are more values, plain, as
    `name=value`. Open params to which `target` gives no tag get that of the mail tool called `tool`, if there is one.
    What is likely not meant is said on stderr."""
    template_of = functools.cache(lambda name: read_one(settings, name))

    def declared_of(name: str) -> frozenset[str]:
        return template_of(name).query_names

    target = _with_params(target, params, open_params)
    target, encoded = with_carried(target, template_of(read_typed(target).target.template))
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
    found = [
        *(
            f"{name} has escapes that reading a link undoes, so it goes encoded, for {url}"
            for name, url in encoded.items()
        ),
        *_not_drawn(request, template, settings),
        *_of_tags(filled, tool),
        *_not_tags(request),
    ]
    for warning in found:
        print(f"nameplate: {warning}", file=sys.stderr)  # noqa: T201  # its job
    return link


def _with_params(target: str, params: Sequence[str], open_params: Sequence[str]) -> str:
    """An open value stays as typed: it is a tag. Raises UnfitValue."""
    for given in params:
        name, equals, value = given.partition("=")
        if not equals:
            raise UnfitValue(name, f"write -p name=value, not -p {name}")
        sign = "&" if "?" in target else "?"
        target += f"{sign}{name}={value if name in open_params else quote(value, safe='')}"
    return target


def _not_drawn(request: ImageRequest, template: Template, settings: Settings) -> Iterator[str]:
    """The values that will not be drawn as they stand. What a picture's host answers only the server can tell."""
    fine = {Reason.CUT} | ({Reason.NOT_FETCHED} if settings.remote_pictures else set())
    locked = {name for name, _ in request.locked}
    asked = draft(request, template, drawing_of(settings))
    spec = settle(asked)
    for fallback in spec.fallbacks:
        if fallback.param in locked and fallback.reason not in fine:
            seen = _seen(spec.mapping().get(fallback.param), template.param(fallback.param))
            yield f"{fallback.param} will not be drawn as given ({fallback.reason}): recipients see {seen}"
    if settings.remote_pictures:
        for name, reason in never_fetched(asked, settings.picture_hosts).items():
            seen = _seen(spec.mapping().get(name), template.param(name))
            yield f"{name} can never be fetched ({reason}): recipients see {seen}. {_cure(reason)}"


def _seen(value: Value, param: Param | None) -> str:
    """What stands in, in words; of a picture the link of its chain that is shown."""
    if param is None or param.type is not ParamType.IMAGE:
        return "its default"
    return "nothing there" if value is None else str(value)


def _cure(reason: Reason) -> str:
    if reason is Reason.NOT_A_URL:
        return "An address has no name or password in it, and a host that can be one."
    if reason is Reason.HOST_NOT_ALLOWED:
        return "Add its host to hosts in the manifest and to the setting picture_hosts, where these are set."
    return sentence_of(reason).cure


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
