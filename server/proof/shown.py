"""One case as the sheet and the page show it: the drawn picture, what is said of it, and its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.catalog.alt import alt_text
from server.catalog.manifest import as_text
from server.catalog.spec import REMOTE, RenderSpec
from server.catalog.template import Template
from server.proof.troubles import Kind
from server.values.text import clean

FETCHED = "fetched"


@dataclass(frozen=True, slots=True)
class Entry:
    """A value: as it was `given`, and as it was `drawn` where that is something else. Both are clean text. `is_own`: it
    is what makes the case, and not the same in all of them."""

    name: str
    given: str
    drawn: str | None
    is_own: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """`reasons` are sentences, the one for which the case was chosen first. `rows` are those of a list that give this
    very picture, and `row` the first of them."""

    kind: Kind
    title: str
    reasons: tuple[str, ...]
    entries: tuple[Entry, ...]
    alt: str
    template: str
    body: bytes
    width: int
    height: int
    row: int | None = None
    rows: int = 1


def entries_of(values: Mapping[str, str], spec: RenderSpec, common: Mapping[str, str]) -> Iterator[Entry]:
    """The values that were given; those of `common` that were not, as nothing."""
    drawn = spec.mapping()
    for name in {**values, **common}:
        given = clean(values.get(name, ""))
        seen = _seen(as_text(drawn.get(name)))
        is_own = values.get(name) != common.get(name)
        yield Entry(name, given, None if name not in drawn or seen == given else seen, is_own)


def _seen(text: str) -> str:
    """A picture that was fetched goes by its digest in a spec, which says nothing to anybody."""
    return FETCHED if text.startswith(REMOTE) else text


def alt_of(template: Template, spec: RenderSpec) -> str:
    return alt_text(template.manifest, {name: as_text(value) for name, value in spec.values})
