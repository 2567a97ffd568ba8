"""What people type becomes a link that verifies, or a refusal that says the cure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import (
    BrokenKeys,
    MalformedLink,
    NameplateError,
    QueryTooLong,
    RepeatedParam,
    RequestError,
    UnfitValue,
    UnknownFormat,
    UnknownTemplate,
)
from server.urls.request import ImageRequest, parse_request
from server.urls.ring import Key, KeyRing, KeyState
from server.urls.signing import sign_target, verify
from server.urls.target import parse_path

NOW = datetime(2027, 6, 1, tzinfo=UTC)
RING = KeyRing((Key("k1", b"\x01" * 32),))
DECLARED = {"webinar": ("company", "first_name", "headline")}


def declared_of(template: str) -> Collection[str]:
    try:
        return DECLARED[template]
    except KeyError:
        raise UnknownTemplate("no such template") from None


def sign(text: str, *open_params: str, **more: Any) -> str:
    return sign_target(text, declared_of=declared_of, ring=RING, open_params=open_params, now=NOW, **more)


def read(link: str) -> ImageRequest:
    path, _, query = link.partition("?")
    return parse_request(parse_path("/i/" + path.rpartition("/i/")[2]), query.encode(), DECLARED["webinar"])


def unsealed(link: str) -> str:
    return link.partition("_sig=")[0].rstrip("&?")


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("webinar", "/i/webinar.png"),
        ("webinar@2x", "/i/webinar@2x.png"),
        ("webinar.jpg", "/i/webinar.jpg"),
        (" webinar.png?company=Acme\n", "/i/webinar.png?company=Acme"),
        ("/i/webinar.png?company=Acme", "/i/webinar.png?company=Acme"),
        ("/i/webinar%402x.png", "/i/webinar@2x.png"),
        ("https://img.example.com/i/webinar.png?company=Acme", "https://img.example.com/i/webinar.png?company=Acme"),
        ("https://example.com/img/i/webinar.png", "https://example.com/img/i/webinar.png"),
        ("webinar.png?company=AT&T", "/i/webinar.png?company=AT%26T"),
        ("webinar.png?company=Acme&amp;headline=Hi", "/i/webinar.png?company=Acme&headline=Hi"),
        (
            "webinar.png?company=C# Shop&headline=Café+Zoë",
            "/i/webinar.png?company=C%23%20Shop&headline=Caf%C3%A9%20Zo%C3%AB",
        ),
        ("webinar.png?headline=Hi&company=A&_v=3", "/i/webinar.png?headline=Hi&company=A&_v=3"),
    ],
)
def test_what_people_type_becomes_a_canonical_link_that_verifies(text: str, link: str) -> None:
    signed = sign(text)
    assert unsealed(signed) == link
    verify(read(signed), RING, NOW)


@pytest.mark.parametrize(
    "tag",
    [
        "*|URL:FNAME|*",
        "{{ first_name }}",
        "{{ first_name|default:'there'|urlencode }}",
        "%FIRSTNAME%",
        "%%=URLEncode(@f,1,1)=%%",
        "[firstname,fallback=]",
        "<%= recipient.firstName %>",
        "«First_Name»",
        '{{insert first_name "default=there"}}',
        '{%=lead.firstName ?: "there"%}',
        "*|IF:FNAME|**|URL:FNAME|**|ELSE:|*there*|END:IF|*",
        "{{ a & b }}",
        "",
        "%ADDRESS%",
        "100%",
        '{{ a|default:"x&y=z" }}',
    ],
)
def test_an_open_value_is_printed_to_the_letter(tag: str) -> None:
    if "&y=" in tag:  # reads as a param of its own
        with pytest.raises(UnfitValue):
            sign(f"webinar.png?first_name={tag}", "first_name")
        return
    link = sign(f"webinar.png?first_name={tag}&company=Acme", "first_name")
    assert unsealed(link) == f"/i/webinar.png?first_name={tag}&company=Acme&_open=first_name"
    verify(read(link), RING, NOW)


def test_a_link_verifies_after_the_mail_tool_filled_it_in() -> None:
    link = sign("webinar.png?first_name=*|FNAME|*&company=Acme", "first_name")
    for name in ("Sarah Jane", "AT&T", "100%", "", "%F0%9F%8E%89", "José"):
        request = read(link.replace("*|FNAME|*", name))
        verify(request, RING, NOW)
        assert request.values["company"].text == "Acme"


@pytest.mark.parametrize(
    "value", ["{{#if first_name}}x{{/if}}", "C# Shop", "a\nb", "a\tb", "a\x00b", "a\x7fb", "a\u2028b"]
)
def test_an_open_value_that_breaks_the_url_is_refused_by_name(value: str) -> None:
    with pytest.raises(UnfitValue) as refused:
        sign(f"webinar.png?first_name={value}&company=Acme", "first_name")
    assert refused.value.param == "first_name"


def test_the_hash_that_cuts_a_url_is_explained() -> None:
    with pytest.raises(UnfitValue, match="a # cuts a URL short"):
        sign("webinar.png?first_name={{#if x}}", "first_name")


@pytest.mark.parametrize("value", ["%2541", "%26amp%3B", "AT&amp;T", "100%252525", "%2526"])
def test_a_locked_value_that_still_looks_encoded_is_refused_with_the_cure(value: str) -> None:
    with pytest.raises(UnfitValue, match=r"private form .* --open company") as refused:
        sign(f"webinar.png?company={value}")
    assert refused.value.param == "company"


@pytest.mark.parametrize(
    "value",
    [
        "*|FNAME|*",
        "{{ first_name }}",
        "%FIRSTNAME%",
        "%ADDRESS%",
        "%%Company%%",
        "[[FIRSTNAME]]",
        "<%= x %>",
        "{$name}",
        "${name}",
        "%2A%7CFNAME%7C%2A",
    ],
)
def test_a_merge_tag_in_a_locked_param_is_refused_with_the_hint(value: str) -> None:
    with pytest.raises(UnfitValue, match="--open company"):
        sign(f"webinar.png?company={value}")


def test_a_better_judge_of_merge_tags_can_be_given() -> None:
    assert sign("webinar.png?company=-name-")
    with pytest.raises(UnfitValue, match="--open company"):
        sign("webinar.png?company=-name-", is_unmerged=lambda text: text == "-name-")


@pytest.mark.parametrize(
    ("text", "open_params", "hint"),
    [
        ("webinar.png?compny=Acme", (), "company"),
        ("webinar.png?First_Name=x", (), "first_name"),
        ("webinar.png", ("firstname",), "first_name"),
        ("webinar.png?_open=first_nam", (), "first_name"),
        ("webinar.png?utm_source=x", (), "its params are: company, first_name, headline"),
    ],
)
def test_an_undeclared_name_is_refused_with_the_nearest_declared_one(
    text: str, open_params: tuple[str, ...], hint: str
) -> None:
    with pytest.raises(UnfitValue, match=hint):
        sign(text, *open_params)


@pytest.mark.parametrize(
    "text",
    [
        "webinar.png?Acme",
        "webinar.png?company=Acme&first name=Sarah",
        "webinar.png?_v=2&Acme",
        "webinar.png?company=AT&&T",
    ],
)
def test_what_a_reader_would_pass_over_is_refused_while_somebody_is_looking(text: str) -> None:
    with pytest.raises(UnfitValue):
        sign(text)


def test_a_link_can_be_signed_again_with_what_it_says() -> None:
    link = sign("webinar.png?first_name=*|FNAME|*&company=Acme", "first_name", expires="2027-12-31")
    assert sign(link) == link
    assert sign(link, expires="2028-01-31").count("_exp=20280131") == 1
    assert "_open=company&" in sign(link.replace("*|FNAME|*", "Sarah"), "company")


def test_an_empty_list_of_open_params_in_the_text_is_kept() -> None:
    assert unsealed(sign("webinar.png?_open=")) == "/i/webinar.png?_open="


@pytest.mark.parametrize(
    ("typed", "printed"),
    [("2027-12-31", "20271231"), ("20271231", "20271231"), ("1830297599", "1830297599"), (" 2027-06-01 ", "20270601")],
)
def test_an_expiry_is_a_day_or_unix_seconds(typed: str, printed: str) -> None:
    assert f"_exp={printed}&_sig=" in sign("webinar", expires=typed)


@pytest.mark.parametrize(
    "typed",
    [
        "2027-05-31",
        "20270531",
        "1700000000",
        "tomorrow",
        "2027-02-30",
        "31.12.2027",
        "2027-1231",
        "2027/12/31",
        "99999999999999",
    ],
)
def test_an_expiry_in_the_past_or_in_another_form_is_refused(typed: str) -> None:
    with pytest.raises(UnfitValue) as refused:
        sign("webinar", expires=typed)
    assert refused.value.param == "_exp"


def test_the_public_url_wins_over_the_typed_one() -> None:
    assert sign("http://localhost:8000/i/webinar.png", public_url="https://img.example.com/").startswith(
        "https://img.example.com/i/webinar.png?"
    )
    assert sign("webinar", public_url="https://example.com/img").startswith("https://example.com/img/i/webinar.png?")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", UnknownTemplate),
        ("nosuch", UnknownTemplate),
        ("Webinar", UnknownTemplate),
        ("webinar.gif", UnknownFormat),
        ("webinar@5x", UnknownFormat),
        ("a/webinar.png", MalformedLink),
        ("img.example.com/i/webinar.png", MalformedLink),
        ("ftp://example.com/i/webinar.png", MalformedLink),
        ("https://example.com/webinar.png", MalformedLink),
        ("webinar.png?company=A&company=B", RepeatedParam),
        ("webinar.png?company=" + "a" * 8190, QueryTooLong),
        ("webinar.png?company=\ud800", MalformedLink),
        ("webinar.png?first_name=x&_aud=q", UnfitValue),
    ],
)
def test_what_names_no_picture_of_ours_is_refused(text: str, error: type[RequestError]) -> None:
    with pytest.raises(error):
        sign(text)


def test_without_an_active_key_nothing_is_signed() -> None:
    ring = KeyRing((Key("k1", b"\x01" * 32, KeyState.VERIFY),))
    with pytest.raises(BrokenKeys):
        sign_target("webinar", declared_of=declared_of, ring=ring)


@given(st.text(max_size=30), st.booleans(), st.booleans())
def test_whatever_is_typed_a_link_that_comes_out_verifies(value: str, is_open: bool, whole: bool) -> None:
    text = value if whole else f"webinar.png?company={value}"
    try:
        link = sign(text, *(["company"] if is_open else []))
    except NameplateError:
        return
    verify(read(link), RING, NOW)
