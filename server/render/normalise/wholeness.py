"""Whether a file ends too early. Pillow is glad of half a JPEG when it has an end mark, and of a PNG without its last
rows: it fills up with grey or black, and nobody wants that in a mail.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from zlib_ng import zlib_ng

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
JPEG_END, JPEG_SCAN, JPEG_BASELINE = 0xD9, 0xDA, (0xC0, 0xC1)
# In the data of a scan: a marker that ends it. Not a stuffed byte (00), nor one of the restarts (D0 to D7).
MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")
# libjpeg looks ahead, so the last block needs something behind it. These bits make four blocks at the most.
LOOK_AHEAD = bytes(16)
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of a pixel, by the colour type of a PNG
# The passes of an interlaced PNG (W3C PNG, section 8.1): first column, first row, step across, step down.
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
PIECE = 1 << 20


class EndsTooEarlyError(ValueError):
    """Rows of the picture are missing."""


def strict_jpeg(data: bytes) -> bytes:
    """`data`, so changed that Pillow fails where rows are missing: without the mark of the end, libjpeg has nothing
    to end with. A JPEG of several scans is left alone: it needs the mark, and its first scan has every row.
    """
    start, is_baseline = _first_scan(data)
    end = MARKER.search(data, start)
    if end is None or data.find(b"\xff\xd9", end.start()) < 0:
        raise EndsTooEarlyError
    if is_baseline and end[1][0] == JPEG_END:
        return data[: end.start()] + LOOK_AHEAD
    return data


def _first_scan(data: bytes) -> tuple[int, bool]:
    """Where its data begin, and whether they are coded the plain way."""
    at, is_baseline = 2, False
    while found := MARKER.match(data, at):
        at = found.end() + int.from_bytes(data[found.end() : found.end() + 2])
        marker = found[1][0]
        is_baseline = is_baseline or marker in JPEG_BASELINE
        if marker == JPEG_SCAN:
            return at, is_baseline
    raise EndsTooEarlyError


def check_png(data: bytes) -> None:
    """Inflates all of it, a piece at a time, and keeps nothing. Raises EndsTooEarlyError or zlib_ng.error."""
    width, height, depth, colour = struct.unpack_from(">IIBB", data, 16)
    interlaced = data[28]
    missing = _raw_size(width, height, depth * SAMPLES.get(colour, 1), is_interlaced=bool(interlaced))
    stream = zlib_ng.decompressobj()
    for chunk in _image_data(data):
        piece = stream.decompress(chunk, PIECE)
        while piece:
            missing -= len(piece)
            piece = stream.decompress(stream.unconsumed_tail, PIECE) if missing > 0 else b""
        if missing <= 0:
            return
    raise EndsTooEarlyError


def _raw_size(width: int, height: int, bits: int, *, is_interlaced: bool) -> int:
    """Bytes of all rows, each with its filter in front."""
    passes = ADAM7 if is_interlaced else ((0, 0, 1, 1),)
    sizes = ((-(-(width - left) // across), -(-(height - top) // down)) for left, top, across, down in passes)
    return sum((1 + (columns * bits + 7) // 8) * rows for columns, rows in sizes if columns > 0 and rows > 0)


def _image_data(data: bytes) -> Iterator[bytes]:
    at = len(PNG_SIGNATURE)
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            yield data[at + 8 : at + 8 + size]
        at += size + 12
