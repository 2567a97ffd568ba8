"""Comparing pictures, exactly, and showing where they differ."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

AMPLIFY = 8  # a difference of 32 of 255 is shown at full strength


def decode(body: bytes) -> Image.Image:
    """The picture as RGBA pixels."""
    return Image.open(io.BytesIO(body)).convert("RGBA")


def differing_pixels(expected: Image.Image, actual: Image.Image) -> int:
    """How many pixels are not the same to the last bit; all of them when the sizes differ."""
    if expected.size != actual.size:
        return max(expected.width * expected.height, actual.width * actual.height)
    return int((np.asarray(expected) != np.asarray(actual)).any(axis=2).sum())


def side_by_side(expected: Image.Image, actual: Image.Image) -> Image.Image:
    """One picture of *expected | difference | actual*."""
    width, height = max(expected.width, actual.width), max(expected.height, actual.height)
    sheet = Image.new("RGB", (3 * width + 20, height), (255, 0, 255))
    difference = _difference(expected, actual, (width, height))
    for column, picture in enumerate((expected, difference, actual)):
        sheet.paste(picture.convert("RGB"), (column * (width + 10), 0))
    return sheet


def save_failure(folder: Path, name: str, expected: Image.Image, actual: Image.Image) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    side_by_side(expected, actual).save(path)
    return path


def _difference(expected: Image.Image, actual: Image.Image, size: tuple[int, int]) -> Image.Image:
    planes = []
    for picture in (expected, actual):
        canvas = Image.new("RGB", size)
        canvas.paste(picture.convert("RGB"), (0, 0))
        planes.append(np.asarray(canvas, dtype=np.int16))
    return Image.fromarray(np.clip(np.abs(planes[0] - planes[1]) * AMPLIFY, 0, 255).astype(np.uint8))
