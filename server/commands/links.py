"""`nameplate sign` and `nameplate explain`: making a link, and seeing what one does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from server.app import make_parts, open_keys
from server.catalog.catalog import Catalog
from server.catalog.manifest import ParamType
from server.commands.sources import read_catalog
from server.errors import UnfitValue
from server.explain import Explanation, Stage, explain, split_url
from server.settings import Settings
from server.urls.request import parse_request
from server.urls.signing import sign_target
from server.urls.target import parse_path
from server.values.merge_tags import is_unmerged


def sign(settings: Settings, target: str, open_params: Sequence[str], expires: str | None) -> str:
    """The signed link, with the public base URL in front when one is set."""
    catalog = read_catalog(settings)
    link = sign_target(
        target,
        declared_of=lambda name: catalog.find(name).template.query_names,
        ring=open_keys(settings).current(),
        open_params=open_params,
        expires=expires,
        public_url=settings.public_url,
        is_unmerged=is_unmerged,
    )
    _refuse_closed(link, catalog)
    return link


def _refuse_closed(link: str, catalog: Catalog) -> None:
    """Raises UnfitValue when the link opens a param that its template keeps closed: the server would not draw it."""
    path, query = split_url(link)
    target = parse_path(path)
    template = catalog.find(target.template).template
    for name in parse_request(target, query, template.query_names).open or ():
        param = template.param(name)
        if param is not None and not param.may_be_open:
            hosts = param.type is ParamType.IMAGE
            cure = " unless its manifest lists the hosts its pictures may come from" if hosts else ""
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
