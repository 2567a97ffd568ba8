"""The plate behind a picture: a rounded rectangle in the first colour on which the picture shows."""

from __future__ import annotations

from collections.abc import Mapping
from math import pi
from typing import NamedTuple

import cairocffi

from server.render.picture_look import Look
from server.render.tones import Tone, first_that_carries, read_tone
from server.render.type.styles import INITIAL_SIZE, length

Box = tuple[float, float, float, float]


class Plate(NamedTuple):
    """`padding` and `radius` are in user units."""

    tone: Tone
    padding: float
    radius: float


def plate_of(written: Mapping[str, str], look: Look) -> Plate | None:
    """What `data-plate` asks for. A picture on a ground of its own gets a plate of that colour, so that no edge shows
    between the two."""
    colors = [tone for tone in map(read_tone, written.get("data-plate", "").split()) if tone]
    if not colors:
        return None
    tone = look.ground or first_that_carries(look.shades, colors) or colors[0]
    sizes = (written.get(name) for name in ("data-plate-padding", "data-plate-radius"))
    padding, radius = (length(size, em=INITIAL_SIZE, whole=0.0) for size in sizes)
    return Plate(tone, padding, radius)


def inset(box: Box, padding: float) -> Box:
    """`box` without `padding` on each side, as long as something is left."""
    x, y, width, height = box
    padding = min(padding, width / 2, height / 2)
    return x + padding, y + padding, width - 2 * padding, height - 2 * padding


def lay(context: cairocffi.Context, plate: Plate, shown: Box) -> None:
    """Paints the plate around `shown`, and clips to it: no corner of the picture may show beside a round one."""
    x, y, width, height = inset(shown, -plate.padding)
    radius = min(plate.radius, width / 2, height / 2)
    context.new_sub_path()
    for turn, (across, down) in enumerate(((1, 0), (1, 1), (0, 1), (0, 0))):
        middle_x = x + width - radius if across else x + radius
        middle_y = y + height - radius if down else y + radius
        context.arc(middle_x, middle_y, radius, (turn - 1) * pi / 2, turn * pi / 2)
    context.close_path()
    context.set_source_rgb(*plate.tone)
    context.fill_preserve()
    context.clip()
