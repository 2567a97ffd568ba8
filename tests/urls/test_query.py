"""The table of readings is docs/signing-vectors.json; here is what a table cannot say."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.urls.query import QueryValue, decode_once, read_query, read_value

DECLARED = ("company", "first_name")


def read(raw: bytes) -> dict[str, str]:
    return {name: value.text for name, value in read_query(raw, DECLARED)}


@pytest.mark.parametrize(
    "name", ["utm_source", "mc_cid", "_kx", "_hsenc", "fbclid", "UTM_Source", "data[id]", "hsa.acc", "a" * 64]
)
def test_the_names_of_tools_end_the_value_before_them(name: str) -> None:
    assert read(f"company=Acme&{name}=x".encode())["company"] == "Acme"


@pytest.mark.parametrize(
    "piece", ["T", " T=1", "%20T=1", "1st=x", "=x", "a" * 65 + "=x", "caf%C3%A9=x", "a%3Db", "a+b=x", "a%00=x", "ſ=x"]
)
def test_what_no_tool_would_append_belongs_to_the_value_before_it(piece: str) -> None:
    [(name, value)] = read_query(b"company=A&" + piece.encode(), DECLARED)
    assert (name, value.raw) == ("company", "A&" + piece.encode().decode("latin-1"))


def test_a_piece_without_a_home_stands_under_no_name() -> None:
    assert [name for name, _ in read_query(b"T&_sig=k1.x&T&U&company=A", DECLARED)] == ["", "_sig", "", "company"]


def test_both_of_a_repeated_param_are_there() -> None:
    assert [value.text for _, value in read_query(b"company=A&company=B", DECLARED)] == ["A", "B"]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"%", "%"),
        (b"%%", "%%"),
        (b"%4", "%4"),
        (b"%zz", "%zz"),
        (b"100%", "100%"),
        (b"%00", "\0"),
        (b"%ff%fe", "ÿþ"),
        (b"\xe9", "é"),
        (b"\xc3\xa9", "é"),
        (b"%81%8d%8f%90%9d", "\x81\x8d\x8f\x90\x9d"),
        (b"%80%9f", "€Ÿ"),
        (b"%ed%a0%80", "í\xa0€"),  # a surrogate is no UTF-8
        (b"%c3%a9%e9", "Ã©é"),  # mixed: the whole value is windows-1252
        (b"%26amp%3Bamp%3B", "&"),
        (b"%26%2338%3Bamp%3B", "&"),
        (b"%26lt%3B", "<"),
        (b"%26nosuch%3B", "&nosuch;"),
        (b"%26copyB%3B", "&copyB;"),  # a name that only begins like one
        (b"%26%23xD800%3B", "\ufffd"),
        (b"%26%230%3B", "\ufffd"),
        (b"%26%23128%3B", "€"),
        (b"AT%26T%3B", "AT&T;"),
        (b"%2520%25ab", "%20%ab"),  # one escape that is no UTF-8 keeps them all as text
    ],
)
def test_a_value_is_read_as(raw: bytes, text: str) -> None:
    assert read_value(raw).text == text


def test_three_rounds_are_read_and_a_fourth_is_reported() -> None:
    text, encoded = "A", b"%41"
    for _ in range(3):
        assert read_value(encoded) == QueryValue(text, "", over_encoded=False)
        encoded = encoded.replace(b"%", b"%25")
    assert read_value(encoded) == QueryValue("%41", "", over_encoded=True)


@pytest.mark.parametrize(
    "tag",
    [
        "%ADDRESS%",
        "%ACCT_NAME%",
        "%DEAL_TITLE%",
        "%DATE%",
        "%FAVORITE%",
        "%%Addr%%",
        "%FIRSTNAME%",
        "%recipient.first_name%",
    ],
)
def test_a_bare_percent_tag_is_seen_in_the_raw_value(tag: str) -> None:
    for raw in (tag, f"Hi%20{tag}", f"Hi+{tag}", f"Hi%20{tag},%20welcome", f"{tag}+x", f"{tag}{tag}"):
        assert read_value(raw.encode()).unmerged, raw


@given(st.text())
def test_a_validly_encoded_value_is_never_taken_for_a_bare_tag(text: str) -> None:
    try:
        raw = quote(text, safe="").encode()
    except UnicodeEncodeError:
        return
    assert not read_value(raw).unmerged


@pytest.mark.parametrize(
    "raw",
    [
        "100%",
        "100%%20Pure",
        "5%25%20off",
        "Prix%20Caf%C3%A9%",
        "50%25ab",
        "%E6%97%A5%E6%9C%AC",
        "7%Solution",
        "100%Free%20Co",
    ],
)
def test_a_percent_sign_of_a_company_is_no_tag(raw: str) -> None:
    assert not read_value(raw.encode()).unmerged


def test_values_that_mean_the_same_are_equal_however_they_arrived() -> None:
    assert read_value(b"Acme+Inc") == read_value(b"%41cme%20Inc") == QueryValue.of("Acme Inc")


def test_a_value_made_from_text_is_what_its_canonical_link_brings() -> None:
    for text in ("AT&T", "C# Shop", "Zoë 🎉", "%ADDRESS%", ""):
        value = QueryValue.of(text)
        assert read_value(value.raw.encode()) == value
    assert QueryValue.of("%41").over_encoded


@given(st.binary(max_size=200))
def test_reading_raises_for_nothing_and_leaves_no_lone_surrogate(raw: bytes) -> None:
    pieces = b"&".join(filter(None, raw.split(b"&")))
    for _, value in read_query(raw, DECLARED):
        value.text.encode()
        assert value.raw.encode("latin-1") in pieces
    decode_once(raw)


@pytest.mark.parametrize(
    "unit",
    [b"&", b"%", b"amp;", b"%25", b"%26", b"&#", b"%26%23", b"company=", b"%A", b"%AA%", b"a=&", b"-%aa", b"&amp;"],
)
def test_no_query_of_the_largest_size_takes_long(unit: bytes) -> None:
    started = time.process_time()
    read_query(b"company=" + unit * (8192 // len(unit)), DECLARED)
    assert time.process_time() - started < 1  # CPU time; quadratic matching would take several seconds


def test_an_entity_of_thousands_of_digits_is_text() -> None:
    assert read_value(b"%26%23" + b"1" * 6000 + b"%3B").text == "&#" + "1" * 6000 + ";"
