"""`nameplate fonts`: which fonts there are, whether they can draw what is asked of them, and adding one."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from server.characters import characters
from server.commands.drawing import one_worker, show
from server.commands.font_files import add_fonts, licence_name, trouble_of
from server.commands.sources import read_one, shown_file
from server.errors import BrokenSetting, NameplateError, UnfitValue
from server.fonts.coverage import Coverage, is_invisible
from server.fonts.emoji import wants_emoji
from server.fonts.faces import FaceSource, Look, read_faces
from server.fonts.files import font_files
from server.fonts.han import written_language
from server.fonts.library import GENERIC_FAMILIES, FontLibrary
from server.fonts.scripts import writing_systems
from server.settings import CONFIG_FILE, Settings, shipped

HERE = Path("fonts")
FAMILY_WIDTH, STYLE_WIDTH, WEIGHT_WIDTH = 24, 18, 16


def list_fonts(settings: Settings) -> str:
    """Every family: styles, weights, licence, writing systems, files."""
    faces = [(face, path) for path in font_files(settings.fonts) for face in read_faces(path)]
    if not faces:
        raise UnfitValue("fonts", f"no font in {', '.join(map(str, settings.fonts))}")
    faces.sort(key=lambda found: (found[0].family.casefold(), found[1]))
    return "\n\n".join(_family(list(found)) for _, found in groupby(faces, key=lambda found: found[0].family))


def _family(faces: Sequence[tuple[FaceSource, Path]]) -> str:
    found = [face for face, _ in faces]
    files = dict.fromkeys(path for _, path in faces)
    licences = dict.fromkeys(licence_name(path) or "no licence file" for path in files)
    head = f"{found[0].family:<{FAMILY_WIDTH}}{_styles(found):<{STYLE_WIDTH}}{_weights(found):<{WEIGHT_WIDTH}}"
    return "\n".join([f"{head}{', '.join(licences)}", f"    {_scripts(found)}", *(f"    {path}" for path in files)])


def _scripts(faces: Iterable[FaceSource]) -> str:
    return ", ".join(writing_systems(Coverage.union(face.coverage for face in faces))) or "no whole alphabet"


def _styles(faces: Iterable[FaceSource]) -> str:
    return ", ".join(sorted({"italic" if face.italic else "upright" for face in faces}, reverse=True))


def _weights(faces: Iterable[FaceSource]) -> str:
    spans = sorted({face.weights for face in faces})
    return ", ".join(f"{least:g}" if least == most else f"{least:g}-{most:g}" for least, most in spans)


async def check(
    settings: Settings,
    templates: Sequence[str],
    *,
    texts: Sequence[str] = (),
    families: Sequence[str] = (),
    language: str = "",
) -> int:
    """Prints what is wrong with the font files, which face draws which part of `texts`, and which families that
    `templates` name are not there; 1 when something is an error.
    """
    console = Console(highlight=False, soft_wrap=True)
    fonts = font_files(settings.fonts)
    trouble = list(trouble_of(fonts))
    for severity, what, cure in trouble:
        _say(console, severity, what, cure)
    errors = sum(severity == "error" for severity, _, _ in trouble)
    if not errors:
        library = FontLibrary.open(settings.fonts)
        console.print(f"font files: {len(fonts)}, families: {len(library.families)}")
        errors += sum([not _is_family(name, settings, library, console) for name in families])
        errors += sum([not _is_drawn(text, families, language, library, console) for text in texts])
        errors += await _check_templates(settings, templates, console)
    return 1 if errors else 0


def _is_family(name: str, settings: Settings, library: FontLibrary, console: Console) -> bool:
    known = {family.casefold(): family for family in library.families} | {
        generic: generic for generic in GENERIC_FAMILIES
    }
    if name.casefold() in known:
        return True
    near = difflib.get_close_matches(name.casefold(), known, n=1)
    hint = f"did you mean {known[near[0]]}?" if near else "`nameplate fonts list` says which there are"
    if _is_named(HERE, settings) or not _lies_in(HERE, name):
        _say(console, "error", f"there is no font family {name}", hint)
    else:
        what = f"there is no font family {name}: it is in ./{HERE}, which the setting `fonts` does not name"
        _say(console, "error", what, _let_it_be_used(HERE))
    return False


def _lies_in(folder: Path, family: str) -> bool:
    """Whether a font of `folder` is of that family. One that cannot be read is of none."""
    for path in font_files([folder] if folder.is_dir() else []):
        with contextlib.suppress(BrokenSetting):
            if any(face.family.casefold() == family.casefold() for face in read_faces(path)):
                return True
    return False


def _is_named(folder: Path, settings: Settings) -> bool:
    return folder.resolve() in {named.resolve() for named in settings.fonts}


def _let_it_be_used(folder: Path) -> str:
    return f'let it be used, in {CONFIG_FILE}:  fonts = ["{folder}", "shipped"]'


def _is_drawn(text: str, families: Sequence[str], language: str, library: FontLibrary, console: Console) -> bool:
    drawn = list(_parts(text, families, language, library))
    missing = [part for family, part in drawn if not family]
    if missing:
        _say(console, "error", f"{text}: no font has {' '.join(dict.fromkeys(missing))}", "add a font that has it")
    else:
        said = "; ".join(f"{family} {part}" for family, part in drawn)
        console.print(escape(f"{text}: {said or 'nothing to see'}"))
    return not missing


def _parts(text: str, families: Sequence[str], language: str, library: FontLibrary) -> Iterator[tuple[str, str]]:
    """The family that draws each stretch of `text`; "" for each character that no font has."""
    spoken = written_language(text, language)

    def family_of(character: str) -> str:
        face = library.drawer(character, families, Look(), language=spoken, emoji=wants_emoji(character))
        return face.family if face else ""

    seen = [character for character in characters(text) if not all(map(_is_blank, character))]
    for family, stretch in groupby(seen, key=family_of):
        drawn = list(stretch)
        yield from [(family, "".join(drawn))] if family else [("", character) for character in drawn]


def _is_blank(character: str) -> bool:
    return character.isspace() or is_invisible(character)


async def _check_templates(settings: Settings, names: Sequence[str], console: Console) -> int:
    """How many of the templates name a font that is not there, or cannot be read."""
    if not names:
        return 0
    bad = 0
    async with one_worker(settings) as pool:
        for name in names:
            try:
                findings = _of_fonts(await pool.check(read_one(settings, name)))
            except NameplateError as error:
                _say(console, "error", str(error), "mend the template first")
                bad += 1
                continue
            show(findings, shown_file(settings, name), console)
            bad += any(finding["severity"] == "error" for finding in findings)
            if not findings:
                console.print(f"{name}: every font it names is there")
    return bad


def _of_fonts(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [finding for finding in findings if finding["code"].startswith("font-")]


def _say(console: Console, severity: str, what: str, cure: str) -> None:
    color = "red" if severity == "error" else "yellow"
    console.print(f"[bold {color}]{severity}[/bold {color}] {escape(what)}\n      [green]→[/green] {escape(cure)}")


def add(settings: Settings, sources: Sequence[Path]) -> str:
    """Copies fonts and their licences into the first folder of the setting `fonts` that is not the shipped one, or
    into fonts/ here, and says what came and what to do next.
    """
    if not sources:
        raise UnfitValue("font", "name the font files or folders to add: nameplate fonts add BrandSans-Bold.otf")
    own = [folder for folder in settings.fonts if folder.resolve() != shipped("fonts").resolve()]
    target = own[0] if own else HERE
    lines: list[str] = []
    families: list[str] = []
    for added in add_fonts(sources, target):
        families += [face.family for face in added.faces]
        lines.append(f"{added.path}: {added.faces[0].family}, {_styles(added.faces)}, {_weights(added.faces)}")
        lines.append(f"    {_scripts(added.faces)}")
        if not added.licences:
            lines.append("    no licence lay beside it: put its text into that folder before you ship pictures")
    lines.append(f'name it in a template:  font-family="{families[0]}"')
    if not _is_named(target, settings):
        lines.append(_let_it_be_used(target))
    lines.append("a running server sees it when it is started again")
    return "\n".join(lines)
