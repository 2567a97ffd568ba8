"""One spec to one finished picture: compose → layers → lay out → paint → still → encode, each timed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter
from typing import TypeVar

from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.encode.formats import encode
from server.errors import Broken, DrawingFailed
from server.fonts.library import FontLibrary
from server.images import NO_PICTURES, Effort, Picture
from server.kept import Kept
from server.render.layer import LAYER_KEPT, Paper
from server.render.layers.cut import Kind
from server.render.layers.painted import painted
from server.render.layers.plan import Means, compose_in_parts
from server.render.layers.sheet import lay_out_parts, paint_sheet
from server.render.layers.still import base_of
from server.report import Report

Result = TypeVar("Result")
KILOBYTE = 1000
_paper, _layers_paper = Paper(), Paper(LAYER_KEPT)


def draw(
    spec: RenderSpec,
    template: Template,
    fonts: FontLibrary,
    pictures: Mapping[str, bytes] = NO_PICTURES,
    *,
    keeps_layers: bool = True,
) -> Picture:
    """`pictures` are the remote pictures that the spec names, by digest. Without `keeps_layers` nothing painted earlier
    is used: the same pixels, slower. Raises BrokenTemplate where the template is at fault and a place in it can be
    named, else DrawingFailed."""
    try:
        try:
            return _draw(spec, template, fonts, pictures, keeps_layers=keeps_layers)
        except MemoryError:  # what is kept may take the room that this picture needs
            Kept.clear_all()
            _paper.forget()
            _layers_paper.forget()
            return _draw(spec, template, fonts, pictures, keeps_layers=False)
    except Broken:
        raise
    except Exception as error:
        # CairoSVG raises fifteen kinds of exception on odd input. Their texts may quote values, so only the
        # kind is said.
        message = f"{template.name} cannot be drawn with these values ({type(error).__name__})"
        raise DrawingFailed(message) from error


def draw_afresh(
    spec: RenderSpec, template: Template, fonts: FontLibrary, pictures: Mapping[str, bytes] = NO_PICTURES
) -> Picture:
    """`draw` without what was kept, for who suspects that it is to blame."""
    return draw(spec, template, fonts, pictures, keeps_layers=False)


def _draw(
    spec: RenderSpec, template: Template, fonts: FontLibrary, pictures: Mapping[str, bytes], *, keeps_layers: bool
) -> Picture:
    clock = _Clock()
    size, manifest = (spec.width, spec.height), template.manifest
    means = Means(spec.mapping(), template, fonts, pictures, size, keeps=keeps_layers)
    paper, layers_paper = (_paper, _layers_paper) if keeps_layers else (Paper(), Paper())
    composed = clock.time("compose", lambda: compose_in_parts(means))
    parts = composed.parts
    layers = clock.time(
        "layers", lambda: {part.digest: painted(part, means, layers_paper) for part in parts if part.is_layer}
    )
    sheet = clock.time("lay-out", lambda: lay_out_parts(parts, layers, means))
    pixels = clock.time("paint", lambda: paint_sheet(sheet, size, paper))
    still = [layers[part.digest] for part in parts if part.kind is Kind.STAYS]
    base = clock.time("still", lambda: base_of(pixels, composed.variant, still, spec, means) if keeps_layers else None)
    body = clock.time(
        "encode",
        lambda: encode(
            pixels,
            spec.format,
            manifest.background,
            quality=manifest.jpeg_quality,
            max_bytes=manifest.max_kb and manifest.max_kb * KILOBYTE,
            effort=Effort.MEDIUM if spec.effort is Effort.FAST and base is None else spec.effort,
            base=base,
        ),
    )
    report = Report(fallbacks=spec.fallbacks, slots=sheet.slots, stage_ms=tuple(clock.stage_ms.items()))
    return Picture(spec.format, spec.width, spec.height, body, report)


class _Clock:
    """Runs the stages and keeps how long each took, in milliseconds."""

    def __init__(self) -> None:
        self.stage_ms: dict[str, float] = {}

    def time(self, stage: str, run: Callable[[], Result]) -> Result:
        start = perf_counter()
        result = run()
        ms = self.stage_ms.get(stage, 0.0) + (perf_counter() - start) * 1000
        self.stage_ms[stage] = round(ms, 2)
        return result
