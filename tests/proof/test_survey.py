"""Rows into counts and candidates, without a drawing."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.catalog.resolve import Drawing
from server.catalog.template import Template, build_template
from server.proof import survey as surveys
from server.proof.specs import Maker
from server.proof.survey import Survey
from server.rows.csv_file import Row

MANIFEST = """
title = "A card"
[params.first_name]
clean = "person"
[params.company]
clean = "company"
"""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><text>{{ first_name }} {{ company }}</text></svg>'
)


@pytest.fixture
def card() -> Template:
    return build_template("card", {"template.svg": SVG.encode(), "manifest.toml": MANIFEST.encode()})


def survey_of(card: Template, *rows: dict[str, str], ragged: bool = False) -> Survey:
    maker = Maker(card, Drawing(12_000_000, "test"), lambda _name: None, frozenset({"first_name", "company"}))
    survey = Survey(maker)
    for number, values in enumerate(rows, 1):
        survey.add(Row(number, tuple(values.values()), ragged), values)
    return survey


def counted(survey: Survey) -> dict[str, int]:
    return {category.words: count for category, count in survey.counts.items() if category.is_counted}


def test_where_all_are_as_long_as_each_other_none_is_the_longest(card: Template) -> None:
    rows = [{"first_name": name, "company": "Acme"} for name in ("Bo", "Sarah", "Maximiliane")]
    found = {trouble.category.words for one in survey_of(card, *rows).candidates() for trouble in one.troubles}
    assert "the longest first name" in found
    assert "the shortest first name" in found
    assert not {words for words in found if "company" in words}
    (only,) = survey_of(card, rows[0]).candidates()
    assert "the longest company" in {trouble.category.words for trouble in only.troubles}


def test_every_row_is_counted_in_each_of_its_categories(card: Template) -> None:
    rows = [
        {"first_name": "Sarah", "company": "Acme"},
        {"first_name": "", "company": "Acme"},
        {"first_name": "*|FNAME|*", "company": ""},
        {"first_name": "null", "company": "{{ contact.company }}"},
        {"first_name": "Екатерина", "company": "Acme"},
        {"first_name": "JOHN", "company": "see https://evil.example/x"},
        {"first_name": "50%25 off %46", "company": "A&amp;B"},
    ]
    assert counted(survey_of(card, *rows)) == {
        "first name is missing": 1,
        "first name is a tag that was not filled in": 1,
        "company is missing": 1,
        "first name is a machine’s word for nothing": 1,
        "company is a tag that was not filled in": 1,
        "first name in Cyrillic": 1,
        "first name: capitals set right": 1,
        "company holds a link or an address": 1,
    }


def test_rows_that_give_the_same_picture_are_one_candidate(card: Template) -> None:
    survey = survey_of(card, *[{"first_name": name, "company": "A"} for name in ("Amy", " Amy ", "Bo", "Amy")])
    assert [candidate.row for candidate in survey.candidates()] == [1, 3]
    assert [survey.repeats[candidate.name] for candidate in survey.candidates()] == [3, 1]
    assert survey.rows == 4


def test_the_longest_of_a_long_list_is_kept(card: Template, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveys, "SAMPLE", 5)
    monkeypatch.setattr(surveys, "PER_CATEGORY", 2)
    names = [f"{chr(97 + number % 26)}{chr(97 + number // 26)}ra".capitalize() for number in range(300)]
    names[137] = "Maximiliane-Konstantina"
    survey = survey_of(card, *[{"first_name": name, "company": "Acme"} for name in names])
    candidates = survey.candidates()
    assert "Maximiliane-Konstantina" in {candidate.values["first_name"] for candidate in candidates}
    assert len(survey.repeats) == 300
    assert 5 <= len(candidates) <= 5 + 2 * len(survey.counts)


def test_the_sample_does_not_hang_on_the_order_of_the_list(card: Template, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveys, "SAMPLE", 20)
    monkeypatch.setattr(surveys, "PER_CATEGORY", 0)
    rows = [{"first_name": f"Anna {chr(65 + n % 26)}{chr(97 + n // 26)}", "company": "Acme"} for n in range(200)]
    there, back = survey_of(card, *rows), survey_of(card, *reversed(rows))
    shown = [{candidate.values["first_name"] for candidate in found.candidates()} for found in (there, back)]
    assert shown[0] == shown[1]
    assert len(shown[0]) == 20


def test_a_row_with_too_many_cells_is_a_trouble(card: Template) -> None:
    assert "the row has more cells than the header" in counted(survey_of(card, {"first_name": "Amy"}, ragged=True))


def test_a_cell_of_a_megabyte_and_lone_surrogates_are_only_values(card: Template) -> None:
    survey = survey_of(card, {"first_name": "x" * 1_000_000, "company": "\ud800"}, {"first_name": "\0", "company": "%"})
    assert survey.rows == 2


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), max_size=12))
def test_any_cells_are_counted_and_kept_within_bounds(card: Template, rows: list[tuple[str, str]]) -> None:
    survey = survey_of(card, *({"first_name": first, "company": company} for first, company in rows))
    candidates = survey.candidates()
    assert survey.rows == len(rows) == sum(survey.repeats.values())
    assert len(candidates) == len(survey.repeats)
    assert all(count <= len(rows) for count in survey.counts.values())
