"""Logos of awkward shapes, to see what a template does with what customers upload."""

from __future__ import annotations

import io
from collections.abc import Mapping

from PIL import Image, ImageDraw

INK = (43, 33, 112, 255)
ACCENT = (255, 111, 74, 255)
SHAPES: Mapping[str, tuple[int, int]] = {"tall": (120, 600), "wide": (1200, 90), "tiny": (16, 16)}


def file_of(shape: str) -> str:
    return f"proof-{shape}.png"


def draw_logo(shape: str) -> bytes:
    """A bar with a dot at each end and in the middle, on transparent ground: one sees which part of it is there."""
    width, height = SHAPES[shape]
    image = Image.new("RGBA", (width, height))
    pen = ImageDraw.Draw(image)
    side = min(width, height)
    pen.rounded_rectangle((0, 0, width - 1, height - 1), radius=side // 2, fill=INK)
    inset = side // 5
    for share in (0.0, 0.5, 1.0):
        x, y = share * (width - side), share * (height - side)
        pen.ellipse((x + inset, y + inset, x + side - 1 - inset, y + side - 1 - inset), fill=ACCENT)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
