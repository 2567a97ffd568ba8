"""Writes WebP, with alpha where the picture has any."""

from __future__ import annotations

import io

from server.encode.channels import as_array, is_opaque, rgb, rgba
from server.images import Pixels

QUALITY = 84
METHOD = 2  # 4 takes 2.5 times as long for a twentieth of the size less


def encode_webp(pixels: Pixels) -> bytes:
    out = io.BytesIO()
    image = rgb(pixels) if is_opaque(as_array(pixels)) else rgba(pixels)
    image.save(out, "WEBP", quality=QUALITY, method=METHOD)
    return out.getvalue()
