"""What machines write for nothing is nothing; people whose names look like it are people."""

from __future__ import annotations

import pytest

from server.values.placeholders import COMPANY, PERSON, is_placeholder


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "NULL",
        "(null)",
        "<null>",
        "undefined",
        "None",
        "none",
        "nil",
        "nan",
        "NaN",
        "N/A",
        "n/a",
        "#N/A",
        "#REF!",
        "[object Object]",
        "FNAME",
        "first_name",
        "companyName",
        "\\N",
        "-",
        "--",
        "—",
        "...",
        "?",
        "_",
        "* *",
        "null null",
        "None None",
        "N/A -",
        "undefined undefined",
    ],
)
def test_what_machines_write_for_nothing_is_nothing(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "Nil",
        "Nan",
        "Na",
        "NA",
        "NIL",
        "Null",
        "Test",
        "Nan Nil",
        "Null Island",
        "null pointer",
        "None of Us",
        "Undefined Ltd",
        "Sarah",
        "N",
        "A",
        "!!!",
        "3",
        "-1",
        "C#",
        "🎉",
        "日",
        "N/A Records",
        "First Name",
        "Nuno",
        "e-",
        "Ñ",
        "",
    ],
)
def test_people_companies_and_pictures_are_not_nothing(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize("text", ["test", "TEST", "xxx", "aaaa", "Unknown", "No Name", "First Name", "asdf", "k.A."])
def test_what_people_type_to_get_past_a_form_is_no_name(text: str) -> None:
    assert is_placeholder(text, PERSON)
    assert not is_placeholder(text)


@pytest.mark.parametrize("text", ["Nil", "Nan", "Na", "Null", "Test", "III", "Iii", "Ann", "Aaa B", "Noname Jr", "Bo"])
def test_people_of_such_names_are_people(text: str) -> None:
    assert not is_placeholder(text, PERSON)


@pytest.mark.parametrize("text", ["Nil", "NA", "Null", "Undefined", "Test", "Company"])
def test_of_companies_they_are_nothing_in_any_spelling(text: str) -> None:
    assert is_placeholder(text, COMPANY)
