"""What the pictures of a template weigh, drawn with its samples: a note where another format is a fraction of it, and a
warning where a JPEG is heavier than the manifest allows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from server.catalog.manifest import MANIFEST_FILE, line_of
from server.catalog.resolve import Drawing, default_spec
from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.images import Effort, Format
from server.workers.pool import WorkerPool

# A card of flat shapes and text is about as large in either format, one that is mostly photo three times as large or
# more as PNG.
MOSTLY_PHOTO = 2.5
WORTH_A_WORD_BYTES = 150_000
KILOBYTE = 1000
SCALES_WEIGHED = (1, 3)  # what most links ask for, and the heaviest that any can


async def photo_note(template: Template, pool: WorkerPool, drawing: Drawing) -> str:
    """Says so where a JPEG would be a fraction of the PNG, both as small as they get."""
    specs = [default_spec(template, format, drawing, samples=True) for format in (Format.PNG, Format.JPG)]
    png, jpg = [await _bytes_of(replace(spec, effort=Effort.SMALL), template, pool) for spec in specs]
    if png <= WORTH_A_WORD_BYTES or png <= MOSTLY_PHOTO * jpg:
        return ""
    sizes = f"{png / KILOBYTE:.0f} KB as PNG, {jpg / KILOBYTE:.0f} KB as JPEG"
    return f"{template.name}: mostly photo, {sizes}: let links end in .jpg"


async def too_heavy(template: Template, pool: WorkerPool, drawing: Drawing) -> AsyncIterator[dict[str, Any]]:
    """For each scale at which the lowest quality is too heavy for `max_kb`, what is said, in the shape of a finding."""
    most = template.manifest.max_kb
    if most is None:
        return
    for scale in SCALES_WEIGHED:
        spec = default_spec(template, Format.JPG, drawing, samples=True, scale=scale)
        size = await _bytes_of(spec, template, pool)
        if size > most * KILOBYTE:
            yield _finding(template, spec, size / KILOBYTE)


async def _bytes_of(spec: RenderSpec, template: Template, pool: WorkerPool) -> int:
    return len((await pool.draw(spec, template)).body)


def _finding(template: Template, spec: RenderSpec, kilobytes: float) -> dict[str, Any]:
    text = template.files[MANIFEST_FILE].decode("utf-8", "replace")
    size = f"{spec.width} x {spec.height}"
    return {
        "code": "max-kb",
        "severity": "warning",
        "message": f"max_kb = {template.manifest.max_kb}: the samples weigh {kilobytes:.0f} KB as JPEG of {size} at "
        "the lowest quality; that is what links get",
        "cure": "allow more, or make the drawing lighter: fewer photos, flat colours, a smaller size",
        "file": MANIFEST_FILE,
        "line": line_of(text, ("max_kb",)),
    }
