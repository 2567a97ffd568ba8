"""`/metrics`: what the tally counts, for Prometheus.

One web process answers with its own numbers, exact to the request before. Where there are several, any of them may be
asked, so each writes its numbers into the tally's file before it answers with the sums of all. prometheus_client's
own way for several processes was not taken: it counts in memory-mapped files, and a full disk then ends the web process
with SIGBUS at the next request; here it costs fresh numbers, and the log says so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from server import __version__
from server.catalog.catalog import Catalog
from server.report import Reason
from server.tally import counting
from server.tally.book import Sums
from server.tally.counting import BUCKET_NAMES, SETTLED, STAGES, Key, Tally
from server.tally.keeping import Keeper
from server.web.error_responses import STATUS
from server.web.gallery.hosts import is_forwarded, is_known_host

log = logging.getLogger(__name__)

SUMS_SECONDS = 1.0  # what a scrape waits for the disk; then it gets the sums as they were
OUTCOMES = frozenset({*SETTLED, *(error.code for error in STATUS)})
QUEUE, ALIVE = "queue", "alive"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One metric: its name and labels as Prometheus shows them, and what it says."""

    name: str
    kind: str
    labels: tuple[str, ...]
    help: str


REQUESTS = Meaning(
    "nameplate_requests_total",
    "counter",
    ("template", "outcome"),
    "Image requests by what they got: memo, memory, disk, drawn, not-drawn (HEAD), or a problem's code.",
)
FALLBACKS = Meaning(
    "nameplate_fallbacks_total",
    "counter",
    ("template", "param", "reason"),
    "Answers in which a param was not drawn as the link asked, by reason.",
)
RENDERS = Meaning("nameplate_renders_total", "counter", ("template",), "Pictures drawn for requests.")
STAGE = Meaning("nameplate_stage_seconds", "histogram", ("stage",), "Time that a drawing spent in each stage.")
BYTES = Meaning("nameplate_picture_bytes_total", "counter", (), "Bytes of pictures sent.")
KILLS = Meaning("nameplate_worker_kills_total", "counter", (), "Drawing processes killed at their deadline.")
DROPPED = Meaning(
    "nameplate_store_dropped_total", "counter", (), "Pictures not sent to the disk because too much waited already."
)
QUEUE_LENGTH = Meaning("nameplate_queue_length", "gauge", (), "Pictures that wait for a drawing process.")
WORKERS = Meaning("nameplate_workers_alive", "gauge", (), "Drawing processes that are alive.")
PROCESSES = Meaning("nameplate_web_processes", "gauge", (), "Web processes whose numbers these are.")
BUILD = Meaning("nameplate_build_info", "gauge", ("version",), "Always 1; the version that runs.")

MEANINGS = (REQUESTS, FALLBACKS, RENDERS, STAGE, BYTES, KILLS, DROPPED, QUEUE_LENGTH, WORKERS, PROCESSES, BUILD)


class Metrics:
    """With `is_for_all` it answers whoever asks; else only this machine, not through a proxy. The `keeper` has the sums
    of several web processes; None where there is one."""

    def __init__(
        self,
        tally: Tally,
        catalog: Catalog,
        *,
        is_for_all: bool,
        keeper: Keeper | None = None,
    ) -> None:
        self._tally = tally
        self._catalog = catalog
        self._is_for_all = is_for_all
        self._keeper = keeper

    async def answer(self, request: Request) -> Response:
        self._refuse_strangers(request)
        sums = await self._sums()
        registry = CollectorRegistry()
        registry.register(_Page(sums, closed(sums.counts, self._catalog)))
        # One format, which every Prometheus reads: choosing by Accept would be parsing what a stranger sends.
        headers = {"cache-control": "no-store", "content-type": CONTENT_TYPE_PLAIN_0_0_4}
        return Response(generate_latest(registry), headers=headers)

    def _refuse_strangers(self, request: Request) -> None:
        if self._is_for_all:
            return
        if is_forwarded(request.headers) or not is_known_host(request.headers.get("host", ""), ""):
            log.warning("/metrics is for this machine alone: set metrics to true to show it to others")
            raise HTTPException(404)

    async def _sums(self) -> Sums:
        if self._keeper is None:
            return Sums(self._tally.snapshot(), self._tally.gauges(), 1)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(self._keeper.sums()), SUMS_SECONDS)
        except TimeoutError:
            return self._keeper.last_sums


def closed(counts: Mapping[Key, float], catalog: Catalog) -> dict[Key, float]:
    """The counts whose labels are of closed sets: what is served, and what the code knows. The file may hold more, of
    templates that are gone; so the number of series never grows past what is served."""
    templates = {template.name for template in catalog}
    params = {param for template in catalog for param in template.params} | {"*scale"}
    of_label: dict[str, tuple[Collection[str], ...]] = {
        counting.ANSWERS: (templates | {""}, OUTCOMES),
        counting.FALLBACKS: (templates, params, set(Reason)),
        counting.RENDERS: (templates,),
        counting.STAGE: (STAGES, BUCKET_NAMES),
        counting.STAGE_SECONDS: (STAGES,),
        counting.BYTES: (),
        counting.KILLS: (),
        counting.DROPPED: (),
    }
    return {key: n for key, n in counts.items() if key and _is_of(key[1:], of_label.get(key[0]))}


def _is_of(labels: Key, allowed: tuple[Collection[str], ...] | None) -> bool:
    return (
        allowed is not None
        and len(labels) == len(allowed)
        and all(label in known for label, known in zip(labels, allowed, strict=True))
    )


class _Page(Collector):
    def __init__(self, sums: Sums, counts: Mapping[Key, float]) -> None:
        self._sums = sums
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        for meaning, name in (
            (REQUESTS, counting.ANSWERS),
            (FALLBACKS, counting.FALLBACKS),
            (RENDERS, counting.RENDERS),
            (BYTES, counting.BYTES),
            (KILLS, counting.KILLS),
            (DROPPED, counting.DROPPED),
        ):
            yield _counter(meaning, self._of(name))
        yield self._stages()
        yield _gauge(QUEUE_LENGTH, (), self._sums.gauges.get(QUEUE, 0))
        yield _gauge(WORKERS, (), self._sums.gauges.get(ALIVE, 0))
        yield _gauge(PROCESSES, (), self._sums.processes)
        yield _gauge(BUILD, (__version__,), 1)

    def _of(self, name: str) -> list[tuple[Key, float]]:
        return sorted((key[1:], n) for key, n in self._counts.items() if key[0] == name)

    def _stages(self) -> HistogramMetricFamily:
        family = HistogramMetricFamily(STAGE.name, STAGE.help, labels=STAGE.labels)
        for stage in STAGES:
            seconds = self._counts.get((counting.STAGE_SECONDS, stage), 0)
            family.add_metric([stage], buckets=self._buckets(stage), sum_value=seconds)
        return family

    def _buckets(self, stage: str) -> list[tuple[str, float]]:
        """As Prometheus wants them: each with all that were quicker."""
        buckets, so_far = [], 0.0
        for name in BUCKET_NAMES:
            so_far += self._counts.get((counting.STAGE, stage, name), 0)
            buckets.append((name, so_far))
        return buckets


def _counter(meaning: Meaning, samples: Iterable[tuple[Key, float]]) -> CounterMetricFamily:
    family = CounterMetricFamily(meaning.name.removesuffix("_total"), meaning.help, labels=meaning.labels)
    for labels, n in samples:
        family.add_metric(labels, n)
    return family


def _gauge(meaning: Meaning, labels: Key, value: float) -> GaugeMetricFamily:
    family = GaugeMetricFamily(meaning.name, meaning.help, labels=meaning.labels)
    family.add_metric(labels, value)
    return family
