"""Which characters are emoji and which are text, after UTS #51."""

import icu
import pytest

from server.characters import characters
from server.fonts.emoji import wants_emoji

ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    "cluster",
    [
        "👩‍🚀",
        "👨‍👩‍👧‍👦",
        "🫱🏻‍🫲🏿",
        "🏳️‍🌈",
        "🐦‍🔥",
        "🇵🇹",
        ENGLAND,
        "👍🏽",
        "👍",
        "❤️",
        "☺️",
        "©️",
        "ℹ️",
        "1️⃣",
        "#️⃣",
    ],
)
def test_emoji_are_one_character_that_wants_colour(cluster: str) -> None:
    assert characters(cluster) == [cluster]
    assert wants_emoji(cluster)


@pytest.mark.parametrize("cluster", ["❤", "☺", "©", "™", "☝", "ℹ", "🈂", "↔", "7", "#", "*", "\u200d", "\ufe0f"])
def test_what_is_text_by_default_stays_text(cluster: str) -> None:
    assert not wants_emoji(cluster)


@pytest.mark.parametrize("cluster", ["❤︎", "☺︎", "😀︎", "1︎⃣"])
def test_the_text_selector_makes_text_of_any_emoji(cluster: str) -> None:
    assert not wants_emoji(cluster)


@pytest.mark.parametrize("cluster", ["❤‍🔥", "🏳‍🌈", "☝🏽", "1⃣"])
def test_sequences_without_their_selector_are_emoji_all_the_same(cluster: str) -> None:
    assert wants_emoji(cluster)


@pytest.mark.parametrize("cluster", ["", "a", "ß", "é", "漢", "क्ष", "א", " ", "\n", "a️", "a🏽", "a‍🚀", "1️"])
def test_other_characters_are_no_emoji_whatever_follows_them(cluster: str) -> None:
    assert not wants_emoji(cluster)


def test_every_sequence_that_unicode_recommends_wants_colour() -> None:
    recommended = icu.Char.getBinaryPropertySet(icu.UProperty.RGI_EMOJI)
    sequences = {str(sequence) for sequence in recommended}
    assert len(sequences) > 2000
    assert [sequence for sequence in sequences if not wants_emoji(sequence)] == []


def test_characters_reserved_for_emoji_to_come_want_colour() -> None:
    reserved = "\U0001faff"
    assert icu.Char.hasBinaryProperty(reserved, icu.UProperty.EXTENDED_PICTOGRAPHIC)
    assert wants_emoji(reserved)
    assert wants_emoji(f"{reserved}‍🚀")
