"""Bounds every number of a document: in attributes, in CSS, and in how many dashes an outline would take."""

from __future__ import annotations

import re

from server.render.bounds import BOUNDS, NUMBER, bounded, plain_numbers
from server.render.css import bounded_sheet, bounded_style
from server.render.svg import SVG, Element

MAX_DASHES = 1e5  # of one path; cairo makes a polygon for each
LENGTH_PER_COORDINATE = 7  # the way to draw is at most so many times the coordinates given: 2π for arcs
GEOMETRY = frozenset(
    (
        "d",
        "points",
        "x",
        "y",
        "width",
        "height",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "x1",
        "y1",
        "x2",
        "y2",
    )
)


def bound_numbers(root: Element) -> None:
    """Changes `root` in place. Idempotent."""
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "style":
                element.set("style", bounded_style(value))
            elif name in BOUNDS:
                _replace(element, name, bounded(name, value))
        if element.tag == f"{SVG}style":
            element.text = bounded_sheet(element.text or "")
    for element in root.iter():
        if "stroke-dasharray" in element.attrib or "stroke-dasharray" in element.get("style", ""):
            _drop_endless_dashes(element)


def _replace(element: Element, name: str, value: str | None) -> None:
    if value is None:
        del element.attrib[name]
    elif value != element.get(name):
        element.set(name, value)


def _drop_endless_dashes(element: Element) -> None:
    """Drops a dash pattern so short that an outline in `element` could need more dashes than anyone sees."""
    dashes = element.get("stroke-dasharray") or _style_value(element.get("style", ""), "stroke-dasharray")
    period = sum(plain_numbers(re.sub(r"[a-z%]", "", dashes)))
    if dashes != "none" and period * MAX_DASHES < max(map(_way, element.iter())):
        element.attrib.pop("stroke-dasharray", None)
        element.set("style", f"{element.get('style', '')};stroke-dasharray:none")


def _style_value(style: str, name: str) -> str:
    return next((part.partition(":")[2] for part in style.split(";") if part.startswith(f"{name}:")), "none")


def _way(element: Element) -> float:
    """An upper bound of how long the outline of `element` is."""
    values = (value for name, value in element.attrib.items() if name in GEOMETRY)
    return LENGTH_PER_COORDINATE * sum(abs(float(n[0])) for value in values for n in NUMBER.finditer(value))
