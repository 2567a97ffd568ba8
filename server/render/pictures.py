"""Raster pictures: bytes that the template holds in, pixels of exactly the wanted size out, ready for cairo.

What a file is, is said by its content. Its size is read before a pixel is decoded: a WebP of 34 bytes can
claim 2.6 GB. Pillow scales (Lanczos, over the whole area of what becomes one pixel); cairo would only mix
four neighbours.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

import cairocffi
import numpy as np
from PIL import Image, ImageOps

from server.catalog.template import SVG_FILE, Template
from server.errors import BrokenTemplate
from server.images import NO_PICTURES
from server.kept import Kept
from server.render.picture_look import Look, look
from server.render.svg import REMOTE

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF", b"GIF8")
MAX_PIXELS = 25_000_000
MAX_SCALED_PIXELS = 12_000_000  # the largest output: a picture is never scaled up beyond that
KEPT_BYTES = 8_000_000
SIZES_KEPT = 1024
ORIENTATION = 0x0112  # Exif 2.3
SIDEWAYS = (5, 6, 7, 8)  # the orientations that swap width and height
WITHOUT_ALPHA = ("CMYK", "YCbCr", "LAB")
DAMAGES = (OSError, ValueError, SyntaxError, EOFError)  # what Pillow's decoders raise
LEAST_PART = 0.01  # of a pixel: Pillow takes no empty part
DECODE_FACTOR = 2  # a JPEG is decoded at least this many times larger than it is needed


class Picture(NamedTuple):
    """A decoded and scaled picture."""

    surface: cairocffi.ImageSurface
    width: int
    height: int


class Part(NamedTuple):
    """The rectangle of a picture to show, in its own pixels."""

    left: float
    top: float
    right: float
    bottom: float


Key = tuple[str, int, int, Part, bool]
_scaled: Kept[Key, Picture] = Kept(KEPT_BYTES, lambda picture: picture.width * picture.height * 4)
_sizes: Kept[str, tuple[int, int]] = Kept(SIZES_KEPT)
_looks: Kept[str, Look] = Kept(SIZES_KEPT)


class Pictures:
    """The pictures of one template, and the remote ones that came with its spec, by the name that an href has for
    them."""

    def __init__(self, template: Template, remote: Mapping[str, bytes] = NO_PICTURES) -> None:
        self._template = template
        self._remote = remote

    def size(self, href: str) -> tuple[int, int]:
        """Width and height as seen, in pixels. Raises BrokenTemplate."""
        return _sizes.get(self._identity(href), lambda: self._size(href))

    def scaled(self, href: str, part: Part, width: int, height: int, *, smooth: bool) -> Picture:
        """`part` of the picture in width x height pixels. Raises BrokenTemplate."""
        key = (self._identity(href), width, height, part, smooth)
        return _scaled.get(key, lambda: self._scale(href, key))

    def look(self, href: str) -> Look:
        """Where its content is, and how it looks. Raises BrokenTemplate."""
        return _looks.get(self._identity(href), lambda: self._look(href))

    def _identity(self, href: str) -> str:
        """Names the content: the template's digest covers its files, and no file is hashed for every picture."""
        if href.startswith("data:"):
            return hashlib.sha256(href.encode()).hexdigest()
        if href.startswith(REMOTE):
            return href
        return f"{self._template.digest}/{href}"

    def _size(self, href: str) -> tuple[int, int]:
        image = self._open(href)
        try:
            turned = _may_be_turned(image) and image.getexif().get(ORIENTATION, 1) in SIDEWAYS
        except DAMAGES as error:
            raise self._broken(href, "is damaged") from error
        return (image.height, image.width) if turned else (image.width, image.height)

    def _scale(self, href: str, key: Key) -> Picture:
        _, width, height, part, smooth = key
        image = self._open(href)
        full = self.size(href)
        try:
            _decode_small(image, part, (width, height))
            image = _straight(image)
            crop = _within(part, full, (image.width, image.height))
            method = Image.Resampling.LANCZOS if smooth else Image.Resampling.NEAREST
            # Premultiplied, so that the colour behind transparent pixels does not bleed into edges.
            return _for_cairo(image.convert("RGBa").resize((width, height), method, box=crop))
        except DAMAGES as error:
            raise self._broken(href, "is damaged") from error

    def _look(self, href: str) -> Look:
        image = self._open(href)
        try:
            return look(_straight(image))
        except DAMAGES as error:
            raise self._broken(href, "is damaged") from error

    def _open(self, href: str) -> Image.Image:
        """The picture, its header read and nothing decoded."""
        data = self._bytes(href)
        if not data.startswith(MAGIC):
            raise self._broken(href, "is no PNG, JPEG, WebP or GIF")
        try:
            image = Image.open(io.BytesIO(data), formats=FORMATS)
        except (*DAMAGES, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise self._broken(href, "is damaged, or far too large") from error
        if image.width * image.height > MAX_PIXELS:
            raise self._broken(href, f"has {image.width}x{image.height} pixels; {MAX_PIXELS:,} are allowed")
        return image

    def _bytes(self, href: str) -> bytes:
        if href.startswith("data:"):
            return _embedded(href)
        if href.startswith(REMOTE):
            return self._remote.get(href.removeprefix(REMOTE), b"")
        return self._template.files.get(href, b"")

    def _broken(self, href: str, what: str) -> BrokenTemplate:
        embedded = href.startswith("data:")
        message = f"an embedded picture {what}" if embedded else f"the picture {what}"
        return BrokenTemplate(self._template.name, message, file=SVG_FILE if embedded else href)


def _embedded(href: str) -> bytes:
    """The bytes of a data: URL (RFC 2397); none where it is malformed."""
    head, _, body = href.partition(",")
    raw = unquote_to_bytes(body)
    if not head.endswith(";base64"):
        return raw
    try:
        return base64.b64decode(raw)
    except binascii.Error:
        return b""


def _decode_small(image: Image.Image, part: Part, wanted: tuple[int, int]) -> None:
    """Lets libjpeg leave out detail that scaling would throw away: a large photograph decodes 3 times as fast."""
    shown = max(part.right - part.left, 1.0), max(part.bottom - part.top, 1.0)
    factor = max(wanted[0] / shown[0], wanted[1] / shown[1]) * DECODE_FACTOR
    if image.format == "JPEG" and factor < 1:
        image.draft(None, (round(image.width * factor), round(image.height * factor)))


def _within(part: Part, full: tuple[int, int], decoded: tuple[int, int]) -> tuple[float, float, float, float]:
    """`part` of a picture of `full` size, in the pixels of what was decoded of it; never empty, never outside."""
    across, down = decoded[0] / full[0], decoded[1] / full[1]
    left, top = min(part.left * across, decoded[0] - LEAST_PART), min(part.top * down, decoded[1] - LEAST_PART)
    right, bottom = min(part.right * across, decoded[0]), min(part.bottom * down, decoded[1])
    return left, top, max(right, left + LEAST_PART), max(bottom, top + LEAST_PART)


def _may_be_turned(image: Image.Image) -> bool:
    """Cameras write JPEG and WebP; to look for a turn in a PNG, Pillow would decode all of it."""
    return image.format in ("JPEG", "WEBP")


def _straight(image: Image.Image) -> Image.Image:
    """Upright, as RGBA, the first frame of many."""
    image.load()
    upright = ImageOps.exif_transpose(image) if _may_be_turned(image) else image
    return (upright.convert("RGB") if upright.mode in WITHOUT_ALPHA else upright).convert("RGBA")


def _for_cairo(image: Image.Image) -> Picture:
    pixels = np.asarray(image)[:, :, (2, 1, 0, 3)]
    # Lanczos rings: a colour above its alpha is no premultiplied colour, and cairo's sums would overflow.
    pixels[:, :, :3] = np.minimum(pixels[:, :, :3], pixels[:, :, 3:])
    stride = cairocffi.ImageSurface.format_stride_for_width(cairocffi.FORMAT_ARGB32, image.width)
    data = bytearray(np.ascontiguousarray(pixels).tobytes())
    surface = cairocffi.ImageSurface(cairocffi.FORMAT_ARGB32, image.width, image.height, data, stride)
    return Picture(surface, image.width, image.height)
