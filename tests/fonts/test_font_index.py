"""What is remembered of font files, and that a memory which is wrong in any way costs time only."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from server.errors import BrokenSetting
from server.fonts.faces import read_faces
from server.fonts.files import digest_of_fonts
from server.fonts.index import FontIndex
from server.fonts.library import FontLibrary
from tests.support.square_font import make_square_font

LONG_AGO = 1_600_000_000


@pytest.fixture
def font(tmp_path: Path) -> Path:
    path = make_square_font(tmp_path / "fonts")
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "fonts.json"


def facts(library: FontLibrary) -> list[tuple[object, ...]]:
    return [
        (face.family, face.style, face.weights, face.axes, face.coverage, face.digest, face.region)
        for face in library.sources
    ]


def test_a_library_from_the_index_is_the_one_that_was_read(root: Path, index: Path) -> None:
    folders = [root / "fonts"]
    read, remembered, plain = (FontLibrary.open(folders, where) for where in (index, index, None))
    assert facts(read) == facts(remembered) == facts(plain)
    assert digest_of_fonts(folders, index) == digest_of_fonts(folders)


def test_what_is_remembered_is_not_read_until_it_is_used(font: Path, index: Path) -> None:
    FontLibrary.open([font.parent], index)
    library = FontLibrary.open([font.parent], index)
    content = font.read_bytes()
    font.write_bytes(content[:-1] + b"?")
    os.utime(font, (LONG_AGO, LONG_AGO))
    with pytest.raises(BrokenSetting, match="was changed while it was in use"):
        library.match(["Square"])
    font.write_bytes(content)
    assert library.match(["Square"]).has_glyphs_for("Sarah")


def test_a_whole_library_needs_its_files_no_more(font: Path, index: Path) -> None:
    FontLibrary.open([font.parent], index)
    library = FontLibrary.open_whole([font.parent], index)
    font.unlink()
    assert library.match(["Square"]).has_glyphs_for("Sarah")


def test_a_file_of_another_time_or_size_is_read_anew(font: Path, index: Path) -> None:
    FontLibrary.open([font.parent], index)
    assert FontIndex(index).get(font) is not None
    make_square_font(font.parent, letters="ABC")
    assert FontIndex(index).get(font) is None
    assert not FontLibrary.open([font.parent], index).coverage.draws("xyz")


def test_a_file_written_a_moment_ago_is_not_remembered(tmp_path: Path, index: Path) -> None:
    font = make_square_font(tmp_path / "fonts")
    ahead = time.time() + 60  # a machine that stalls does not make it old
    os.utime(font, (ahead, ahead))
    FontLibrary.open([font.parent], index)
    assert FontIndex(index).get(font) is None


def test_files_that_are_gone_are_forgotten(font: Path, index: Path) -> None:
    FontLibrary.open([font.parent], index)
    other = make_square_font(font.parent, weight=700)
    os.utime(other, (LONG_AGO, LONG_AGO))
    font.unlink()
    FontLibrary.open([font.parent], index)
    assert list(json.loads(index.read_text())["files"]) == [str(other)]


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[]",
        b'{"format": 1}',
        b'{"format": 1, "files": 3}',
        b'{"format": 999, "files": {}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_index_is_made_anew(damage: bytes, font: Path, index: Path) -> None:
    index.parent.mkdir()
    index.write_bytes(damage)
    assert FontLibrary.open([font.parent], index).families == ("Square",)
    assert FontIndex(index).get(font) is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("coverage", [[5, 1]]),
        ("coverage", "abc"),
        ("weights", [400]),
        ("axes", None),
        ("family", ...),
    ],
)
def test_a_damaged_entry_is_read_anew(field: str, value: object, font: Path, index: Path) -> None:
    FontLibrary.open([font.parent], index)
    said = json.loads(index.read_text())
    face = said["files"][str(font)]["faces"][0]
    if value is ...:
        del face[field]
    else:
        face[field] = value
    index.write_text(json.dumps(said))
    assert FontIndex(index).get(font) is None
    assert facts(FontLibrary.open([font.parent], index)) == facts(FontLibrary.open([font.parent]))


def test_a_folder_that_cannot_be_written_is_no_matter(font: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert FontLibrary.open([font.parent], blocked / "fonts.json").families == ("Square",)


def test_the_index_is_plain_json(font: Path, index: Path) -> None:
    FontLibrary.open([font.parent], index)
    assert set(json.loads(index.read_text())) == {"format", "files"}
    assert [path.name for path in index.parent.iterdir()] == [index.name]  # no draft is left


def test_a_font_that_cannot_be_read_is_said_with_the_cure(tmp_path: Path) -> None:
    folder = tmp_path / "folder.ttf"
    folder.mkdir()
    with pytest.raises(BrokenSetting, match=r"folder\.ttf cannot be read .* take it away"):
        list(read_faces(folder))
