"""`nameplate sign` and `nameplate explain`: making a link, and seeing what one does."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from server.app import make_parts, open_keys
from server.catalog.manifest import ParamType
from server.catalog.template import Template
from server.commands.sources import read_catalog, read_one
from server.errors import UnfitValue
from server.explain import Explanation, Stage, explain, split_url
from server.settings import Settings
from server.urls.request import parse_request
from server.urls.signing import sign_target
from server.urls.target import Target, parse_path
from server.values.merge_tags import is_unmerged


def sign(settings: Settings, target: str, open_params: Sequence[str], expires: str | None) -> str:
    """The signed link, with the public base URL in front when one is set."""
    template_of = functools.cache(lambda name: read_one(settings, name))
    link = sign_target(
        target,
        declared_of=lambda name: template_of(name).query_names,
        ring=open_keys(settings).current(),
        open_params=open_params,
        expires=expires,
        public_url=settings.public_url,
        is_unmerged=is_unmerged,
    )
    path, query = split_url(link)
    _refuse_closed(parse_path(path), query, template_of(parse_path(path).template))
    return link


def _refuse_closed(target: Target, query: bytes, template: Template) -> None:
    """Raises UnfitValue when the link opens a param that its template keeps closed: the server would not draw it."""
    for name in parse_request(target, query, template.query_names).open or ():
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
    if explanation.problem:
        console.print(f"[bold red]problem[/bold red]  {explanation.problem.code}: {escape(str(explanation.problem))}")
        console.print("  Recipients see the template's default picture." if explanation.stages else "")


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
