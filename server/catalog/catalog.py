"""Every template being served, by name and alias, each with its pinned default pictures; and those that are broken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from server.catalog.template import Template
from server.errors import BrokenTemplate, UnknownTemplate
from server.images import Format, Picture


@dataclass(frozen=True, slots=True)
class Published:
    """A template that passed its trial. `defaults` is what is shown when a request's own picture cannot be:
    drawn and kept from the moment the template is published, so that no worker is needed for it."""

    template: Template
    defaults: Mapping[Format, Picture] = field(default_factory=dict)


class Catalog:
    """State of one web process. Reads are plain dictionary look-ups; `publishing.py` is the only writer. `generation`
    is another number after every change of what is served."""

    def __init__(self) -> None:
        self._published: dict[str, Published] = {}
        self._aliases: dict[str, str] = {}
        self.broken: dict[str, BrokenTemplate] = {}
        self.generation = 0

    def find(self, name: str) -> Published:
        """The template called `name`, or that has it as an alias. Raises UnknownTemplate."""
        found = self._published.get(name) or self._published.get(self._aliases.get(name, ""))
        if found is None:
            raise UnknownTemplate("there is no template of that name")
        return found

    def get(self, name: str) -> Template | None:
        """The template called `name`, or None."""
        published = self._published.get(name)
        return published.template if published else None

    def publish(self, published: Published) -> None:
        """Serve this version from now on. A template's own name always wins over another's alias."""
        self._published[published.template.name] = published
        self._changed()

    def withdraw(self, name: str) -> None:
        self._published.pop(name, None)
        self.broken.pop(name, None)
        self._changed()

    def __contains__(self, name: str) -> bool:
        return name in self._published

    def __iter__(self) -> Iterator[Template]:
        return (self._published[name].template for name in sorted(self._published))

    def __len__(self) -> int:
        return len(self._published)

    def _changed(self) -> None:
        self.generation += 1
        self._aliases = {
            alias: template.name
            for template in self
            for alias in template.manifest.aliases
            if alias not in self._published
        }
