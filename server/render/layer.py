"""A layer: pixels that were painted before, and how they come into a picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cairocffi
import numpy as np
from cairocffi import Context

from server.encode.channels import Channels, as_words
from server.images import Pixels
from server.render.touched import Rows
from server.report import SlotReport

LAYER = "nameplate-layer"  # the attribute of the element that stands for a layer in the live document: its number


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """`bgra` are its pixels (premultiplied) from `left`, `top` on; `slots` tells of the texts in it, without the names
    that follow from a text's place in the whole document. `digest` names what it shows, but for the size."""

    bgra: Channels
    left: int
    top: int
    slots: tuple[SlotReport, ...]
    digest: str


class Paper:
    """Memory to paint on, used again for every picture: fresh memory costs as much as what is painted on it. Whoever
    still reads the last picture must not begin the next one."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._lowest: Layer | None = None
        self._size = 0, 0
        self._rows: Rows = ()

    def forget(self) -> None:
        """Lets go of the memory."""
        self._data, self._lowest = bytearray(), None

    def begun(self, lowest: Layer | None, width: int, height: int) -> Pixels:
        """Pixels of that size, with a layer that lies below everything else, or with nothing on them. To copy is
        quicker than to paint, and gives the same. Rows that nobody painted on since need not be copied."""
        stride = cairocffi.ImageSurface.format_stride_for_width(cairocffi.FORMAT_ARGB32, width)
        if len(self._data) < stride * height:
            self._data = bytearray(stride * height)
            self._lowest = None  # new memory
        pixels = Pixels(width, height, stride, memoryview(self._data)[: stride * height])
        is_there = lowest is not None and lowest is self._lowest and self._size == (width, height)
        for first, end in self._rows if is_there else [(0, height)]:
            _spread(lowest, pixels, first, end)
        # Nothing is known of it until somebody says what was painted: whoever paints may fail halfway.
        self._lowest, self._size, self._rows = None, (width, height), ()
        return pixels

    def ended(self, lowest: Layer | None, rows: Rows) -> None:
        """The picture that was begun with `lowest` is finished, and these are all the rows that were painted on."""
        self._lowest, self._rows = lowest, rows


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


def put(layer: Layer, context: Context) -> Rows:
    """Paints a layer over what is there. The rows that it covers."""
    height, width = layer.bgra.shape[:2]
    pixels = Pixels(width, height, width * 4, layer.bgra.reshape(-1).data)
    context.save()
    context.identity_matrix()
    context.set_source_surface(surface_of(pixels), layer.left, layer.top)
    context.get_source().set_filter(cairocffi.FILTER_NEAREST)
    Context.paint(context)
    context.restore()
    return ((layer.top, layer.top + height),)


def put_together(layers: Iterable[Layer], width: int, height: int) -> Pixels:
    """The layers one over the other, and nothing else, on memory of their own."""
    lowest, *upper = layers
    pixels = Paper().begun(lowest, width, height)
    surface = surface_of(pixels)
    context = Context(surface)
    for layer in upper:
        put(layer, context)
    surface.finish()
    return pixels
