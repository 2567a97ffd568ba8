"""The base that is signed and the query that is printed: one for each request, and no two alike."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from server.errors import RequestError
from server.images import Format
from server.urls.canonical import base_string, print_query
from server.urls.query import QueryValue
from server.urls.request import ImageRequest, parse_request
from server.urls.target import Target

DECLARED = ("company", "first_name", "firm", "headline")
WEBINAR = Target("webinar", Format.PNG)

# Bytes that mean something to the reading come up often enough to meet each other.
_TOKENS = st.sampled_from(
    [
        b"company=",
        b"first_name=",
        b"firm=",
        b"_open=",
        b"_exp=",
        b"_v=",
        b"_aud=",
        b"_sig=",
        b"utm_x=",
        b"&",
        b"&",
        b"amp;",
        b"%25",
        b"%26",
        b"%2541",
        b"%41",
        b"%",
        b"+",
        b"%2B",
        b";",
        b"#",
        b"&lt;",
        b"%C3%A9",
        b"%E9",
        b"\xe9",
        b"company,firm",
        b",",
        b"%ADDRESS%",
        b"%%Name%%",
        b"A",
        b"ab",
        b" ",
        b"*|FNAME|*",
    ]
)
QUERIES = st.lists(_TOKENS | st.binary(max_size=3), max_size=14).map(b"".join)

texts = st.text(max_size=8)
values = st.dictionaries(st.sampled_from(DECLARED), texts.map(QueryValue.of), max_size=3)
requests = st.builds(
    ImageRequest,
    st.sampled_from(["webinar", "webinar2", "a"]),
    st.sampled_from(Format),
    st.sampled_from([1, 2, 3]),
    values=values,
    open=st.none()
    | st.lists(st.sampled_from([*DECLARED, "x", "1"]), unique=True).map(lambda names: tuple(sorted(names))),
    expires=st.sampled_from(["", "20271231", "1", "1:1,"]),
    version=texts,
    audience=texts,
)


@given(QUERIES)
def test_printing_what_was_read_and_reading_it_again_gives_the_same_request(raw: bytes) -> None:
    try:
        request = parse_request(WEBINAR, raw, DECLARED)
    except RequestError:
        return
    for verbatim in ((), request.open or (), DECLARED):
        printed = print_query(request, verbatim=verbatim).encode("latin-1")
        again = parse_request(WEBINAR, printed, DECLARED)
        assert again == request
        assert list(again.values) == list(request.values)
        assert print_query(again, verbatim=verbatim).encode("latin-1") == printed


def test_params_keep_their_order_and_ours_come_last() -> None:
    raw = b"_sig=k1.ab&_aud=q&_v=3&_exp=20271231&_open=b,a&firm=x&company=AT%26T"
    assert print_query(parse_request(WEBINAR, raw, DECLARED)) == (
        "firm=x&company=AT%26T&_open=a,b&_exp=20271231&_v=3&_aud=q&_sig=k1.ab"
    )


def test_only_unreserved_characters_are_printed_as_they_are() -> None:
    request = ImageRequest("webinar", Format.PNG, values={"company": QueryValue.of("aZ09-._~ +/é&=#%'*|")})
    assert print_query(request) == "company=aZ09-._~%20%2B%2F%C3%A9%26%3D%23%25%27%2A%7C"


def test_verbatim_values_are_printed_as_they_arrived() -> None:
    request = parse_request(WEBINAR, b"first_name={{ x|default:'a' }}&company=AT&T+Inc", DECLARED)
    assert print_query(request, verbatim=("first_name",)) == "first_name={{ x|default:'a' }}&company=AT%26T%20Inc"


def test_the_base_is_netstrings_of_the_policy() -> None:
    request = parse_request(
        Target("webinar", Format.JPG, 2),
        b"headline=Zo%C3%AB&first_name=Sarah&company=&_open=x,first_name&_exp=20271231&_v=3&_aud=q",
        DECLARED,
    )
    assert (
        base_string(request, "k1")
        == (
            "2:k1,7:webinar,3:jpg,1:2,8:20271231,1:3,1:q,1:2,7:company,0:,8:headline,4:Zoë,1:2,10:first_name,1:x,"
        ).encode()
    )


@given(requests, requests, st.sampled_from(["k1", "k2"]), st.sampled_from(["k1", "k2"]))
def test_two_policies_never_share_a_base(one: ImageRequest, other: ImageRequest, kid: str, other_kid: str) -> None:
    def policy(request: ImageRequest, kid: str) -> object:
        locked = tuple((name, value.text) for name, value in request.locked)
        return (kid, request.target, request.expires, request.version, request.audience, locked, request.open or ())

    same = policy(one, kid) == policy(other, other_kid)
    assert (base_string(one, kid) == base_string(other, other_kid)) is same


@given(requests, st.data())
def test_an_open_value_is_not_in_the_base(request: ImageRequest, data: st.DataObject) -> None:
    opened = replace(request, open=DECLARED)
    other = replace(opened, values=data.draw(values))
    assert base_string(opened, "k1") == base_string(other, "k1")
