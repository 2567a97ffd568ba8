"""A template and a param, as somebody typed them, into the names under which they are counted: those of the templates
that are there and those of the tally, for a template may be gone whose counts are not."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from server.catalog.template import Template
from server.commands.sources import all_paths, read_catalog
from server.errors import UnfitValue, UnknownTemplate
from server.settings import Settings
from server.tally.reading import counted_names

OURS = "*"  # begins what is counted like a param and is none, such as *scale


def as_counted(settings: Settings, template: str | None, param: str | None) -> tuple[str | None, str | None]:
    """Raises UnknownTemplate or UnfitValue with the nearest name where nothing is called so, BrokenTally."""
    if template is None and param is None:
        return None, None
    counted = counted_names(settings.data)
    there = {found.name: found for found in read_catalog(settings)}
    broken = all_paths(settings).keys() - there.keys()
    if template is not None:
        template = _template(template, there, counted.keys() | broken)
    if param is None or param.startswith(OURS) or template in broken:
        return template, param
    return template, _param(param, template, there, counted)


def _template(asked: str, there: Mapping[str, Template], others: set[str]) -> str:
    names = {alias: name for name, found in there.items() for alias in found.manifest.aliases}
    names |= {name: name for name in {*there, *others}}
    if asked not in names:
        raise UnknownTemplate(f"there is no template {asked}, and none was counted; {_hint(asked, names)}")
    return names[asked]


def _param(asked: str, template: str | None, there: Mapping[str, Template], counted: Mapping[str, set[str]]) -> str:
    """By one of its aliases too, where all templates that are meant agree whose alias it is."""
    meant = [found for name, found in there.items() if template in (None, name)]
    known = {name for found in meant for name in found.params}
    known |= {name for of, names in counted.items() if template in (None, of) for name in names}
    owners = {name for found in meant for name, param in found.params.items() if asked in param.aliases}
    if asked in known:
        return asked
    if len(owners) == 1:
        return owners.pop()
    where = f"{template} has no param {asked}" if template else f"no template has a param {asked}"
    raise UnfitValue("param", f"{where}, and none was counted; {_hint(asked, known)}")


def _hint(asked: str, names: Mapping[str, str] | set[str]) -> str:
    near = difflib.get_close_matches(asked, sorted(names), n=1)
    return f"did you mean {near[0]}?" if near else f"there are: {', '.join(sorted(names)) or 'none'}"
