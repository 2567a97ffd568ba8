"""The door of this package: what the bytes are is said by their content, and each kind has its reader.

Fetching is the work of others, and so is killing us: some pictures are made to take for ever.
"""

from __future__ import annotations

import warnings

import numpy as np
from PIL import Image

from server.encode.channels import ALPHA, as_array
from server.encode.png import encode_png
from server.errors import UnfitPicture
from server.fonts.library import FontLibrary
from server.images import Normalised, Pixels
from server.render.normalise.raster import is_raster, read_raster
from server.render.normalise.vector import draw_vector, may_be_svg
from server.report import Reason

BARELY_VISIBLE = 8  # of 255: a picture with less everywhere is an empty one


def normalise(data: bytes, fonts: FontLibrary, max_pixels: int) -> Normalised:
    """PNG, JPEG, WebP, GIF or SVG as our own PNG. Raises UnfitPicture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's, on odd files; they would fill the log, and maybe quote them
            pixels = _read(data, fonts, max_pixels)
    except UnfitPicture:
        raise
    except Image.DecompressionBombError:
        raise UnfitPicture(Reason.PICTURE_TOO_LARGE) from None
    except Exception as error:
        # Pillow's decoders raise nine kinds of exception on damaged files, CairoSVG fifteen.
        raise UnfitPicture(Reason.DAMAGED) from error
    if _is_empty(pixels):
        raise UnfitPicture(Reason.EMPTY)
    return Normalised(encode_png(pixels), pixels.width, pixels.height)


def _read(data: bytes, fonts: FontLibrary, max_pixels: int) -> Pixels:
    if is_raster(data):
        return read_raster(data, max_pixels)
    if may_be_svg(data):
        return draw_vector(data, fonts)
    raise UnfitPicture(Reason.NOT_A_PICTURE)


def _is_empty(pixels: Pixels) -> bool:
    """The transparent dot that stands for "no logo" in many systems, or an SVG of which we draw nothing."""
    return bool(np.max(as_array(pixels)[:, :, ALPHA]) < BARELY_VISIBLE)
