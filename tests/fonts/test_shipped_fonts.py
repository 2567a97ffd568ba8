"""The fonts that come with us: licensed, told of, light enough to ship."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from server.fonts.faces import read_faces
from server.fonts.files import font_files
from tests.conftest import ROOT

FONTS = font_files([ROOT / "fonts"])
MEGABYTE = 1_000_000
WHEEL_ROOM = 27 * MEGABYTE  # a wheel of 30 MB, less templates and code


def named(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", FONTS, ids=named)
def test_it_lies_beside_its_licence(path: Path) -> None:
    licence = (path.parent / "OFL.txt").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert licence.startswith("Copyright")


@pytest.mark.parametrize("path", FONTS, ids=named)
def test_the_readme_says_where_it_is_from(path: Path) -> None:
    readme = (ROOT / "fonts" / "README.md").read_text()
    row = next(line for line in readme.splitlines() if f"`{path.parent.name}/`" in line)
    family = next(read_faces(path)).family
    assert row.startswith(f"| {family} |")
    version = str(TTFont(path)["name"].getDebugName(5)).removeprefix("Version ")
    assert row.split(" | ")[2] in version


def test_a_changed_font_bears_no_name_that_its_licence_reserves() -> None:
    reserving = [path for path in FONTS if "Reserved Font Name '" in (path.parent / "OFL.txt").read_text()]
    assert {path.parent.name for path in reserving} <= {"noto-sans-cjk"}  # look at each further one
    assert not any("Source" in str(TTFont(path)["name"].getDebugName(1)) for path in reserving)


def test_a_face_of_one_script_leaves_latin_to_the_default_one() -> None:
    for path in FONTS:
        if path.parent.name.startswith("noto-"):
            assert all(ord("A") not in face.coverage for face in read_faces(path)), path.name


def test_they_fit_into_a_wheel() -> None:
    assert sum(len(zlib.compress(path.read_bytes(), level=1)) for path in FONTS) < WHEEL_ROOM
