"""Text to an XML tree without risk, and the tree to one that holds only what we draw.

The parser knows no entities, no DTD and no network. `clean` keeps a list of elements and drops every other
one (scripts, HTML, animation, editors' own data), event attributes, and references that are neither inside
the document nor a picture of the template. Numbers are `bounds.py`'s, amounts are `limits.py`'s work.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from typing import Any, Literal

from lxml import etree

from server.catalog.template import Template
from server.errors import BrokenTemplate

SVG = "{http://www.w3.org/2000/svg}"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

DRAWN = frozenset(
    (
        "svg",
        "g",
        "defs",
        "symbol",
        "use",
        "switch",
        "a",
        "style",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "textPath",
        "image",
        "linearGradient",
        "radialGradient",
        "stop",
        "pattern",
        "clipPath",
        "mask",
        "marker",
    )
)
"""No filters: CairoSVG draws no blur, floods over the shape and moves it instead of its shadow. Without them a shape
that casts a shadow stays where it is, and the check says that the shadow is missing.
"""
TEXTS = frozenset(f"{SVG}{name}" for name in ("text", "tspan", "textPath"))
SPANS = TEXTS - {f"{SVG}text"}
CONDITIONS = ("requiredExtensions", "requiredFeatures", "systemLanguage")
REGION = ("x", "y", "width", "height")
EMBEDDED_PICTURE = re.compile(r"\s*data:image/(png|jpe?g|webp|gif)\s*[;,]", re.IGNORECASE)
REMOTE = "remote:"  # and the digest of a remote picture, which came with the spec
OUTSIDE = re.compile(r"url\(\s*[\"']?\s*(?!#)[^)]*\)", re.IGNORECASE)

Element = Any  # of lxml, which has no type hints


def safe_parser(*, encoding: str | None = None, entities: bool | Literal["internal"] = False) -> Any:
    """Without network, DTDs, and depths over 256. `entities`: whether those of the document itself are put in; libxml2
    stops them where they multiply."""
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=entities,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def parse(text: str, template: Template) -> Element:
    """The root of the composed `text`. Raises BrokenTemplate with the line of the template."""
    try:
        root = etree.fromstring(text.strip().encode(), safe_parser(encoding="utf-8"))
    except etree.XMLSyntaxError as error:
        message = error.msg.partition(", line ")[0] if error.msg else "not well-formed"
        line = template_line(template.svg, text.strip(), error.lineno)
        raise BrokenTemplate(template.name, f"is not XML: {message}", line=line) from None
    subset = root.getroottree().docinfo.internalDTD
    if subset is not None and any(True for _ in subset.iterentities()):
        raise BrokenTemplate(template.name, "declares entities in its DOCTYPE; remove the DOCTYPE")
    if local_name(root) != "svg":
        raise BrokenTemplate(template.name, f"the first element is <{local_name(root)}>, not <svg>")
    return root


def template_line(source: str, composed: str, line: int | None) -> int | None:
    """The line of the template that became `line` of the composed text: Jinja's conditions and loops move
    lines.

    Goes up to the nearest line that stands word for word, once, in the source. None where there is none.
    """
    source_lines, composed_lines = source.splitlines(), composed.splitlines()
    for above, text in enumerate(reversed(composed_lines[: line or 0])):
        if text.strip() and source_lines.count(text) == 1:
            return source_lines.index(text) + 1 + above
    return None


def local_name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def remove(element: Element) -> None:
    """Takes `element` out and leaves the text behind it in place."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail:
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def clean(root: Element, template: Template, pictures: Collection[str] = ()) -> None:
    """Changes `root` in place until only what we draw is left in it. `pictures`: digests of the remote ones at hand."""
    for element in list(root.iter()):
        if not _is_drawn(element):
            remove(element)
        elif not str(element.tag).startswith(SVG):
            element.tag = f"{SVG}{element.tag}"
    for switch in list(root.iter(f"{SVG}switch")):
        _resolve_switch(switch)
    for element in root.iter():
        _clean_attributes(element, template, pictures)
        if element.tag in SPANS:
            element.attrib.pop("transform", None)  # SVG has none there, and CairoSVG would heed it
        if element.tag == f"{SVG}a":
            _turn_into_group(element)
        elif element.tag == f"{SVG}mask":
            _widen(element, template)
    for use in [use for use in root.iter(f"{SVG}use") if "href" not in use.attrib]:
        remove(use)  # CairoSVG fails on it


def _is_drawn(element: Element) -> bool:
    namespace, _, name = str(element.tag).rpartition("}")
    return f"{namespace}}}" in (SVG, "}") and name in DRAWN


def _clean_attributes(element: Element, template: Template, pictures: Collection[str]) -> None:
    attributes = element.attrib
    if XLINK_HREF in attributes and "href" not in attributes:
        attributes["href"] = attributes[XLINK_HREF]
    if XML_LANG in attributes:
        attributes["lang"] = attributes[XML_LANG]
    for name, value in attributes.items():
        if name in CONDITIONS or name.startswith("on") or (name.startswith("{") and name != XML_SPACE):
            del attributes[name]
        elif "url(" in value:
            attributes[name] = OUTSIDE.sub("none", value)
    if "href" in attributes:
        _clean_reference(element, template, pictures)


def _clean_reference(element: Element, template: Template, pictures: Collection[str]) -> None:
    reference = element.attrib.pop("href").strip()
    if element.tag == f"{SVG}image":
        is_remote = reference.startswith(REMOTE) and reference.removeprefix(REMOTE) in pictures
        if is_remote or EMBEDDED_PICTURE.match(reference):
            element.set("href", reference)
        elif (file := posixpath.normpath(reference)) in template.files:
            element.set("href", file)
    elif reference.startswith("#"):
        element.set("href", reference)


def _turn_into_group(link: Element) -> None:
    """A picture has no links: an <a> is a span of text, or a group."""
    parent = link.getparent()
    link.tag = f"{SVG}tspan" if parent is not None and parent.tag in TEXTS else f"{SVG}g"
    link.attrib.pop("href", None)


def _widen(mask: Element, template: Template) -> None:
    """CairoSVG shifts and crops the content of a mask whose region is a share of the masked element, which is the
    default. The region only crops, so one that is wide enough for anything, in user units, looks the same.
    """
    if mask.get("maskUnits") != "userSpaceOnUse" and not any(side in mask.attrib for side in REGION):
        sides = (-template.width, -template.height, 3 * template.width, 3 * template.height)
        mask.attrib.update({"maskUnits": "userSpaceOnUse", **dict(zip(REGION, map(str, sides), strict=True))})


def chosen_of(switch: Element) -> Element | None:
    """What a <switch> draws: its first child without a condition, for the language of the machine must not change a
    picture."""
    drawn = (child for child in switch.iterchildren("*") if _is_drawn(child))
    return next((child for child in drawn if not any(name in child.attrib for name in CONDITIONS)), None)


def _resolve_switch(switch: Element) -> None:
    chosen = chosen_of(switch)
    for child in list(switch):
        if child is not chosen:
            remove(child)
    switch.tag = f"{SVG}g"
