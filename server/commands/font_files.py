"""Font files as an operator has them: the licence beside each, what is wrong with it, and copying it in."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from server.errors import BrokenSetting, UnfitValue
from server.fonts.faces import FaceSource, read_faces
from server.fonts.files import FONT_ENDINGS

LICENCE_NAME = re.compile(r"(ofl|ufl|licen[cs]e|copying|eula)([-_. ].*)?", re.I)
LICENCES = {
    "SIL OPEN FONT LICENSE": "OFL 1.1",
    "APACHE LICENSE": "Apache 2.0",
    "UBUNTU FONT LICENCE": "UFL 1.0",
}
LICENCE_BYTES = 64_000  # the longest of them has 11 000
WEB_ENDINGS = frozenset({".woff", ".woff2", ".eot", ".svg"})


@dataclass(frozen=True, slots=True)
class Added:
    """A font file in its new place, with its faces, and the licences copied along."""

    path: Path
    faces: tuple[FaceSource, ...]
    licences: tuple[Path, ...]


def licences_beside(font: Path) -> list[Path]:
    """The licence files of a font's own folder."""
    return sorted(
        path for path in font.parent.iterdir() if LICENCE_NAME.fullmatch(path.name) and path.suffix not in FONT_ENDINGS
    )


def licence_name(font: Path) -> str:
    """What the licence beside `font` is, in short; "" where there is none."""
    for path in licences_beside(font):
        with path.open("rb") as file:
            said = " ".join(file.read(LICENCE_BYTES).decode(errors="replace").upper().split())
        return next((name for phrase, name in LICENCES.items() if phrase in said), f"see {path.name}")
    return ""


def trouble_of(fonts: Sequence[Path]) -> Iterator[tuple[str, str, str]]:
    """(severity, what is wrong, cure) for each that cannot be used, has no licence, or is there twice."""
    faces: list[tuple[FaceSource, Path]] = []
    for path in fonts:
        try:
            faces += [(face, path) for face in read_faces(path)]
        except BrokenSetting as error:
            yield "error", str(error), "no picture is drawn while it lies there"
        if not licences_beside(path):
            yield "warning", f"{path} has no licence beside it", "put the licence's text into its folder"
    kinds = Counter(_kind(face) for face, _ in faces)
    for kind, count in kinds.items():
        if count > 1:
            places = ", ".join(str(path) for face, path in faces if _kind(face) == kind)
            yield "warning", f"{count} faces are the same one ({places})", "only one is ever used: take the others away"


def _kind(face: FaceSource) -> tuple[object, ...]:
    return face.family.casefold(), face.italic, face.weights, face.stretches


def add_fonts(sources: Sequence[Path], target: Path) -> list[Added]:
    """Copies every font of `sources`, files or folders, into a folder of its family below `target`, with the licences
    that lie beside it. Raises UnfitValue or BrokenSetting, before anything is copied, where one cannot be used.
    """
    faces = {path: tuple(read_faces(path)) for source in sources for path in _fonts_at(source)}
    places = {path: target / _folder_name(found[0].family) / path.name for path, found in faces.items()}
    for path, place in places.items():
        if place.exists() and place.read_bytes() != path.read_bytes():
            raise UnfitValue("font", f"{place} is there already and is another file; take it away first")
    try:
        return [_added(path, place, faces[path]) for path, place in places.items()]
    except OSError as error:
        raise UnfitValue("font", f"{target} cannot be written ({error.strerror})") from error


def _added(path: Path, place: Path, faces: tuple[FaceSource, ...]) -> Added:
    place.parent.mkdir(parents=True, exist_ok=True)
    licences = licences_beside(path)
    for file in (path, *licences):
        copy = place.parent / file.name
        if not copy.exists() or not copy.samefile(file):
            shutil.copyfile(file, copy)
    return Added(place, faces, tuple(place.parent / licence.name for licence in licences))


def _fonts_at(source: Path) -> list[Path]:
    if source.is_dir():
        fonts = sorted(path for path in source.rglob("*") if path.suffix.lower() in FONT_ENDINGS)
        if not fonts:
            raise UnfitValue("font", f"{source} holds no .ttf or .otf file")
        return fonts
    if not source.is_file():
        raise UnfitValue("font", f"there is no file {source}")
    if source.suffix.lower() in WEB_ENDINGS:
        raise UnfitValue("font", f"{source} is packed for browsers; take the .ttf or .otf file of the same font")
    if source.suffix.lower() not in FONT_ENDINGS:
        raise UnfitValue("font", f"{source} is no .ttf, .otf, .ttc or .otc file")
    return [source]


def _folder_name(family: str) -> str:
    """As the shipped ones: `noto-sans-thai`. A name without Latin letters still gives a folder."""
    return "-".join(re.findall(r"[a-z0-9]+", family.casefold())) or "font"
