"""SVGs as Chromium draws them, and as we do, and how far apart the two are."""

from __future__ import annotations

import base64
import functools
import hashlib
import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from server.catalog.manifest import Manifest
from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.fonts.faces import FaceSource, read_faces
from server.fonts.files import font_files
from server.fonts.library import FontLibrary
from server.images import Format
from server.render.compose import compose
from server.render.paint import paint
from server.render.scene import lay_out
from tests.support.chromium import screenshot

Pixels = NDArray[np.int16]

ROOT = Path(__file__).parents[2]
BLOCK = 8
ROW_PIXELS = 1024  # of a page with many cells


class Gauges(NamedTuple):
    """Differences in levels of 255: the mean over the picture, and over the worst 8 by 8 block."""

    mean: float
    worst: float


# Two anti-aliasers differ along edges. Measured over the probes: shapes that agree stay below 1.1 and 9.8, those that
# differ start at a worst block of 18; letters, nearly all edge, stay below 3.5 and 36, and differ from 54.
SHAPES_AGREE, SHAPES_DIFFER = Gauges(1.1, 11), 17
LETTERS_AGREE, LETTERS_DIFFER = Gauges(4.0, 40), 50


def gauge(ours: Pixels, theirs: Pixels) -> Gauges:
    difference = np.abs(ours - theirs).mean(axis=2)
    blocks = difference.reshape(len(difference) // BLOCK, BLOCK, -1, BLOCK).mean(axis=(1, 3))
    return Gauges(float(difference.mean()), float(blocks.max()))


def template_of(svg: str, width: int, height: int) -> Template:
    digest = hashlib.sha256(svg.encode()).hexdigest()
    return Template("probe", Manifest(), width, height, {"template.svg": svg.encode()}, (), digest)


def draw_ours(template: Template, fonts: FontLibrary, scale: int = 1) -> Image.Image:
    """What the renderer paints, on white."""
    size = template.width * scale, template.height * scale
    spec = RenderSpec("probe", template.digest, Format.PNG, *size, float(scale), (), (), "")
    pixels = paint(lay_out(compose(spec, template), template, fonts), *size)
    ours = Image.frombuffer("RGBA", size, bytes(pixels.data), "raw", "BGRa", pixels.stride, 1)
    paper = Image.new("RGBA", size, "white")
    paper.alpha_composite(ours)
    return paper.convert("RGB")


def as_array(picture: Image.Image) -> Pixels:
    return np.asarray(picture.convert("RGB"), dtype=np.int16)


def browse(cells: Mapping[str, str], size: tuple[int, int], folder: Path, *, inline: bool) -> dict[str, Pixels]:
    """The SVGs as Chromium draws them in cells of that size, all from one screenshot.

    Inline, web fonts work; as <img>, no id or style can reach another cell.
    """
    width, height = size
    columns = ROW_PIXELS // width
    rows = math.ceil(len(cells) / columns)
    page = folder / "page.html"
    shown = "".join(f"<div>{svg}</div>" if inline else _as_image(svg) for svg in cells.values())
    page.write_text(f"<!doctype html><meta charset=utf-8><style>{_style(width, height)}</style>{shown}")
    picture = as_array(screenshot(page, (columns * width, rows * height)))
    places = (divmod(at, columns) for at in range(len(cells)))
    return {
        name: picture[row * height : (row + 1) * height, column * width : (column + 1) * width]
        for name, (row, column) in zip(cells, places, strict=True)
    }


def _as_image(svg: str) -> str:
    return f'<img src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}">'


def _style(width: int, height: int) -> str:
    return (
        f"{font_faces()}*{{margin:0}}body{{width:{ROW_PIXELS // width * width}px;font-size:0;line-height:0}}"
        f"img,div{{width:{width}px;height:{height}px;display:inline-block;background:#fff;overflow:hidden;"
        "vertical-align:top}svg{font-size:16px}"
    )


@functools.cache
def font_faces() -> str:
    """Our fonts as web fonts. Chromium loads those that the page uses."""
    files = font_files([ROOT / "fonts"])
    return "".join(font_face(path, source) for path in files for source in read_faces(path))


def font_face(path: Path, source: FaceSource) -> str:
    (lightest, boldest), (narrowest, widest) = source.weights, source.stretches
    return (
        f"@font-face{{font-family:'{source.family}';src:url('{path.as_uri()}');font-weight:{lightest:g} {boldest:g};"
        f"font-stretch:{narrowest:g}% {widest:g}%;font-style:{'italic' if source.italic else 'normal'}}}"
    )
