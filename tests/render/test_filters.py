"""Numbers, money and dates by locale, and QR codes: what is written, and that no value makes it fail."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import segno
from lxml import etree

from server.errors import BrokenTemplate
from server.render import filters
from server.render.compose import compose
from server.render.filters import MAX_QR_TEXT, in_words, money, number, percent, possessive, qr
from server.render.sandbox import FILTERS

DOCS = Path(__file__).parents[2] / "docs/templates.md"
CHRISTMAS_EVE = date(2026, 12, 24)
PRICE = "[params.price]\ntype = 'number'\n[params.currency]\n[params.locale]\n"
UNFIT = [Decimal("NaN"), Decimal("-Infinity"), Decimal("1E+999999"), float("inf"), 10**400, True]
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)h-(\d+)z")


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "written"),
    [
        ("1249", "EUR", "en-US", "€1,249"),
        ("1249.5", "EUR", "en-US", "€1,249.50"),
        ("1249.5", "EUR", "de-DE", "1.249,50\u00a0€"),
        ("1249", "EUR", "fr", "1\u202f249\u00a0€"),
        ("1249", "EUR", "de_CH", "EUR\u00a01’249"),
        ("725000", "INR", "en-IN", "₹7,25,000"),
        ("1249.6", "JPY", "ja", "￥1,250"),
        ("0.25", "KWD", "en", "KWD\u00a00.250"),
        ("12.996", "usd", "en", "$13"),
        ("-5", "USD", "en", "-$5"),
        ("5", "CHF", "en", "CHF\u00a05"),
    ],
)
def test_money_is_written_as_the_locale_writes_it(amount: str, currency: str, locale: str, written: str) -> None:
    assert money(Decimal(amount), currency, locale) == written


def test_an_unknown_currency_stands_in_front() -> None:
    assert money(Decimal("1249.5"), "Points", "de") == "Points\u00a01.249,50"
    assert money(Decimal(3), "", "en") == "3"


@pytest.mark.parametrize("locale", ["", "xx", "klingon", "../../etc/passwd", "en-US-x-y-z", "\u202e", "-", "a" * 200])
def test_an_unknown_locale_is_english(locale: str) -> None:
    assert money(Decimal("1249.5"), "EUR", locale) == "€1,249.50"
    assert number(Decimal("1249.5"), locale) == "1,249.5"
    assert in_words(CHRISTMAS_EVE, "MMMMd", locale) == "December 24"


def test_of_an_unknown_country_the_language_counts() -> None:
    assert number(Decimal("1249.5"), "de-XX") == "1.249,5"


def test_numbers_have_the_separators_of_the_locale_and_three_decimals_at_most() -> None:
    assert number(Decimal("1234.5678"), "en") == "1,234.568"
    assert number(Decimal("1E+3"), "pl") == "1\u00a0000"
    assert number(2.5, "de") == "2,5"
    assert number("2500", "en") == "2,500"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Sarah", "Sarah’s"),
        ("James", "James’"),
        ("Max", "Max’s"),
        ("Sarah's", "Sarah's"),
        ("James’", "James’"),
        ("李", "李’s"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_possessive_is_written_as_english_writes_it(name: str | None, written: str) -> None:
    assert possessive(name) == written


def test_other_languages_have_no_such_possessive() -> None:
    assert possessive("Sarah", "de") == "Sarah"
    assert possessive("Sarah", "en-GB") == "Sarah’s"


def test_shares_are_whole_percent() -> None:
    assert percent(Decimal("0.25"), "en") == "25%"
    assert percent(Decimal("0.254"), "de") == "25\u00a0%"


@pytest.mark.parametrize(
    ("form", "locale", "written"),
    [
        ("d MMMM", "en", "24 December"),
        ("d MMMM", "pl", "24 grudnia"),
        ("MMMMd", "en", "December 24"),
        ("MMMMd", "de", "24. Dezember"),
        ("MMMMd", "ja", "12月24日"),
        ("full", "en-GB", "Thursday, 24 December 2026"),
        ("EEEE", "en", "Thursday"),
    ],
)
def test_days_are_written_by_pattern_by_skeleton_and_by_name(form: str, locale: str, written: str) -> None:
    assert in_words(CHRISTMAS_EVE, form, locale) == written
    assert in_words(CHRISTMAS_EVE.isoformat(), form, locale) == written


@pytest.mark.parametrize("written", [money, number, percent, in_words, qr])
def test_nothing_stays_nothing(written: Any) -> None:
    assert written(None) == ""
    assert written("") == ""


@pytest.mark.parametrize("written", [money, number, percent, in_words])
def test_words_in_the_place_of_a_value_are_shown(written: Any) -> None:
    assert written("on request") == "on request"
    assert written("2026-02-31") == "2026-02-31"


@pytest.mark.parametrize("written", [money, number, percent, in_words])
@pytest.mark.parametrize("value", UNFIT, ids=range(len(UNFIT)))
def test_what_cannot_be_shown_is_not(written: Any, value: Any) -> None:
    assert written(value) == ""


def test_what_a_filter_writes_is_escaped(make_template: Any, make_spec: Any) -> None:
    template = make_template("<text>{{ price|money(currency, locale) }}</text>", params=PRICE)
    spec = make_spec(template, price=Decimal(5), currency="<b>&", locale="en")
    assert b"&lt;b&gt;&amp;\xc2\xa05" in compose(spec, template).xml


def test_a_misspelt_filter_is_named_with_its_line(make_template: Any, make_spec: Any) -> None:
    template = make_template("<text>{{ price|mony }}</text>", params=PRICE)
    with pytest.raises(BrokenTemplate, match="no filter mony; did you mean money") as raised:
        compose(make_spec(template), template)
    assert raised.value.line == 2


def modules(path: str, *, side: int, module: int = 1, inset: int = 0) -> list[list[int]]:
    """The path painted onto a grid, by its own words."""
    grid = [[0] * side for _ in range(side)]
    for x, y, width, height, back in (map(int, run) for run in RUN.findall(path)):
        assert (width, height) == (back, module)
        for column in range((x - inset) // module, (x - inset + width) // module):
            grid[(y - inset) // module][column] += 1
    return grid


@pytest.mark.parametrize("text", ["TCK-2026-0042", "é漢🎫", "x" * MAX_QR_TEXT])
def test_a_qr_code_is_its_modules_each_painted_once(text: str) -> None:
    expected = [list(row) for row in segno.make_qr(text, error="m").matrix]
    path = qr(text)
    assert RUN.sub("", path) == ""
    assert modules(path, side=len(expected)) == expected


def test_a_qr_code_of_a_size_has_whole_pixels_a_module_and_lies_in_the_middle() -> None:
    expected = [list(row) for row in segno.make_qr("A", error="m").matrix]  # 21 modules: 12 px each, 12 left over
    assert modules(qr("A", 264), side=21, module=12, inset=6) == expected


def test_a_text_too_long_for_a_qr_code_gives_none_rather_than_a_wrong_one() -> None:
    assert qr("x" * (MAX_QR_TEXT + 1)) == ""


def test_a_template_draws_a_qr_code(make_template: Any, make_spec: Any) -> None:
    template = make_template('<path d="{{ qr(name) }}"/>', params="name")
    root = etree.fromstring(compose(make_spec(template, name="A"), template).xml)
    assert root[0].get("d") == qr("A")


def test_the_docs_say_what_is_written_and_name_every_filter() -> None:
    section = DOCS.read_text().split("## Numbers, money, dates")[1].split("\n## ")[0]
    samples: dict[str, Any] = {
        "price": Decimal(1249),
        "area": Decimal("1234.5"),
        "share": Decimal("0.25"),
        "ends": CHRISTMAS_EVE,
    }
    samples["name"] = "Sarah"
    rows = re.findall(r"^\| `(\w+)\\\|(\w+)\((.*?)\)` \|.*\| (.+?) \| (.+?) \|$", section, re.MULTILINE)
    assert {name for _, name, *_ in rows} == set(filters.FILTERS)
    for value, name, arguments, *written in rows:
        said = ["EUR"] if arguments.startswith("currency") else re.findall(r'"(.+?)"', arguments)
        for locale, words in zip(("en-US", "de-DE"), written, strict=True):
            assert filters.FILTERS[name](samples[value], *said, locale).replace("\u00a0", " ") == words
    assert set(FILTERS) <= set(re.findall(r"`(\w+)`", section))
