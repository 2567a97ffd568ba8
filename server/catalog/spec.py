"""The spec: everything needed to draw one picture, and nothing else. Its key names that picture for good."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from server.images import Effort, Format
from server.report import Fallback

_TYPE_LETTERS = {str: "s", bool: "b", Decimal: "n", date: "d", type(None): "-"}

# What an image param is, beside a file of the template's folder: each with what follows the colon.
REMOTE = "remote:"  # the SHA-256, as hex, of a picture from outside; its bytes travel beside the spec
INITIALS = "initials:"  # one or two letters
WORDMARK = "wordmark:"  # a name, set in type
PICTURE_KINDS = (REMOTE, INITIALS, WORDMARK)

Value = str | bool | Decimal | date | None
"""A resolved param: clean text (also colours as #rrggbb, choices, URLs, and pictures as above), a flag,
a finite bounded number, a date, or None for "nothing to show" (false in `{% if %}` and `data-if`)."""


@dataclass(frozen=True, slots=True)
class RenderSpec:
    """`width` and `height` are the output's pixels; `scale` is what they are of the template's own size.

    `values` holds every declared param once, sorted by name. `fallbacks` are part of the key, so a picture that
    shows a default because the tag was unmerged and one where the same words were asked for stay two pictures.
    `renderer` names the drawing code and the fonts: a new version or a changed font is a new key. `effort` is fast for
    who waits for the picture, small for files made in advance.
    """

    template: str
    template_digest: str
    format: Format
    width: int
    height: int
    scale: float
    values: tuple[tuple[str, Value], ...]
    fallbacks: tuple[Fallback, ...]
    renderer: str
    effort: Effort = Effort.FAST
    key: str = field(init=False, compare=False)
    """SHA-256, as hex, of what will be drawn. Signature, key id and expiry are not in it."""

    def mapping(self) -> Mapping[str, Value]:
        return MappingProxyType(dict(self.values))

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self._digest())

    def _digest(self) -> str:
        parts = [
            self.template,
            self.template_digest,
            self.format.value,
            self.width,
            self.height,
            self.scale,
            [[name, _TYPE_LETTERS[type(value)], str(value)] for name, value in self.values],
            [[fallback.param, fallback.reason.value] for fallback in self.fallbacks],
            self.renderer,
            self.effort.value,
        ]
        return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()
