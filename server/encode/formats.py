"""Turns painted pixels into the bytes of a picture: the one table from format to encoder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from server.encode.jpeg import encode_jpeg
from server.encode.png import encode_png
from server.encode.webp import encode_webp
from server.images import Format, Pixels

Encoder = Callable[[Pixels, str], bytes]

ENCODERS: Mapping[Format, Encoder] = MappingProxyType(
    {
        Format.PNG: lambda pixels, _background: encode_png(pixels),
        Format.JPG: encode_jpeg,
        Format.WEBP: lambda pixels, _background: encode_webp(pixels),
    }
)


def encode(pixels: Pixels, picture_format: Format, background: str) -> bytes:
    """The picture file. `background` (#rrggbb) lies under it where a format knows no transparency.

    The same pixels give the same bytes, on the same kind of CPU: deflate chooses its matches by CPU.
    """
    return ENCODERS[picture_format](pixels, background)
