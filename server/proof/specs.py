"""Values, as a mail tool would put them into a link, into the spec of one picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote

from server.catalog.resolve import Drawing, missing_required, repairs, resolve
from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.images import Format
from server.urls.query import QueryValue, read_value
from server.urls.request import ImageRequest
from server.values.kinds import Repair

KEPT_VALUES = 10_000  # what is the same in every row, and what many rows share, is read once
MAX_VALUE = 2_000  # characters of a cell that are read: more than any link can hold, and not for ever


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the specs of one template. `is_from_tool` are the params that the mail tool fills in; the others are
    locked, as they would be in a signed link."""

    template: Template
    drawing: Drawing
    find: Callable[[str], Template | None]
    is_from_tool: frozenset[str]

    def make(self, values: Mapping[str, str]) -> tuple[Template, RenderSpec]:
        """What is drawn for `values`, at the designed size and with nothing fetched: of the template, or of its
        `generic` stand-in when a required param has nothing to show."""
        request = self.request(values)
        spec = resolve(request, self.template, self.drawing)
        missing = missing_required(spec.fallbacks, self.template)
        stand_in = self.find(self.template.manifest.generic) if missing and self.template.manifest.generic else None
        if stand_in is None:
            return self.template, spec
        other = resolve(request, stand_in, self.drawing)
        return stand_in, replace(other, fallbacks=(*missing, *other.fallbacks))

    def repairs(self, values: Mapping[str, str]) -> dict[str, tuple[Repair, ...]]:
        return repairs(self.request(values), self.template)

    def request(self, values: Mapping[str, str]) -> ImageRequest:
        """What a link with `values` asks for."""
        given = {name: _as_arrived(text[:MAX_VALUE]) for name, text in values.items()}
        opened = tuple(sorted(name for name in self.is_from_tool if self.template.params[name].may_be_open))
        return ImageRequest(self.template.name, Format.WEBP, values=given, open=opened)


@lru_cache(KEPT_VALUES)
def _as_arrived(text: str) -> QueryValue:
    """`text` as the server reads it when a mail tool has encoded it as it should."""
    return read_value(quote(text, safe="", errors="replace").encode())


def at_width(spec: RenderSpec, width: int) -> RenderSpec:
    """`spec` no wider than `width`: what its report says is the same at any scale."""
    share = min(1.0, width / spec.width)
    height = max(1, round(spec.height * share))
    return replace(spec, width=max(1, round(spec.width * share)), height=height, scale=spec.scale * share)
