"""Paints a scene with CairoSVG, at exactly the size asked for.

Shapes, gradients, masks, clips and transforms are CairoSVG's. Text and raster pictures are ours, at its
seam: the table of drawing functions, `cairosvg.surface.TAGS`. (Methods of a Surface subclass would not be
asked inside masks and patterns, for which CairoSVG makes surfaces of its own.) A text function only adds
glyphs to the current path; CairoSVG then fills and strokes that path as it does for any shape. Emoji have no path:
they are painted there and then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from math import cos, sin
from types import MappingProxyType
from typing import NamedTuple

import cairocffi
import cairosvg.surface
from cairosvg.parser import Node, Tree
from cairosvg.surface import PNGSurface, Surface

from server.images import Pixels
from server.render.color_glyphs import glyph_color, has_own_colors, paint_glyph
from server.render.glyphs import advance, trace
from server.render.layer import LAYER, Layer, Paper, put, surface_of
from server.render.picture_box import paint_picture
from server.render.scene import Scene
from server.render.touched import WatchedContext
from server.render.type.text_layers import PLACED, draw_layers, trace_rules
from server.render.type.text_path import Track, track_of
from server.render.type.texts import Placed
from server.text.color_layers import Color
from server.text.shape import Glyph

NOT_PAINTED = ("defs", "style")


class _Place(NamedTuple):
    """Where a glyph stands, turned by so many radians, and drawn so many times as wide."""

    x: float
    y: float
    turn: float
    widened: float = 1.0


def install() -> None:
    """Puts our text and pictures in the place of CairoSVG's, for this process. Once is enough, twice does
    no harm."""
    tags = cairosvg.surface.TAGS
    tags.update(dict.fromkeys(("text", "tspan", "textPath"), trace_text), image=paint_picture)
    tags.pop("a", None)


Layers = Mapping[str, Layer]
NO_LAYERS: Layers = MappingProxyType({})


def paint(scene: Scene, width: int, height: int, layers: Layers = NO_LAYERS, paper: Paper | None = None) -> Pixels:
    """`scene` in `width` x `height` pixels, whatever the SVG says of its own size, on `paper` or on new memory.
    `layers` go where elements with such a LAYER stand."""
    install()
    return _Canvas(scene, width, height, layers, paper or Paper()).painted()


class _Canvas(PNGSurface):  # type: ignore[misc]  # CairoSVG has no type hints
    """Draws the tree at its designed size, scaled to the output: width and height each by its own factor,
    because rounding to whole pixels must not leave a transparent edge."""

    def __init__(self, scene: Scene, width: int, height: int, layers: Layers, paper: Paper) -> None:
        self._layers = layers
        self._lowest = next((child for child in scene.tree.children if child.tag not in NOT_PAINTED), None)
        self._paper = paper
        self._put_rows: list[tuple[int, int]] = []
        self._pixels = paper.begun(self._layer(self._lowest), width, height)
        self._is_watched = False
        super().__init__(
            scene.tree,
            None,
            dpi=96,
            output_width=scene.width,
            output_height=scene.height,
        )

    def _create_surface(self, width: float, height: float) -> tuple[cairocffi.ImageSurface, float, float]:
        return surface_of(self._pixels), width, height

    def _layer(self, node: Node | None) -> Layer | None:
        return None if node is None else self._layers.get(node.xml_tree.get(LAYER))

    def draw(self, node: Node) -> None:
        layer = self._layer(node)
        if layer is None:
            super().draw(node)
        elif node is not self._lowest:
            self._put_rows.extend(put(layer, self.context))

    def set_context_size(
        self,
        width: float,
        height: float,
        viewbox: tuple[float, ...] | None,
        tree: Tree,
    ) -> None:
        if not self._is_watched:
            self._is_watched = True
            self.context = WatchedContext(self.cairo, self._pixels.height)
            self.context.scale(self._pixels.width / width, self._pixels.height / height)
        super().set_context_size(width, height, viewbox, tree)

    def painted(self) -> Pixels:
        self.cairo.finish()
        self._paper.ended(self._layer(self._lowest), (*self._put_rows, *self.context.rows))
        return replace(self._pixels, live_rows=self.context.rows)


def trace_text(surface: Surface, node: Node) -> None:
    """Adds the glyphs of a <text>, <tspan> or <textPath> to the current path. Those with colours of their own are
    painted at once: before the letters beside them, after all that came before.
    """
    if node.tag == "text" and not hasattr(node, PLACED):
        node.url_fetcher.set_alone(node)
    draw_layers(surface, node)
    track = track_of(surface, node)
    placed = getattr(node, PLACED, ())
    if surface.stroke_and_fill and any(part.face.is_color for part in placed):
        color = glyph_color(surface, node)
        for part in placed:
            _paint_colored(surface.context, part, track, color)
        placed = [part._replace(glyphs=_plain(part)) for part in placed]
    trace_rules(surface.context, node, track)
    for part in placed:
        if part.glyphs:
            _trace(surface.context, part, track)


def _plain(placed: Placed) -> tuple[Glyph, ...]:
    return tuple(glyph for glyph in placed.glyphs if not has_own_colors(placed.face, glyph[0]))


def _paint_colored(context: cairocffi.Context, placed: Placed, track: Track | None, color: Color) -> None:
    for glyph, place in _places(placed, track):
        if has_own_colors(placed.face, glyph):
            with _standing(context, place):
                paint_glyph(context, placed.face, placed.size, glyph, color)


def _trace(context: cairocffi.Context, placed: Placed, track: Track | None) -> None:
    """Adds glyphs to the current path, along `track` if there is one."""
    face, size, glyphs, turn, widened = placed
    if track is None and not turn and widened == 1:  # nearly all text: at once is quicker
        trace(context, face, size, glyphs)
        return
    for glyph, place in _places(placed, track):
        with _standing(context, place):
            trace(context, face, size, ((glyph, 0.0, 0.0),))


def _places(placed: Placed, track: Track | None) -> Iterator[tuple[int, _Place]]:
    """The glyphs that are seen: along `track` if there is one, else all of them turned around the first."""
    face, size, glyphs, turn, widened = placed
    across, down = cos(turn), sin(turn)
    for glyph, x, y in glyphs:
        if track is None:
            _, left, baseline = glyphs[0]
            dx, dy = x - left, y - baseline
            yield glyph, _Place(left + dx * across - dy * down, baseline + dx * down + dy * across, turn, widened)
        elif place := track.place(x, y, advance(face, glyph) * size):
            yield glyph, _Place(place[0], place[1], place[2] + turn)


@contextmanager
def _standing(context: cairocffi.Context, place: _Place) -> Iterator[None]:
    context.save()
    context.translate(place.x, place.y)
    context.rotate(place.turn)
    context.scale(place.widened, 1)
    yield
    context.restore()
