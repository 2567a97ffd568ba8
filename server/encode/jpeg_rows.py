"""A JPEG made of rows of blocks: those of a base picture encoded once, and for a picture that shares most of its pixels
with it only the rows that differ encoded anew.

Restart markers (ITU-T T.81, annex B.2.4.4) make it possible: between two of them a decoder needs nothing of what came
before. With one after each row of blocks, libjpeg writes a row the same whichever picture it stands in.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field

from PIL import Image

from server.encode.changed import Part, parts
from server.encode.channels import over
from server.images import Pixels
from server.kept import Kept

BLOCK_ROWS = 8  # of a block, without subsampling
RESTART = re.compile(rb"\xff[\xd0-\xd7]")  # in coded data any other FF is followed by 00
RESTARTS = tuple(bytes((0xFF, 0xD0 + number)) for number in range(8))
START_OF_SCAN = 0xDA
END_OF_IMAGE = b"\xff\xd9"
# Halved colour (4:2:0) smears coloured text on coloured ground. At equal bytes full colour is nearer to the original on
# every card with text (the worst fiftieth of the samples by 3 dB), and no worse on those that are mostly photo.
FULL_COLOUR = "4:4:4"
DENSITY_DPI = (96, 96)
DRAWN_KEPT_BYTES = 2_000_000
"""Of each drawing process: rows of what a campaign's pictures have in common."""


def _weight(rows: tuple[bytes, ...]) -> int:
    return sum(map(len, rows))


_drawn_rows: Kept[tuple[object, Part], tuple[bytes, ...]] = Kept(DRAWN_KEPT_BYTES, _weight)


@dataclass(frozen=True, slots=True, eq=False)
class JpegBase:
    """`head` is all before the first row of blocks, `rows` the rows, coded."""

    background: str
    quality: int
    head: bytes
    rows: tuple[bytes, ...]
    _name: object = field(default_factory=object)

    @property
    def weight(self) -> int:
        """Bytes."""
        return len(self.head) + _weight(self.rows)

    def drawn(self, part: Part, pixels: Pixels) -> tuple[bytes, ...]:
        """The rows of a part of `pixels` that is live. Kept where they are known to be the same in other pictures."""

        def code_now() -> tuple[bytes, ...]:
            strip = _strip(pixels, part.start * BLOCK_ROWS, min(part.stop * BLOCK_ROWS, pixels.height))
            return _coded(over(strip, self.background), self.quality)[1]

        return _drawn_rows.get((self._name, part), code_now) if part.is_known else code_now()


def prepare_jpeg(pixels: Pixels, background: str, quality: int) -> JpegBase:
    """A base; to be done once."""
    head, rows = _coded(over(pixels, background), quality)
    return JpegBase(background, quality, head, rows)


def jpeg_over(base: JpegBase, pixels: Pixels) -> bytes:
    """A baseline JPEG of `pixels`, which are as large as the base and in which something is live."""
    rows = list(base.rows)
    for part in parts(pixels.height, pixels.live or (), BLOCK_ROWS):
        if part.shows:
            rows[part.start : part.stop] = base.drawn(part, pixels)
    return base.head + b"".join(_with_restarts(rows)) + END_OF_IMAGE


def _with_restarts(rows: list[bytes]) -> list[bytes]:
    pieces = [rows[0]]
    for number, row in enumerate(rows[1:]):
        pieces += RESTARTS[number % len(RESTARTS)], row
    return pieces


def _strip(pixels: Pixels, first: int, end: int) -> Pixels:
    data = pixels.data[first * pixels.stride : end * pixels.stride]
    return Pixels(pixels.width, end - first, pixels.stride, data)


def _coded(image: Image.Image, quality: int) -> tuple[bytes, tuple[bytes, ...]]:
    """Everything up to the coded data, and that by rows of blocks. The tables are the standard's own: optimized ones
    would be another for each strip."""
    out = io.BytesIO()
    image.save(
        out, "JPEG", quality=quality, subsampling=FULL_COLOUR, dpi=DENSITY_DPI, restart_marker_rows=1, optimize=False
    )
    body = out.getvalue()
    start = _start_of_coded_data(body)
    return body[:start], tuple(RESTART.split(body[start : -len(END_OF_IMAGE)]))


def _start_of_coded_data(body: bytes) -> int:
    at = 2  # behind the start of image
    while True:
        marker = body[at + 1]
        at += 2 + int.from_bytes(body[at + 2 : at + 4])
        if marker == START_OF_SCAN:
            return at
