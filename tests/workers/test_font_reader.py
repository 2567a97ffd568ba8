"""Fonts are opened in a process of their own, and whoever cannot open them says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from server.workers.font_reader import read_coverage
from tests.support.square_font import make_square_font


@pytest.fixture
def fonts(tmp_path: Path) -> Path:
    return make_square_font(tmp_path / "fonts").parent


def test_it_says_what_the_fonts_can_draw(fonts: Path, tmp_path: Path) -> None:
    coverage = read_coverage([fonts], tmp_path / "fonts.json")
    assert coverage
    assert coverage.missing_from("Zoë") == ("ë",)


def test_where_nothing_can_be_remembered_it_reads_all_the_same(fonts: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert read_coverage([fonts], tmp_path / "file" / "fonts.json")


@pytest.mark.parametrize("reader", ["raise SystemExit(3)", "raise SystemExit('no such luck')", "print('[[5, 1]]')"])
def test_a_reader_that_fails_is_warned_of(
    reader: str, fonts: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert read_coverage([fonts], tmp_path / "fonts.json", reader) is None
    assert "what the fonts can draw is not known" in caplog.text


def test_a_broken_font_is_named(fonts: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (fonts / "broken.ttf").write_bytes(b"not a font")
    assert read_coverage([fonts], tmp_path / "fonts.json") is None
    assert "broken.ttf" in caplog.text


def test_the_application_loads_nothing_that_draws() -> None:
    code = (
        "import sys, server.app; "
        "drawing = ('uharfbuzz', 'cairocffi', 'cairosvg', 'numpy', 'server.render', 'server.text'); "
        "print([name for name in drawing if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
