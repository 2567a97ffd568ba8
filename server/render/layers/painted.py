"""Layers as pixels: painted once for each size, cropped to what they cover, and kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from server.catalog.template import Template
from server.encode.channels import Channels, as_array, as_words
from server.fonts.library import FontLibrary
from server.render.kept import Kept
from server.render.layer import Layer
from server.render.layers.plan import LayerSource
from server.render.paint import paint
from server.render.scene import lay_out

KEPT_BYTES = 40_000_000
"""Of each drawing process: twelve cards of 1200x630."""


Key = tuple[str, int, int]
_layers: Kept[Key, Layer] = Kept(KEPT_BYTES, lambda layer: layer.bgra.nbytes)


def painted(
    sources: Sequence[LayerSource], template: Template, fonts: FontLibrary, size: tuple[int, int], *, kept: bool
) -> dict[str, Layer]:
    """The layers of `sources` for a picture of `size`, by what stands for each in the live document. Painted afresh
    unless they may be `kept` from earlier."""

    def layer(source: LayerSource) -> Layer:
        def paint_now() -> Layer:
            return _paint(source, template, fonts, size)

        return _layers.get((source.digest, *size), paint_now) if kept else paint_now()

    return {str(number): layer(source) for number, source in enumerate(sources)}


def _paint(source: LayerSource, template: Template, fonts: FontLibrary, size: tuple[int, int]) -> Layer:
    scene = lay_out(source.document, template, fonts)
    bgra = as_array(paint(scene, *size))
    rows, columns = _covered(bgra)
    # A copy, because a part would keep the memory of all.
    return Layer(bgra[rows, columns].copy(), columns.start, rows.start, scene.unnamed_slots, source.digest)


def _covered(bgra: Channels) -> tuple[slice, slice]:
    """The least rectangle with all that is painted; one pixel where nothing is."""
    is_painted = as_words(bgra) != 0
    rows, columns = (np.flatnonzero(is_painted.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return slice(0, 1), slice(0, 1)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
