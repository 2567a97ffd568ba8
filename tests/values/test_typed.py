"""Text into numbers, colours, days, choices, flags and URLs, or the reason why not."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.report import Reason
from server.values.typed import Judged, choice, color, day, flag, number, url

LOW, HIGH = Decimal(-1000), Decimal(1000)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("42", "42"),
        ("-7", "-7"),
        ("+7", "7"),
        ("3.50", "3.50"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e2", "100"),
        ("12E-1", "1.2"),
        ("007", "7"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("0e999999999999999999999", "0"),
        ("1e-400", "0"),
        ("1e-99999999999999999999", "0"),
        ("0.12345678901234567890", "0.123456789"),
        ("999.999999999999999", "1000.00000000000"),
        ("1" + "0" * 2 + "." + "0" * 5000, "100.000000000"),
    ],
)
def test_a_number_is_finite_plain_and_as_fine_as_a_pixel_needs(text: str, value: str) -> None:
    judged = number(text, LOW, HIGH)
    assert judged.reason is None
    assert isinstance(judged.value, Decimal)
    assert judged.value == Decimal(value)
    assert not set(str(judged.value)) - set("-.0123456789")
    assert not str(judged.value).startswith("-0")


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("1001", HIGH),
        ("-1001", LOW),
        ("1e100", HIGH),
        ("-1e100", LOW),
        ("1e999999999999999999999", HIGH),
        ("inf", HIGH),
        ("-inf", LOW),
        ("Infinity", HIGH),
        ("-INFINITY", LOW),
        ("9" * 5000, HIGH),
        ("1000.00000000001", HIGH),
    ],
)
def test_a_number_out_of_range_becomes_the_nearer_bound(text: str, bound: Decimal) -> None:
    assert number(text, LOW, HIGH) == Judged(bound, Reason.OUT_OF_RANGE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nan",
        "NaN",
        "-nan",
        "sNaN",
        "1_000",
        "1,200.50",
        "0x10",
        "0b1",
        "١٢٣",
        "１２",
        "1e",
        "e5",
        ".",
        "-",
        "+-1",
        "1 2",
        " 1",
        "1 ",
        "1\n",
        "--1",
        "1.2.3",
        "1e5.5",
        "∞",
        "½",
        "²",
        "1%",
        "$5",
        "infinit",
        "NaN123",
    ],
)
def test_anything_else_is_no_number(text: str) -> None:
    assert number(text, LOW, HIGH) == Judged(None, Reason.NOT_A_NUMBER)


@given(st.text(st.sampled_from("0123456789+-.eEinfa"), max_size=12) | st.floats().map(str) | st.decimals().map(str))
def test_whatever_is_given_a_number_stays_within_its_bounds(text: str) -> None:
    value = number(text, LOW, HIGH).value
    assert value is None or (isinstance(value, Decimal) and LOW <= value <= HIGH and math.isfinite(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [("#abc", "#aabbcc"), ("#A1B2C3", "#a1b2c3"), ("a1b2c3", "#a1b2c3"), ("Red", "#ff0000"), ("fuchsia", "#ff00ff")],
)
def test_a_color_is_always_six_digits(text: str, value: str) -> None:
    assert color(text) == Judged(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#",
        "#ab",
        "#abcd",
        "#abcdef0",
        "abc",
        "##abcdef",
        "rgb(1,2,3)",
        "red;x",
        "url(#a)",
        "#abcdeg",
        "transparent",
        "none",
        "currentColor",
        "#ａｂｃ",
        "#abc\n",
        "inherit",
    ],
)
def test_anything_else_is_no_color(text: str) -> None:
    assert color(text) == Judged(None, Reason.NOT_A_COLOR)


def test_a_day_is_iso_and_real() -> None:
    assert day("2028-02-29") == Judged(date(2028, 2, 29))
    for text in (
        "",
        "2027-02-29",
        "20270101",
        "2027-W01-1",
        "2027-1-1",
        "01/02/2027",
        "2027-01-01T00:00",
        "0000-01-01",
        "２０２７-01-01",
        "2027-01-01\n",
    ):
        assert day(text) == Judged(None, Reason.NOT_A_DATE), text


def test_a_choice_is_the_listed_spelling() -> None:
    sizes = ("Small", "LARGE", "Straße", "a", "A")
    assert choice("small", sizes) == Judged("Small")
    assert choice("STRASSE", sizes) == Judged("Straße")
    assert choice("A", sizes) == Judged("A")
    assert choice("medium", sizes) == Judged(None, Reason.NOT_A_CHOICE)
    assert choice("", sizes) == Judged(None, Reason.NOT_A_CHOICE)


def test_a_flag_is_one_of_eight_words() -> None:
    for text in ("1", "true", "YES", "On"):
        assert flag(text) == Judged(value=True)
    for text in ("0", "False", "no", "OFF"):
        assert flag(text) == Judged(value=False)
    for text in ("", "2", "y", "t", "maybe", "truee", "１"):
        assert flag(text) == Judged(None, Reason.NOT_A_FLAG), text


@pytest.mark.parametrize(
    "text",
    [
        "http://example.com",
        "https://example.com:8443/a%20b?x=1#y",
        "HTTPS://EXAMPLE.COM/",
        "https://müller.example/ä",
        "http://[::1]/",
        "https://user@example.com/",
        "https://a/" + "x" * 2038,
    ],
)
def test_a_url_is_http_with_a_host_and_returned_as_given(text: str) -> None:
    assert url(text) == Judged(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com",
        "//example.com",
        "ftp://example.com",
        "javascript:alert(1)",
        "data:image/png,x",
        "file:///etc/passwd",
        "http://",
        "http:///a",
        "http://:80/",
        "http:example.com",
        "https://exa mple.com",
        "https://example.com/a\tb",
        "https://example.com/\n",
        "http://example.com\\@evil.com",
        "http://[::1",
        "http://a:99999/",
        "http://a:x/",
        "https://a/\u202ex",
        "https://a/\u00a0",
        "https://a/" + "x" * 2039,
        "http://a:0/",
    ],
)
def test_anything_else_is_no_url(text: str) -> None:
    assert url(text) == Judged(None, Reason.NOT_A_URL)
