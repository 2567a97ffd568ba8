"""Characters that no font has: signs go, a name stays whole or falls back."""

from __future__ import annotations

import pytest

from server.values.glyphs import without


@pytest.mark.parametrize(
    ("text", "missing", "shown"),
    [
        ("Anna", (), "Anna"),
        ("Anna 🜁 K", ("🜁",), "Anna K"),
        ("🜁", ("🜁",), None),
        ("🜁!", ("🜁",), None),
        ("ཀ་ཁ", ("ཀ", "་", "ཁ"), None),
        ("山𠮷太郎", ("𠮷",), None),
        ("a\u0323nh", ("\u0323",), None),
    ],
)
def test_signs_are_left_out_and_letters_are_not(text: str, missing: tuple[str, ...], shown: str | None) -> None:
    assert without(text, missing, may_lose_letters=False) == shown


@pytest.mark.parametrize(
    ("text", "missing", "shown"), [("山𠮷太郎", ("𠮷",), "山太郎"), ("ཀ", ("ཀ",), None), ("ཀ, ཁ", ("ཀ", "ཁ"), None)]
)
def test_letters_are_left_out_where_the_manifest_says_so(
    text: str, missing: tuple[str, ...], shown: str | None
) -> None:
    assert without(text, missing, may_lose_letters=True) == shown
