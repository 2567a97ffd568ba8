"""A raw query into a request: what is taken, what is left out, and what is refused."""

from __future__ import annotations

import pytest

from server.errors import MalformedLink, QueryTooLong, RepeatedParam
from server.images import Format
from server.urls.query import OURS
from server.urls.request import MAX_QUERY_BYTES, ImageRequest, parse_request
from server.urls.target import Target

WEBINAR = Target("webinar", Format.PNG)
DECLARED = ("company", "first_name", "firm")


def parse(raw: bytes) -> ImageRequest:
    return parse_request(WEBINAR, raw, DECLARED)


def test_a_request_says_everything_that_a_link_asks_for() -> None:
    request = parse(
        b"first_name=*|FNAME|*&utm_source=x&company=Acme&_open=first_name,_x&_exp=20271231&_v=3&_aud=q&_sig=k1.ab"
    )
    assert {name: value.text for name, value in request.values.items()} == {
        "first_name": "*|FNAME|*",
        "company": "Acme",
    }
    assert (request.open, request.expires, request.version, request.audience, request.signature) == (
        ("_x", "first_name"),
        "20271231",
        "3",
        "q",
        "k1.ab",
    )
    assert request.target == WEBINAR
    assert [name for name, _ in request.locked] == ["company"]


def test_nothing_given_is_nothing_asked() -> None:
    assert parse(b"") == ImageRequest("webinar", Format.PNG)


def test_values_cannot_be_changed_after_parsing() -> None:
    with pytest.raises(TypeError):
        parse(b"company=A").values["company"] = None  # type: ignore[index]  # that it cannot is the point


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        (b"company=A", None),
        (b"_open=", ()),
        (b"_open=,,", ()),
        (b"_open=b,a,b", ("a", "b")),
        (b"_open=b%2Ca", ("a", "b")),
    ],
)
def test_open_names_are_sorted_and_unique_and_an_empty_list_is_not_none(
    raw: bytes, names: tuple[str, ...] | None
) -> None:
    assert parse(raw).open == names


@pytest.mark.parametrize("name", ["company", "firm", *sorted(OURS)])
def test_a_param_that_is_given_twice_is_refused_by_name(name: str) -> None:
    for raw in (f"{name}=1&{name}=1", f"{name}=1&utm=2&amp;{name}=", f"{name}=1&%{ord(name[0]):x}{name[1:]}=2"):
        with pytest.raises(RepeatedParam) as refused:
            parse(raw.encode())
        assert refused.value.param == name


def test_a_tool_may_repeat_its_own_params() -> None:
    assert parse(b"utm_source=a&utm_source=b&company=A").values.keys() == {"company"}


def test_a_query_of_the_largest_size_is_read_and_one_byte_more_is_not() -> None:
    raw = b"company=" + b"a" * (MAX_QUERY_BYTES - len("company="))
    assert len(parse(raw).values["company"].text) == MAX_QUERY_BYTES - len("company=")
    with pytest.raises(QueryTooLong):
        parse(raw + b"a")


def test_one_of_ours_that_is_encoded_without_end_is_malformed() -> None:
    with pytest.raises(MalformedLink):
        parse(b"_open=%25252541")
    assert parse(b"company=%25252541").values["company"].over_encoded


def test_a_signature_is_decoded_once_and_no_further() -> None:
    assert parse(b"_sig=%6b1.ab").signature == "k1.ab"
    assert parse(b"_sig=%256b1.ab").signature == "%6b1.ab"
    assert parse(b"_sig=k1%26period%3Bab").signature == "k1&period;ab"
