"""What a picture looks like, as far as placing it needs: where its content is, what it stands on, how light it is.

Logos come with any margin, transparent or of the colour of somebody's page.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image, ImageChops

from server.render.tones import WEIGHTS, Shades, Tone, linear, luminance

BARELY_VISIBLE = 16  # of 255: fainter pixels are the breath of a shadow, or dust
OPAQUE = 250
FLAT = 24  # of 255: what JPEG makes of one colour
EDGE_SHARE = 0.9
WHITISH = 0.8  # luminance, of the grounds that most cards have too: their margins may go altogether
FRAME = 0.2  # of the shorter side of the content
SAMPLE_SIDE = 48  # pixels a side, of the small copy that shades are counted in
SHADES = 64  # that are told apart, more of them among the dark: so does the eye
LINEAR = np.array([linear(step / 255) for step in range(256)])

Box = tuple[int, int, int, int]


class Look(NamedTuple):
    """`content` is left, top, right, bottom without empty margins, and `framed` the same with a little of them where
    they are of a colour: an icon needs the ground it stands on. `ground` is the one colour that the picture brings
    along around its content, if it is opaque and does; `shades` says how much of what is visible is how light."""

    content: Box
    framed: Box
    ground: Tone | None
    shades: Shades


def look(image: Image.Image) -> Look:
    """Of an RGBA picture."""
    visible = image.getchannel("A").point(lambda alpha: 255 * (alpha >= BARELY_VISIBLE)).getbbox()
    whole = (0, 0, *image.size)
    if visible is None:
        return Look(whole, whole, None, ())
    cut = image.crop(visible)
    ground = _ground(cut)
    inner = None if ground is None else _unlike(cut, ground)
    if ground is None or inner is None:  # a picture all of one colour is its content
        return Look(visible, visible, None, _shades(cut))
    content, tone = _moved(inner, visible[:2]), _tone(ground)
    framed = _widened(content, visible) if luminance(tone) < WHITISH else content
    return Look(content, framed, tone, _shades(cut))


def _ground(image: Image.Image) -> tuple[int, ...] | None:
    """The colour that all four corners share. It is a ground only where nothing is transparent, and where it goes round
    nearly all of the edge: the corners of an H are of one colour too.
    """
    pixels = np.asarray(image)
    if pixels[:, :, 3].min() < OPAQUE:
        return None
    colors = pixels[:, :, :3].astype(np.int16)
    corners = colors[[0, 0, -1, -1], [0, -1, 0, -1]]
    if int(np.ptp(corners, axis=0).max()) > FLAT:
        return None
    ground = corners.mean(axis=0).round().astype(np.int16)
    edge = np.concatenate((colors[0], colors[-1], colors[:, 0], colors[:, -1]))
    if np.mean(np.abs(edge - ground).max(axis=1) <= FLAT) < EDGE_SHARE:
        return None
    return tuple(ground.tolist())


def _unlike(image: Image.Image, ground: tuple[int, ...]) -> Box | None:
    """Where `image` is anything but its ground; None where it is nothing else."""
    difference = ImageChops.difference(image.convert("RGB"), Image.new("RGB", image.size, ground))
    red, green, blue = difference.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point(lambda away: 255 * (away > FLAT)).getbbox()


def _moved(box: Box, by: tuple[int, int]) -> Box:
    return box[0] + by[0], box[1] + by[1], box[2] + by[0], box[3] + by[1]


def _widened(box: Box, limits: Box) -> Box:
    left, top, right, bottom = box
    frame = round(FRAME * min(right - left, bottom - top))
    return (
        max(left - frame, limits[0]),
        max(top - frame, limits[1]),
        min(right + frame, limits[2]),
        min(bottom + frame, limits[3]),
    )


def _shades(image: Image.Image) -> Shades:
    small = image.convert("RGBa").resize((SAMPLE_SIDE, SAMPLE_SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small).reshape(-1, 4).astype(np.float64)
    pixels = pixels[pixels[:, 3] >= BARELY_VISIBLE]
    colors = (255 * np.minimum(pixels[:, :3] / pixels[:, 3:], 1.0)).round().astype(np.uint8)
    light = LINEAR[colors] @ WEIGHTS
    steps, at = np.unique((np.sqrt(light) * SHADES).round().astype(int), return_inverse=True)
    weights = np.bincount(at, pixels[:, 3]) / pixels[:, 3].sum()
    return tuple(zip(((steps / SHADES) ** 2).tolist(), weights.tolist(), strict=True))


def _tone(color: tuple[int, ...]) -> Tone:
    red, green, blue = color
    return red / 255, green / 255, blue / 255
