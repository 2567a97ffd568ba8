"""An <image> whose picture is to be set in type (`initials:SN`, `wordmark:Acme & Co`) to a tile with a text on it.

The text is ordinary SVG with our attributes, so it is fitted, shaped and coloured like every other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from server.catalog.template import Template
from server.characters import characters
from server.render.bounds import plain_numbers
from server.render.svg import SVG, XLINK_HREF, Element, remove
from server.render.tones import Tone, first_that_shows, read_tone
from server.render.type.styles import INITIAL_SIZE, Viewport, length
from server.text.bidi import base_is_rtl

INITIALS, WORDMARK = "initials:", "wordmark:"
TILE, TILE_INK = "data-tile", "data-tile-ink"
# What means something on an <image> alone.
OF_IMAGES = ("x", "y", "width", "height", "href", XLINK_HREF, "preserveAspectRatio", "image-rendering")

NEUTRAL_TILE = "#e6eaf0"
LIGHT, DARK = "#ffffff", "#26324a"
WEIGHT = 600
INITIAL_SIZES = (0.48, 0.42, 0.34)  # of the shorter side, for one, two and three letters
WORDMARK_SIZE = 0.34  # of the height, at the most
SMALLEST = 0.25  # of the designed size
LEGIBLE = 7.0  # pixels; of a name that would have to be smaller, the first letter is shown
WORDMARK_LINES = 2
WORDMARK_LEADING = 1.12
MARGIN = 0.14  # of the shorter side
ROUND_MARGIN = 0.16  # a little more than what a circle leaves of a square: (1 - 1/√2) / 2
ANCHORS = {"min": "start", "mid": "middle", "max": "end"}
VALIGNS = {"min": "top", "mid": "middle", "max": "bottom"}


class Room(NamedTuple):
    """The box of the <image>, in user units."""

    x: float
    y: float
    width: float
    height: float


def set_in_type(root: Element, template: Template) -> None:
    """Changes `root` in place. Where there is no box, or no word, nothing is drawn."""
    viewport = _viewport(root, template)
    for number, image in enumerate(list(root.iter(f"{SVG}image", "image"))):
        href = (image.get("href") or image.get(XLINK_HREF) or "").strip()
        if href.startswith((INITIALS, WORDMARK)):
            kind, _, words = href.partition(":")
            _replace(image, _room(image, viewport), words.strip(), kind=f"{kind}:", name=f"nameplate:{number}")


def _viewport(root: Element, template: Template) -> Viewport:
    box = plain_numbers(root.get("viewBox", ""))
    return Viewport(*box[2:]) if len(box) == 4 else Viewport(template.width, template.height)


def _room(image: Element, viewport: Viewport) -> Room:
    x, width = (length(image.get(name), em=INITIAL_SIZE, whole=viewport.width) for name in ("x", "width"))
    y, height = (length(image.get(name), em=INITIAL_SIZE, whole=viewport.height) for name in ("y", "height"))
    return Room(x, y, width, height)


def _replace(image: Element, room: Room, words: str, *, kind: str, name: str) -> None:
    """Turns `image` into a group, which keeps its place, its clip and whatever else holds for it."""
    if not words or min(room.width, room.height) <= 0:
        remove(image)
        return
    tile = _tile(image.get(TILE, NEUTRAL_TILE))
    ink = read_tone(image.get(TILE_INK, "")) or _ink_on(tile)
    side = "xMidYMid" if tile else image.get("preserveAspectRatio", "")
    slot = image.get("data-slot") or image.get("id") or ""
    margin = _margin(image) if tile else 0.0
    for attribute in [attribute for attribute in image.attrib if _is_of_images(attribute)]:
        del image.attrib[attribute]
    image.tag = f"{SVG}g"
    for child in list(image):
        remove(child)
    if tile:
        _add(image, "rect", room._asdict(), {"fill": _css(tile), "stroke": "none"})
    _add(image, "rect", {"id": name, **_inner(room, margin)._asdict()}, {"fill": "none", "stroke": "none"})
    wordings = _add(image, "g", {"data-choose": "first-fit"} | ({"data-slot": slot} if slot else {}), {})
    for wording, size, lines in _wordings(words, room, kind):
        text = _add(wordings, "text", _fitting(name, size, lines, side), _type_of(size, ink, _anchor(wording, side)))
        text.text = wording


def _wordings(words: str, room: Room, kind: str) -> Iterator[tuple[str, float, int]]:
    """What to say, the size to begin with, and on how many lines at the most; the first that fits is drawn."""
    if kind == WORDMARK:
        yield words, room.height * WORDMARK_SIZE, WORDMARK_LINES
        words = characters(words)[0]
    letters = min(len(characters(words)), len(INITIAL_SIZES))
    yield words, min(room.width, room.height) * INITIAL_SIZES[letters - 1], 1


def _tile(value: str) -> Tone | None:
    return None if value == "none" else read_tone(value) or _tone(NEUTRAL_TILE)


def _margin(image: Element) -> float:
    return ROUND_MARGIN if any(map(_is_clipped, (image, image.getparent()))) else MARGIN


def _is_of_images(attribute: str) -> bool:
    return attribute in OF_IMAGES or attribute.startswith("data-")


def _is_clipped(element: Element) -> bool:
    """Whether its corners may be cut off: by a circle, most of the time."""
    style = element.get("style", "")
    return any(name in element.attrib or f"{name}:" in style for name in ("clip-path", "mask"))


def _inner(room: Room, margin: float) -> Room:
    edge = margin * min(room.width, room.height)
    return Room(room.x + edge, room.y + edge, room.width - 2 * edge, room.height - 2 * edge)


def _fitting(name: str, size: float, lines: int, side: str) -> dict[str, object]:
    return {
        "data-box": f"#{name}",
        "data-fit": "shrink",
        "data-valign": VALIGNS.get(side[5:8].lower(), "middle"),
        "data-max-lines": lines,
        "data-min-size": min(size, max(size * SMALLEST, LEGIBLE)),
    }


def _anchor(words: str, side: str) -> str:
    """Without a tile a name stands where the picture would: at the side that preserveAspectRatio says."""
    place = side[1:4].lower()
    if base_is_rtl(words):  # start is on the right then
        place = {"min": "max", "max": "min"}.get(place, place)
    return ANCHORS.get(place, "middle")


def _type_of(size: float, ink: Tone, anchor: str) -> dict[str, object]:
    """As styles, which no rule of the template's sheet and nothing inherited can change; the font may."""
    return {
        "fill": _css(ink),
        "stroke": "none",
        "font-size": f"{size:.6f}px",
        "font-weight": WEIGHT,
        "font-style": "normal",
        "font-variant": "normal",
        "letter-spacing": 0,
        "word-spacing": 0,
        "line-height": WORDMARK_LEADING,
        "text-anchor": anchor,
        "text-decoration": "none",
        "text-transform": "none",
        "text-wrap-style": "balance",
        "unicode-bidi": "plaintext",
    }


def _add(group: Element, tag: str, attributes: dict[str, object], style: dict[str, object]) -> Element:
    element = etree.SubElement(group, f"{SVG}{tag}")
    element.attrib.update({name: _said(value) for name, value in attributes.items()})
    element.set("style", ";".join(f"{name}:{_said(value)}" for name, value in style.items()))
    return element


def _said(value: object) -> str:
    return f"{value:.6f}" if isinstance(value, float) else str(value)


def _tone(color: str) -> Tone:
    tone = read_tone(color)
    if tone is None:
        raise ValueError(f"{color} is no colour")
    return tone


def _ink_on(tile: Tone | None) -> Tone:
    """White where it shows: on the middle tones of brands both would, and white looks like them."""
    inks = _tone(LIGHT), _tone(DARK)
    return (first_that_shows(tile, inks) if tile else None) or inks[-1]


def _css(tone: Tone) -> str:
    return "#" + "".join(f"{round(share * 255):02x}" for share in tone)
