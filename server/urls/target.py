"""The path of an image URL into what is asked for: which template, in which format, at which scale."""

from __future__ import annotations

import re
from dataclasses import dataclass

from server.errors import MalformedLink, UnknownFormat, UnknownTemplate
from server.images import Format

IMAGE_PREFIX = "/i/"

_NAME = re.compile(r"[a-z0-9-]{1,64}")
_SCALES = {"": 1, "@2x": 2, "@3x": 3}  # one spelling each, so one picture has one path
_ENDINGS = {one.value: one for one in Format}


@dataclass(frozen=True, slots=True)
class Target:
    """`template` is the name as the path writes it: an alias stays an alias."""

    template: str
    format: Format
    scale: int = 1


def parse_path(path: str) -> Target:
    """What `/i/{template}[@2x|@3x].{png|jpg|webp}` asks for; `path` is percent-decoded once, as ASGI gives
    it.

    Raises MalformedLink for a path that is not of this shape, UnknownFormat for another ending or scale, and
    UnknownTemplate for a name that no template can have.
    """
    file = path.removeprefix(IMAGE_PREFIX)
    if file == path or "/" in file:
        raise MalformedLink(f"an image has a path like {IMAGE_PREFIX}webinar.png, and values in the query")
    stem, _, ending = file.rpartition(".")
    name, at, scale = stem.partition("@")
    if ending not in _ENDINGS:
        raise UnknownFormat(f"a path ends in one of .{', .'.join(_ENDINGS)}, in small letters")
    if at + scale not in _SCALES:
        raise UnknownFormat("a scale is @2x or @3x; leave it out for the designed size")
    if not _NAME.fullmatch(name):
        raise UnknownTemplate("a template's name has 1 to 64 small letters, digits and hyphens")
    return Target(name, _ENDINGS[ending], _SCALES[at + scale])


def print_path(target: Target) -> str:
    """The inverse of `parse_path`."""
    scale = f"@{target.scale}x" if target.scale != 1 else ""
    return f"{IMAGE_PREFIX}{target.template}{scale}.{target.format.value}"
