"""A logo drawn as SVG to pixels: what is left of it after the list of what templates may hold, drawn as templates are.

It may hold less than a template: no pictures, and none of the attributes that are ours.
"""

from __future__ import annotations

import re
from dataclasses import replace
from math import ceil

from lxml import etree

from server.catalog.manifest import Manifest
from server.catalog.template import MAX_SVG_BYTES, Template
from server.errors import BrokenTemplate, UnfitPicture
from server.fonts.library import FontLibrary
from server.images import Pixels
from server.render.bounding import bound_numbers
from server.render.bounds import MIN_VIEW, plain_numbers
from server.render.compose import SvgDocument
from server.render.limits import check_size
from server.render.paint import paint
from server.render.scene import lay_out
from server.render.svg import SVG, Element, clean, local_name, remove, safe_parser
from server.render.type.styles import length
from server.render.type.whitespace import settle_white_space
from server.report import Reason

DRAWN_SIDE = 1000  # of the longer side: enough for a mail's whole width on a screen of double density
USUAL_SIZE = (300.0, 150.0)  # of a picture that says no size (CSS 2, section 10.3.2)
XML_START = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<|\xff\xfe<\x00|\xfe\xff\x00<")
SPOKEN_OF = 4096  # bytes in which <svg stands, if it is one
OURS = re.compile("data-.*|inline-size|text-overflow")
NAME = "picture"


def may_be_svg(data: bytes) -> bool:
    """Whether it is worth parsing."""
    return XML_START.match(data) is not None


def draw_vector(data: bytes, fonts: FontLibrary) -> Pixels:
    """On a transparent ground. Raises UnfitPicture, and whatever CairoSVG makes of odd input."""
    root = _parsed(data)
    view = _view(root)
    scale = DRAWN_SIDE / max(view[2:])
    width, height = max(1, round(view[2] * scale)), max(1, round(view[3] * scale))
    _drop_what_is_ours(root)
    drawing = Template(NAME, Manifest(), ceil(view[2]), ceil(view[3]), {"template.svg": b""}, (), "")
    try:
        check_size(root, drawing)
        clean(root, drawing)
        settle_white_space(root)
        bound_numbers(root)
        _frame(root, view, (width, height))
        document = SvgDocument(etree.tostring(root, encoding="utf-8"))
        scene = lay_out(document, replace(drawing, width=width, height=height), fonts)
    except BrokenTemplate:  # more than we are ready to draw
        raise UnfitPicture(Reason.PICTURE_TOO_LARGE) from None
    return paint(scene, width, height)


def _parsed(data: bytes) -> Element:
    if len(data) > MAX_SVG_BYTES:
        raise UnfitPicture(Reason.PICTURE_TOO_LARGE)
    try:
        # Illustrator writes its namespaces as entities.
        root = etree.fromstring(data.lstrip(), safe_parser(entities="internal"))
    except etree.XMLSyntaxError:
        # A page is HTML, and HTML is rarely XML.
        reason = Reason.DAMAGED if b"<svg" in data[:SPOKEN_OF] else Reason.NOT_A_PICTURE
        raise UnfitPicture(reason) from None
    if local_name(root) != "svg" or not str(root.tag).startswith((SVG, "svg")):
        raise UnfitPicture(Reason.NOT_A_PICTURE)
    return root


def _view(root: Element) -> tuple[float, float, float, float]:
    """What of its plane is seen: its viewBox, or its width and height."""
    box = plain_numbers(root.get("viewBox", ""))
    if len(box) == 4 and min(box[2:]) >= MIN_VIEW:
        return box[0], box[1], box[2], box[3]
    sides = (root.get("width"), root.get("height"))
    width, height = (
        length(side, em=16, whole=usual, default=usual) for side, usual in zip(sides, USUAL_SIZE, strict=True)
    )
    if min(width, height) < MIN_VIEW:
        raise UnfitPicture(Reason.EMPTY)
    return 0.0, 0.0, width, height


def _frame(root: Element, view: tuple[float, ...], size: tuple[int, int]) -> None:
    """Makes it as large as it is to be drawn: its own proportions, but for what whole pixels make of them."""
    root.attrib.update({"viewBox": " ".join(f"{number:.9g}" for number in view), "preserveAspectRatio": "none"})
    root.attrib.update({side: str(pixels) for side, pixels in zip(("width", "height"), size, strict=True)})


def _drop_what_is_ours(root: Element) -> None:
    for element in list(root.iter("*")):
        if local_name(element) == "image":
            remove(element)
        for name in [name for name in element.attrib if OURS.fullmatch(name)]:
            del element.attrib[name]
