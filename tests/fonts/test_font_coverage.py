"""Coverage: which characters can be drawn, asked by a process that opens no font."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.fonts.coverage import Coverage, is_invisible
from server.fonts.library import FontLibrary

LATIN = Coverage.of(range(0x20, 0x7F))
CODE_POINTS = st.sets(st.integers(0, 0x10FFFF) | st.integers(0x20, 0x90), max_size=60)


@given(CODE_POINTS)
def test_it_holds_exactly_the_code_points_that_it_was_made_of(code_points: set[int]) -> None:
    coverage = Coverage.of(code_points)
    assert len(coverage) == len(code_points)
    assert {code for first, last in coverage.ranges for code in range(first, last + 1)} == code_points
    asked = {near for code in code_points for near in (code - 1, code, code + 1)}
    assert {code for code in asked if code in coverage} == code_points


@given(text=st.text(st.characters(max_codepoint=0x90)), with_ascii=st.booleans())
def test_it_has_all_of_a_text_if_it_has_each_of_it(text: str, *, with_ascii: bool) -> None:
    coverage = Coverage.union([LATIN if with_ascii else Coverage.of([0x41]), Coverage.of([0x0A, 0x85])])
    assert coverage.has_all(text) == all(ord(character) in coverage for character in text)


@given(CODE_POINTS)
def test_what_is_written_as_json_is_read_again(code_points: set[int]) -> None:
    coverage = Coverage.of(code_points)
    assert Coverage.from_json(json.loads(json.dumps(coverage.to_json()))) == coverage


@given(CODE_POINTS, CODE_POINTS)
def test_a_union_has_what_either_has(some: set[int], others: set[int]) -> None:
    assert Coverage.union([Coverage.of(some), Coverage.of(others)]) == Coverage.of(some | others)


@pytest.mark.parametrize("said", [[[5, 4]], [[1, 2], [2, 3]], [[9, 9], [1, 1]], [[-1, 3]], [[0, 0x110000]], [[1.0, 2]]])
def test_json_that_it_never_wrote_is_refused(said: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="coverage"):
        Coverage.from_json(said)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Sarah", ()),
        ("Zoë", ("ë",)),
        ("Ωλ Ω", ("Ω", "λ")),
        ("a\u200db\ufe0f\u2066c\u2069", ()),  # joiner, selector, isolates: only steer
        ("a\u00a0b\u2009c", ()),  # any space is drawn by the space
        ("\ud800", ("\ud800",)),
        ("", ()),
    ],
)
def test_what_is_missing_is_named_once_and_in_order(text: str, missing: tuple[str, ...]) -> None:
    assert LATIN.missing_from(text) == missing


def test_either_spelling_of_a_letter_is_enough() -> None:
    composed, in_parts = Coverage.of([*range(0x20, 0x7F), ord("ë")]), Coverage.of([*range(0x20, 0x7F), 0x308])
    assert composed.missing_from("Zoe\u0308") == ()
    assert in_parts.missing_from("Zoë") == ()


def test_a_mark_that_is_not_there_does_not_take_its_letter_along() -> None:
    assert LATIN.missing_from("q\u0325s") == ("\u0325",)


def test_it_says_the_same_as_the_faces_of_the_library(shipped: FontLibrary) -> None:
    for text in ("Zoë", "山田太郎", "محمد", "👨‍👩‍👧", "𓀀", "q\u0325", "श्री"):
        drawn = any(source.coverage.draws(text) for source in shipped.sources)
        assert drawn == (shipped.coverage.missing_from(text) == ()), text


def test_steering_characters_are_invisible_and_letters_are_not() -> None:
    assert all(map(is_invisible, "\u200b\u200d\u200e\u202a\u2066\u2069\ufe0e\ufe0f\u034f\U000e0101\u00ad\n"))
    assert not any(map(is_invisible, "a \u0301\u25cc🙂"))


def test_it_loads_no_font_engine() -> None:
    code = "import sys, server.fonts.coverage, server.fonts.files; print('uharfbuzz' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
