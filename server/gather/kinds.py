"""Tells a picture by its first bytes. What the host calls it is not asked: hosts are often wrong, and can lie.

A gate, so that web pages and other finds do not take up a worker; whether it can be decoded is the worker's to say.
"""

from __future__ import annotations

import re

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_GIFS = (b"GIF87a", b"GIF89a")
_RIFF, _WEBP = b"RIFF", b"WEBP"
_BOM = b"\xef\xbb\xbf"

_PROLOG_BYTES = 4096  # of comments and such before <svg>; Illustrator's come to some hundred
_SPACE = b" \t\r\n"
_PROLOG = ((b"<?", b"?>"), (b"<!--", b"-->"), (b"<!doctype svg", b">"))
_SVG = re.compile(rb"<(?:[a-z_][\w.-]{0,64}:)?svg[\s/>]", re.IGNORECASE)


def is_picture(body: bytes) -> bool:
    """Whether this begins like a PNG, JPEG, GIF, WebP or SVG."""
    if body.startswith((_PNG, _JPEG, *_GIFS)):
        return True
    if body[:4] == _RIFF and body[8:12] == _WEBP:
        return True
    return _is_svg(body[:_PROLOG_BYTES])


def _is_svg(head: bytes) -> bool:
    rest = head.removeprefix(_BOM).lstrip(_SPACE)
    while (end := _end_of_prolog(rest)) is not None:
        rest = rest[end:].lstrip(_SPACE)
    return _SVG.match(rest) is not None


def _end_of_prolog(rest: bytes) -> int | None:
    """Where the piece that `rest` begins with ends, if it is one that may stand before <svg>."""
    for opening, closing in _PROLOG:
        if rest[: len(opening)].lower() == opening:
            # A doctype may hold declarations in brackets; Illustrator's do.
            closing = b"]>" if b"[" in rest[: rest.find(b">") + 1] and closing == b">" else closing  # noqa: PLW2901
            at = rest.find(closing, len(opening))
            return None if at < 0 else at + len(closing)
    return None
