"""A foreign PNG, JPEG, WebP or GIF to pixels: whole, upright, the first frame, in sRGB, no larger than we need.

How large it claims to be is read before a pixel is decoded.
"""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageFile

from server.errors import UnfitPicture
from server.images import Pixels
from server.render.normalise.colors import flattened, in_srgb
from server.render.normalise.wholeness import PNG_SIGNATURE, check_png, strict_jpeg
from server.report import Reason

NORMAL_SIDE = 2000  # twice the width of the widest mail, and no template shows a picture larger than that
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MAX_PICTURE_SIDE = 65_535  # of a JPEG; longer ones are made to harm
BAD_EXIF = (OSError, ValueError, SyntaxError, EOFError, TypeError, LookupError, struct.error, zlib.error)
SPARE = 2.0  # times the wanted size, before Lanczos: what is coarser than that shows, what is finer costs time
ORIENTATION = 0x0112  # Exif 2.3
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def is_raster(data: bytes) -> bool:
    return data.startswith((PNG_SIGNATURE, b"\xff\xd8\xff", b"GIF87a", b"GIF89a")) or _is_webp(data)


def _is_webp(data: bytes) -> bool:
    return data.startswith(b"RIFF") and data[8:12] == b"WEBP"


def read_raster(data: bytes, max_pixels: int) -> Pixels:
    """Raises UnfitPicture, and whatever a decoder makes of a damaged file."""
    if _is_webp(data):  # Pillow makes room for all of it on opening
        _allow(_size_of_webp(data), max_pixels)
    image = _open(data, max_pixels)
    _decode_small(image)
    image = _first_frame(image)
    turn = _turn(image)
    image = in_srgb(_scaled_down(flattened(image, data)))
    return _pixels(image if turn is None else image.transpose(turn))


def _allow(size: tuple[int, int], max_pixels: int) -> None:
    if size[0] * size[1] > max_pixels or max(size) > MAX_PICTURE_SIDE:
        raise UnfitPicture(Reason.PICTURE_TOO_LARGE)
    if not all(size):
        raise UnfitPicture(Reason.DAMAGED)


def _size_of_webp(data: bytes) -> tuple[int, int]:
    """What its first chunk says (RFC 9649, sections 2.5 to 2.7). Raises struct.error where there is none."""
    kind = data[12:16]
    if kind == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8L":
        (packed,) = struct.unpack_from("<I", data, 21)
        return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF


def _open(data: bytes, max_pixels: int) -> Image.Image:
    """Its header read, nothing decoded, and every way of ending too early made one that is noticed."""
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    _allow(image.size, max_pixels)
    if image.format == "PNG":
        check_png(data)
    if image.format in ("JPEG", "MPO"):
        return Image.open(io.BytesIO(strict_jpeg(data)), formats=FORMATS)
    return image


def _decode_small(image: Image.Image) -> None:
    """Lets libjpeg leave out what scaling down would throw away."""
    factor = NORMAL_SIDE * SPARE / max(image.size)
    if image.format == "JPEG" and factor < 1:
        image.draft(None, (round(image.width * factor), round(image.height * factor)))


def _first_frame(image: Image.Image) -> Image.Image:
    """Decoded. A first frame of a GIF that is smaller than the picture leaves the rest transparent, as browsers do."""
    whole = (0, 0, *image.size)
    covered = _covered(image) if isinstance(image, ImageFile.ImageFile) else whole
    image.load()
    if covered == whole:
        return image
    ground = Image.new("RGBA", image.size)
    ground.paste(image.convert("RGBA").crop(covered), covered[:2])
    return ground


def _covered(image: ImageFile.ImageFile) -> tuple[int, int, int, int]:
    extents = image.tile[0].extents if image.format == "GIF" and image.tile else None
    return extents or (0, 0, *image.size)


def _turn(image: Image.Image) -> Image.Transpose | None:
    """How to bring it upright. What cannot be read is no reason to refuse the picture."""
    try:
        return TURNS.get(image.getexif().get(ORIENTATION, 1))
    except BAD_EXIF:
        return None


def _scaled_down(image: Image.Image) -> Image.Image:
    """At most NORMAL_SIDE a side. Premultiplied, so that the colour behind transparent pixels bleeds into no edge."""
    factor = NORMAL_SIDE / max(image.size)
    if factor >= 1:
        return image
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    mode = image.mode
    source = image.convert("RGBa") if mode == "RGBA" else image
    scaled = source.resize(size, Image.Resampling.LANCZOS, reducing_gap=SPARE)
    if mode != "RGBA":
        return scaled
    return _bounded_by_alpha(scaled).convert("RGBA")


def _bounded_by_alpha(image: Image.Image) -> Image.Image:
    """Lanczos rings: a colour above its alpha is no premultiplied colour."""
    channels = np.array(image)
    np.minimum(channels[:, :, :3], channels[:, :, 3:], out=channels[:, :, :3])
    return Image.frombuffer("RGBa", image.size, channels.tobytes(), "raw", "RGBa", 0, 1)


def _pixels(image: Image.Image) -> Pixels:
    """As cairo keeps them."""
    premultiplied = image.convert("RGBA").convert("RGBa")
    data = memoryview(premultiplied.tobytes("raw", "BGRa"))
    return Pixels(image.width, image.height, image.width * 4, data)
