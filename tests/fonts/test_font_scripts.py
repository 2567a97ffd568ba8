"""Writing systems of a coverage, and that what is shipped serves all of them."""

from __future__ import annotations

import pytest

from server.fonts.coverage import Coverage
from server.fonts.library import FontLibrary
from server.fonts.scripts import WRITING_SYSTEMS, letters_of, writing_systems

HALF_OF_GREEK = Coverage.of(range(ord("α"), ord("ν")))


def test_what_is_shipped_serves_every_writing_system_that_we_name(shipped: FontLibrary) -> None:
    assert writing_systems(shipped.coverage) == (*WRITING_SYSTEMS, "Emoji")


@pytest.mark.parametrize(
    "language", ["vi", "el", "ru", "uk", "bg", "sr", "tr", "pl", "cs", "hu", "ro", "is", "kk", "mn"]
)
def test_the_default_face_has_every_letter_of_its_languages(language: str, shipped: FontLibrary) -> None:
    letters = letters_of(language)
    assert shipped.match(["Inter"]).source.coverage.missing_from(letters + letters.upper()) == ()


def test_a_script_with_letters_missing_is_not_served() -> None:
    assert writing_systems(HALF_OF_GREEK) == ()
    assert "Greek" in writing_systems(Coverage.of(map(ord, letters_of("el"))))


def test_a_face_for_a_script_that_we_do_not_name_is_known_by_its_letters() -> None:
    assert writing_systems(Coverage.of(range(0x13A0, 0x13F6))) == ("Cherokee",)
    assert writing_systems(Coverage.of(map(ord, "123"))) == ()
