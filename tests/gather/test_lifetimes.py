"""Whatever a host says, its picture is kept for five minutes to a day, and an hour when it says nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.gather.lifetimes import (
    DEFAULT_SECONDS,
    MAX_SECONDS,
    MIN_SECONDS,
    digest_of,
    lifetime_seconds,
    validators_of,
)

NOW = 1_788_256_800.0  # Tue, 01 Sep 2026 10:00:00 GMT
DATE = "Tue, 01 Sep 2026 10:00:00 GMT"
NAMES = ("cache-control", "expires", "date", "age", "etag", "last-modified")

words = st.sampled_from(
    ["max-age", "s-maxage", "no-store", "no-cache", "=", "=", '"', ",", " ", "0", "9" * 5000, "-1", "1e9", "٣", "GMT",
     "Tue, 01 Sep 2026 10:00:00 ", "Mon, 31 Feb 99999 25:61:61 +9999", "W/", '"x"', "\r\n"]
)  # fmt: skip
odd_values = st.one_of(st.text(), st.lists(words, max_size=8).map("".join))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, DEFAULT_SECONDS),
        ({"cache-control": "public"}, DEFAULT_SECONDS),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": "public, Max-Age = \"600\" , immutable"}, 600),
        ({"cache-control": "max-age=600, s-maxage=700"}, 700),
        ({"cache-control": "max-age=4000", "age": "3000"}, 1000),
        ({"cache-control": "max-age=4000", "age": "-3000"}, 4000),
        ({"cache-control": "max-age=31536000"}, MAX_SECONDS),
        ({"cache-control": f"max-age={'9' * 5000}"}, MAX_SECONDS),
        ({"cache-control": "max-age=1"}, MIN_SECONDS),
        ({"cache-control": "max-age=-1"}, DEFAULT_SECONDS),
        ({"cache-control": "no-cache, max-age=600"}, MIN_SECONDS),
        ({"cache-control": "private,no-store"}, MIN_SECONDS),
        ({"cache-control": "no-storey"}, DEFAULT_SECONDS),
        ({"expires": "Tue, 01 Sep 2026 10:20:00 GMT"}, 1200),
        ({"expires": "Tue, 01 Sep 2026 10:20:00 GMT", "date": "Tue, 01 Sep 2026 10:10:00 GMT"}, 600),
        ({"expires": "Tue, 01 Sep 2026 12:20:00 +0200"}, 1200),
        ({"expires": "0"}, MIN_SECONDS),
        ({"expires": "Tue, 01 Sep 2026 10:20:00 GMT", "cache-control": "max-age=700"}, 700),
    ],
)  # fmt: skip
def test_a_lifetime_is_what_the_host_says_within_bounds(headers: dict[str, str], seconds: float) -> None:
    assert lifetime_seconds(headers, NOW) == seconds


@given(st.dictionaries(st.sampled_from(NAMES), odd_values), st.floats(0, 1e11))
@example({"expires": "Mon, 01 Jan 0001 00:00:00 +2359"}, NOW)
@example({"expires": "Fri, 31 Dec 9999 23:59:59 -2359"}, NOW)
@example({"expires": "1 1 1 1:1:1 +99999999999999"}, NOW)
def test_any_headers_have_a_lifetime_within_bounds_and_validators_that_can_be_sent(
    headers: dict[str, str], now: float
) -> None:
    assert MIN_SECONDS <= lifetime_seconds(headers, now) <= MAX_SECONDS
    for name, value in validators_of(headers, "http://a.com/").headers_for("http://a.com/").items():
        assert name in {"If-None-Match", "If-Modified-Since"}
        assert value.isascii()
        assert value.isprintable()
        assert len(value) <= 300


def test_validators_are_for_the_url_they_came_from() -> None:
    validators = validators_of({"etag": '"x"', "last-modified": DATE}, "http://a.com/")
    assert validators.origin == digest_of("http://a.com/")
    assert validators.headers_for("http://a.com/") == {"If-None-Match": '"x"', "If-Modified-Since": DATE}
    assert validators.headers_for("http://b.com/") == {}
