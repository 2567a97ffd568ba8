"""What workers can do, by name: the functions are looked up inside the forkserver, so the web process never
imports them, and whatever they import (cairo, numpy, ICU) is loaded once and shared by every worker.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.workers.messages import Question, findings_to_json


@dataclass(frozen=True, slots=True)
class Jobs:
    """Names as `module:function`. `prepare(fonts, font_index)` is called once, before any worker is forked; what it
    gives goes to `draw(spec, template, prepared)`, which gives a Picture, and `check(template, prepared)`, which
    gives findings."""

    prepare: str
    draw: str
    check: str


DRAWING = Jobs(
    prepare="server.fonts.library:FontLibrary.open_whole",
    draw="server.render.draw:draw",
    check="server.render.lint:lint",
)


@dataclass(frozen=True, slots=True)
class LoadedJobs:
    """The functions themselves, with all they import, and what was prepared for them."""

    draw: Callable[..., Any]
    check: Callable[..., Any]
    prepared: Any

    @classmethod
    def load(cls, jobs: Jobs, fonts: tuple[Path, ...], font_index: Path | None) -> LoadedJobs:
        return cls(
            draw=pkgutil.resolve_name(jobs.draw),
            check=pkgutil.resolve_name(jobs.check),
            prepared=pkgutil.resolve_name(jobs.prepare)(fonts, font_index),
        )

    def do(self, question: Question, template: Any) -> bytes:
        if question.job == "check":
            return findings_to_json(self.check(template, self.prepared))
        body: bytes = self.draw(question.spec, template, self.prepared).to_bytes()
        return body
