"""Draws the pictures of the reference cards: `python -m bench.draw_pictures`. A lake at dusk with the
grain and the detail of a photograph, so that it costs an encoder what a photograph costs, and a logo.
"""

from __future__ import annotations

from pathlib import Path

import cairocffi
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

CARDS = Path(__file__).parent / "cards"
WIDTH, HEIGHT = 1200, 630
SHORE = 400
"""The row where the mountains end and the lake begins."""
LOGO = 160
GRAIN = 4.0  # of 255: a small camera's at dusk
JPEG_QUALITY = 90  # what a camera or a stock library hands out

Plane = NDArray[np.float64]


def photo() -> Image.Image:
    chance = np.random.default_rng(630)
    colours = _sky(chance)
    ridges = ((235, 70, 0.10), (290, 95, 0.34), (345, 80, 0.62), (385, 45, 0.88))
    for base, height, nearness in ridges:
        _stand_a_ridge(colours, chance, base=base, height=height, nearness=nearness)
    _lay_the_lake(colours, chance)
    grain = chance.normal(0, GRAIN, (HEIGHT, WIDTH, 1)) + chance.normal(0, GRAIN / 3, (HEIGHT, WIDTH, 3))
    image = Image.fromarray(np.clip(colours + grain, 0, 255).astype(np.uint8))
    return image.filter(ImageFilter.GaussianBlur(0.5))  # a lens is no sharper


def logo() -> bytes:
    """A white tile with a sail: two shapes on a disc."""
    surface = cairocffi.ImageSurface(cairocffi.FORMAT_ARGB32, LOGO, LOGO)
    context = cairocffi.Context(surface)
    context.arc(LOGO / 2, LOGO / 2, LOGO / 2 - 2, 0, 2 * np.pi)
    context.set_source_rgb(1, 1, 1)
    context.fill()
    _fill(context, [(74, 28), (74, 112), (30, 112)], (0.04, 0.29, 0.29))
    _fill(context, [(84, 46), (126, 112), (84, 112)], (1.0, 0.77, 0.36))
    _fill(context, [(34, 122), (126, 122), (112, 136), (48, 136)], (0.02, 0.15, 0.17))
    png: bytes = surface.write_to_png()
    return png


def _fill(context: cairocffi.Context, points: list[tuple[float, float]], colour: tuple[float, float, float]) -> None:
    for point in points:
        context.line_to(*point)
    context.close_path()
    context.set_source_rgb(*colour)
    context.fill()


def _noise(chance: np.random.Generator, *, octaves: range, stretch: int = 1, fade: float = 0.5) -> Plane:
    """Fractal noise from -1 to 1: grids of chance, each twice as fine and `fade` as strong, blown up smoothly."""
    total = np.zeros((HEIGHT, WIDTH))
    for step, octave in enumerate(octaves):
        grid = chance.normal(0, 1, (2**octave * stretch, 2**octave)).astype(np.float32)
        blown = Image.fromarray(grid).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        total += np.asarray(blown) * fade**step
    normal: Plane = total / np.abs(total).max()
    return normal


def _blend(below: Plane, above: Plane, share: Plane) -> Plane:
    return below + (above - below) * share[..., None]


def _sky(chance: np.random.Generator) -> Plane:
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    height = np.clip(rows / SHORE, 0, 1)
    top, middle, low = (np.array(c, float) for c in ((38, 58, 108), (148, 130, 158), (252, 186, 124)))
    colours = np.where(
        (height < 0.55)[..., None],
        top + (middle - top) * (height / 0.55)[..., None],
        middle + (low - middle) * ((height - 0.55) / 0.45)[..., None],
    )
    glow = np.exp(-(((columns - 840) / 330) ** 2 + ((rows - 275) / 150) ** 2))
    colours = _blend(colours, np.full_like(colours, (255, 226, 170)), glow * 0.85)
    clouds = np.clip(_noise(chance, octaves=range(2, 9), stretch=3, fade=0.62) * 1.7 - 0.15, 0, 1)
    lit = np.array((255, 190, 160)) * (0.55 + 0.45 * height[..., None])
    return _blend(colours, np.broadcast_to(lit, colours.shape), clouds * 0.55)


def _stand_a_ridge(colours: Plane, chance: np.random.Generator, *, base: int, height: int, nearness: float) -> None:
    """A ridge in front of what is there: the nearer, the darker and the rougher."""
    line = sum(
        np.interp(np.arange(WIDTH), np.linspace(0, WIDTH, 2**octave + 1), chance.normal(0, 0.55**step, 2**octave + 1))
        for step, octave in enumerate(range(2, 10))
    )
    crest = base - height * np.asarray(line) * 0.5
    rows = np.arange(HEIGHT)[:, None]
    inside = np.clip(rows - crest[None, :], 0, 1)
    far, near = np.array((150, 128, 150), float), np.array((20, 30, 38), float)
    rock = (far + (near - far) * nearness) * (
        1 + 0.55 * nearness * _noise(chance, octaves=range(4, 11), fade=0.8)[..., None]
    )
    haze = np.clip((rows - crest[None, :]) / 130, 0, 1) * (1 - nearness) * 0.75
    rock = _blend(rock, np.full_like(rock, (226, 172, 150)), haze)
    colours[:] = _blend(colours, rock, inside)


def _lay_the_lake(colours: Plane, chance: np.random.Generator) -> None:
    """What stands above the shore, turned over, pushed about by ripples and darkened."""
    depth = np.arange(HEIGHT - SHORE)[:, None]
    ripples = _noise(chance, octaves=range(5, 11), stretch=4, fade=0.85)[SHORE:]
    pushed = (ripples * (4 + depth * 0.16)).astype(int)
    source = np.clip(SHORE - 1 - (depth * 1.25).astype(int) + pushed, 0, SHORE - 1)
    columns = np.clip(np.arange(WIDTH)[None, :] + (pushed * 0.6).astype(int), 0, WIDTH - 1)
    mirrored = colours[source, columns] * (0.82 - 0.25 * depth[..., None] / depth.max())
    glints = np.clip(ripples - 0.30, 0, 1)[..., None] * np.array((150, 120, 96))
    colours[SHORE:] = mirrored + glints


def main() -> None:
    photo().save(CARDS / "photo" / "photo.jpg", quality=JPEG_QUALITY, subsampling="4:2:0", optimize=True)
    (CARDS / "flat" / "logo.png").write_bytes(logo())


if __name__ == "__main__":
    main()
