"""The picture that needs nothing: no worker, no template, no font. Shown when there is no default picture either."""

from __future__ import annotations

import functools
import io

from PIL import Image, ImageDraw

from server.images import Format, Picture

_GROUND, _BAND, _MARK = (244, 243, 240), (233, 231, 226), (214, 211, 204)


@functools.lru_cache(maxsize=64)
def last_resort(width: int, height: int, format: Format) -> Picture:
    """A quiet neutral card of the given size: two bands and a blank name plate."""
    image = Image.new("RGB", (width, height), _GROUND)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, round(height * 0.72), width, height), fill=_BAND)
    unit = min(width, height) / 12
    middle, top = width / 2, height * 0.36 - unit
    draw.rounded_rectangle((middle - 4 * unit, top, middle + 4 * unit, top + 3 * unit), radius=unit * 0.6, fill=_BAND)
    for row, half in enumerate((2.6, 1.6)):
        y = top + unit * (0.85 + row * 0.85)
        draw.rounded_rectangle(
            (middle - half * unit, y, middle + half * unit, y + unit * 0.42), radius=unit * 0.2, fill=_MARK
        )
    out = io.BytesIO()
    image.save(out, {"jpg": "JPEG"}.get(format, format.upper()), **({"quality": 85} if format is Format.JPG else {}))
    return Picture(format, width, height, out.getvalue())
