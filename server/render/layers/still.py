"""What a picture of a template shares with every other one of the same variant: its layers alone, nobody's values in
them, ready for the encoder to compare with and to take from.

Which pictures have one follows from the picture and its template: those of its usual variants (`variants.py`). For
others, which are few or each another one, to make it would take longer than it saves. What a base is follows from its
layers: it is made where it is missing, in a few times the time of a whole picture, the same in every process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.catalog.spec import RenderSpec
from server.encode.channels import as_array, is_opaque
from server.encode.formats import AnyBase, prepare_base
from server.images import Effort, Format, Pixels
from server.kept import Kept
from server.render.layer import Layer, put_together
from server.render.layers.plan import Means, Variant
from server.render.layers.variants import usual_variants

MAX_PIXELS = 4_000_000  # two times 1200x630 in each direction; a larger one would take a second
TEMPLATES_KEPT = 64
KEPT_BYTES = 31_000_000
"""Of each drawing process: five cards of 1200x630."""
FILES = 1.0  # times its pixels: what the bases of a still take that is a photo, with what they keep


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """The layers of one variant in one size, and the base of each format that was asked for. `covers`: nothing is seen
    through them."""

    pixels: Pixels
    covers: bool
    bases: dict[tuple[Format, str, int, bool], AnyBase | None]

    @property
    def weight(self) -> int:
        """Bytes; of one that can be seen through, an opaque copy may be made."""
        return round(len(self.pixels.data) * (FILES + (1 if self.covers else 2)))

    def base(self, pixels: Pixels, format: Format, background: str, quality: int) -> AnyBase | None:
        """For a picture of `pixels`."""
        opaque = self.covers or (format is Format.PNG and is_opaque(as_array(pixels)))
        key = format, background, quality, opaque
        if key not in self.bases:
            self.bases[key] = prepare_base(self.pixels, format, background, quality=quality, opaque=opaque)
        return self.bases[key]


def _put_together(layers: Sequence[Layer], size: tuple[int, int]) -> Still:
    pixels = put_together(layers, *size)
    return Still(pixels, is_opaque(as_array(pixels)), {})


_stills: Kept[tuple[object, ...], Still] = Kept(KEPT_BYTES, lambda still: still.weight)
_usual_variants: Kept[str, frozenset[Variant]] = Kept(TEMPLATES_KEPT)


def still_of(
    pixels: Pixels, variant: Variant, layers: Sequence[Layer], spec: RenderSpec, means: Means
) -> AnyBase | None:
    """The base of the picture of `spec`: of those `pixels`, of which `layers` stay. None where it has nothing to share,
    or with too few others."""
    size, template, manifest = means.size, means.template, means.template.manifest
    if not layers or size[0] * size[1] > MAX_PIXELS or spec.effort is not Effort.FAST or spec.format is Format.WEBP:
        return None
    if spec.format is Format.JPG and manifest.max_kb is not None:
        return None
    if variant not in _usual_variants.get(template.digest, lambda: usual_variants(template)):
        return None
    shown = tuple(layer.digest for layer in layers)
    still = _stills.get((size, shown, means.fonts), lambda: _put_together(layers, size))
    return still.base(pixels, spec.format, manifest.background, manifest.jpeg_quality)
