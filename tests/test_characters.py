"""Characters as people count them, and places in a text as ICU counts them, brought to those of Python."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.characters import characters, code_points, utf16_units

FAMILY = "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Ada", ["A", "d", "a"]),
        ("\r\n", ["\r\n"]),
        ("e\u0301x", ["e\u0301", "x"]),
        (f"a{FAMILY}b", ["a", FAMILY, "b"]),
        ("नमस्ते", ["न", "म", "स्ते"]),
    ],
)
def test_a_character_is_what_people_count(text: str, expected: list[str]) -> None:
    assert characters(text) == expected


@given(st.text(st.characters(exclude_categories=[])))
def test_nothing_of_a_text_is_lost_or_changed(text: str) -> None:
    assert "".join(characters(text)) == text


def test_a_place_behind_a_character_of_two_units_is_one_less() -> None:
    assert list(utf16_units("a😀b")) == [0, 1, 3, 4]
    assert code_points("a😀b", [0, 1, 3, 4]) == [0, 1, 2, 3]
    assert code_points("aäb", [0, 2, 3]) == [0, 2, 3]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_units_are_those_of_utf_16(text: str) -> None:
    ends = [len(text[:at].encode("utf-16-le")) // 2 for at in range(len(text) + 1)]
    assert list(utf16_units(text)) == ends
    assert code_points(text, ends) == list(range(len(text) + 1))


def test_a_khmer_subscript_belongs_to_its_letter() -> None:
    assert characters("ព្រះ") == ["ព្រះ"]
