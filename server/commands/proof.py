"""`nameplate proof`: the ugliest cases of a template, its own or those of a list, as sheets and a page."""

from __future__ import annotations

import json
import webbrowser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from server.app import make_pool
from server.catalog.manifest import ParamType
from server.catalog.template import Template
from server.commands.drawing import COMMAND_SECONDS, typed_values
from server.commands.progress import progress
from server.commands.proof_desk import SHOWN_WIDTH, Desk, Job
from server.commands.sources import in_words, read_one
from server.errors import NameplateError, UnfitValue
from server.images import NO_PICTURES
from server.preparing import Prepared
from server.proof.cases import Case, cases_of, usual_values, with_odd_logos
from server.proof.files import PAGE, files_of, write
from server.proof.judging import Judged, judge, of_drawing
from server.proof.measuring import for_measuring
from server.proof.page import Summary, make_page
from server.proof.sheet import sheets_of
from server.proof.shown import Shown
from server.proof.specs import at_width
from server.proof.survey import Candidate, Survey
from server.proof.troubles import HARMLESS, Trouble, words_of
from server.proof.words import Count, Extent, counts_of, fetches_of, of_closed, of_columns, of_pictures, reasons_of
from server.proof.worst import choose
from server.rows.columns import Matched, match
from server.rows.csv_file import Table, open_table
from server.settings import Settings

MOST_CASES = 24  # of a list, when not said
SURVEY_WIDTH = 120  # pixels: of a drawing whose report is wanted and not its picture
ROWS_A_STEP = 500
COUNTS_ON_SHEET = 3
MAX_HEADER_SAID = 300  # characters of a header in a message


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    template: str
    csv: Path | None = None
    out: Path | None = None
    cases: int | None = None
    columns: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    as_json: bool = False
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of it. `facts` are of a list."""

    about: str
    shown: Sequence[Shown]
    counts: Sequence[Count] = ()
    notes: Sequence[str] = ()
    facts: Mapping[str, Any] | None = None


async def proof(settings: Settings, wish: Wish) -> None:
    """Writes the sheets and the page, and prints what is in them. Raises NameplateError; then nothing is written."""
    template = read_one(settings, wish.template)
    title = f"Proof of {template.manifest.title}"
    patient = settings.model_copy(update={"render_seconds": max(settings.render_seconds, COMMAND_SECONDS)})
    pool = make_pool(patient, count=settings.renderers)
    desk = Desk(settings, template, pool)
    await pool.start()
    try:
        made = await (_of_list(desk, wish, wish.csv) if wish.csv else _of_template(desk, wish))
        about = "  ·  ".join((made.about, *(count.words for count in made.counts[:COUNTS_ON_SHEET])))
        size = template.width, template.height
        sheets = await desk.draw_sheets(list(sheets_of(title, about, made.shown, size)))
    except NameplateError as error:
        raise in_words(settings, wish.template, error) from error
    finally:
        await desk.close()  # before the pool, which it asks
        await pool.close()
    folder = wish.out or Path(f"proof-{template.name}")
    files = files_of(make_page(_summary(title, made), made.shown), sheets)
    write(folder, files)
    _say(made, [folder / name for name in files], as_json=wish.as_json)
    if wish.opens:
        webbrowser.open((folder / PAGE).resolve().as_uri())


async def _of_template(desk: Desk, wish: Wish) -> Proof:
    template = with_odd_logos(desk.template)
    fixed = _fixed(template, wish)
    cases = [replace(case, values={**case.values, **fixed}) for case in cases_of(template)][: wish.cases]
    maker = desk.maker(template)
    specs = [maker.make(case.values) for case in cases]  # with nothing fetched: the only address is a dead one
    made = [Prepared(drawn_as, at_width(spec, SHOWN_WIDTH)) for drawn_as, spec in specs]
    usual = await desk.usual_slots(maker, cases[0].values)
    pictures = await desk.draw_all("drawing", made)
    jobs = []
    for case, one, picture in zip(cases, made, pictures, strict=True):
        said = words_of(one.spec.fallbacks, _pictures_of(template))
        reasons = (*said, *(trouble.words for trouble in of_drawing(picture, usual.get(one.template.name, {}))))
        jobs.append(Job(case, reasons, one))
    follow = "case that follows" if len(jobs) == 1 else "cases that follow"
    about = f"{len(jobs)} {follow} from the template itself: its params, their kinds and limits."
    return Proof(about, await desk.show(jobs, pictures, cases[0].values))


async def _of_list(desk: Desk, wish: Wish, path: Path) -> Proof:
    template, fixed = desk.template, _fixed(desk.template, wish)
    table = open_table(path)
    matched = _matched(table, template, wish, fixed)
    samples = usual_values(template)
    common = {**{name: text for name, text in samples.items() if name not in matched.columns}, **fixed}
    maker = desk.maker(template, matched.columns)
    survey = Survey(maker)
    usual = await desk.usual_slots(desk.maker(template), {**samples, **fixed})
    _read(table, matched, survey, common)
    candidates = survey.candidates()
    small = [_small(candidate, are_fetched=desk.fetches) for candidate in candidates]
    drawn = await desk.draw_all("laying out", small)
    judged = judge(zip(candidates, drawn, strict=True), usual, survey.repeats)
    extent = Extent(
        rows=survey.rows,
        pictures=len(survey.repeats),
        drawn=len(candidates),
        rows_drawn=sum(survey.repeats[candidate.name] for candidate in candidates),
    )
    counts = counts_of(survey.counts, judged.counts, extent)
    by_name = {candidate.name: candidate for candidate in candidates}
    chosen = [(by_name[name], trouble) for name, trouble in choose(judged.troubles, wish.cases or MOST_CASES)]
    prepared = await desk.prepare(maker, [one.values for one, _ in chosen])
    jobs = _jobs(chosen, prepared, judged, counts, survey)
    pictures = await desk.draw_all("drawing", prepared)
    asked = zip(chosen, prepared, strict=True) if desk.fetches else ()
    fetches = fetches_of((one.values, one.spec, now.spec) for (one, _), now in asked)
    remote = of_pictures(matched, template, fetches, are_fetched=desk.fetches)
    return Proof(
        about=_about_list(len(jobs), survey.rows, path),
        shown=await desk.show(jobs, pictures, common),
        counts=counts,
        notes=(extent.words, *of_columns(table, matched, fixed, samples), *of_closed(matched, template), *remote),
        facts=_facts(table, matched, extent) | {"fetches": {"tried": fetches.tried, "failed": fetches.failed}},
    )


def _small(candidate: Candidate, *, are_fetched: bool) -> Prepared:
    """Where no picture is ever fetched, recipients see what stands in for it, so it is measured."""
    spec, pictures = for_measuring(candidate) if are_fetched else (candidate.spec, NO_PICTURES)
    return Prepared(candidate.template, at_width(spec, SURVEY_WIDTH), pictures=pictures)


def _about_list(cases: int, rows: int, path: Path) -> str:
    worst = "The worst case" if cases == 1 else f"The {cases} worst cases"
    do = "row does" if rows == 1 else "rows do"
    return f"{worst} of {path.name}: what its {rows:,} {do} to this template."


def _fixed(template: Template, wish: Wish) -> dict[str, str]:
    """What is the same for everybody, by the params' own names."""
    given = {name: value.text for name, value in typed_values(template, wish.params).items()}
    return {
        param: text
        for name, text in given.items()
        for param in template.params
        if template.param(name) is template.params[param]
    }


def _matched(table: Table, template: Template, wish: Wish, fixed: Mapping[str, str]) -> Matched:
    """Which column fills in which param. Raises UnfitValue with the cure where none does."""
    params = {name: param.aliases for name, param in template.params.items() if name not in fixed}
    matched = match(table.columns, params, dict(map(_pair, wish.columns)))
    if matched.columns:
        return matched
    columns = ", ".join(filter(None, table.columns))[:MAX_HEADER_SAID]
    raise UnfitValue(
        "csv",
        f"no column of {table.path.name} is a param of {template.name}. Its first line names: {columns}. The "
        f'params are: {", ".join(params) or "none"}. Say which is which with --map "COLUMN=PARAM"; a list '
        "without a line of names needs one.",
    )


def _pair(text: str) -> tuple[str, str]:
    column, equals, param = text.rpartition("=")
    if not equals or not column.strip() or not param.strip():
        raise UnfitValue("map", f"--map takes COLUMN=PARAM, not {text!r}")
    return column.strip(), param.strip()


def _read(table: Table, matched: Matched, survey: Survey, common: Mapping[str, str]) -> None:
    with progress("reading") as step:
        for row in table.rows():
            survey.add(row, {**common, **matched.values(row.cells)})
            if row.number % ROWS_A_STEP == 0:
                step(ROWS_A_STEP)
    if not survey.rows:
        raise UnfitValue("csv", f"{table.path.name} has a line of names and no rows below it")


def _jobs(
    chosen: Sequence[tuple[Candidate, Trouble]],
    prepared: Sequence[Prepared],
    judged: Judged,
    counts: Sequence[Count],
    survey: Survey,
) -> list[Job]:
    """The chosen cases, with what is said of each."""
    by_category = {count.category: count for count in counts}
    jobs = []
    for (one, trouble), drawn in zip(chosen, prepared, strict=True):
        category, troubles = trouble.category, judged.troubles[one.name]
        pictures = _pictures_of(drawn.template)
        reasons = reasons_of(trouble, drawn.spec.fallbacks, pictures, troubles, by_category.get(category))
        title = f"{category.words[:1].upper()}{category.words[1:]}"
        jobs.append(Job(Case(category.kind, title, one.values, one.row), reasons, drawn, survey.repeats[one.name]))
    return jobs


def _pictures_of(template: Template) -> frozenset[str]:
    return frozenset(name for name, param in template.params.items() if param.type is ParamType.IMAGE)


def _summary(title: str, made: Proof) -> Summary:
    troubles = tuple(count.words for count in made.counts if count.category.kind not in HARMLESS)
    others = tuple(count.words for count in made.counts if count.category.kind in HARMLESS)
    return Summary(title, made.about, troubles, others, tuple(made.notes))


def _facts(table: Table, matched: Matched, extent: Extent) -> dict[str, Any]:
    columns = {param: [table.columns[place] for place in places] for param, places in matched.columns.items()}
    found = {"rows": extent.rows, "pictures": extent.pictures, "drawn": extent.drawn, "rows_drawn": extent.rows_drawn}
    return {**found, "columns": columns, "unused": matched.unused, "unfilled": matched.unfilled}


def _say(made: Proof, files: Sequence[Path], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_as_json(made, files), indent=2, ensure_ascii=False))  # noqa: T201  # the answer
        return
    for line in (made.about, *(f"  {count.words}" for count in made.counts), *made.notes, *files):
        print(line)  # noqa: T201  # the answer


def _as_json(made: Proof, files: Sequence[Path]) -> dict[str, Any]:
    """Without values: what a row held stands in the list, and in the page."""
    counts = [
        {"kind": count.category.kind.name.lower(), "words": count.category.words, "rows": count.rows, "of": count.of}
        for count in made.counts
    ]
    cases = [
        {"kind": case.kind.name.lower(), "title": case.title, "reasons": case.reasons, "template": case.template}
        | ({"row": case.row, "rows": case.rows} if case.row else {})
        for case in made.shown
    ]
    return {**(made.facts or {}), "categories": counts, "cases": cases, "files": [str(file) for file in files]}
