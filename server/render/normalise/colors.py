"""Whatever way a file has of saying colours, as 8 bits of L, RGB, RGBA or CMYK a pixel; and those as sRGB."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms

GREYSCALE, TRUECOLOUR = 0, 2  # colour types of a PNG
WIDE = ("I", "I;16", "I;16B", "I;16L")
SPACES = {"L": b"GRAY", "RGB": b"RGB ", "CMYK": b"CMYK"}  # in bytes 16 to 20 of a profile (ICC.1:2022, section 7.2.6)
MAX_PROFILE_BYTES = 4 << 20  # four times those of printing machines; tables beyond that are made to harm
PROFILE_HEAD_BYTES = 128


def flattened(image: Image.Image, data: bytes) -> Image.Image:
    """`image`, decoded from `data`, as L, RGB, RGBA or CMYK."""
    if image.format == "PNG" and "transparency" in image.info:
        image.info["transparency"] = _in_8_bits(image.info["transparency"], depth=data[24], colour=data[25])
    profile = image.info.get("icc_profile")
    flat = _narrow(image) if image.mode in WIDE else _flat(image)
    flat.info["icc_profile"] = profile
    return flat


def _flat(image: Image.Image) -> Image.Image:
    if image.mode in ("CMYK", "RGBA"):
        return image
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _in_8_bits(transparency: object, *, depth: int, colour: int) -> object:
    """The colour that is transparent: Pillow brings pixels to 8 bits, but leaves this one as deep as the file is."""
    if colour == GREYSCALE and isinstance(transparency, int) and depth in (2, 4):
        return transparency * 255 // ((1 << depth) - 1)
    if colour == TRUECOLOUR and isinstance(transparency, tuple) and depth == 16:
        return tuple(sample >> 8 for sample in transparency)
    return transparency


def _narrow(image: Image.Image) -> Image.Image:
    """16 bits of grey as 8; Pillow's own way would cut off what is over 255."""
    samples = np.asarray(image).astype(np.int64)
    grey = Image.fromarray(np.clip(samples >> 8, 0, 255).astype(np.uint8))
    transparent = image.info.get("transparency")
    if not isinstance(transparent, int):
        return grey
    alpha = np.where(samples == transparent, 0, 255).astype(np.uint8)
    return Image.merge("LA", (grey, Image.fromarray(alpha))).convert("RGBA")


def in_srgb(image: Image.Image) -> Image.Image:
    """RGB or RGBA. By the profile in the file where it has one that fits, else as its numbers are."""
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    opaque = image.convert("RGB") if alpha else image
    profile = image.info.get("icc_profile") or b""
    colored = _by_profile(opaque, profile) or opaque.convert("RGB")
    if alpha:
        colored.putalpha(alpha)
    return colored


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    """None where there is nothing to do, or the profile is none, or not for such pixels."""
    fits = PROFILE_HEAD_BYTES <= len(profile) <= MAX_PROFILE_BYTES and profile[16:20] == SPACES.get(image.mode)
    if not fits:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if image.mode == "RGB" and "sRGB" in ImageCms.getProfileDescription(source):
            return None  # nearly all; to convert them would only round
        return ImageCms.profileToProfile(
            image,
            source,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
