"""Templates for a command: by name out of the settings' folders, or by path. Read only; nothing is tried out."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from server.catalog.catalog import Catalog, Published
from server.catalog.template import Template, find_templates, read_template
from server.errors import BrokenTemplate, NameplateError, UnknownTemplate
from server.settings import Settings


def all_paths(settings: Settings) -> dict[str, Path]:
    """Every template of the settings' folders; the first folder that has a name wins."""
    paths: dict[str, Path] = {}
    for root in settings.templates:
        for name, path in find_templates(root).items():
            paths.setdefault(name, path)
    return paths


def path_of(settings: Settings, template: str) -> Path:
    """Where `template`, a name or a path, lies. Raises UnknownTemplate with the nearest name."""
    paths = all_paths(settings)
    if template in paths:
        return paths[template]
    if os.sep in template or template.endswith(".svg") or Path(template).is_dir():
        path = Path(template).resolve()
        if path.exists():
            return path
        raise UnknownTemplate(f"there is nothing at {template}")
    near = difflib.get_close_matches(template, paths, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(paths) or 'none'}"
    raise UnknownTemplate(f"there is no template {template}; {hint}")


def read_catalog(settings: Settings) -> Catalog:
    """Every template that can be read, aliases included; the broken ones are noted beside them."""
    catalog = Catalog()
    for name, path in all_paths(settings).items():
        try:
            catalog.publish(Published(read_template(path)))
        except BrokenTemplate as error:
            catalog.broken[name] = error
    return catalog


def read_one(settings: Settings, template: str) -> Template:
    """The template called `template` or lying there; an alias serves too. Raises BrokenTemplate, UnknownTemplate."""
    try:
        return read_template(path_of(settings, template))
    except UnknownTemplate:
        catalog = read_catalog(settings)
        if any(template in found.manifest.aliases for found in catalog):
            return catalog.find(template).template
        raise


def shown_file(settings: Settings, template: str) -> str:
    """What to call the template in a message that goes on with a file of its folder; a lone file ends in .svg."""
    paths = all_paths(settings)
    return paths[template].name if template in paths else template


def in_words(settings: Settings, template: str, error: NameplateError) -> NameplateError:
    """`error`, which came out of a worker that knows no files, with the place as it is on the disk."""
    is_lone = shown_file(settings, template).endswith(".svg")
    return error.of_lone_file() if is_lone and isinstance(error, BrokenTemplate) else error
