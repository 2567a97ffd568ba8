"""Which column fills in which param."""

from __future__ import annotations

import pytest

from server.errors import UnfitValue
from server.rows.columns import match

PARAMS: dict[str, tuple[str, ...]] = {"first_name": (), "company": ("firm",), "city": ()}


@pytest.mark.parametrize(
    "header",
    [
        ("First Name", "Company Name", "City"),
        ("FNAME", "COMPANY", "CITY"),
        ("first_name", "company", "city"),
        ("firstname", "Organization", "town"),
        ("Contact: First-Name", "Contact: Company", "Contact: City"),
        ("person.first_name", "person.organization", "person.city"),
        ("Vorname", "Firma", "Ort"),
        ("Prénom", "Société", "Ville"),
    ],
)
def test_the_names_that_tools_and_people_give_are_known(header: tuple[str, ...]) -> None:
    assert match(header, PARAMS, {}).columns == {"first_name": (0,), "company": (1,), "city": (2,)}


def test_an_alias_counts_as_the_param() -> None:
    assert match(("Firm",), PARAMS, {}).columns == {"company": (0,)}


def test_what_is_told_wins_over_what_is_guessed() -> None:
    found = match(("First Name", "Nickname"), PARAMS, {"nickname": "first_name"})
    assert found.columns == {"first_name": (1,)}
    assert found.unused == ("First Name",)
    assert found.unfilled == ("company", "city")


def test_several_columns_told_for_one_param_are_joined() -> None:
    found = match(("Anrede", "Nachname"), {"name": ()}, {"Anrede": "name", "Nachname": "name"})
    assert found.values(("Frau", "Özdemir")) == {"name": "Frau Özdemir"}


def test_a_whole_name_is_made_of_its_halves_where_the_list_has_no_other() -> None:
    halves = match(("Last Name", "First Name"), {"name": ()}, {})
    assert halves.values(("Jones", "Sarah")) == {"name": "Sarah Jones"}
    assert match(("Last Name", "First Name", "Full Name"), {"name": ()}, {}).columns == {"name": (2,)}


def test_a_column_fills_in_one_param_only() -> None:
    found = match(("Title",), {"role": (), "title": ()}, {})
    assert found.columns == {"title": (0,)}


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"Frist Name": "first_name"}, "did you mean First Name?"),
        ({"First Name": "frist_name"}, "did you mean first_name?"),
        ({"Shoe size": "first_name"}, "no column Shoe size"),
    ],
)
def test_a_word_that_is_none_is_answered_with_the_nearest(told: dict[str, str], says: str) -> None:
    with pytest.raises(UnfitValue, match=says.replace("?", r"\?")):
        match(("First Name", "Company"), PARAMS, told)


def test_columns_without_a_name_match_nothing() -> None:
    assert match(("", "–", "City"), PARAMS, {}).columns == {"city": (2,)}
