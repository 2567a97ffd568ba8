"""Nameplate itself, in this process: a spec drawn as a worker draws it, timed by stage, kept to be checked."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

from bench.cards import Job, read_cards, spec_of, values_of
from bench.checking import check
from bench.rounds import Sample
from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.fonts.library import FontLibrary
from server.images import Picture
from server.render.draw import draw

FONTS = Path(__file__).parent.parent / "fonts"


@dataclass(frozen=True, slots=True)
class Drawn:
    picture: Picture
    sample: Sample


class Ours:
    """A worker's fonts and the cards, opened once. What is drawn waits in `unchecked`, so that checking it does not
    come between two measurements."""

    def __init__(self) -> None:
        self.fonts: FontLibrary = FontLibrary.open_whole((FONTS,), None)
        self.cards = read_cards()
        self._unchecked: list[tuple[bytes, RenderSpec, Template]] = []
        gc.collect()
        gc.freeze()  # as the forkserver does before it forks a worker

    def draw(self, spec: RenderSpec, template: Template) -> Drawn:
        cpu, began = process_time(), perf_counter()
        picture = draw(spec, template, self.fonts)
        ms, cpu_ms = (perf_counter() - began) * 1000, (process_time() - cpu) * 1000
        self._unchecked.append((picture.body, spec, template))
        return Drawn(picture, Sample(ms, cpu_ms, len(picture.body), dict(picture.report.stage_ms)))

    def draw_card(self, job: Job, person: int) -> Drawn:
        template = self.cards[job.card]
        return self.draw(spec_of(template, values_of(person), job.format), template)

    def check_all(self) -> None:
        """Raises WrongPicture if any picture drawn since the last time is not what it should be."""
        while self._unchecked:
            check(*self._unchecked.pop(), self.fonts)
