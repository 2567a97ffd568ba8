"""The part of a picture in which a text is seen as if there were no clip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from cairocffi import Context, ImageSurface
from numpy.typing import NDArray

from server.render.rasterise import Area
from server.render.stencil import Bounds

ALL = 255


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Of a picture of `size`. In each row, the pixels from one of `lefts` to before one of `rights` are seen; all are
    where that is not said."""

    size: tuple[int, int]
    lefts: NDArray[np.int32] | None = None
    rights: NDArray[np.int32] | None = None

    @property
    def bounds(self) -> Bounds:
        return (0, 0, *self.size)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is clipped."""
        return self.lefts is None

    @property
    def weight(self) -> int:
        """Bytes."""
        return 0 if self.lefts is None else 2 * self.lefts.nbytes

    def holds(self, area: Area) -> bool:
        """Whether all of it is seen."""
        if self.lefts is None or self.rights is None:
            return True
        rows = slice(area.top, area.top + area.height)
        left, right = self.lefts[rows].max(), self.rights[rows].min()
        return bool(left <= area.left and area.left + area.width <= right)


def window_of(context: Context, surface: ImageSurface) -> Window:
    """What `context` lets through to `surface`, on which there is nothing: it holds coverage alone. Where clips leave
    several stretches of a row, the first is taken."""
    size = surface.get_width(), surface.get_height()
    context.save()
    context.set_source_rgba(1, 1, 1)
    Context.paint(context)
    context.restore()
    surface.flush()
    levels = np.frombuffer(surface.get_data(), np.uint8).reshape(size[1], surface.get_stride())
    is_seen = levels[:, : size[0]] == ALL
    levels[:] = 0
    surface.mark_dirty()
    if is_seen.all():
        return Window(size)
    lefts = is_seen.argmax(axis=1)
    is_past = (np.arange(size[0]) > lefts[:, np.newaxis]) & ~is_seen
    rights = np.where(is_past.any(axis=1), is_past.argmax(axis=1), size[0])
    rights[~is_seen.any(axis=1)] = 0
    return Window(size, lefts.astype(np.int32), rights.astype(np.int32))
