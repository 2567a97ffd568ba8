"""What is known of the fonts in a process that opens none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from server.fonts.coverage import Coverage
from server.fonts.facts import FontFacts, font_facts
from server.fonts.files import digest_of_fonts
from server.fonts.library import FontLibrary
from tests.support.square_font import make_square_font

LONG_AGO = 1_600_000_000


@pytest.fixture
def fonts(tmp_path: Path) -> Path:
    path = make_square_font(tmp_path / "fonts")
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path.parent


def read(folders: Sequence[Path], _index: Path) -> Coverage | None:
    return FontLibrary.open(folders, _index).coverage


def called_again(_folders: Sequence[Path], _index: Path) -> Coverage | None:
    raise AssertionError("the fonts were read again")


def test_they_are_those_of_the_library(fonts: Path, tmp_path: Path) -> None:
    facts = font_facts([fonts], tmp_path / "fonts.json", read)
    assert facts == FontFacts(digest_of_fonts([fonts]), FontLibrary.open([fonts]).coverage)
    assert facts.missing_from("Zoë") == ("ë",)


def test_the_second_time_no_font_is_opened(fonts: Path, tmp_path: Path) -> None:
    first = font_facts([fonts], tmp_path / "fonts.json", read)
    assert font_facts([fonts], tmp_path / "fonts.json", called_again) == first


def test_a_new_font_is_seen(fonts: Path, tmp_path: Path) -> None:
    first = font_facts([fonts], tmp_path / "fonts.json", read)
    make_square_font(fonts, family="Other", letters="ë")
    second = font_facts([fonts], tmp_path / "fonts.json", read)
    assert second.digest != first.digest
    assert second.missing_from("Zoë") == ()


def test_what_is_not_known_misses_nothing(fonts: Path, tmp_path: Path) -> None:
    facts = font_facts([fonts], tmp_path / "fonts.json", lambda _folders, _index: None)
    assert facts.coverage is None
    assert facts.missing_from("山田") == ()
