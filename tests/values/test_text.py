"""Clean text shows all that can be seen and nothing that cannot; cut text keeps whole characters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.characters import characters
from server.values.text import clean, cut

FAMILY = "👩\u200d👩\u200d👧"
SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Sarah", "Sarah"),
        ("", ""),
        ("   ", ""),
        ("  Sarah \t\r\n Jane  ", "Sarah Jane"),
        ("Sarah\u00a0Jane\u202fK\u3000L", "Sarah Jane K L"),
        ("a\u2028b\u2029c\x85d\x0be", "a b c d e"),
        ("Jose\u0301", "José"),
        ("A\u030a", "Å"),
        ("Ａ", "Ａ"),
        ("\x00Sa\x07rah\x7f\x9b", "Sarah"),
        ("\u202eharaS\u202c", "haraS"),
        ("\u2066a\u2069\u061cb\u200e\u200f", "ab"),
        ("Sa\u200brah\u2060\ufeff", "Sarah"),
        ("so\u00adft", "soft"),
        ("a\u034fb", "ab"),
        ("\ud800a\udfff", "a"),
        ("\ufffea\uffff\ufdd0", "a"),
        ("\u3164", ""),
        ("\u2800\uffa0", ""),
        ("Ren\ufffde", "Ren\ufffde"),
        ("\ue000", "\ue000"),
        ("e\u200b\u0301", "é"),
    ],
)
def test_clean_text_is_composed_visible_and_single_spaced(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        FAMILY,
        "🏳️\u200d🌈",
        "👩🏽\u200d🚀",
        "❤️\u200d🔥",
        SCOTLAND,
        "1️⃣",
        "🇩🇪",
        "می\u200cخواهم",
        "عبدال\u200cله",
        "क्\u200dष",
        "ශ්\u200dරී",
        "മോഹന്\u200d",
        "ক্\u200cষ",
        "ကျွန်\u200cတော်",
        "\u0600١٢",
        "نَ\u200cم",  # the letter before the joiner carries a mark
        "葛\U000e0100",
        "🩷",
        "🫨",
        "\U0001fae9",  # newer than the interpreter's own tables
    ],
)
def test_what_scripts_and_emoji_need_is_kept(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Sa\u200drah", "Sarah"),
        ("Sa\u200crah", "Sarah"),
        ("\u200dSarah\u200c", "Sarah"),
        ("日\u200d本", "日本"),
        ("👩\u200d", "👩"),
        ("\u200d👩", "👩"),
        ("👩\u200c👩", "👩👩"),
        ("a\u200d👩", "a👩"),
        ("می\u200c", "می"),
        ("می\u200c x", "می x"),
        ("👩\u200d\u200d👧", "👩👧"),
        ("Sarah\U000e0041\U000e007f", "Sarah"),
        ("🏴\U000e0067", "🏴"),
        ("\U000e0067\U000e007f", ""),
    ],
)
def test_invisible_characters_that_do_no_work_are_dropped(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


_TRICKY = st.text(
    st.sampled_from(
        "aé eE\u0301\u0327\u200c\u200d\u200b\u00a0\t\u202e\ud800\ufffe"
        "👩👧🏽\ufe0f🏴\U000e0067\U000e007fمیक्ष\u094d\u1100\u1161"
    )
)


@given(st.text() | _TRICKY)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in once)
    assert once == once.strip()
    assert "  " not in once


@pytest.mark.parametrize(
    ("text", "most", "shorter"),
    [
        ("Sarah", 5, "Sarah"),
        ("", 1, ""),
        ("Sarah", 4, "Sar…"),
        ("Sarah Jane Smith", 16, "Sarah Jane Smith"),
        ("Sarah Jane Smith", 15, "Sarah Jane…"),
        ("Sarah Jane Smith", 11, "Sarah Jane…"),
        ("Sarah Jane Smith", 10, "Sarah…"),
        ("Acme, Incorporated", 8, "Acme…"),
        ("Smith & Sons Ltd", 11, "Smith…"),
        ("I Donaudampfschifffahrt", 12, "I Donaudamp…"),
        ("日本語テキスト", 4, "日本語…"),
        ("ab", 1, "…"),
        ("- - -", 3, "…"),
        (f"{FAMILY}{FAMILY}{FAMILY}", 2, f"{FAMILY}…"),
        ("Zoë\u0323 Zoë", 5, "Zoë\u0323…"),
    ],
)
def test_long_text_is_cut_between_words_where_that_leaves_half(text: str, most: int, shorter: str) -> None:
    assert cut(text, most) == shorter


@given(st.text(), st.integers(1, 30))
def test_a_cut_text_has_no_more_characters_than_asked(text: str, most: int) -> None:
    text = clean(text)
    shorter = cut(text, most)
    assert len(characters(shorter)) <= most
    if len(characters(text)) <= most:
        assert shorter == text
    else:
        assert shorter.endswith("…")
        assert text.startswith(shorter[:-1])


def test_the_letters_that_take_the_short_way_are_composed_and_seen() -> None:
    letters = "".join(map(chr, range(0xC0, 0x250)))
    assert unicodedata.is_normalized("NFC", letters)
    assert letters.isprintable()
    assert clean(letters) == letters
