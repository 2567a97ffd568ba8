"""The scripts and the style sheet of the pages, read once, each at an address with its version in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

_FOLDER = Path(__file__).parent / "static"
_FOR_GOOD = "public, max-age=31536000, immutable"  # a year, the longest that caches promise
VERSION_LENGTH = 12  # hex digits: enough to tell one release from another


@dataclass(frozen=True, slots=True)
class StaticFile:
    name: str
    body: bytes
    media_type: str

    @property
    def address(self) -> str:
        """Relative to the gallery."""
        return f"{self.name}?v={self.version}"

    @property
    def version(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:VERSION_LENGTH]

    async def answer(self, request: Request) -> Response:
        """An address of another version is answered with this one, which nobody may keep under that address."""
        keep = _FOR_GOOD if request.query_params.get("v") == self.version else "no-cache"
        headers = {"cache-control": keep, "x-content-type-options": "nosniff", "x-robots-tag": "noindex"}
        return Response(self.body, headers=headers, media_type=self.media_type)


STYLE = StaticFile("gallery.css", (_FOLDER / "gallery.css").read_bytes(), "text/css")
SCRIPT = StaticFile("gallery.js", (_FOLDER / "gallery.js").read_bytes(), "text/javascript")
COPY = StaticFile("copy.js", (_FOLDER / "copy.js").read_bytes(), "text/javascript")
FILES = (STYLE, SCRIPT, COPY)
