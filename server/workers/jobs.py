"""What workers can do, by name: the functions are looked up inside the forkserver, so the web process never
imports them, and whatever they import (cairo, numpy, ICU) is loaded once and shared by every worker.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from server.workers.messages import Question, findings_to_json


@dataclass(frozen=True, slots=True)
class Jobs:
    """Names as `module:function`. `prepare(fonts, font_index)` is called once, before any worker is forked; what it
    gives goes to `draw(spec, template, prepared, pictures)`, which gives a Picture, `check(template, prepared)`, which
    gives findings, and `normalise(data, prepared, max_pixels)`, which gives a Normalised."""

    prepare: str
    draw: str
    check: str
    normalise: str


DRAWING = Jobs(
    prepare="server.fonts.library:FontLibrary.open_whole",
    draw="server.render.draw:draw",
    check="server.render.lint:lint",
    normalise="server.render.normalise:normalise",
)


DRAWING_AFRESH = replace(DRAWING, draw="server.render.draw:draw_afresh")
"""With nothing kept from one picture to the next: the same pixels, slower."""


@dataclass(frozen=True, slots=True)
class LoadedJobs:
    """The functions themselves, with all they import, and what was prepared for them."""

    draw: Callable[..., Any]
    check: Callable[..., Any]
    normalise: Callable[..., Any]
    prepared: Any

    @classmethod
    def load(cls, jobs: Jobs, fonts: tuple[Path, ...], font_index: Path | None) -> LoadedJobs:
        return cls(
            draw=pkgutil.resolve_name(jobs.draw),
            check=pkgutil.resolve_name(jobs.check),
            normalise=pkgutil.resolve_name(jobs.normalise),
            prepared=pkgutil.resolve_name(jobs.prepare)(fonts, font_index),
        )

    def do(self, question: Question, template: Any) -> bytes:
        """`template` is None for what needs none."""
        match question.job:
            case "check":
                return findings_to_json(self.check(template, self.prepared))
            case "normalise":
                body: bytes = self.normalise(question.data, self.prepared, question.max_pixels).to_bytes()
            case "draw":
                body = self.draw(question.spec, template, self.prepared, question.pictures).to_bytes()
        return body
