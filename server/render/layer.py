"""A layer: pixels that were painted before, and how they come into a picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cairocffi
import numpy as np
from cairocffi import Context

from server.encode.channels import Channels, as_words
from server.images import Pixels
from server.render.touched import Rows, joined
from server.report import SlotReport


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """`bgra` are its pixels (premultiplied) from `left`, `top` on; `slots` tells of the texts in it, without the names
    that follow from a text's place in the whole document. `digest` names what it shows, but for the size. `stays`: no
    value shows in it."""

    bgra: Channels
    left: int
    top: int
    slots: tuple[SlotReport, ...]
    digest: str
    stays: bool

    @property
    def rows(self) -> Rows:
        return ((self.top, self.top + len(self.bgra)),)


Thing = tuple[object, Rows | None]
"""What is painted, and in which rows; None where that is known only when it is painted."""

ANYTHING: Sequence[Thing] = ((None, None),)

# Bytes. For what is larger fresh memory is a small part of what it takes.
PICTURE_KEPT = 12_500_000  # 1200x630 at @2x
LAYER_KEPT = 3_100_000  # 1200x630: fewer are painted


class Paper:
    """Memory to paint on, used again for every picture: fresh memory costs as much as what is painted on it. And what
    the last picture shows need not be painted again where the next one shows the very same things. Whoever still reads
    the last picture must not begin the next one. Of more than `most_kept` bytes it lets go at once."""

    def __init__(self, most_kept: int = PICTURE_KEPT) -> None:
        self._most_kept = most_kept
        self._data = bytearray()
        self._size = 0, 0
        self._lowest: Layer | None = None
        self._things: Sequence[Thing] | None = None  # what is on it above that; None where that is not known

    def forget(self) -> None:
        """Lets go of the memory."""
        self._data, self._lowest, self._things = bytearray(), None, None

    def begun(
        self, lowest: Layer | None, size: tuple[int, int], things: Sequence[Thing] = ANYTHING
    ) -> tuple[Pixels, Rows | None]:
        """Pixels of that size, with a layer that lies below everything else, or with nothing on them; and the rows in
        which the `things` above it are to be painted. All others show them already. None: in all rows."""
        width, height = size
        stride = cairocffi.ImageSurface.format_stride_for_width(cairocffi.FORMAT_ARGB32, width)
        if len(self._data) < stride * height:
            self._data = bytearray(stride * height)
            self._things = None
        pixels = Pixels(width, height, stride, memoryview(self._data)[: stride * height])
        missing = None
        if self._things is None or lowest is not self._lowest or size != self._size:
            wiped: Rows = ((0, height),)
        elif (missing := _changed(self._things, things)) is not None:
            wiped = missing
        else:
            wiped = joined(row for _, rows in self._things for row in rows or ())
        for first, end in wiped:
            _spread(lowest, pixels, first, end)
        # Nothing is known of it until somebody says what was painted: whoever paints may fail halfway.
        self._size, self._lowest, self._things = size, lowest, None
        if len(self._data) > self._most_kept:
            self.forget()
        return pixels, missing

    def ended(self, things: Sequence[Thing]) -> None:
        """The picture that was begun is finished. All that was painted, from back to front, with all its rows."""
        self._things = things if self._data else None


def _changed(before: Sequence[Thing], now: Sequence[Thing]) -> Rows | None:
    """The rows in which another thing shows at the same place from the back. None where that cannot be told."""
    if len(before) != len(now) or any(rows is None for _, rows in now):
        return None
    others = [(old, new) for old, new in zip(before, now, strict=True) if old[0] is not new[0]]
    return joined(row for pair in others for _, rows in pair for row in rows or ())


def surface_of(pixels: Pixels) -> cairocffi.ImageSurface:
    """A surface on that memory."""
    return cairocffi.ImageSurface(cairocffi.FORMAT_ARGB32, pixels.width, pixels.height, pixels.data, pixels.stride)


def _spread(layer: Layer | None, pixels: Pixels, first: int, end: int) -> None:
    """Fills the rows from `first` to before `end`."""
    words = np.frombuffer(pixels.data, np.uint32).reshape(pixels.height, pixels.stride // 4)
    if layer is None or layer.bgra.shape[:2] != words.shape:
        words[first:end] = 0
    if layer is None:
        return
    height, width = layer.bgra.shape[:2]
    first, end = max(first, layer.top), min(end, layer.top + height)
    if first < end:
        words[first:end, layer.left : layer.left + width] = as_words(layer.bgra)[first - layer.top : end - layer.top]


def put(layer: Layer, context: Context) -> None:
    """Paints a layer over what is there."""
    height, width = layer.bgra.shape[:2]
    pixels = Pixels(width, height, width * 4, layer.bgra.reshape(-1).data)
    context.save()
    context.identity_matrix()
    context.set_source_surface(surface_of(pixels), layer.left, layer.top)
    context.get_source().set_filter(cairocffi.FILTER_NEAREST)
    Context.paint(context)
    context.restore()


def put_together(layers: Iterable[Layer], size: tuple[int, int]) -> Pixels:
    """The layers one over the other, and nothing else, on memory of their own."""
    lowest, *upper = layers
    pixels, _ = Paper().begun(lowest, size)
    surface = surface_of(pixels)
    context = Context(surface)
    for layer in upper:
        put(layer, context)
    surface.finish()
    return pixels
