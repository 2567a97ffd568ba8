"""From a request to what is drawn for it: resolve, gather, settle; and the same of a `generic` template where something
that is required turns out to be missing.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from server.catalog.pictures import fetched
from server.catalog.resolve import Draft, Drawing, draft, missing_required, settle
from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.gather.location import read_location
from server.gather.refusals import NotFetched
from server.gather.rules import Rules
from server.gather.wanted import Gathered, Wanted
from server.images import NO_PICTURES
from server.report import Reason
from server.urls.request import ImageRequest
from server.values.typed import Judged


class Gatherer(Protocol):
    """Who fetches pictures from outside, within the time given. Never raises for a picture."""

    async def gather(self, wanted: Mapping[str, Wanted], *, seconds: float) -> Mapping[str, Gathered]: ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """A spec with the template that it is of, and the bytes of its pictures from outside, by digest.

    `asked_outside`: somebody outside was asked, so the same request may come to another spec one day; with `is_settled`
    false, in a minute. `is_whole` is false where somebody should have been asked and, as told, was not.
    """

    template: Template
    spec: RenderSpec
    pictures: Mapping[str, bytes] = field(default_factory=lambda: NO_PICTURES)
    asked_outside: bool = False
    is_settled: bool = True
    is_whole: bool = True


class Preparing:
    """`find` gives a template by name; without a `gatherer` nothing is ever fetched, and every param says so."""

    def __init__(self, drawing: Drawing, find: Callable[[str], Template | None], gatherer: Gatherer | None) -> None:
        self._drawing = drawing
        self._find = find
        self._gatherer = gatherer

    async def prepare(
        self,
        request: ImageRequest,
        template: Template,
        *,
        seconds: float,
        may_fetch: bool = True,
        may_fetch_open: bool = True,
    ) -> Prepared:
        """What is drawn for `request`: of `template`, or of its `generic` stand-in, if there is one, when a required
        param has nothing to show; what was missing is then among the fallbacks. With `may_fetch_open` false, nobody is
        asked for the pictures that open params name: they are shown if they are kept."""
        until = asyncio.get_running_loop().time() + seconds
        gather = functools.partial(self._gather, until=until, may_fetch=may_fetch, may_fetch_open=may_fetch_open)
        prepared = await gather(draft(request, template, self._drawing))
        missing = missing_required(prepared.spec.fallbacks, template)
        stand_in = self._find(template.manifest.generic) if missing and template.manifest.generic else None
        if stand_in is None:
            return prepared
        other = await gather(draft(request, stand_in, self._drawing))
        return replace(
            other,
            spec=replace(other.spec, fallbacks=(*missing, *other.spec.fallbacks)),
            asked_outside=prepared.asked_outside or other.asked_outside,
            is_settled=prepared.is_settled and other.is_settled,
            is_whole=prepared.is_whole and other.is_whole,
        )

    async def _gather(self, asked: Draft, *, until: float, may_fetch: bool, may_fetch_open: bool) -> Prepared:
        if not asked.outside or self._gatherer is None:
            return Prepared(asked.template, settle(asked))
        if not may_fetch:
            return Prepared(asked.template, settle(asked), asked_outside=True, is_settled=False, is_whole=False)
        wanted = {
            name: Wanted(outside.url, outside.hosts, may_fetch=may_fetch_open or not outside.is_open)
            for name, outside in asked.outside.items()
        }
        seconds = max(0.0, until - asyncio.get_running_loop().time())
        found = await self._gatherer.gather(wanted, seconds=seconds)
        spec = settle(asked, {name: _judged(gathered) for name, gathered in found.items()})
        return Prepared(
            asked.template,
            spec,
            pictures={one.digest: one.body for one in found.values() if one.digest and one.body},
            asked_outside=True,
            is_settled=all(one.is_settled for one in found.values()),
        )


def _judged(gathered: Gathered) -> Judged:
    return fetched(gathered.digest) if gathered.digest else Judged(None, gathered.reason)


def never_fetched(asked: Draft, hosts: tuple[str, ...]) -> Mapping[str, Reason]:
    """The params whose pictures no server with these `hosts` will ever fetch, by what their addresses alone say."""
    found = {}
    for name, outside in asked.outside.items():
        try:
            location = read_location(outside.url)
            Rules().check(location)  # first what no list of hosts can cure
            Rules((hosts, outside.hosts)).check(location)
        except NotFetched as refused:
            found[name] = refused.reason
    return found
