"""Parts as pixels: painted once for each size, cropped to what they cover, and kept.

What stays is the same for everybody. A drawing that a value changes is the same wherever that value is: a campaign's
photo in all of its pictures. The two are kept apart, so that many persons' portraits do not drive out what stays.
"""

from __future__ import annotations

import numpy as np

from server.encode.channels import Channels, as_array, as_words
from server.fonts.library import FontLibrary
from server.kept import Kept
from server.render.layer import Layer, Paper, surface_of
from server.render.layers.cut import Kind
from server.render.layers.plan import Means, Source
from server.render.paint import paint_over
from server.render.scene import lay_out
from server.render.touched import Rows

KEPT_BYTES = 46_000_000
"""Of each drawing process: fifteen cards of 1200x630."""
DRAWINGS_KEPT_BYTES = 8_000_000
"""Of each drawing process: forty portraits of 224 pixels."""

NOTHING_PAINTED = (slice(0, 1), slice(0, 1))

Key = tuple[str, tuple[int, int], FontLibrary]


def _weight(layer: Layer) -> int:
    return layer.bgra.nbytes


_layers: Kept[Key, Layer] = Kept(KEPT_BYTES, _weight)
_drawings: Kept[Key, Layer] = Kept(DRAWINGS_KEPT_BYTES, _weight)


def painted(source: Source, means: Means, paper: Paper) -> Layer:
    """`source` by itself, painted on `paper`, unless it is kept from earlier. Raises BrokenTemplate."""
    if not means.keeps:
        return _paint(source, means, paper)
    kept = _layers if source.kind is Kind.STAYS else _drawings
    return kept.get((source.digest, means.size, means.fonts), lambda: _paint(source, means, paper))


def _paint(source: Source, means: Means, paper: Paper) -> Layer:
    scene = lay_out(source.document(means), means.template, means.fonts, means.pictures)
    pixels, _ = paper.begun(None, means.size)
    surface = surface_of(pixels)
    rows = paint_over(scene, surface)
    surface.finish()
    paper.ended(((scene, rows),))
    bgra = as_array(pixels)
    inked, columns = _covered(bgra, rows)
    return Layer(
        bgra=bgra[inked, columns].copy(),  # because the paper is used again
        left=columns.start,
        top=inked.start,
        slots=scene.slots,
        digest=source.digest,
        stays=source.kind is Kind.STAYS,
    )


def _covered(bgra: Channels, rows: Rows) -> tuple[slice, slice]:
    """The least rectangle with all that is painted, which is in `rows`; one pixel where nothing is."""
    if not rows:
        return NOTHING_PAINTED
    above = min(first for first, _ in rows)
    is_painted = as_words(bgra)[above : max(end for _, end in rows)] != 0
    inked, columns = (np.flatnonzero(is_painted.any(axis=axis)) for axis in (1, 0))
    if not len(inked):
        return NOTHING_PAINTED
    return slice(above + int(inked[0]), above + int(inked[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
