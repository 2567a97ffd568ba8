"""Paints a scene with CairoSVG, at exactly the size asked for.

Shapes, gradients, masks, clips and transforms are CairoSVG's. Text and raster pictures are ours, at its
seam: the table of drawing functions, `cairosvg.surface.TAGS`. (Methods of a Surface subclass would not be
asked inside masks and patterns, for which CairoSVG makes surfaces of its own.) A text function only adds
glyphs to the current path; CairoSVG then fills and strokes that path as it does for any shape.
"""

from __future__ import annotations

import cairocffi
import cairosvg.surface
from cairosvg.parser import Node, Tree
from cairosvg.surface import PNGSurface, Surface

from server.images import Pixels
from server.render.glyphs import advance, trace, trace_turned
from server.render.picture_box import paint_picture
from server.render.scene import PLACED, Scene
from server.render.text_path import track_of


def install() -> None:
    """Puts our text and pictures in the place of CairoSVG's, for this process. Once is enough, twice does
    no harm."""
    tags = cairosvg.surface.TAGS
    tags.update(dict.fromkeys(("text", "tspan", "textPath"), trace_text), image=paint_picture)
    tags.pop("a", None)


def paint(scene: Scene, width: int, height: int) -> Pixels:
    """`scene` in `width` x `height` pixels, whatever the SVG says of its own size."""
    install()
    return _Canvas(scene, width, height).pixels()


class _Canvas(PNGSurface):  # type: ignore[misc]  # CairoSVG has no type hints
    """Draws the tree at its designed size, scaled to the output: width and height each by its own factor,
    because rounding to whole pixels must not leave a transparent edge."""

    def __init__(self, scene: Scene, width: int, height: int) -> None:
        self._output = width, height
        self._stride = cairocffi.ImageSurface.format_stride_for_width(cairocffi.FORMAT_ARGB32, width)
        self._data = bytearray(self._stride * height)
        self._is_scaled = False
        super().__init__(
            scene.tree,
            None,
            dpi=96,
            output_width=scene.width,
            output_height=scene.height,
        )

    def _create_surface(self, width: float, height: float) -> tuple[cairocffi.ImageSurface, float, float]:
        surface = cairocffi.ImageSurface(cairocffi.FORMAT_ARGB32, *self._output, self._data, self._stride)
        return surface, width, height

    def set_context_size(
        self,
        width: float,
        height: float,
        viewbox: tuple[float, ...] | None,
        tree: Tree,
    ) -> None:
        if not self._is_scaled:
            self._is_scaled = True
            self.context.scale(self._output[0] / width, self._output[1] / height)
        super().set_context_size(width, height, viewbox, tree)

    def pixels(self) -> Pixels:
        self.cairo.finish()
        return Pixels(*self._output, self._stride, memoryview(self._data))


def trace_text(surface: Surface, node: Node) -> None:
    """Adds the glyphs of a <text>, <tspan> or <textPath> to the current path."""
    if node.tag == "text" and not hasattr(node, PLACED):
        node.url_fetcher.set_alone(node)
    track = track_of(surface, node)
    for face, size, glyphs in getattr(node, PLACED, ()):
        if track is None:
            trace(surface.context, face, size, glyphs)
        else:
            for glyph, x, y in glyphs:
                if place := track.place(x, y, advance(face, glyph) * size):
                    trace_turned(surface.context, face, size, glyph, place)
