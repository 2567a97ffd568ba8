"""`nameplate sign` and `nameplate explain`: making a link, and seeing what one does."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from server.app import drawing_of, make_parts, open_keys
from server.catalog.manifest import ParamType
from server.catalog.resolve import Drawing, refuse_repeated, resolve
from server.catalog.template import Template
from server.commands.sources import read_catalog, read_one
from server.errors import MalformedLink, UnfitValue, UnknownFormat, UnknownTemplate
from server.explain import Explanation, Stage, explain, split_url
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
    path, query = split_url(link)
    template = template_of(parse_path(path).template)
    request = parse_request(parse_path(path), query, template.query_names)
    refuse_repeated(request, template)
    _refuse_closed(request, template)
    found = [*_not_drawn(request, template, drawing_of(settings)), *_of_tags(filled, tool), *_not_tags(request)]
    for warning in found:
        print(f"nameplate: {warning}", file=sys.stderr)  # noqa: T201  # its job
    return link


def _not_drawn(request: ImageRequest, template: Template, drawing: Drawing) -> Iterator[str]:
    """The locked values that will not be drawn as they stand."""
    locked = {name for name, _ in request.locked}
    for fallback in resolve(request, template, drawing).fallbacks:
        if fallback.param in locked and fallback.reason is not Reason.CUT:
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


async def explain_url(settings: Settings, url: str, *, as_json: bool) -> int:
    """Prints the explanation; 0 when the link gives its own picture, else 1."""
    parts = make_parts(settings.model_copy(update={"renderers": 1, "workers": 1}), catalog=read_catalog(settings))
    await parts.pool.start()
    try:
        explanation = await explain(url, parts.service)
    finally:
        await parts.close()
    if as_json:
        print(json.dumps(explanation.to_json(), indent=2, ensure_ascii=False))  # noqa: T201  # the answer
    else:
        _show(explanation)
    return 1 if explanation.problem else 0


def _show(explanation: Explanation) -> None:
    console = Console(highlight=False)
    for stage in explanation.stages:
        console.print(f"[bold]{stage.name}[/bold]  [dim]{stage.ms:.1f} ms[/dim]")
        _show_stage(console, stage)
    _show_outcome(console, explanation)


def _show_outcome(console: Console, explanation: Explanation) -> None:
    """What to do, and what recipients see."""
    for param, reason in explanation.reasons:
        console.print(f"[bold yellow]{escape(param)}[/bold yellow]  {reason}: {CURES.get(reason, DEFAULT_CURE)}")
        if arrived := explanation.arrived.get(param):  # whole, on one line to copy: the table cuts it to its column
            console.print(f"  arrived: {escape(arrived)}", soft_wrap=True)
    if "#" in explanation.url:
        console.print(
            "[bold yellow]#[/bold yellow]  what follows a # never leaves the reader's computer; write it as %23"
        )
    if explanation.problem is None:
        return
    console.print(f"[bold red]problem[/bold red]  {explanation.problem.code}: {escape(str(explanation.problem))}")
    if isinstance(explanation.problem, UnknownTemplate | UnknownFormat | MalformedLink):
        console.print("  Recipients get 404 with a neutral picture.")
    else:
        console.print(
            "  Recipients see the template's default picture; the values above would be drawn if the link were good."
        )


DEFAULT_CURE = "recipients see its default"
CURES = {
    Reason.UNMERGED: "the mail tool did not fill in the tag. Test sends often do not; else check its spelling",
    Reason.MISSING: "the link does not have it; an open param must stand in the link with the tool's tag",
    Reason.EMPTY: "there is nothing in it; recipients see its default",
    Reason.CUT: "it is longer than max_length; its beginning is shown",
    Reason.OVER_ENCODED: "it is URL-encoded too many times; encode it once",
    Reason.NOT_FETCHED: "remote pictures are not fetched; name a picture of the template's folder",
    Reason.NO_PICTURE: "the template's folder has no picture of that name",
    Reason.NOT_OPEN: "the template does not allow it to be open; give it a value and sign again",
    Reason.OUT_OF_RANGE: "the nearest bound is shown",
}


def _show_stage(console: Console, stage: Stage) -> None:
    for name, found in stage.found.items():
        if isinstance(found, list) and found and isinstance(found[0], dict):
            console.print(_table(found))
        elif found not in ([], {}):
            console.print(f"  {name}: {escape(_line(found))}")


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(box=None, padding=(0, 2), show_header=True, header_style="dim")
    for column in rows[0]:
        table.add_column(column)
    for row in rows:
        table.add_row(*("-" if value is None else escape(_line(value)) for value in row.values()))
    return table


def _line(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {part}" for name, part in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
