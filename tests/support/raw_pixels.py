"""Arrays as the pixels that painting gives, for tests of encoders."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from server.encode.channels import as_array
from server.images import Live, Pixels


def pixels_of(rgba: NDArray[np.uint8], *, padding: int = 0) -> Pixels:
    """Straight RGBA as cairo would hold it: premultiplied BGRA, rows padded."""
    height, width = rgba.shape[:2]
    alpha = rgba[:, :, 3:].astype(np.uint16)
    premultiplied = ((rgba[:, :, :3].astype(np.uint16) * alpha + 127) // 255).astype(np.uint8)
    rows = np.full((height, width * 4 + padding), 0xAB, np.uint8)
    rows[:, : width * 4] = np.dstack((premultiplied[:, :, ::-1], rgba[:, :, 3:])).reshape(height, width * 4)
    return Pixels(width, height, width * 4 + padding, memoryview(rows.tobytes()))


def compared(picture: Pixels, base: Pixels) -> Pixels:
    """`picture` with what it says that is live: the rows in which it differs from `base`."""
    differs = np.flatnonzero((as_array(picture) != as_array(base)).any(axis=(1, 2)))
    stretches = np.split(differs, np.flatnonzero(np.diff(differs) > 1) + 1) if len(differs) else []
    return replace(picture, live=tuple(Live(int(rows[0]), int(rows[-1]) + 1) for rows in stretches))


def flat(
    red: int,
    green: int,
    blue: int,
    alpha: int = 255,
    *,
    width: int = 7,
    height: int = 5,
) -> NDArray[np.uint8]:
    return np.full((height, width, 4), (red, green, blue, alpha), np.uint8)


def noise(width: int, height: int, *, opaque: bool, seed: int = 7) -> NDArray[np.uint8]:
    rgba = np.random.default_rng(seed).integers(0, 256, (height, width, 4), dtype=np.uint8)
    if opaque:
        rgba[:, :, 3] = 255
    return rgba


def slope(width: int, height: int) -> NDArray[np.uint8]:
    """Grain and slow change, as in a photo: what the row filter *Up* is for."""
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    grain = np.random.default_rng(3).integers(0, 40, (1, width, 1))
    colors = np.dstack((across + down, across * 2 + down, 200 - down)) + grain
    return np.dstack((colors % 256, np.full((height, width), 255))).astype(np.uint8)


def opened(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body))
    image.load()
    return image
