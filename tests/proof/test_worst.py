"""Choosing among literal troubles."""

from __future__ import annotations

from server.proof.troubles import Category, Kind, Trouble, of_fallbacks, of_slots, words_of
from server.proof.worst import choose, in_order
from server.report import Fallback, Reason, SlotReport

MISSING = Category(Kind.MISSING, "name is missing")
SMALL = Category(Kind.SMALL, "headline: smaller type than usual")
LONG = Category(Kind.LONG, "the longest name")


def of(category: Category, weight: float) -> Trouble:
    return Trouble(category, weight, category.words)


def test_a_category_of_many_does_not_crowd_out_one_of_few() -> None:
    found = {number: [of(MISSING, -1)] for number in range(100)} | {500: [of(SMALL, 0.2)]}
    assert [picture for picture, _ in choose(found, 2)] == [0, 500]


def test_the_worst_of_a_category_comes_first() -> None:
    found = {1: [of(SMALL, 0.1)], 2: [of(SMALL, 0.6)], 3: [of(SMALL, 0.4)]}
    assert [picture for picture, _ in choose(found, 2)] == [2, 3]


def test_a_picture_is_shown_once_and_for_the_worse_of_its_troubles() -> None:
    found = {1: [of(LONG, 30.0), of(SMALL, 0.5)], 2: [of(LONG, 20.0)]}
    assert [(picture, trouble.category) for picture, trouble in choose(found, 9)] == [(1, SMALL), (2, LONG)]


def test_no_more_are_chosen_than_asked_and_no_more_than_there_are() -> None:
    found = {number: [of(MISSING, -1)] for number in range(5)}
    assert len(choose(found, 3)) == 3
    assert len(choose(found, 30)) == 5
    assert choose({}, 3) == []


def test_rankings_are_not_counted_in_a_summary() -> None:
    assert in_order({LONG: 900, SMALL: 3, MISSING: 40}) == [(MISSING, 40), (SMALL, 3)]


def slot(size: float = 80, lines: int = 1, alternative: int = 0, *, truncated: bool = False) -> SlotReport:
    return SlotReport("the-name", 80, size, lines, alternative, truncated)


def test_a_slot_is_judged_beside_the_usual_picture() -> None:
    usual = {"the-name": slot(size=68, lines=2)}
    assert list(of_slots([slot(size=68, lines=2)], usual)) == []
    found = list(of_slots([slot(size=40, lines=3, alternative=1, truncated=True)], usual))
    assert [trouble.category.kind for trouble in found] == [Kind.CUT, Kind.SMALL, Kind.LINES, Kind.WORDING]
    assert found[1].words == "the name: type at 50% of its size, 40 px"


def test_letters_that_no_font_has_are_named() -> None:
    report = SlotReport("name", 80, 80, 1, missing=("VAI SYLLABLE EE",))
    assert [trouble.words for trouble in of_slots([report], {})] == ["name: no font has vai syllable ee"]


def test_fallbacks_of_one_reason_are_said_in_one_sentence() -> None:
    found = [
        Fallback("company", Reason.MISSING),
        Fallback("first_name", Reason.EMPTY),
        Fallback("logo_url", Reason.NO_PICTURE),
    ]
    assert list(words_of(found, frozenset({"logo_url"}))) == [
        "company and first name are missing",
        "logo is no picture of the template",
    ]


def test_every_reason_has_words_and_a_kind() -> None:
    for reason in Reason:
        for pictures in (frozenset[str](), frozenset({"logo_url"})):
            (trouble,) = of_fallbacks([Fallback("logo_url", reason)], pictures)
            assert trouble.words.startswith("logo ")
            assert trouble.category.is_counted


def test_a_picture_with_one_fault_shows_it_better_than_one_with_two() -> None:
    alone, both = [Fallback("a", Reason.MISSING)], [Fallback("a", Reason.MISSING), Fallback("b", Reason.UNMERGED)]
    nothing: frozenset[str] = frozenset()
    assert next(of_fallbacks(alone, nothing)).weight > next(of_fallbacks(both, nothing)).weight
