"""Cairo's pixels as the channel orders that picture files want. Encoders start here; it writes no files."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from server.images import Pixels

Channels = NDArray[np.uint8]

OPAQUE = 255
# Bytes of a pixel in memory: ARGB32 is one native-endian word, and every machine we run on is little-endian.
BLUE, GREEN, RED, ALPHA = range(4)


def as_array(pixels: Pixels) -> Channels:
    """The pixels as (height, width, 4) in cairo's order B, G, R, A, not copied, without the rows' padding."""
    rows = np.frombuffer(pixels.data, np.uint8).reshape(pixels.height, pixels.stride)
    return rows[:, : pixels.width * 4].reshape(pixels.height, pixels.width, 4)


def as_words(bgra: Channels) -> NDArray[np.uint32]:
    """Each pixel as one number, not copied: to look at whole pixels takes a fraction of the time."""
    return bgra.view(np.uint32)[:, :, 0]


def is_opaque(bgra: Channels) -> bool:
    set_in_all = np.bitwise_and.reduce(as_words(bgra), axis=None)
    return bool(set_in_all >> (ALPHA * 8) == OPAQUE)


def rgb(pixels: Pixels) -> Image.Image:
    """Colours alone. Right for opaque pixels, which premultiplying leaves as they are."""
    return _image(pixels, "RGB", "BGRX")


def rgba(pixels: Pixels) -> Image.Image:
    """Straight (not premultiplied) colours and alpha."""
    return _image(pixels, "RGBA", "BGRa")


def _image(pixels: Pixels, mode: str, order: str) -> Image.Image:
    data = np.frombuffer(pixels.data, np.uint8)
    return Image.frombuffer(mode, (pixels.width, pixels.height), data, "raw", order, pixels.stride, 1)


def over(pixels: Pixels, background: str) -> Image.Image:
    """The picture on a ground of `background` (#rrggbb), for formats that know no transparency."""
    bgra = as_array(pixels)
    if is_opaque(bgra):
        return rgb(pixels)
    ground = np.frombuffer(bytes.fromhex(background.removeprefix("#"))[::-1], np.uint8).astype(np.uint16)
    shining_through = (OPAQUE - bgra[:, :, ALPHA : ALPHA + 1].astype(np.uint16)) * ground
    # Premultiplied colour + ground * (1 - alpha); adding half of the divisor rounds to nearest.
    mixed = bgra[:, :, :ALPHA] + (shining_through + OPAQUE // 2) // OPAQUE
    return Image.fromarray(np.ascontiguousarray(mixed[:, :, ::-1].astype(np.uint8)))
