"""Turns painted pixels into the bytes of a picture: the one place that knows which encoder takes what."""

from __future__ import annotations

from server.encode.bands import Base, prepare
from server.encode.jpeg import encode_jpeg
from server.encode.jpeg_rows import JpegBase, prepare_jpeg
from server.encode.png import encode_png
from server.encode.webp import encode_webp
from server.images import JPEG_QUALITY, Effort, Format, Pixels

AnyBase = Base | JpegBase


def encode(
    pixels: Pixels,
    picture_format: Format,
    background: str,
    *,
    quality: int = JPEG_QUALITY,
    max_bytes: int | None = None,
    effort: Effort = Effort.MEDIUM,
    base: AnyBase | None = None,
) -> bytes:
    """The picture file. `background` (#rrggbb) lies under it where a format knows no transparency; `quality` and
    `max_bytes` are for JPEG. WebP has one effort, which pays. `base`: what `prepare_base` made of the same format,
    quality and background, to share parts with.

    The same arguments give the same bytes, on the same kind of CPU: deflate chooses its matches by CPU.
    """
    match picture_format:
        case Format.PNG:
            return encode_png(pixels, base=base if isinstance(base, Base) else None, effort=effort)
        case Format.JPG:
            shared = base if isinstance(base, JpegBase) else None
            return encode_jpeg(pixels, background, quality=quality, max_bytes=max_bytes, base=shared, effort=effort)
        case Format.WEBP:
            return encode_webp(pixels)


def prepare_base(
    pixels: Pixels,
    picture_format: Format,
    background: str,
    *,
    quality: int = JPEG_QUALITY,
    opaque: bool,
    effort: Effort,
) -> AnyBase | None:
    """What pictures that differ from `pixels` in some rows only can share, `opaque` ones or such that are not; None for
    a format whose files are of one piece. `effort`, small or medium, is for PNG."""
    match picture_format:
        case Format.PNG:
            return prepare(pixels, opaque=opaque, effort=effort)
        case Format.JPG:
            return prepare_jpeg(pixels, background, quality)
        case Format.WEBP:
            return None
