"""What a worker is asked to do when handing over is measured: to show a picture that it has, and to say what processor
time it took. The forkserver finds these by their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from time import process_time

from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.images import Picture
from server.report import Report
from server.workers.jobs import Jobs

JOBS = Jobs(*(f"bench.handover_jobs:{name}" for name in ("prepare", "show", "measure", "refuse")))
PICTURE = "picture"  # among the files of the template, which a worker is sent once


def prepare(_fonts: tuple[Path, ...], _font_index: Path | None) -> None:
    """Nothing is needed."""


def show(spec: RenderSpec, template: Template, _prepared: None, _pictures: Mapping[str, bytes]) -> Picture:
    return Picture(spec.format, spec.width, spec.height, template.files[PICTURE], Report())


def measure(_template: Template, _prepared: None) -> list[dict[str, float]]:
    return [{"seconds": process_time()}]


def refuse(_data: bytes, _prepared: None, _max_pixels: int) -> Picture:
    raise NotImplementedError("no foreign picture is handed over here")
