"""Where lines may break, by Unicode's rules, as indices into Python strings."""

from __future__ import annotations

from itertools import pairwise

import pytest

from server.text.breaks import character_breaks, line_breaks


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("Ada Lovelace", ["Ada ", "Lovelace"]),
        ("well-known fact", ["well-", "known ", "fact"]),
        ("10\u00a0km away", ["10\u00a0km ", "away"]),
        ("สวัสดีชาวโลก", ["สวัสดี", "ชาว", "โลก"]),
        ("日本語。", ["日", "本", "語。"]),
        ("👨‍👩‍👧 says 😀 hi", ["👨‍👩‍👧 ", "says ", "😀 ", "hi"]),
    ],
)
def test_lines_break_where_unicode_lets_them(text: str, pieces: list[str]) -> None:
    places = line_breaks(text)
    assert (places[0], places[-1]) == (0, len(text))
    assert [text[start:end] for start, end in pairwise(places)] == pieces


def test_characters_are_grapheme_clusters() -> None:
    assert character_breaks("e\u0301👨‍👩‍👧🇩🇪x") == [0, 2, 7, 9, 10]
