"""Letters as a stencil, through which a colour or a gradient is laid on a picture: how much of each pixel they cover.

A quicker way than a path that cairo fills, for text without a stroke. Letters that stand apart are
rasterised by HarfBuzz, those that overlap are united by cairo (`rasterise.py`): whichever it is follows from the
letters and their places alone. All go into one stencil, so no seam is seen where two touch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor, isfinite
from typing import NamedTuple, TypeAlias

import cairocffi

from server.fonts.faces import Face
from server.render.glyph_shapes import glyph_shape, overlap, sides
from server.render.rasterise import Area, GlyphRun, Matrix, add_up, unite
from server.render.type.texts import Placed
from server.text.shape import Glyph

# Of all outlines of a text. HarfBuzz takes a million straight lines and leaves out what follows; at 600 pixels to the
# em a command came to between three and ten of them.
MOST_COMMANDS = 20_000

Rgba = tuple[float, float, float, float]

Fill: TypeAlias = Rgba | cairocffi.Gradient
"""A gradient stands in user units."""

Bounds = tuple[float, float, float, float]
"""Left, top, right and bottom."""


class Stencil(NamedTuple):
    """A byte for each pixel of an area, in rows of `stride` bytes from the top."""

    alpha: bytearray
    left: int
    top: int
    width: int
    height: int
    stride: int

    @property
    def area(self) -> Area:
        return Area(self.left, self.top, self.width, self.height)


class _Share(NamedTuple):
    """A run parted: the glyphs that stand apart, and those that overlap another or themselves; the box of all, and how
    many commands their outlines have."""

    apart: GlyphRun
    joined: GlyphRun
    box: Bounds
    commands: int

    def all_joined(self) -> _Share:
        face, size, _ = self.apart
        return self._replace(
            apart=GlyphRun(face, size, ()), joined=GlyphRun(face, size, self.apart.glyphs + self.joined.glyphs)
        )


def stencil(letters: Iterable[Placed], matrix: Matrix, bounds: Bounds) -> Stencil | None:
    """Of letters that are neither turned nor widened. None where nothing is seen within `bounds`; it takes no more
    memory than these have pixels."""
    if not is_drawn_by(matrix):
        return None
    runs = [GlyphRun(part.face, part.size, part.glyphs) for part in letters if part.size]
    shares = [share for run in runs if (share := _parted(run))]
    if sum(share.commands for share in shares) > MOST_COMMANDS:
        shares = [share.all_joined() for share in shares]
    area = area_of([share.box for share in shares], matrix, bounds)
    if area is None:
        return None
    apart = [share.apart for share in shares if share.apart.glyphs]
    joined = [share.joined for share in shares if share.joined.glyphs]
    alpha = add_up(apart, matrix, area) if apart else None
    if joined or alpha is None:
        alpha = unite(joined, matrix, area, alpha)
    return Stencil(alpha, *area, area.stride)


def lay(stencil: Stencil, context: cairocffi.Context, fill: Fill) -> None:
    """Lays `fill` through it, which is in pixels of the picture, whatever the context's matrix. Its source is lost."""
    alpha, left, top, width, height, stride = stencil
    mask = cairocffi.ImageSurface(cairocffi.FORMAT_A8, width, height, alpha, stride)
    if isinstance(fill, tuple):
        context.set_source_rgba(*fill)
    else:
        context.set_source(fill)
    before = context.get_matrix()
    context.identity_matrix()
    context.mask_surface(mask, left, top)
    context.set_matrix(before)


def is_seen(fill: Fill) -> bool:
    return not isinstance(fill, tuple) or fill[3] > 0


def is_drawn_by(matrix: Matrix) -> bool:
    """Whether anything can be seen that `matrix` leads to pixels."""
    xx, yx, xy, yy, _, _ = matrix
    return all(map(isfinite, matrix)) and xx * yy != yx * xy


def _parted(run: GlyphRun) -> _Share | None:
    """None where nothing has an outline."""
    face, size, _ = run
    inked: list[Glyph] = []
    boxes: list[Bounds] = []
    joined: set[int] = set()
    commands = 0
    for glyph in run.glyphs:  # spelled out, because it runs for every glyph
        number, x, y = glyph
        if shape := glyph_shape(face, number):
            if shape.overlaps_itself:
                joined.add(len(inked))
            inked.append(glyph)
            commands += shape.commands
            left, top, right, bottom = shape.ink
            boxes.append((x + left * size, y + top * size, x + right * size, y + bottom * size))
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    box = (min(lefts), min(tops), max(rights), max(bottoms))
    joined |= _overlapping(inked, boxes, face, size)
    if not joined:
        return _Share(run, GlyphRun(face, size, ()), box, commands)
    return _Share(
        GlyphRun(face, size, tuple(glyph for at, glyph in enumerate(inked) if at not in joined)),
        GlyphRun(face, size, tuple(glyph for at, glyph in enumerate(inked) if at in joined)),
        box,
        commands,
    )


def _overlapping(glyphs: Sequence[Glyph], boxes: Sequence[Bounds], face: Face, size: float) -> set[int]:
    """Those that overlap another, gone through from the left; `near` are those that still reach so far."""
    found: set[int] = set()
    near: list[int] = []
    for at in sorted(range(len(boxes)), key=boxes.__getitem__):
        left, top, _, bottom = boxes[at]
        near = [other for other in near if boxes[other][2] > left]
        for other in near:
            is_beside = boxes[other][1] >= bottom or boxes[other][3] <= top
            if not is_beside and _do_overlap(glyphs[other], glyphs[at], face, size):
                found |= {at, other}
        near.append(at)
    return found


def _do_overlap(one: Glyph, other: Glyph, face: Face, size: float) -> bool:
    """Whether two whose boxes overlap do so themselves."""
    (number, x, y), (other_number, other_x, other_y) = one, other
    return y != other_y or overlap(sides(face, number), sides(face, other_number), (other_x - x) / size)


def area_of(boxes: Sequence[Bounds], matrix: Matrix, bounds: Bounds) -> Area | None:
    """The pixels within `bounds` that the boxes, which are in user units, reach."""
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    corners = [(x, y) for x in (min(lefts), max(rights)) for y in (min(tops), max(bottoms))]
    xx, yx, xy, yy, x0, y0 = matrix
    xs, ys = [xx * x + xy * y + x0 for x, y in corners], [yx * x + yy * y + y0 for x, y in corners]
    left, top = floor(max(min(xs), bounds[0])), floor(max(min(ys), bounds[1]))
    right, bottom = ceil(min(max(xs), bounds[2])), ceil(min(max(ys), bounds[3]))
    return Area(left, top, right - left, bottom - top) if left < right and top < bottom else None
