"""Writes JPEG, which knows no transparency: the picture lies on the template's background."""

from __future__ import annotations

import io

from server.encode.channels import over
from server.images import Pixels

QUALITY = 84  # the least at which text edges of our cards show no rings at 1:1
FULL_COLOUR = "4:4:4"  # halved colour (4:2:0) smears coloured text on coloured ground: our main subject
DENSITY_DPI = (96, 96)


def encode_jpeg(pixels: Pixels, background: str) -> bytes:
    """A baseline-readable JPEG with optimized tables (some per cent smaller; old mail clients read it)."""
    out = io.BytesIO()
    over(pixels, background).save(
        out,
        "JPEG",
        quality=QUALITY,
        subsampling=FULL_COLOUR,
        optimize=True,
        dpi=DENSITY_DPI,
    )
    return out.getvalue()
