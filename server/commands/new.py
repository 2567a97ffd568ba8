"""`nameplate new`: a starter template that draws at once."""

from __future__ import annotations

import shutil
from pathlib import Path

from server.catalog.manifest import NAME
from server.errors import UnfitValue

STARTER = Path(__file__).parent.parent / "catalog" / "starter"
HERE = Path("svg_templates")


def new(name: str, folder: Path | None) -> str:
    """Makes the template and says what to do next. Raises UnfitValue when the name is no name or is taken."""
    if not NAME.fullmatch(name):
        raise UnfitValue("name", f"{name!r} is no template name; use lower-case letters, digits and hyphens")
    root = folder or HERE
    path = root / name
    if path.exists() or (root / f"{name}.svg").exists():
        raise UnfitValue("name", f"{path} is there already; take another name")
    root.mkdir(parents=True, exist_ok=True)
    shutil.copytree(STARTER, path)
    manifest = path / "manifest.toml"
    title = name.replace("-", " ").capitalize()
    manifest.write_text(manifest.read_text().replace("My template", title))
    return (
        f"made {path}/ with template.svg, manifest.toml and examples/\n"
        f"see it while you edit:  nameplate serve --dev --templates {root}\n"
        f"look for trouble:       nameplate check {path}\n"
        f'make a link:            nameplate sign "{name}.png?first_name=Sarah" --templates {root}'
    )
