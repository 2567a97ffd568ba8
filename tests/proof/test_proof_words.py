"""What a proof says in words: how many, which columns, which pictures came and which did not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.catalog.resolve import Drawing
from server.catalog.template import Template, build_template
from server.proof.measuring import for_measuring
from server.proof.shown import entries_of
from server.proof.specs import Maker
from server.proof.survey import Candidate
from server.proof.troubles import Category, Kind
from server.proof.words import Count, Fetches, fetches_of, of_closed, of_pictures
from server.report import Fallback, Reason
from server.rows.columns import match

MANIFEST = """
[params.company]
[params.logo]
type = "image"
fallback = ["wordmark:company"]
[params.photo]
type = "image"
open = true
hosts = ["pics.example"]
"""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><image href="{{ logo }}" width="90" height="40"/>'
    "<image href='{{ photo }}' width='9' height='9'/><text>{{ company }}</text></svg>"
)
VALUES = {"company": "Acme", "logo": "https://a.example/x.png"}


@pytest.fixture
def card() -> Template:
    return build_template("card", {"template.svg": SVG.encode(), "manifest.toml": MANIFEST.encode()})


def candidate_of(card: Template, values: dict[str, str]) -> Candidate:
    maker = Maker(card, Drawing(12_000_000, "test"), lambda _name: None, frozenset(values))
    return Candidate(1, values, *maker.make(values), ())


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (Count(Category(Kind.SMALL, "x"), 1, 1), "1 of 1 row: x"),
        (Count(Category(Kind.SMALL, "x"), 1, 2), "1 of 2 rows: x"),
        (Count(Category(Kind.SMALL, "x"), 1, 1, is_of_drawn=True), "1 of 1 drawn row: x"),
    ],
)
def test_one_row_is_one_row(count: Count, words: str) -> None:
    assert count.words == words


@pytest.mark.parametrize(
    ("fetches", "words"),
    [
        (Fetches(20, {Reason.UNREACHABLE: 2, Reason.DAMAGED: 1}), "3 of 20 addresses tried could not be fetched"),
        (Fetches(1, {Reason.TIMEOUT: 1}), "1 of 1 address tried could not be fetched (timeout 1)."),
        (Fetches(2, {}), "2 addresses tried, and none failed."),
    ],
)
def test_it_is_said_how_many_pictures_failed_and_from_no_host(fetches: Fetches, words: str) -> None:
    assert fetches.words.startswith(words)


def test_an_address_counts_once_in_however_many_cases_it_is(card: Template) -> None:
    before = candidate_of(card, VALUES).spec
    came = replace(before, fallbacks=())
    failed = replace(before, fallbacks=(Fallback("logo", Reason.UNREACHABLE),))
    other = {**VALUES, "logo": "https://b.example/y.png"}
    found = fetches_of([(VALUES, before, failed), (VALUES, before, failed), (other, before, came)])
    assert (found.tried, dict(found.failed)) == (2, {Reason.UNREACHABLE: 1})


def test_a_closed_picture_column_is_named_with_the_link_that_it_takes(card: Template) -> None:
    matched = match(["company", "logo", "photo"], dict.fromkeys(card.params, ()), {})
    (said,) = of_closed(matched, card)
    assert said.startswith("logo is not for a mail tool to fill in")
    assert "signed for each recipient" in said
    assert of_closed(match(["company", "photo"], dict.fromkeys(card.params, ()), {}), card) == []


def test_where_nothing_is_fetched_it_is_not_said_what_failed(card: Template) -> None:
    matched = match(["logo"], dict.fromkeys(card.params, ()), {})
    (said,) = of_pictures(matched, card, Fetches(0, {}), are_fetched=False)
    assert said.endswith("the setting remote_pictures is off.")


def test_a_picture_that_came_is_said_to_be_fetched_and_not_by_its_digest(card: Template) -> None:
    spec, _ = for_measuring(candidate_of(card, VALUES))
    drawn = {entry.name: entry.drawn for entry in entries_of(VALUES, spec, {})}
    assert drawn == {"company": None, "logo": "fetched"}


def test_what_stands_in_for_a_picture_that_was_not_fetched_is_not_measured(card: Template) -> None:
    candidate = candidate_of(card, VALUES)
    assert dict(candidate.spec.values)["logo"] == "wordmark:Acme"
    spec, pictures = for_measuring(candidate)
    (digest,) = pictures
    assert dict(spec.values)["logo"] == f"remote:{digest}"


def test_what_stands_in_for_a_picture_that_a_row_has_not_is_measured(card: Template) -> None:
    missing = candidate_of(card, {"company": "Acme", "logo": ""})
    assert for_measuring(missing) == (missing.spec, {})
