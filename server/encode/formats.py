"""Turns painted pixels into the bytes of a picture: the one place that knows which encoder takes what."""

from __future__ import annotations

from server.encode.bands import Base
from server.encode.jpeg import encode_jpeg
from server.encode.png import encode_png
from server.encode.webp import encode_webp
from server.images import Effort, Format, Pixels


def encode(
    pixels: Pixels,
    picture_format: Format,
    background: str,
    *,
    effort: Effort = Effort.MEDIUM,
    base: Base | None = None,
) -> bytes:
    """The picture file. `background` (#rrggbb) lies under it where a format knows no transparency. `effort` and `base`,
    a picture to share bands with, are for PNG: the others have one setting that is worth its time.

    The same arguments give the same bytes, on the same kind of CPU: deflate chooses its matches by CPU.
    """
    match picture_format:
        case Format.PNG:
            return encode_png(pixels, base=base, effort=effort)
        case Format.JPG:
            return encode_jpeg(pixels, background)
        case Format.WEBP:
            return encode_webp(pixels)
