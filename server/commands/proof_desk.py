"""Where a proof is drawn: specs through the pool, many at a time, into pictures and shown cases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from server.app import drawing_of, make_gatherer
from server.catalog.template import Template
from server.commands.progress import progress
from server.commands.sources import read_catalog
from server.errors import Broken, LimitReached, NameplateError, NoWorker
from server.images import Format, Picture
from server.preparing import Prepared, Preparing
from server.proof.cases import Case
from server.proof.judging import Drawn, Slots
from server.proof.shown import Shown, alt_of, entries_of
from server.proof.specs import Maker, at_width
from server.settings import Settings
from server.workers.pool import WorkerPool

FETCH_SECONDS = 10.0  # for the pictures of one case: only the one who typed the command waits
SHOWN_WIDTH = 1200  # pixels, at the most: the page holds all its pictures
QUEUED = 2  # drawings a worker that are asked for at once: it never waits for us


@dataclass(frozen=True, slots=True)
class Job:
    """A case with what is drawn for it; `rows` of a list give this very picture."""

    case: Case
    reasons: tuple[str, ...]
    prepared: Prepared
    rows: int = 1


class Desk:
    """Of one template that is being proofed."""

    def __init__(self, settings: Settings, template: Template, pool: WorkerPool) -> None:
        self.template = template
        self._pool = pool
        self._drawing = drawing_of(settings)
        self._find = read_catalog(settings).get
        self._turns = asyncio.Semaphore(QUEUED * pool.count)
        self._gatherer = make_gatherer(settings, pool)
        self._preparing = Preparing(self._drawing, self._find, self._gatherer)

    @property
    def fetches(self) -> bool:
        return self._gatherer is not None

    async def close(self) -> None:
        if self._gatherer:
            await self._gatherer.close()

    def maker(self, template: Template, is_from_tool: Iterable[str] = ()) -> Maker:
        return Maker(template, self._drawing, self._find, frozenset(is_from_tool))

    async def usual_slots(self, maker: Maker, values: Mapping[str, str]) -> Mapping[str, Slots]:
        """The slots of the picture that the designer meant, by template: of this one, and of its stand-in with what it
        then has. Raises NameplateError: what cannot draw that is broken."""
        left = {name: text for name, text in values.items() if not maker.template.params[name].required}
        found = {}
        for template, spec in (maker.make(left), maker.make(values)):
            picture = await self._pool.draw(spec, template)
            found[template.name] = {slot.slot: slot for slot in picture.report.slots}
        return found

    async def prepare(self, maker: Maker, cases: Sequence[Mapping[str, str]]) -> list[Prepared]:
        """What is drawn for the values of each case, pictures from elsewhere fetched, no larger than it is shown."""
        asked = [maker.request(values) for values in cases]
        prepared = await asyncio.gather(
            *(self._preparing.prepare(request, maker.template, seconds=FETCH_SECONDS) for request in asked)
        )
        return [replace(one, spec=at_width(one.spec, SHOWN_WIDTH)) for one in prepared]

    async def draw_all(self, what: str, prepared: Sequence[Prepared]) -> list[Drawn]:
        with progress(what, len(prepared)) as step:
            return await asyncio.gather(*(self._draw(one, step) for one in prepared))

    async def show(self, jobs: Sequence[Job], pictures: Sequence[Drawn], common: Mapping[str, str]) -> list[Shown]:
        """The cases with their pictures, or with the one that recipients get where there is none."""
        return [await self._shown(job, picture, common) for job, picture in zip(jobs, pictures, strict=True)]

    async def draw_sheets(self, sheets: Sequence[Template]) -> list[bytes]:
        """Raises NameplateError."""
        specs = [Prepared(sheet, replace(self.maker(sheet).make({})[1], format=Format.PNG)) for sheet in sheets]
        bodies = []
        for picture in await self.draw_all("sheets", specs):
            if isinstance(picture, NameplateError):
                raise picture
            bodies.append(picture.body)
        return bodies

    async def _draw(self, one: Prepared, step: Callable[[int], None]) -> Drawn:
        """The picture, or why there is none for these values: a case as noteworthy as any."""
        async with self._turns:
            try:
                return await self._pool.draw(one.spec, one.template, one.pictures)
            except NoWorker:
                raise
            except (LimitReached, Broken) as error:
                return error
            finally:
                step(1)

    async def _shown(self, job: Job, picture: Drawn, common: Mapping[str, str]) -> Shown:
        body = picture if isinstance(picture, Picture) else await self._default()
        template, spec = job.prepared.template, job.prepared.spec
        instead = () if template.name == self.template.name else (f"drawn as {template.name}, its stand-in",)
        return Shown(
            kind=job.case.kind,
            title=job.case.title,
            reasons=(*job.reasons, *instead),
            entries=tuple(entries_of(job.case.values, spec, common)),
            alt=alt_of(template, spec),
            template=template.name,
            body=body.body,
            width=body.width,
            height=body.height,
            row=job.case.row,
            rows=job.rows,
        )

    async def _default(self) -> Picture:
        template, spec = self.maker(self.template).make({})
        return await self._pool.draw(spec, template)
