"""What a picture of a template shares with every other one of the same variant: its layers alone, nobody's values in
them, compressed for the encoder to take from.

What a base is follows from its layers and the template: it is made where it is missing, the same in every process. For
the template's usual variants (`variants.py`) it is as small as it may be, which takes a few times as long as a whole
picture. Others may be the campaign's own, or each picture another one: for them it takes little longer than one.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.encode.channels import as_array, is_opaque
from server.encode.formats import AnyBase, prepare_base
from server.images import Effort, Format, Pixels
from server.kept import Kept
from server.render.layer import Layer, put_together
from server.render.layers.plan import Means, Variant
from server.render.layers.variants import usual_variants

MAX_PIXELS = 4_000_000  # two times 1200x630 in each direction; a larger one would take a second
TEMPLATES_KEPT = 64
KNOWN_TO_COVER = 1_000
KEPT_BYTES = 12_000_000
"""Of each drawing process. One takes twice its file at the most: up to 1 MB for the shipped templates."""

_usual_variants: Kept[str, frozenset[Variant]] = Kept(TEMPLATES_KEPT)
_covering: Kept[tuple[object, ...], bool] = Kept(KNOWN_TO_COVER)
_bases: Kept[tuple[object, ...], AnyBase | None] = Kept(KEPT_BYTES, lambda base: base.weight if base else 0)


def base_of(
    pixels: Pixels, variant: Variant, layers: Sequence[Layer], spec: RenderSpec, means: Means
) -> AnyBase | None:
    """The base of the picture of `spec`: of those `pixels`, of which `layers` stay. None where it has nothing to
    share."""
    size, template, manifest = means.size, means.template, means.template.manifest
    if not layers or size[0] * size[1] > MAX_PIXELS or spec.effort is not Effort.FAST or spec.format is Format.WEBP:
        return None
    if spec.format is Format.JPG and manifest.max_kb is not None:
        return None
    effort = _effort_for(variant, template) if spec.format is Format.PNG else Effort.MEDIUM
    shown = (size, means.fonts, *(layer.digest for layer in layers))
    covers = _covering.get(shown, lambda: is_opaque(as_array(put_together(layers, size))))
    opaque = covers or (spec.format is Format.PNG and is_opaque(as_array(pixels)))
    background, quality = manifest.background, manifest.jpeg_quality
    return _bases.get(
        (shown, spec.format, background, quality, opaque, effort),
        lambda: prepare_base(
            put_together(layers, size), spec.format, background, quality=quality, opaque=opaque, effort=effort
        ),
    )


def _effort_for(variant: Variant, template: Template) -> Effort:
    is_usual = variant in _usual_variants.get(template.digest, lambda: usual_variants(template))
    return Effort.SMALL if is_usual else Effort.MEDIUM
