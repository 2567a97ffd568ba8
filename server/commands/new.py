"""`nameplate new`: a template that draws at once, from the starter or from the SVG of a drawing program."""

from __future__ import annotations

import shutil
from pathlib import Path

from server.catalog.manifest import MANIFEST_FILE, NAME
from server.catalog.template import EXAMPLES, SVG_FILE, build_template
from server.commands.adopt import Adopted, adopt, example_of, manifest_of
from server.errors import UnfitValue

STARTER = Path(__file__).parent.parent / "catalog" / "starter"
HERE = Path("svg_templates")


def new(name: str, folder: Path | None, drawing: Path | None = None) -> str:
    """Makes the template and says what to do next. Raises UnfitValue when the name is none or is taken or the drawing
    is no text, BrokenTemplate when the drawing cannot be a template.
    """
    if not NAME.fullmatch(name):
        raise UnfitValue("name", f"{name!r} is no template name; use lower-case letters, digits and hyphens")
    root = folder or HERE
    path = root / name
    if path.exists() or (root / f"{name}.svg").exists():
        raise UnfitValue("name", f"{path} is there already; take another name")
    made = _from_drawing(path, drawing) if drawing else _from_starter(path)
    return (
        f"{made}\n"
        f"see it while you edit:  nameplate serve --dev --templates {root}\n"
        f"look for trouble:       nameplate check {path}\n"
        f"make a link:            nameplate sign {_target(path)} --templates {root}"
    )


def _title(path: Path) -> str:
    return path.name.replace("-", " ").capitalize()


def _from_starter(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(STARTER, path)
    manifest = path / MANIFEST_FILE
    manifest.write_text(manifest.read_text().replace("My template", _title(path)))
    return f"made {path}/ with template.svg, manifest.toml and examples/"


def _from_drawing(path: Path, drawing: Path) -> str:
    try:
        svg = drawing.read_text("utf-8-sig")
    except OSError as error:
        raise UnfitValue("from", f"{drawing} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UnfitValue("from", f"{drawing} is no SVG in UTF-8; export it as plain SVG") from error
    adopted = adopt(svg)
    template = build_template(path.name, {SVG_FILE: adopted.svg.encode()})
    others = tuple(name for name in template.params if name not in adopted.params)
    files = {SVG_FILE: adopted.svg, MANIFEST_FILE: manifest_of(_title(path), adopted.params, others)}
    if adopted.params:
        files[f"{EXAMPLES}/usual.toml"] = example_of(adopted.params)
    build_template(path.name, {name: text.encode() for name, text in files.items()})
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return "\n".join((f"made {path}/ from {drawing}", *_said(adopted, others)))


def _said(adopted: Adopted, others: tuple[str, ...]) -> list[str]:
    shown = [f'  {name}: "{words}"' for name, words in adopted.params.items()]
    shown += [f"  {name}: was in the drawing" for name in others]
    headed = "params; what the drawing said is their default, so word it for a stranger in manifest.toml:"
    whole = [
        "  each is the whole text; where you write words around a placeholder (Hello {{ name }}), take them out of",
        "  default and sample in manifest.toml and of examples/usual.toml",
    ]
    params = [headed, *shown, *(whole if adopted.params else [])] if shown else ["it has no params yet"]
    left = ["texts that stay as they are:", *(f"  {line}" for line in adopted.left)] if adopted.left else []
    return [*params, *left]


def _target(path: Path) -> str:
    params = build_template(path.name, {file: (path / file).read_bytes() for file in (SVG_FILE, MANIFEST_FILE)}).params
    texts = [name for name, param in params.items() if param.type == "text" and param.may_be_open]
    first = next((name for name in texts if "name" in name), texts[0] if texts else "")
    return f"{path.name}.png --open {first} --tool klaviyo" if first else f"{path.name}.png"
