"""A template as the rest of the server sees it: its files read into memory, its manifest checked, its digest taken.

Reading opens files, parses the manifest and finds the placeholders; of the SVG only the first tag is read (`size.py`).
What the drawing makes of a template is found out in a worker, by the trial in `publishing.py`.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import jinja2
from jinja2 import nodes

from server.catalog.alt import check_alt
from server.catalog.chains import check_chains
from server.catalog.cut_placeholders import find_cut_placeholder
from server.catalog.manifest import MANIFEST_FILE, NAME, PARAM_NAME, Manifest, Param, as_text, read_manifest, read_toml
from server.catalog.size import designed_size
from server.errors import BrokenTemplate

SVG_FILE = "template.svg"
EXAMPLES = "examples"
USUAL = "usual"  # the example that is shown where one is enough
FIRST_EXAMPLES = (USUAL, "shortest", "longest", "missing", "odd")  # the order in which they are shown
PICTURE_ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif"})

MAX_SVG_BYTES = 1_000_000
MAX_FOLDER_BYTES = 20_000_000  # every worker keeps the folder in memory

_JINJA = jinja2.Environment(autoescape=True)
_GIVEN_BY_JINJA = frozenset({*_JINJA.globals, "loop", "caller", "varargs", "kwargs"})


@dataclass(frozen=True, slots=True)
class Example:
    """A named set of values, `examples/<case>.toml`: a gallery tile, a golden picture, and a test."""

    name: str
    title: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Template:
    """`files` holds the folder's files by their path relative to it, "template.svg" among them (a lone SVG is
    a folder of one). `width` and `height` are the designed size in pixels. `digest` changes with whatever can
    change a picture: every file but the examples.
    """

    name: str
    manifest: Manifest
    width: int
    height: int
    files: Mapping[str, bytes]
    examples: tuple[Example, ...]
    digest: str

    @property
    def svg(self) -> str:
        return self.files[SVG_FILE].decode()

    @property
    def params(self) -> Mapping[str, Param]:
        return self.manifest.params

    @property
    def query_names(self) -> frozenset[str]:
        """Every name that counts in a link to this template: params, their aliases, and retired ones."""
        aliases = (alias for param in self.params.values() for alias in param.aliases)
        return frozenset((*self.params, *aliases, *self.manifest.retired))

    def param(self, name: str) -> Param | None:
        """The param that `name`, its own name or an alias, means; None for a retired or unknown name."""
        return self.params.get(name) or next((p for p in self.params.values() if name in p.aliases), None)


def find_templates(root: Path) -> dict[str, Path]:
    """The templates of one folder by name: `<name>/template.svg`, or a lone `<name>.svg`."""
    found: dict[str, Path] = {}
    for entry in sorted(root.iterdir()):
        name = entry.stem if entry.suffix == ".svg" else entry.name
        if NAME.fullmatch(name) and _is_template(entry):
            found.setdefault(name, entry)
    return found


def _is_template(entry: Path) -> bool:
    """A folder that may not be looked into counts: reading it will say so, and the last good version is kept."""
    try:
        if entry.is_dir():
            return (entry / SVG_FILE).is_file() or (entry / MANIFEST_FILE).is_file()
        return entry.suffix == ".svg" and entry.is_file()
    except OSError:
        return True


def read_template(path: Path) -> Template:
    """The template in the folder `path`, or the lone SVG file `path`. Raises BrokenTemplate, which says where."""
    name = path.name if path.is_dir() else path.stem
    try:
        if path.is_dir():
            return build_template(name, _read_folder(name, path))
        return _read_lone(name, path)
    except OSError as error:
        raise BrokenTemplate(name, f"cannot be read: {error.strerror}", lone=path.suffix == ".svg") from error


def build_template(name: str, files: Mapping[str, bytes]) -> Template:
    """The template made of `files`. Raises BrokenTemplate."""
    svg = _decode(name, files, SVG_FILE)
    if len(svg) > MAX_SVG_BYTES:
        raise _too_large(name)
    placeholders = _placeholders(name, svg)
    if MANIFEST_FILE in files:
        text = _decode(name, files, MANIFEST_FILE)
        manifest = read_manifest(name, text)
        check_chains(name, manifest, text, [file for file in files if is_picture(file)])
    else:
        params = {
            placeholder: Param(default="") for placeholder in sorted(placeholders) if PARAM_NAME.fullmatch(placeholder)
        }
        manifest = Manifest(title=name.replace("-", " ").capitalize(), params=params)
    check_alt(name, manifest.alt)
    width, height = designed_size(name, svg)
    found = [_read_example(name, file, files, manifest) for file in files if _is_example(file)]
    examples = tuple(sorted(found, key=lambda example: (_place_of(example), example.name)))
    return Template(name, manifest, width, height, files, examples, _digest(files))


def is_picture(file: str) -> bool:
    return PurePosixPath(file).suffix.lower() in PICTURE_ENDINGS


def _read_lone(name: str, path: Path) -> Template:
    try:
        if path.stat().st_size > MAX_SVG_BYTES:
            raise _too_large(name)
        return build_template(name, {SVG_FILE: path.read_bytes()})
    except BrokenTemplate as error:
        raise error.of_lone_file() from error


def _too_large(name: str) -> BrokenTemplate:
    limit = f"{MAX_SVG_BYTES // 1_000_000} MB"
    return BrokenTemplate(name, f"is larger than {limit}; link pictures instead of embedding them")


def _read_folder(name: str, folder: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    total = 0
    for path in _visible_files(folder):
        total += path.stat().st_size
        if total > MAX_FOLDER_BYTES:
            raise BrokenTemplate(name, f"the folder is larger than {MAX_FOLDER_BYTES // 1_000_000} MB", file=path.name)
        files[path.relative_to(folder).as_posix()] = path.read_bytes()
    return files


def _visible_files(folder: Path) -> Iterator[Path]:
    """Files of the folder, without hidden ones, editors' backups, and links that lead out of it."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") or part.endswith("~") for part in relative.parts)
        if not hidden and path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            yield path


def _decode(name: str, files: Mapping[str, bytes], file: str) -> str:
    if file not in files:
        raise BrokenTemplate(name, f"has no {file}", file=file)
    try:
        return files[file].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = files[file][: error.start].count(b"\n") + 1
        raise BrokenTemplate(name, "is not UTF-8; save it as UTF-8", file=file, line=line) from error


def _placeholders(name: str, svg: str) -> frozenset[str]:
    """The names that the SVG wants from outside. The Jinja is parsed and read, never compiled: compiling computes
    constants, and `{{ 9 ** 9 ** 9 }}` would do so in the web process."""
    try:
        tree = _JINJA.parse(svg)
    except jinja2.TemplateSyntaxError as error:
        cut = find_cut_placeholder(svg)
        if cut:
            raise BrokenTemplate(name, cut.message, line=cut.line) from error
        raise BrokenTemplate(name, error.message or "Jinja syntax error", line=error.lineno) from error
    except (RecursionError, ValueError) as error:
        raise BrokenTemplate(name, "its Jinja is nested too deep, or has a number that is too long") from error
    names = list(tree.find_all(nodes.Name))
    made = {found.name for found in names if found.ctx != "load"} | {macro.name for macro in tree.find_all(nodes.Macro)}
    called = {id(call.node) for call in tree.find_all(nodes.Call)}  # a function of ours, never a param
    wanted = {found.name for found in names if found.ctx == "load" and id(found) not in called} - made
    # {% set name = name or "you" %} makes the name and wants it too.
    for assignment in tree.find_all(nodes.Assign):
        wanted |= {found.name for found in assignment.node.find_all(nodes.Name)} & made
    in_attributes = re.findall(r"\bdata-if(?:-not)?\s*=\s*[\"']([a-z][a-z0-9_]*)[\"']", svg)
    return frozenset(wanted - _GIVEN_BY_JINJA) | frozenset(in_attributes)


def _read_example(name: str, file: str, files: Mapping[str, bytes], manifest: Manifest) -> Example:
    data = read_toml(name, _decode(name, files, file), file)
    values = data.get("values", {})
    if not isinstance(values, dict) or set(data) - {"title", "values"}:
        raise BrokenTemplate(name, 'an example has a title = "…" and a [values] table', file=file)
    for param in values:
        if param not in manifest.params:
            raise BrokenTemplate(name, f"the example gives {param}, which the manifest does not declare", file=file)
    stem = PurePosixPath(file).stem
    return Example(stem, str(data.get("title", stem)), {param: as_text(value) for param, value in values.items()})


def _place_of(example: Example) -> int:
    return FIRST_EXAMPLES.index(example.name) if example.name in FIRST_EXAMPLES else len(FIRST_EXAMPLES)


def _is_example(file: str) -> bool:
    return PurePosixPath(file).match(f"{EXAMPLES}/*.toml")


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        if not _is_example(file):
            name = os.fsencode(file)  # names that are not UTF-8 come out of other systems' archives
            digest.update(b"%d:%s,%d:" % (len(name), name, len(files[file])))
            digest.update(files[file])
    return digest.hexdigest()
