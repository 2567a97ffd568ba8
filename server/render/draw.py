"""One spec to one finished picture: compose → lay out → paint → encode, each timed."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TypeVar

from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.encode.formats import encode
from server.errors import Broken, DrawingFailed
from server.fonts.library import FontLibrary
from server.images import Picture
from server.render.compose import compose
from server.render.paint import paint
from server.render.scene import lay_out
from server.report import Report

Result = TypeVar("Result")


def draw(spec: RenderSpec, template: Template, fonts: FontLibrary) -> Picture:
    """Raises BrokenTemplate where the template is at fault and a place in it can be named, else DrawingFailed."""
    try:
        return _draw(spec, template, fonts)
    except Broken:
        raise
    except Exception as error:
        # CairoSVG raises fifteen kinds of exception on odd input. Their texts may quote values, so only the
        # kind is said.
        message = f"{template.name} cannot be drawn with these values ({type(error).__name__})"
        raise DrawingFailed(message) from error


def _draw(spec: RenderSpec, template: Template, fonts: FontLibrary) -> Picture:
    clock = _Clock()
    document = clock.time("compose", lambda: compose(spec, template))
    scene = clock.time("lay-out", lambda: lay_out(document, template, fonts))
    pixels = clock.time("paint", lambda: paint(scene, spec.width, spec.height))
    body = clock.time("encode", lambda: encode(pixels, spec.format, template.manifest.background))
    report = Report(fallbacks=spec.fallbacks, slots=scene.slots, stage_ms=tuple(clock.stage_ms))
    return Picture(spec.format, spec.width, spec.height, body, report)


class _Clock:
    """Runs the stages and keeps how long each took."""

    def __init__(self) -> None:
        self.stage_ms: list[tuple[str, float]] = []

    def time(self, stage: str, run: Callable[[], Result]) -> Result:
        start = perf_counter()
        result = run()
        self.stage_ms.append((stage, round((perf_counter() - start) * 1000, 2)))
        return result
