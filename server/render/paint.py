"""Paints a scene with CairoSVG, at exactly the size asked for.

Shapes, gradients, masks, clips and transforms are CairoSVG's. Text and raster pictures are ours, at its
seam: the table of drawing functions, `cairosvg.surface.TAGS`. (Methods of a Surface subclass would not be
asked inside masks and patterns, for which CairoSVG makes surfaces of its own.) Letters in one colour or
gradient are painted there and then, through a stencil, and so are emoji. Of other text the function only adds
the outlines to the current path; CairoSVG then fills and strokes that path as it does for any shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import cos, sin
from typing import NamedTuple

import cairocffi
import cairosvg.surface
from cairosvg.parser import Node, Tree
from cairosvg.surface import PNGSurface, Surface

from server.images import Pixels
from server.render.color_glyphs import glyph_color, has_own_colors, paint_glyph
from server.render.glyphs import advance, trace
from server.render.layer import Paper, surface_of
from server.render.picture_box import paint_picture
from server.render.plain_fill import plain_fill
from server.render.scene import Scene
from server.render.stencil import Fill, is_seen, lay, stencil
from server.render.touched import Rows, WatchedContext
from server.render.type.text_layers import PLACED, draw_layers, trace_rules
from server.render.type.text_path import Track, track_of
from server.render.type.texts import Placed
from server.text.color_layers import Color


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


def paint(scene: Scene, width: int, height: int) -> Pixels:
    """`scene` in `width` x `height` pixels, whatever the SVG says of its own size."""
    pixels, _ = Paper().begun(None, (width, height))
    surface = surface_of(pixels)
    paint_over(scene, surface)
    surface.finish()
    return pixels


def paint_over(scene: Scene, surface: cairocffi.ImageSurface) -> Rows:
    """Paints `scene` over what is there already. The rows that it may have changed."""
    install()
    return Canvas(scene.tree, surface, (scene.width, scene.height)).rows


class Canvas(PNGSurface):  # type: ignore[misc]  # CairoSVG has no type hints
    """Draws `tree` at its designed size, scaled to that of `target`: width and height each by its own factor, because
    rounding to whole pixels must not leave a transparent edge."""

    def __init__(self, tree: Tree, target: cairocffi.ImageSurface, designed: tuple[int, int]) -> None:
        self._target = target
        self._is_watched = False
        width, height = designed
        super().__init__(tree, None, dpi=96, output_width=width, output_height=height)

    @property
    def rows(self) -> Rows:
        """Those that were painted on."""
        rows: Rows = self.context.rows
        return rows

    def _create_surface(self, width: float, height: float) -> tuple[cairocffi.ImageSurface, float, float]:
        return self._target, width, height

    def set_context_size(
        self,
        width: float,
        height: float,
        viewbox: tuple[float, ...] | None,
        tree: Tree,
    ) -> None:
        if not self._is_watched:
            self._is_watched = True
            self.context = WatchedContext(self._target, self._target.get_height())
            self.context.scale(self._target.get_width() / width, self._target.get_height() / height)
        super().set_context_size(width, height, viewbox, tree)


def trace_text(surface: Surface, node: Node) -> None:
    """Paints the glyphs of a <text>, <tspan> or <textPath>, or adds them to the current path. Those with colours of
    their own are painted before the letters beside them, after all that came before.
    """
    if node.tag == "text" and not hasattr(node, PLACED):
        node.url_fetcher.set_alone(node)
    draw_layers(surface, node)
    track = track_of(surface, node)
    placed = getattr(node, PLACED, ())
    if surface.stroke_and_fill and any(part.face.is_color for part in placed):
        color = glyph_color(surface, node)
        for part in placed:
            paint_colored(surface.context, part, color, track)
        placed = [without_colored(part) for part in placed]
    plain = plain_fill(surface, node) if track is None and all(map(_is_upright, placed)) else None
    if plain is not None:
        _paint_plain(surface.context, placed, plain)
        return
    trace_rules(surface.context, node, track)
    for part in placed:
        if part.glyphs:
            _trace(surface.context, part, track)


def without_colored(placed: Placed) -> Placed:
    """Without the glyphs that bring their own colours."""
    return placed._replace(glyphs=tuple(found for found in placed.glyphs if not has_own_colors(placed.face, found[0])))


def _is_upright(placed: Placed) -> bool:
    return not placed.turn and placed.widened == 1


def _paint_plain(context: cairocffi.Context, placed: Sequence[Placed], fill: Fill) -> None:
    if not (placed and is_seen(fill)):
        return
    matrix = context.get_matrix()
    context.identity_matrix()
    bounds = context.clip_extents()
    context.set_matrix(matrix)
    if found := stencil(placed, matrix.as_tuple(), bounds):
        lay(found, context, fill)


def paint_colored(context: cairocffi.Context, placed: Placed, color: Color, track: Track | None = None) -> None:
    """Those glyphs of `placed` that bring their own colours."""
    for glyph, place in _places(placed, track):
        if has_own_colors(placed.face, glyph):
            with _standing(context, place):
                paint_glyph(context, placed.face, placed.size, glyph, color)


def _trace(context: cairocffi.Context, placed: Placed, track: Track | None) -> None:
    """Adds glyphs to the current path, along `track` if there is one."""
    face, size, glyphs, *_ = placed
    if track is None and _is_upright(placed):  # at once is quicker
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
