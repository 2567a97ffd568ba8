"""White space in text as browsers treat it (CSS Text: `white-space: normal`): runs become one space, across
the borders of tspans too, and none is left at either end. `xml:space="preserve"` keeps every space.

Afterwards each text says `xml:space="preserve"`, so that nothing downstream touches its spaces again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from server.render.svg import SVG, Element

XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
SPACES = re.compile("[ \t\r\n]+")
BREAKS = re.compile("[\t\r\n]")

Place = tuple[Element, str]  # an element, and which of its strings: "text" or "tail"


def settle_white_space(root: Element) -> None:
    for text in root.iter(f"{SVG}text"):
        places = list(_strings(text))
        if _preserves(text):
            for place in places:
                _write(place, BREAKS.sub(" ", _read(place)))
        else:
            _collapse(places)
        for inner in text.iterdescendants():
            inner.attrib.pop(XML_SPACE, None)
        text.set(XML_SPACE, "preserve")


def _preserves(text: Element) -> bool:
    for element in (text, *text.iterancestors()):
        if XML_SPACE in element.attrib:
            return bool(element.get(XML_SPACE) == "preserve")
    return False


def _strings(text: Element) -> Iterator[Place]:
    """Every string inside `text`, in reading order."""
    yield text, "text"
    for child in text:
        yield from _strings(child)
        yield child, "tail"


def _collapse(places: list[Place]) -> None:
    after_space = True
    last: Place | None = None
    for place in places:
        string = SPACES.sub(" ", _read(place))
        if after_space:
            string = string.lstrip(" ")
        _write(place, string)
        if string:
            after_space = string.endswith(" ")
            last = place
    if last:
        _write(last, _read(last).rstrip(" "))


def _read(place: Place) -> str:
    return getattr(place[0], place[1]) or ""


def _write(place: Place, string: str) -> None:
    setattr(place[0], place[1], string)
