"""A face and a glyph that has colours in, its layers out, as steps that any canvas understands: COLR tables of
both versions, palette 0. Painting them is `render`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import uharfbuzz as hb

from server.fonts.faces import EM, Face

Matrix = tuple[float, float, float, float, float, float]
"""xx, yx, xy, yy, x, y, as cairo and SVG order them: to ems, y down, around the glyph's origin."""

Color = tuple[float, float, float, float]
"""Red, green, blue, alpha from 0 to 1, not premultiplied."""

Sides = tuple[float, float, float, float]
"""Left, top, right, bottom."""

BLACK: Color = (0.0, 0.0, 0.0, 1.0)
UNMOVED: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
LEAST_AREA = 1e-9  # of an em: what is scaled below it is flat, and a canvas cannot turn its scale around

_TO_EMS: Matrix = (1 / EM, 0.0, 0.0, -1 / EM, 0.0, 0.0)
_TO_UNITS: Matrix = (EM, 0.0, 0.0, -EM, 0.0, 0.0)


class Linear(NamedTuple):
    """From x1, y1 to x2, y2."""

    x1: float
    y1: float
    x2: float
    y2: float


class Radial(NamedTuple):
    """From one circle to another."""

    x1: float
    y1: float
    r1: float
    x2: float
    y2: float
    r2: float


class Sweep(NamedTuple):
    """Around a point; angles are radians, from the x axis towards the y axis."""

    x: float
    y: float
    start: float
    end: float


class Gradient(NamedTuple):
    """Colours in the order of their offsets, along a shape in coordinates that `at` brings to ems. `extend` is "PAD",
    "REPEAT" or "REFLECT".

    The shape keeps the units of its file, thousands and not thousandths: pixman counts in 1/65536.
    """

    along: Linear | Radial | Sweep
    stops: tuple[tuple[float, Color], ...]
    extend: str
    at: Matrix


class Fill(NamedTuple):
    """Paints inside the outline of `glyph`, brought to ems by `at`; without a glyph, all that the clip allows."""

    glyph: int | None
    at: Matrix
    source: Color | Gradient


class Clip(NamedTuple):
    """Nothing outside `shape`, a glyph's outline or a rectangle, is painted until the Unclip that belongs to it."""

    shape: int | Sides
    at: Matrix


class Unclip(NamedTuple):
    pass


class Group(NamedTuple):
    """What follows is painted aside until its Merge."""


class Merge(NamedTuple):
    """Composes what was painted aside with what lies below. `mode` is a name of hb.PaintCompositeMode."""

    mode: str


Layer = Fill | Clip | Unclip | Group | Merge


NOWHERE = Clip((0.0, 0.0, 0.0, 0.0), UNMOVED)


def has_layers(face: Face, glyph: int) -> bool:
    """Whether `glyph` has colours of its own. In a face of colours some glyphs may be plain outlines."""
    engine = face.source.engine
    return bool(engine.glyph_has_color_paint(glyph) or engine.get_glyph_color_layers(glyph))


def layers(face: Face, glyph: int, foreground: Color = BLACK) -> tuple[Layer, ...]:
    """The steps that paint `glyph`. `foreground` stands where the face
    leaves the colour to the text.
    """
    recorder = _Recorder()
    red, green, blue, alpha = (round(255 * part) for part in foreground)
    face.font.paint_glyph(glyph, _FUNCTIONS, recorder, 0, hb.Color(red=red, green=green, blue=blue, alpha=alpha))
    return tuple(recorder.layers)


@dataclass(slots=True)
class _Recorder:
    layers: list[Layer] = field(default_factory=list)
    places: list[Matrix] = field(default_factory=lambda: [_TO_EMS])

    def push_transform(self, *matrix: float) -> None:
        xx, yx, xy, yy, x, y = matrix
        self.places.append(_product((xx, yx, xy, yy, x, y), self.places[-1]))

    def fill(self, source: Color | Gradient) -> None:
        self.layers.append(Fill(None, self.places[-1], source))

    def clip_rectangle(self, left: float, bottom: float, right: float, top: float) -> None:
        self._clip((left, bottom, right, top), self.places[-1])

    def clip_glyph(self, glyph: int) -> None:
        self._clip(glyph, _product(_TO_UNITS, self.places[-1]))

    def _clip(self, shape: int | Sides, place: Matrix) -> None:
        self.layers.append(NOWHERE if self._is_flat() else Clip(shape, place))

    def _is_flat(self) -> bool:
        xx, yx, xy, yy, _, _ = _product(_TO_UNITS, self.places[-1])
        return abs(xx * yy - yx * xy) < LEAST_AREA

    def unclip(self) -> None:
        """A clip around nothing but one paint is a fill, which is quicker and has one edge instead of two."""
        match self.layers[-2:]:
            case [Clip(shape=int(glyph), at=at), Fill(glyph=None, source=source)]:
                self.layers[-2:] = [Fill(glyph, at, source)]
            case _:
                self.layers.append(Unclip())

    def gradient(self, line: hb.ColorLine, along: Linear | Radial | Sweep) -> None:
        stops = sorted(((stop.offset, _color(stop.color)) for stop in line.color_stops), key=lambda stop: stop[0])
        if stops and not self._is_flat():
            self.fill(Gradient(along, tuple(stops), line.extend.name, self.places[-1]))


def _product(inner: Matrix, outer: Matrix) -> Matrix:
    """First `inner`, then `outer`."""
    a, b, c, d, x, y = inner
    xx, yx, xy, yy, dx, dy = outer
    return (
        xx * a + xy * b,
        yx * a + yy * b,
        xx * c + xy * d,
        yx * c + yy * d,
        xx * x + xy * y + dx,
        yx * x + yy * y + dy,
    )


def _color(color: hb.Color) -> Color:
    return color.red / 255, color.green / 255, color.blue / 255, color.alpha / 255


def _linear(x0: float, y0: float, x1: float, y1: float, x2: float, y2: float) -> Linear:
    """COLR says a line, and by a third point how the stripes across it lean; here they stand upright on it
    (OpenType, COLR, "Linear gradients").
    """
    lean_x, lean_y = x2 - x0, y2 - y0
    squared = lean_x**2 + lean_y**2
    part = ((x1 - x0) * lean_x + (y1 - y0) * lean_y) / squared if squared else 0.0
    return Linear(x0, y0, x1 - part * lean_x, y1 - part * lean_y)


def _functions() -> hb.PaintFuncs:
    made = hb.PaintFuncs()
    made.set_push_transform_func(lambda *given: given[-1].push_transform(*given[:-1]))
    made.set_pop_transform_func(lambda recorder: recorder.places.pop())
    made.set_push_clip_glyph_func(lambda glyph, recorder: recorder.clip_glyph(glyph))
    made.set_push_clip_rectangle_func(lambda *given: given[-1].clip_rectangle(*given[:-1]))
    made.set_pop_clip_func(lambda recorder: recorder.unclip())
    made.set_color_func(lambda color, _is_foreground, recorder: recorder.fill(_color(color)))
    made.set_linear_gradient_func(lambda line, *given: given[-1].gradient(line, _linear(*given[:-1])))
    made.set_radial_gradient_func(lambda line, *given: given[-1].gradient(line, Radial(*given[:-1])))
    made.set_sweep_gradient_func(lambda line, *given: given[-1].gradient(line, Sweep(*given[:-1])))
    made.set_push_group_func(lambda recorder: recorder.layers.append(Group()))
    made.set_pop_group_func(lambda mode, recorder: recorder.layers.append(Merge(mode.name)))
    return made


_FUNCTIONS = _functions()
