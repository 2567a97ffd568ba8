"""What is laid on a picture for a text, one thing over the other: letters in one colour or gradient, and emoji.

Each is what its document would paint, with the pixels known beforehand that it can touch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from cairocffi import Context
from cairocffi import Matrix as CairoMatrix

from server.fonts.faces import glyph_inks
from server.render.color_glyphs import has_own_colors
from server.render.paint import paint_colored, without_colored
from server.render.rasterise import Area, Matrix
from server.render.stencil import Bounds, Fill, Stencil, area_of, is_drawn_by, is_seen, lay, stencil
from server.render.type.texts import Placed
from server.text.color_layers import Color

EMOJI_BYTES = 500  # nearly: a glyph and its place


class Paints(NamedTuple):
    """What a text is painted with: its letters; what is left of emoji, None where nobody can tell."""

    letters: Fill
    emoji: Color | None


class Coat(Protocol):
    """Of `area` nothing is left out that it can touch. `weight` is in bytes."""

    @property
    def area(self) -> Area: ...

    @property
    def weight(self) -> int: ...

    def lay(self, context: Context) -> None:
        """On a context of the picture's pixels. Its matrix and its source are lost."""
        ...


class Lettering(NamedTuple):
    stencil: Stencil
    fill: Fill
    matrix: Matrix

    @property
    def area(self) -> Area:
        return self.stencil.area

    @property
    def weight(self) -> int:
        return len(self.stencil.alpha)

    def lay(self, context: Context) -> None:
        if not isinstance(self.fill, tuple):  # a gradient stands in user units
            context.set_matrix(CairoMatrix(*self.matrix))
        lay(self.stencil, context, self.fill)


class Emoji(NamedTuple):
    placed: Placed
    color: Color
    matrix: Matrix
    area: Area

    @property
    def weight(self) -> int:
        return EMOJI_BYTES * len(self.placed.glyphs)

    def lay(self, context: Context) -> None:
        context.set_matrix(CairoMatrix(*self.matrix))
        paint_colored(context, self.placed, self.color)


def coats(placed: Sequence[Placed], paints: Paints, matrix: Matrix, bounds: Bounds) -> list[Coat] | None:
    """From back to front, within `bounds`. None where there are emoji, and nobody can tell how they are painted."""
    found: list[Coat] = []
    if any(part.face.is_color for part in placed):
        colored = [part for part in map(_only_colored, placed) if part.glyphs]
        if colored:
            if paints.emoji is None:
                return None
            if is_drawn_by(matrix):
                found += _emoji(colored, paints.emoji, matrix, bounds)
        placed = [without_colored(part) for part in placed]
    letters = stencil(placed, matrix, bounds) if is_seen(paints.letters) else None
    return [*found, Lettering(letters, paints.letters, matrix)] if letters else found


def _only_colored(placed: Placed) -> Placed:
    return placed._replace(glyphs=tuple(found for found in placed.glyphs if has_own_colors(placed.face, found[0])))


def _emoji(colored: Sequence[Placed], color: Color, matrix: Matrix, bounds: Bounds) -> Iterator[Emoji]:
    for part in colored:
        inks = glyph_inks(part.face, part.size)
        boxes = [inks[glyph].moved(x, y) for glyph, x, y in part.glyphs if not inks[glyph].is_empty]
        if area := area_of(boxes, matrix, bounds):
            yield Emoji(part, color, matrix, area)
