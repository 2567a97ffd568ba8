"""What is known of the fonts in a process that opens none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.text import font_facts as module
from server.text.files import digest_of_fonts
from server.text.font_facts import FontFacts, font_facts
from server.text.fonts import FontLibrary
from tests.support.square_font import make_square_font

LONG_AGO = 1_600_000_000


@pytest.fixture
def fonts(tmp_path: Path) -> Path:
    path = make_square_font(tmp_path / "fonts")
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path.parent


def test_they_are_those_of_the_library(fonts: Path, tmp_path: Path) -> None:
    facts = font_facts([fonts], tmp_path / "fonts.json", {})
    assert facts == FontFacts(digest_of_fonts([fonts]), FontLibrary.open([fonts]).coverage)
    assert facts.missing_from("Zoë") == ("ë",)


def test_the_second_time_no_font_is_opened(fonts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = font_facts([fonts], tmp_path / "fonts.json", {})
    monkeypatch.setattr(module, "READER", "raise SystemExit('called again')")
    assert font_facts([fonts], tmp_path / "fonts.json", {}) == first


def test_a_new_font_is_seen(fonts: Path, tmp_path: Path) -> None:
    first = font_facts([fonts], tmp_path / "fonts.json", {})
    make_square_font(fonts, family="Other", letters="ë")
    second = font_facts([fonts], tmp_path / "fonts.json", {})
    assert second.digest != first.digest
    assert second.missing_from("Zoë") == ()


def test_where_nothing_can_be_remembered_they_are_read_every_time(fonts: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert font_facts([fonts], blocked / "fonts.json", {}).missing_from("Zoë") == ("ë",)


def test_fonts_that_cannot_be_read_miss_nothing_here(fonts: Path, tmp_path: Path) -> None:
    (fonts / "broken.ttf").write_bytes(b"not a font")
    facts = font_facts([fonts], tmp_path / "fonts.json", {})
    assert facts.coverage is None
    assert facts.missing_from("山田") == ()


def test_a_folder_without_fonts_is_no_reason_to_fall(tmp_path: Path) -> None:
    assert font_facts([tmp_path], tmp_path / "fonts.json", {}).coverage is None


def test_it_loads_no_font_engine(fonts: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from server.text.font_facts import font_facts; "
        "font_facts([Path(sys.argv[1])], Path(sys.argv[2]), {}); print('uharfbuzz' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(fonts), str(tmp_path / "fonts.json")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"
