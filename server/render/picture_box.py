"""Paints an <image> into its box: which part of the picture shows, and where (SVG 2, preserveAspectRatio)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import ceil, hypot, inf

import cairocffi
from cairosvg.helpers import size as to_units
from cairosvg.parser import Node
from cairosvg.surface import Surface

from server.render.bounds import plain_numbers
from server.render.pictures import MAX_SCALED_PIXELS, Part, Pictures
from server.render.plates import Box, inset, lay, plate_of

SHARP = frozenset(("pixelated", "crisp-edges", "optimizeSpeed"))
MAX_SIDE = 1 << 15  # of a scaled picture; cairo knows no larger surface

Size = tuple[float, float]


def paint_picture(surface: Surface, node: Node) -> None:
    """Paints an <image> of the template. Without a picture to show it paints nothing."""
    surface.context.new_path()
    href = node.get_href()
    if href and _is_visible(node) and surface.stroke_and_fill:
        _paint_into_box(surface, node, node.url_fetcher.pictures, href)


def _is_visible(node: Node) -> bool:
    return bool(node.get("display") != "none" and node.get("visibility", "visible") == "visible")


def _paint_into_box(surface: Surface, node: Node, pictures: Pictures, href: str) -> None:
    whole = _whole(node.xml_tree.attrib, pictures, href)
    natural = whole.right - whole.left, whole.bottom - whole.top
    plate = plate_of(node.xml_tree.attrib, pictures.look(href)) if "data-plate" in node.xml_tree.attrib else None
    box = _box(surface, node, natural)
    room = inset(box, plate.padding) if plate else box
    shown, part = _fit(room, natural, node.get("preserveAspectRatio", ""), most=_most(node))
    part = Part(part.left + whole.left, part.top + whole.top, part.right + whole.left, part.bottom + whole.top)
    with _faded(surface.context, float(node.get("opacity", 1)), is_group=plate is not None) as opacity:
        if plate:
            lay(surface.context, plate, shown)
        _paint_part(surface.context, node, pictures, href, part=part, shown=shown, opacity=opacity)


def _whole(written: Mapping[str, str], pictures: Pictures, href: str) -> Part:
    """The picture, or what is left of it without its margins. A plate makes new ones."""
    if written.get("data-trim", "false") == "false":
        return Part(0, 0, *pictures.size(href))
    look = pictures.look(href)
    return Part(*(look.content if "data-plate" in written else look.framed))


def _most(node: Node) -> float:
    """How many times its own pixels a picture may be shown."""
    times = plain_numbers(node.xml_tree.get("data-max-upscale", ""))
    return times[0] if times and times[0] > 0 else inf


@contextmanager
def _faded(context: cairocffi.Context, opacity: float, *, is_group: bool) -> Iterator[float]:
    """Gives the opacity to paint with; a plate and its picture fade as one, and are painted opaque."""
    context.save()
    if is_group and opacity < 1:
        context.push_group()
        yield 1.0
        context.pop_group_to_source()
        context.paint_with_alpha(opacity)
    else:
        yield opacity
    context.restore()


def _paint_part(
    context: cairocffi.Context, node: Node, pictures: Pictures, href: str, *, part: Part, shown: Box, opacity: float
) -> None:
    columns, rows = _device_size(context, shown[2], shown[3])
    if not (columns and rows):
        return
    if columns * rows > MAX_SCALED_PIXELS:
        columns, rows = ceil(part.right - part.left), ceil(part.bottom - part.top)
    smooth = node.get("image-rendering") not in SHARP
    picture = pictures.scaled(href, part, columns, rows, smooth=smooth)
    context.save()
    context.rectangle(*shown)
    context.clip()
    context.translate(shown[0], shown[1])
    context.scale(shown[2] / picture.width, shown[3] / picture.height)
    pattern = cairocffi.SurfacePattern(picture.surface)
    pattern.set_extend(cairocffi.EXTEND_PAD)  # the clip makes the edge; fading out would soften it
    pattern.set_filter(cairocffi.FILTER_BILINEAR if smooth else cairocffi.FILTER_NEAREST)
    context.set_source(pattern)
    context.paint_with_alpha(opacity)
    context.restore()


def _box(surface: Surface, node: Node, natural: Size) -> Box:
    """The box of an <image>; a side that is not given follows from the other one and the picture (SVG 2)."""
    x, y = to_units(surface, node.get("x"), "x"), to_units(surface, node.get("y"), "y")
    width, height = to_units(surface, node.get("width"), "x"), to_units(surface, node.get("height"), "y")
    ratio = natural[0] / natural[1]
    if not width and not height:
        width, height = natural
    return x, y, width or height * ratio, height or width / ratio


def _fit(box: Box, natural: Size, aspect: str, *, most: float) -> tuple[Box, Part]:
    """Which part of the picture is shown where, by preserveAspectRatio: all of it inside the box, but no larger than
    `most` times (meet), the box all filled (slice), or both (none, stretched)."""
    x, y, width, height = box
    words = aspect.split() or ["xMidYMid"]
    whole = Part(0.0, 0.0, *natural)
    if words[0] == "none":
        return box, whole
    along = {"min": 0.0, "mid": 0.5, "max": 1.0}
    share_x, share_y = along.get(words[0][1:4].lower(), 0.5), along.get(words[0][5:8].lower(), 0.5)
    if "slice" in words[1:]:
        scale = max(width / natural[0], height / natural[1])
        part_width, part_height = width / scale, height / scale
        left, top = share_x * (natural[0] - part_width), share_y * (natural[1] - part_height)
        right, bottom = min(left + part_width, natural[0]), min(top + part_height, natural[1])
        return box, Part(max(left, 0.0), max(top, 0.0), right, bottom)
    scale = min(width / natural[0], height / natural[1], most)
    inner = natural[0] * scale, natural[1] * scale
    return (x + share_x * (width - inner[0]), y + share_y * (height - inner[1]), *inner), whole


def _device_size(context: cairocffi.Context, width: float, height: float) -> tuple[int, int]:
    """How many device pixels a box takes along its sides."""
    across, down = context.user_to_device_distance(width, 0), context.user_to_device_distance(0, height)
    return min(round(hypot(*across)), MAX_SIDE), min(round(hypot(*down)), MAX_SIDE)
