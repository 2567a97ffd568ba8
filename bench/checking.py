"""Is it the right picture? Decodes what was measured and compares it with the same picture, painted plainly."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.fonts.library import FontLibrary
from server.images import Format
from server.render.draw import draw

BLOCK = 8
"""Pixels a side: a lost full stop shows in the mean of one block, and nowhere in the mean of a picture."""
JPEG_BLOCK_LIMIT = 20.0
"""Of 255, for the worst block: our JPEG rings by less than 10, another name differs by more than 200."""

Colours = NDArray[np.uint8]


class WrongPicture(Exception):
    """A measured picture does not show what it should: its time says nothing."""


def plain(spec: RenderSpec, template: Template, fonts: FontLibrary) -> Colours:
    """The picture with nothing kept from earlier ones, as a PNG of one piece."""
    body = draw(replace(spec, format=Format.PNG), template, fonts, keeps_layers=False).body
    return decode(body, Format.PNG, f"{template.name}, drawn plainly,")


def check(body: bytes, spec: RenderSpec, template: Template, fonts: FontLibrary) -> None:
    """Raises WrongPicture unless `body` shows what `spec` says: a PNG to the last pixel, a JPEG nearly."""
    expected = plain(spec, template, fonts)
    shown = decode(body, spec.format, f"{template.name}.{spec.format.value}")
    if shown.shape != expected.shape:
        raise WrongPicture(f"{template.name}: {shown.shape[1]}x{shown.shape[0]} pixels, not what was asked for")
    worst = worst_block(shown, expected)
    if worst > (JPEG_BLOCK_LIMIT if spec.format is Format.JPG else 0):
        raise WrongPicture(f"{template.name}.{spec.format.value} differs by {worst:.2g} in its worst block")


def check_size(body: bytes, format: Format, size: tuple[int, int], whose: str) -> None:
    """Raises WrongPicture unless `body`, a peer's, is a picture of that format and size."""
    height, width = decode(body, format, whose).shape[:2]
    if (width, height) != size:
        raise WrongPicture(f"{whose}: {width}x{height} pixels, not {size[0]}x{size[1]}")


def decode(body: bytes, format: Format, whose: str) -> Colours:
    kinds = {Format.PNG: "PNG", Format.JPG: "JPEG", Format.WEBP: "WEBP"}
    try:
        image = Image.open(io.BytesIO(body), formats=[kinds[format]])
        return np.asarray(image.convert("RGB"))
    except OSError as error:
        raise WrongPicture(f"{whose} is no {kinds[format]}") from error


def worst_block(one: Colours, other: Colours) -> float:
    """The mean difference in the block that differs most."""
    difference = np.abs(one.astype(np.int16) - other.astype(np.int16)).mean(axis=2)
    rows = np.add.reduceat(difference, np.arange(0, difference.shape[0], BLOCK), axis=0)
    blocks = np.add.reduceat(rows, np.arange(0, difference.shape[1], BLOCK), axis=1)
    return float(blocks.max()) / BLOCK**2
