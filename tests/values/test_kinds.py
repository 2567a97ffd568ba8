"""A text goes the way of its kind: mended, judged, shaped; what was done to it is told, hostile text does no harm."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.report import Reason
from server.values.kinds import Cleaned, Cleaning, Kind, Repair, clean_as
from server.values.text import clean

PERSON = Cleaning(Kind.PERSON)
WAYS = [
    *(Cleaning(kind) for kind in Kind),
    Cleaning(Kind.PERSON, is_first_name=True),
    Cleaning(Kind.PERSON, locale="tr"),
    Cleaning(Kind.COMPANY, drops_legal_form=True),
]
# What trips programs up: cases without partners, marks, ligatures, brackets of every dialect, commas.
_TRICKY = st.text(st.sampled_from("aAbß İıIŐǅǆﬁΣςა-'’.,\"<>&@?{}|/()0é\u0301\u200b\u00a0ÃÂ©…√🎉日م\ufffd"), max_size=40)


def test_every_repair_is_told_in_the_order_it_was_made() -> None:
    found = clean_as('\u00a0"SMITH,  JOSÃ\x89"', PERSON)
    assert found == Cleaned(
        "José Smith", None, (Repair.MOJIBAKE, Repair.SPACES, Repair.QUOTES, Repair.REORDERED, Repair.CASE)
    )


def test_a_value_that_came_right_was_not_repaired() -> None:
    assert clean_as("Sarah Jones", PERSON) == Cleaned("Sarah Jones")


def test_the_kind_of_a_param_that_says_nothing_changes_no_letter() -> None:
    assert clean_as("SMITH, JOHN", Cleaning()).text == "SMITH, JOHN"


def test_a_value_without_a_text_has_a_reason() -> None:
    assert clean_as("null", PERSON) == Cleaned(None, Reason.PLACEHOLDER)


@pytest.mark.parametrize("cleaning", WAYS, ids=repr)
@given(text=st.text(max_size=60) | _TRICKY)
def test_any_text_is_shown_clean_or_has_a_reason(cleaning: Cleaning, text: str) -> None:
    found = clean_as(text, cleaning)
    assert (found.text is None) == (found.reason is not None)
    if found.text is not None:
        assert found.text
        assert clean(found.text) == found.text
        assert (found.text != text) == bool(found.repairs)


@given(st.text(st.sampled_from("aAbBéÉoOßxXяЯ '-."), min_size=2, max_size=30))
def test_a_name_in_mixed_case_keeps_every_letter(name: str) -> None:
    found = clean_as(name, PERSON)
    if any(map(str.isupper, name)) and any(character.islower() and character != "ß" for character in name):
        assert Repair.CASE not in found.repairs
        assert found.text is None or found.text in clean(name)


@given(st.text(st.characters(categories=["Lu", "Ll", "Lo"], exclude_characters="İı"), min_size=1, max_size=12))
def test_letters_change_their_case_and_nothing_else(name: str) -> None:
    shown = clean_as(name, PERSON)
    if shown.text and Repair.CASE in shown.repairs:
        assert folded(shown.text) == folded(name)


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


@pytest.mark.parametrize("cleaning", WAYS, ids=repr)
@pytest.mark.parametrize(
    "unit",
    [
        "A ",
        "a-",
        "o'",
        "a.",
        ",",
        "A,",
        "<b>",
        "<a ",
        '"',
        "(",
        "1 ",
        "Ã©",
        "Ã",
        "Ltd ",
        "Inc. ",
        "& Co ",
        "株式会社",
        "/DE",
        "?a",
        "a@",
    ],
)
def test_no_text_takes_long(cleaning: Cleaning, unit: str) -> None:
    started = time.process_time()
    clean_as(unit * (8192 // len(unit)), cleaning)
    assert time.process_time() - started < 1  # CPU time; quadratic matching would take several seconds


def test_a_capital_and_its_accent_become_one_letter() -> None:
    """Small they are two: there is no dotless ı with a grave."""
    assert clean_as("\u0131\u0300smet", PERSON).text == "\u00ccsmet"
