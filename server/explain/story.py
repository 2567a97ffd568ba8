"""One pasted text from its unwrapping to the answer that a recipient gets: the stages of `service.py`, each with its
time, followed to the end even where the link is refused. It shows values, and never a key, nor a signature that the
text did not bring.
"""

from __future__ import annotations

import asyncio
import difflib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from server.catalog.resolve import refuse_repeated
from server.catalog.template import Template
from server.errors import Broken, NameplateError, RequestError, UnknownTemplate
from server.explain.cause import Cause, find_cause
from server.explain.drawn import drawing_of, outside_of, slots_of
from server.explain.explanation import Asked, Explanation, Fix, Outcome, ParamStory, Problem, Remark, Served, Stage
from server.explain.problems import cure_of
from server.explain.reading import read_names
from server.explain.signature import seal_of
from server.explain.surface import Spelling, split_link
from server.explain.unwrap import WRAPPINGS, unwrap
from server.explain.values import stories_of
from server.images import Format
from server.report import Reason
from server.service import Answer, Service, unknown_answer
from server.store.tiers import Tier
from server.urls.canonical import print_query
from server.urls.request import ImageRequest, parse_request
from server.urls.ring import KeyRing
from server.urls.target import Target, parse_path, print_path

HeadersOf = Callable[[Answer, Format], tuple[int, Mapping[str, str]]]
"""Status and headers with which the server sends an answer; only the edge knows HTTP."""

NEAR_NAMES = 0.6  # of difflib's ratio


class Explainer:
    """Made in `app.py`, with the parts of the server that it explains."""

    def __init__(self, service: Service, headers_of: HeadersOf) -> None:
        self._service = service
        self._headers_of = headers_of
        self._searching = asyncio.Lock()  # one search at a time leaves the other cores to those who want pictures

    async def explain(self, pasted: str) -> Explanation:
        """Never raises for what can be pasted."""
        story = _Story(self._service, self._headers_of, self._searching)
        try:
            await story.follow(pasted)
        except NameplateError as problem:
            story.ends_with(problem)
        return story.told


class _Story:
    """`told` grows stage by stage; a stage that cannot go on raises."""

    def __init__(self, service: Service, headers_of: HeadersOf, searching: asyncio.Lock) -> None:
        self._searching = searching
        self.told = Explanation("")
        self._service = service
        self._headers_of = headers_of
        self._origin = ""
        self._link = Spelling("", b"")

    async def follow(self, pasted: str) -> None:
        with self._stage("unwrap"):
            found = unwrap(pasted)
            self._origin, self._link = split_link(found.link)
        self._tell(link=found.link, unwrapped=tuple(Remark(one.value, WRAPPINGS[one]) for one in found.wrappings))
        if found.foreign:
            self._hint("foreign", found.foreign)
        if self._link.fragment:
            self._hint("hash", "What follows a # never leaves the reader's computer; in a value, write it as %23.")
        target, template = await self._parse()
        request = await self._read(target, template)
        if request is None:
            await self._answer(target, None)
            return
        is_good = await self._verify(request)
        await self._answer(target, await self._draw(request, template, is_good=is_good))

    async def _parse(self) -> tuple[Target, Template]:
        try:
            with self._stage("parse"):
                target = parse_path(self._link.path)
                template = self._service.catalog.find(target.template).template
        except RequestError as problem:
            self._show(unknown_answer(problem), Format.PNG, None)
            self._name_the_nearest(problem)
            cause = await self._search()
            self._hint_all(cause.remarks if cause else ())
            raise
        self._tell(asked=Asked(template.name, target.template, target.format.value, target.scale))
        return target, template

    async def _read(self, target: Target, template: Template) -> ImageRequest | None:
        """The request; None when the link cannot be read as one."""
        try:
            with self._stage("read"):
                request = parse_request(target, self._link.query, template.query_names)
                refuse_repeated(request, template)
        except RequestError as problem:
            self._tell(query=read_names(self._link.query, template, ()))
            self.ends_with(problem)
            cause = await self._search()
            self._hint_all(cause.remarks if cause else ())
            return None
        self._tell(query=read_names(self._link.query, template, request.open or ()))
        return request

    async def _verify(self, request: ImageRequest) -> bool:
        problem, cause = None, None
        try:
            with self._stage("verify"):
                self._service.verify(request)
        except NameplateError as found:
            problem = found
            self.ends_with(problem)
            cause = await self._search() if isinstance(problem, RequestError) else None
            self._hint_all(cause.remarks if cause else ())
        if isinstance(problem, Broken):  # the key ring cannot be read, and nothing be said of any signature
            return False
        if problem is None and self.told.unwrapped:
            query = print_query(request, verbatim=request.open or ()).encode("latin-1").decode("utf-8", "replace")
            link = f"{self._origin}{print_path(request.target)}?{query}"
            self._tell(fix=Fix(link, "The link as it stood in what you pasted. It is good."))
        seal = partial(seal_of, request, problem=problem, cause=cause, now=self._service.now())
        self._tell(signature=seal(self._ring()))
        self._hint_all(self.told.signature.hints if self.told.signature else ())
        return problem is None

    async def _search(self) -> Cause | None:
        """What was signed, where that can be known; in a thread, because thousands of candidates may be tried."""
        service = self._service
        async with self._searching:
            with self._stage("search"):
                cause = await asyncio.to_thread(find_cause, self._link, service.catalog, self._ring(), service.now())
        if cause and cause.remarks and self._is_good(cause.link):
            said = "With that undone the link is good: its signature fits."
            self._tell(fix=Fix(f"{self._origin}{cause.link}", said))
        return cause

    def _is_good(self, link: str) -> bool:
        """As the server reads it: what was signed may be over by now, or be nothing that a link can say."""
        found = split_link(link)[1]
        try:
            target = parse_path(found.path)
            template = self._service.catalog.find(target.template).template
            request = parse_request(target, found.query, template.query_names)
            refuse_repeated(request, template)
            self._service.verify(request)
        except NameplateError:
            return False
        return request.signature is not None

    async def _draw(self, request: ImageRequest, template: Template, *, is_good: bool) -> Tier | None:
        """What is made of the values, and the tier that has the picture. For a link that is refused nothing is fetched,
        and what is told is what would be drawn if it were good."""
        with self._stage("resolve"):
            prepared = await self._service.prepare(request, template, may_fetch=is_good)
        stories = stories_of(request, prepared.template, prepared.spec)
        self._tell(params=stories if prepared.is_whole else tuple(_not_asked_for(story) for story in stories))
        self._tell(pictures=outside_of(request, prepared, self._service.drawing))
        if not prepared.is_whole:
            self._hint("not-fetched", "Pictures from elsewhere were not asked for here, since the link is refused.")
        if prepared.template is not template:
            self._hint("generic", f"Something required is missing, so {prepared.template.name} is drawn in its place.")
        with self._stage("look up"):
            kept = await self._service.kept(prepared.spec) if prepared.is_whole else None
        if kept is None and not is_good and prepared.is_whole:
            with self._stage("draw"):
                picture = await self._service.draw(prepared.spec, prepared.template, prepared.pictures)
            self._tell(slots=slots_of(picture), drawing=drawing_of(picture))
        elif kept is not None:
            self._tell(slots=slots_of(kept[0]), drawing=drawing_of(kept[0]))
        return kept[1] if kept else None

    async def _answer(self, target: Target, found: Tier | None) -> None:
        """As a recipient gets it, so a good link is drawn here and nowhere else; but at nobody's cost."""
        with self._stage("answer"):
            answer = await self._service.answer(target, self._link.query, is_counted=False)
        if answer.problem is not None:
            self.ends_with(answer.problem)
        elif answer.picture is not None:
            self._tell(slots=slots_of(answer.picture), drawing=drawing_of(answer.picture))
            answer = replace(answer, found=found)
        self._show(answer, target.format, found)

    def _show(self, answer: Answer, format: Format, found: Tier | None) -> None:
        picture = answer.picture
        if picture is None:
            return
        status, headers = self._headers_of(answer, format)
        served = Served(
            status=status,
            format=picture.format.value,
            width=picture.width,
            height=picture.height,
            bytes=len(picture.body),
            found="default" if answer.problem else found or "none",
            key=answer.key,
            headers=headers,
        )
        own = Outcome.WITH_FALLBACKS if answer.fallbacks else Outcome.AS_ASKED
        refused = Outcome.DEFAULT_PICTURE if answer.template else Outcome.NO_PICTURE
        self._tell(answer=served, picture=picture, outcome=refused if answer.problem else own)

    def ends_with(self, problem: NameplateError) -> None:
        """The first problem counts: later ones follow from it."""
        if self.told.problem is None:
            self._tell(problem=Problem(problem.code, str(problem), cure_of(problem.code)))

    def _name_the_nearest(self, problem: RequestError) -> None:
        if not isinstance(problem, UnknownTemplate):
            return
        name = self._link.path.rpartition("/")[2].partition(".")[0].partition("@")[0]
        names = [template.name for template in self._service.catalog]
        for near in difflib.get_close_matches(name.lower(), names, n=1, cutoff=NEAR_NAMES):
            self._hint("near", f"Did you mean {near}?")

    def _ring(self) -> KeyRing:
        return self._service.ring.current()

    def _hint(self, code: str, said: str) -> None:
        self._hint_all((Remark(code, said),))

    def _hint_all(self, remarks: tuple[Remark, ...]) -> None:
        self._tell(hints=tuple(dict.fromkeys((*self.told.hints, *remarks))))

    def _tell(self, **found: object) -> None:
        self.told = replace(self.told, **found)  # type: ignore[arg-type]  # names and types of Explanation's own fields

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            ms = round((time.perf_counter() - started) * 1000, 2)
            self._tell(stages=(*self.told.stages, Stage(name, ms)))


def _not_asked_for(story: ParamStory) -> ParamStory:
    """Of a link that is refused: its pictures from elsewhere are left alone, whatever the settings say."""
    if story.reason != Reason.NOT_FETCHED:
        return story
    return replace(story, why="Not asked for, because the link is refused.", cure="Mend the link first.")
