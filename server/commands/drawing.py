"""`nameplate render` and `nameplate check`: pictures and findings, made by the same workers as the server's."""

from __future__ import annotations

import difflib
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from server.app import drawing_of, make_gatherer, make_pool
from server.catalog.carried import carried
from server.catalog.resolve import Drawing, default_spec, resolve
from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.commands.sources import all_paths, in_words, read_catalog, read_one, shown_file
from server.commands.weighing import photo_note, too_heavy
from server.errors import BrokenTemplate, NameplateError, UnfitValue, UnknownFormat, UnknownTemplate
from server.images import Effort, Format
from server.preparing import Prepared, Preparing
from server.settings import Settings
from server.urls.query import QueryValue
from server.urls.request import ImageRequest
from server.workers.pool import WorkerPool

COMMAND_SECONDS = 20.0  # a command may take longer than a request: only the one who typed it waits
# Findings for which nothing is drawn: what drawing says of them is said already, with the cure.
STOPS = frozenset(
    (
        "entities",
        "jinja-forbidden",
        "jinja-syntax",
        "nested-kind",
        "not-xml",
        "too-deep",
        "too-large",
        "too-many-elements",
        "too-many-uses",
        "unknown-param",
    )
)


async def render(settings: Settings, name: str, params: Sequence[str], output: Path, scale: int) -> None:
    """Draws `name` with `params` into `output`, and says on stderr what is not as it was asked for."""
    template = read_one(settings, name)
    request = ImageRequest(template.name, _format_of(output), scale, values=typed_values(template, params))
    async with one_worker(settings) as pool:
        prepared = await _prepare(settings, request, template, pool)
        try:
            spec = replace(prepared.spec, effort=Effort.SMALL)  # nobody waits for it to appear in a mail
            picture = await pool.draw(spec, prepared.template, prepared.pictures)
        except BrokenTemplate as error:
            raise in_words(settings, name, error) from error
    try:
        output.write_bytes(picture.body)
    except OSError as error:
        raise UnfitValue("output", f"{output} cannot be written ({error.strerror})") from error
    for fallback in prepared.spec.fallbacks:
        print(f"{fallback.param}: not drawn as given ({fallback.reason.value})", file=sys.stderr)  # noqa: T201  # its job
    for slot in picture.report.slots:
        if slot.truncated:
            print(f"{slot.slot}: cut with an ellipsis", file=sys.stderr)  # noqa: T201  # its job
        if slot.missing:
            print(f"{slot.slot}: no font has {', '.join(slot.missing)}", file=sys.stderr)  # noqa: T201  # its job
    print(f"{output}: {picture.width}x{picture.height}, {len(picture.body) / 1000:.0f} KB", file=sys.stderr)  # noqa: T201  # its job


async def _prepare(settings: Settings, request: ImageRequest, template: Template, pool: WorkerPool) -> Prepared:
    """What is drawn, with pictures from outside fetched as the server would."""
    gatherer = make_gatherer(settings, pool)
    try:
        preparing = Preparing(drawing_of(settings), read_catalog(settings).get, gatherer)
        return await preparing.prepare(request, template, seconds=COMMAND_SECONDS)
    finally:
        if gatherer:
            await gatherer.close()


async def check(settings: Settings, names: Sequence[str]) -> int:
    """Prints the findings of every template, or of those named; 1 when one of them is an error."""
    console = Console(highlight=False, soft_wrap=True)
    errors = 0
    async with one_worker(settings) as pool:
        for name in names or all_paths(settings):
            errors += await _check_one(settings, name, pool, console)
    return 1 if errors else 0


async def _check_one(settings: Settings, name: str, pool: WorkerPool, console: Console) -> int:
    findings: list[dict[str, Any]] = []
    try:
        template = read_one(settings, name)
        findings = await pool.check(template)
        show(findings, shown_file(settings, name), console)
        await _draw_all(template, pool, drawing_of(settings))
    except UnknownTemplate as error:
        _say(error, console)
        return 1
    except NameplateError as error:
        errors = _count_errors(findings)
        if not any(finding["code"] in STOPS for finding in findings):
            _say(in_words(settings, name, error), console)
            errors += 1
        console.print(f"{name}: {_counts(errors, len(findings) - _count_errors(findings))} (it cannot be drawn)")
        return errors
    generic = template.manifest.generic
    if generic and generic not in all_paths(settings):
        console.print(f"[bold red]error[/bold red] {name}/manifest.toml: there is no template {generic} to be generic")
        return 1
    heavy = [finding async for finding in too_heavy(template, pool, drawing_of(settings))]
    show(heavy, shown_file(settings, name), console)
    if note := await photo_note(template, pool, drawing_of(settings)):
        console.print(f"[bold]note[/bold] {note}")
    findings += heavy
    count = _count_errors(findings)
    console.print(f"{name}: {_summary(count, len(findings) - count, len(template.examples))}")
    return count


def _count_errors(findings: list[dict[str, Any]]) -> int:
    return sum(finding["severity"] == "error" for finding in findings)


def _say(error: NameplateError | str, console: Console) -> None:
    console.print(f"[bold red]error[/bold red] {escape(str(error))}")


def show(findings: list[dict[str, Any]], name: str, console: Console) -> None:
    """`name` is that of a template's folder, or a lone file's with its ending."""
    for finding in findings:
        color = "red" if finding["severity"] == "error" else "yellow"
        file = name if name.endswith(".svg") else f"{name}/{finding['file']}"
        place = f"{file}:{finding['line']}" if finding["line"] else file
        console.print(
            f"[bold {color}]{finding['severity']}[/bold {color}] {escape(place)} [dim]{finding['code']}[/dim]"
        )
        console.print(f"      {escape(finding['message'])}\n      [green]→[/green] {escape(finding['cure'])}")


async def _draw_all(template: Template, pool: WorkerPool, drawing: Drawing) -> None:
    """Draws the defaults, the samples and every example. Raises BrokenTemplate that names the one that cannot be."""
    specs: dict[str, RenderSpec] = {
        "its defaults": default_spec(template, Format.PNG, drawing),
        "its samples": default_spec(template, Format.PNG, drawing, samples=True),
    }
    for example in template.examples:
        request = ImageRequest(template.name, Format.PNG, values=_query_values(example.values))
        specs[f"its example {example.name}"] = resolve(request, template, drawing)
    for what, spec in specs.items():
        try:
            await pool.draw(spec, template)
        except BrokenTemplate:
            raise
        except NameplateError as error:
            raise BrokenTemplate(template.name, f"{what} cannot be drawn: {error}") from error


def _summary(errors: int, warnings: int, examples: int) -> str:
    drawn = f"defaults, samples and {examples} example{'' if examples == 1 else 's'} draw"
    if not errors and not warnings:
        return f"fine ({drawn})"
    return f"{_counts(errors, warnings)} ({drawn})"


def _counts(errors: int, warnings: int) -> str:
    return f"{errors} error{'' if errors == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}"


def typed_values(template: Template, params: Sequence[str]) -> Mapping[str, QueryValue]:
    values: dict[str, str] = {}
    for given in params:
        name, equals, value = given.partition("=")
        if not equals:
            raise UnfitValue(name, f"-p takes name=value, not {given!r}")
        if name not in template.query_names:
            near = difflib.get_close_matches(name, template.query_names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it has: {', '.join(sorted(template.params)) or 'none'}"
            raise UnfitValue(name, f"{template.name} has no param {name}; {hint}")
        values[name] = value
    return _query_values({name: carried(value, template.param(name)) for name, value in values.items()})


def _query_values(values: Mapping[str, str]) -> dict[str, QueryValue]:
    return {name: QueryValue.of(value) for name, value in values.items()}


def _format_of(output: Path) -> Format:
    try:
        return Format(output.suffix.lower().removeprefix("."))
    except ValueError:
        endings = ", ".join(f".{format.value}" for format in Format)
        raise UnknownFormat(f"{output} ends in none of {endings}") from None


@asynccontextmanager
async def one_worker(settings: Settings) -> AsyncIterator[WorkerPool]:
    patient = settings.model_copy(update={"render_seconds": max(settings.render_seconds, COMMAND_SECONDS)})
    pool = make_pool(patient, count=1)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()
