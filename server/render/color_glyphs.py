"""Glyphs that bring their own colours, above all emoji, painted on cairo layer by layer.

Each layer is a cairo path with a colour or a gradient, so an emoji is as sharp as the letters beside it at any size and
turn. HarfBuzz can make pixels of such glyphs itself, the same and three times as fast (0.15 against 0.46 ms for one of
48 pixels); but it draws nothing at all where text is turned (15.0), and leaves out what would cost too much. What the
layers are is `text/color_layers.py`'s.
"""

from __future__ import annotations

from math import ceil, floor
from types import MappingProxyType

import cairocffi
from cairocffi import Context, Matrix
from cairocffi import cairo as libcairo
from cairosvg.helpers import paint as as_paint
from cairosvg.parser import Node
from cairosvg.surface import Surface

from server.fonts.faces import Face, glyph_inks
from server.fonts.ink import Ink
from server.kept import Kept
from server.render.color_gradients import paint_sweep, pattern
from server.render.glyphs import glyph_path
from server.text.color_layers import (
    Clip,
    Color,
    Fill,
    Gradient,
    Group,
    Layer,
    Merge,
    Sweep,
    Unclip,
    has_layers,
    layers,
)

LAYERS_KEPT = 16_384  # some 760 bytes each; half of Noto's emoji have at most 24, one has 3,303
TRANSPARENT: Color = (0.0, 0.0, 0.0, 0.0)
OTHER_NAMES = MappingProxyType({"SRC": "SOURCE", "PLUS": "ADD"})

_kept: Kept[tuple[str, int, Color], tuple[Layer, ...]] = Kept(LAYERS_KEPT, lambda steps: len(steps) + 1)


def has_own_colors(face: Face, glyph: int) -> bool:
    """In a face of colours, too, some glyphs may be plain outlines."""
    return face.is_color and has_layers(face, glyph)


def glyph_color(surface: Surface, node: Node) -> Color:
    """What a text's paint means for a glyph that has its own: how opaque it is. Stroked letters without a fill still
    have their emoji, as in browsers.
    """
    if node.get("display") == "none" or node.get("visibility", "visible") != "visible":
        return TRANSPARENT
    fill = _paint_color(surface, node, "fill", "black")
    return fill if fill[3] else _paint_color(surface, node, "stroke", "none")


def _paint_color(surface: Surface, node: Node, name: str, default: str) -> Color:
    """As CairoSVG reads paint and opacity. What has children is made a group, and its opacity is the group's."""
    opacity = float(node.get(f"{name}-opacity", 1))
    if not node.children:
        opacity *= min(float(node.get("opacity", 1)), 1.0)
    source, color = as_paint(node.get(name, default))
    if source in surface.gradients or source in surface.patterns:
        color = "black"
    red, green, blue, alpha = (min(max(part, 0.0), 1.0) for part in surface.map_color(color, opacity))
    return red, green, blue, alpha


def paint_glyph(context: Context, face: Face, size: float, glyph: int, color: Color) -> None:
    """Paints a glyph at the origin, as opaque as `color`, which is also that of the layers that the face leaves to the
    text. The current path is lost. Nothing is painted beyond what the face says that the glyph inks.
    """
    ink = glyph_inks(face, 1)[glyph]
    if not (size and color[3]) or ink.is_empty:
        return
    foreground = (*color[:3], 1.0)
    context.save()
    context.scale(size, size)
    _clip(context, ink)
    if color[3] < 1:  # layers overlap: only all of them together may be seen through
        context.push_group()
    _paint(context, face, _kept.get((face.key, glyph, foreground), lambda: layers(face, glyph, foreground)))
    if color[3] < 1:
        context.pop_group_to_source()
        context.paint_with_alpha(color[3])
    context.restore()


def _clip(context: Context, ink: Ink) -> None:
    """In whole pixels: two soft edges at one place would be too soft."""
    left, top, right, bottom = ink
    corners = [context.user_to_device(x, y) for x in (left, right) for y in (top, bottom)]
    xs, ys = zip(*corners, strict=True)
    before = context.get_matrix()
    context.identity_matrix()
    context.new_path()
    context.rectangle(floor(min(xs)), floor(min(ys)), ceil(max(xs)) - floor(min(xs)), ceil(max(ys)) - floor(min(ys)))
    context.clip()
    context.set_matrix(before)


def _paint(context: Context, face: Face, steps: tuple[Layer, ...]) -> None:
    context.new_path()
    for step in steps:
        match step:
            case Fill():
                _fill(context, face, step)
            case Clip():
                context.save()
                _trace(context, face, step)
                context.clip()
            case Unclip():
                context.restore()
            case Group():
                context.push_group()
            case Merge():
                _merge(context, step.mode)


def _trace(context: Context, face: Face, shape: Fill | Clip) -> None:
    context.save()
    context.transform(Matrix(*shape.at))
    match shape:
        case Clip(shape=(left, top, right, bottom)):
            context.rectangle(left, top, right - left, bottom - top)
        case Clip(shape=int(glyph)) | Fill(glyph=int(glyph)):
            pointer = context._pointer  # noqa: SLF001  # cairocffi's own append_path re-encodes the path at every call
            libcairo.cairo_append_path(pointer, glyph_path(face, glyph).path)
    context.restore()


def _fill(context: Context, face: Face, layer: Fill) -> None:
    """The path is in device space once it is traced; what transforms the source leaves it alone."""
    source = layer.source
    context.save()
    if layer.glyph is not None:
        _trace(context, face, layer)
    if isinstance(source, Gradient) and isinstance(source.along, Sweep):
        if layer.glyph is not None:
            context.clip()
        paint_sweep(context, source, source.along)
    else:
        _set_source(context, source)
        (context.paint if layer.glyph is None else context.fill)()
    context.restore()


def _set_source(context: Context, source: Color | Gradient) -> None:
    if not isinstance(source, Gradient):
        context.set_source_rgba(*source)
        return
    context.transform(Matrix(*source.at))
    context.set_source(pattern(source))


def _merge(context: Context, mode: str) -> None:
    name = mode.removeprefix("SRC_")
    context.pop_group_to_source()
    context.set_operator(getattr(cairocffi, f"OPERATOR_{OTHER_NAMES.get(name, name)}"))
    context.paint()
    context.set_operator(cairocffi.OPERATOR_OVER)
