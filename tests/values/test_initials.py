"""Initials, as a person would draw them in the place of a portrait."""

from __future__ import annotations

import pytest

from server.values.initials import initials


@pytest.mark.parametrize(
    ("name", "locale", "expected"),
    [
        ("Sarah Jones", "", "SJ"),
        ("sarah jones", "", "SJ"),
        ("Anna Maria von Trapp", "", "AT"),
        ("Sarah", "", "S"),
        ("Dr. Sarah Jones, PhD", "", "SJ"),
        ("Dr. Jones", "", "J"),
        ("Mr and Mrs Smith", "", "S"),
        ("Ludwig van Beethoven Jr.", "", "LB"),
        ("Zoë (Zo) O'Brien", "", "ZO"),
        ("Éric L'Hermite", "", "ÉL"),
        ("'t Hooft", "", "TH"),
        ("J.R.R. Tolkien", "", "JT"),
        ("ılgaz ilhan", "tr", "Iİ"),
        ("ilhan", "", "I"),
        ("ßauer", "", "S"),
        ("ﬁona", "", "F"),
        ("山田太郎", "", "山"),
        ("山田 太郎", "", "山太"),
        ("იოსებ ჯუღაშვილი", "", "იჯ"),
        ("कमल श्रीवास्तव", "", "कश्री"),
        ("เกศ พร", "", "กพ"),
        ("👩‍🚀 Anna", "", "A"),
        ("משה כהן", "", "מכ"),
    ],
)
def test_the_first_letters_of_the_first_and_the_last_word(name: str, locale: str, expected: str) -> None:
    assert initials(name, locale) == expected


def test_letters_that_join_hands_stay_two_letters() -> None:
    assert initials("محمد علي") == "م\u200cع"
    assert initials("محمد") == "م"


@pytest.mark.parametrize("name", ["", " ", "😀", "👩‍🚀 🎉", "42", "007 8", "!?", "-"])
def test_what_has_no_letters_has_no_initials(name: str) -> None:
    assert initials(name) == ""
