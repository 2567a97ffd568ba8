"""Which links verify, until when, and under which one spelling of a signature."""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.errors import (
    BadSignature,
    ExpiredLink,
    MalformedLink,
    QueryTooLong,
    RevokedKey,
    UncheckedAudience,
    UnfitValue,
    UnknownKey,
    Unsigned,
)
from server.images import Format
from server.urls.query import QueryValue
from server.urls.request import ImageRequest, parse_request
from server.urls.ring import Key, KeyRing, KeyState
from server.urls.signing import expiry_of, sign_values, signature, verify
from server.urls.target import parse_path

NOW = datetime(2027, 6, 1, tzinfo=UTC)
KEY = Key("k1", b"\x01" * 32)
OLD = Key("k0", b"\x02" * 32, KeyState.VERIFY)
STOLEN = Key("x9", b"\x03" * 32, KeyState.REVOKED)
RING = KeyRing((KEY, OLD, STOLEN))
REQUEST = ImageRequest("webinar", Format.PNG, values={"company": QueryValue.of("Acme")})


def sealed(request: ImageRequest, key: Key = KEY) -> ImageRequest:
    return replace(request, signature=signature(request, key))


def test_a_link_we_signed_verifies() -> None:
    verify(sealed(REQUEST), RING, NOW)


def test_a_retired_key_verifies_and_a_revoked_or_foreign_one_does_not() -> None:
    verify(sealed(REQUEST, OLD), RING, NOW)
    with pytest.raises(RevokedKey):
        verify(sealed(REQUEST, STOLEN), RING, NOW)
    with pytest.raises(UnknownKey):
        verify(sealed(REQUEST, Key("k7", b"\x01" * 32)), RING, NOW)


def test_a_link_without_a_signature_is_unsigned_and_one_with_an_empty_one_is_forged() -> None:
    with pytest.raises(Unsigned):
        verify(REQUEST, RING, NOW)
    with pytest.raises(BadSignature):
        verify(replace(REQUEST, signature=""), RING, NOW)


def respelt(good: str) -> list[str]:
    kid, _, seal = good.partition(".")
    return [
        good.upper(),
        f"{kid}.{seal.upper()}",
        f"K1.{seal}",
        good + "0",
        good[:-1],
        good + "\n",
        " " + good,
        good + " ",
        f"{kid}{seal}",
        f"{kid}..{seal}",
        seal,
        f".{seal}",
        f"{kid}.{seal[:-1]}０",
        f"{kid}.{seal[:-1]}é",
        f"{kid}.0x{seal[2:]}",
        good + "\0",
        f"{kid}.{seal}.{seal}",
        f"\ufeff{good}",
        f"{kid}．{seal}",
        f"kkkkkkkkk.{seal}",
    ]


def test_a_signature_has_one_spelling() -> None:
    good = sealed(REQUEST).signature
    assert good is not None
    for other in respelt(good):
        with pytest.raises(BadSignature):
            verify(replace(REQUEST, signature=other), RING, NOW)


def test_every_bit_of_a_signature_counts() -> None:
    good = sealed(REQUEST).signature or ""
    for at in range(len("k1."), len(good)):
        for digit in set("0123456789abcdef") - {good[at]}:
            with pytest.raises(BadSignature):
                verify(replace(REQUEST, signature=good[:at] + digit + good[at + 1 :]), RING, NOW)


def test_signatures_are_compared_in_constant_time_as_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", compare)
    verify(sealed(REQUEST), RING, NOW)
    assert [type(one) for pair in compared for one in pair] == [bytes, bytes]


def test_open_and_locked_signatures_never_stand_in_for_each_other() -> None:
    locked, opened = replace(REQUEST, values={}), replace(REQUEST, values={}, open=())
    for asked, signed in ((locked, opened), (opened, locked)):
        with pytest.raises(BadSignature):
            verify(replace(asked, signature=signature(signed, KEY)), RING, NOW)


@pytest.mark.parametrize(
    ("expires", "last"),
    [
        ("20270601", datetime(2027, 6, 1, 23, 59, 59, tzinfo=UTC)),
        ("20280229", datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC)),
        ("99991231", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("1830297599", datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("99999999999", datetime(5138, 11, 16, 9, 46, 39, tzinfo=UTC)),
    ],
)
def test_a_link_is_good_through_its_last_second(expires: str, last: datetime) -> None:
    link = sealed(replace(REQUEST, expires=expires))
    assert expiry_of(link) == last
    verify(link, RING, NOW)
    verify(link, RING, last)
    verify(link, RING, last.replace(microsecond=999_999))
    if last.year < 9999:
        with pytest.raises(ExpiredLink):
            verify(link, RING, last + timedelta(seconds=1))


def test_the_last_second_is_of_utc_wherever_the_server_stands() -> None:
    tokyo = datetime.fromisoformat("2027-06-02T08:59:59+09:00")
    link = sealed(replace(REQUEST, expires="20270601"))
    verify(link, RING, tokyo)
    with pytest.raises(ExpiredLink):
        verify(link, RING, tokyo + timedelta(seconds=1))


@pytest.mark.parametrize(
    "expires",
    [
        "2027",
        "20270230",
        "20271301",
        "00001231",
        "2027-12-31",
        "never",
        "12345678901 ",
        "1234567",
        "123456789012",
        "２０２７１２３１",
        "+20271231",
        "-1830297599",
        "1e9",
        " 20271231",
    ],
)
def test_an_expiry_that_cannot_be_read_is_a_malformed_link(expires: str) -> None:
    link = sealed(replace(REQUEST, expires=expires))
    with pytest.raises(MalformedLink):
        verify(link, RING, NOW)


def test_no_expiry_is_no_end() -> None:
    assert expiry_of(REQUEST) is None


def test_an_expired_link_is_called_expired_only_when_it_was_ours() -> None:
    link = replace(sealed(replace(REQUEST, expires="20270101")), template="seminar")
    with pytest.raises(BadSignature):
        verify(link, RING, NOW)


def test_a_link_bound_to_an_audience_is_refused_because_nobody_checks_it_yet() -> None:
    with pytest.raises(UncheckedAudience):
        verify(sealed(replace(REQUEST, audience="q83vEg")), RING, NOW)
    with pytest.raises(BadSignature):
        verify(replace(sealed(replace(REQUEST, audience="q83vEg")), audience=""), RING, NOW)


def read(link: str, declared: tuple[str, ...]) -> ImageRequest:
    path, _, query = link.partition("?")
    return parse_request(parse_path(path), query.encode(), declared)


def test_plain_values_become_a_link_that_reads_as_them() -> None:
    values = {"company": "AT&T, C# & 100% Söhne", "first_name": "Zoë 🎉", "headline": "*|FNAME|*", "empty": ""}
    link = sign_values("webinar", values, key=KEY, format=Format.WEBP, scale=2, expires="20271231")
    request = read(link, tuple(values))
    verify(request, RING, NOW)
    assert {name: value.text for name, value in request.values.items()} == values
    assert link.startswith("/i/webinar@2x.webp?company=AT%26T")


@pytest.mark.parametrize("text", ["%41", "&amp;", "100%2541", "a &#39; b", "\ud800"])
def test_plain_values_that_a_link_cannot_carry_are_refused(text: str) -> None:
    with pytest.raises(UnfitValue) as refused:
        sign_values("webinar", {"company": text}, key=KEY)
    assert refused.value.param == "company"


@pytest.mark.parametrize("name", ["_open", "_sig", "a&b", "a=b", "a b", "", "é", "amp;a"])
def test_plain_values_under_names_that_a_link_cannot_carry_are_refused(name: str) -> None:
    with pytest.raises(UnfitValue):
        sign_values("webinar", {"company": "Acme", name: "x"}, key=KEY)


def test_plain_values_beyond_the_largest_query_are_refused() -> None:
    with pytest.raises(QueryTooLong):
        sign_values("webinar", {"company": "é" * 2000}, key=KEY)


def test_no_message_shows_a_value_or_a_secret() -> None:
    with pytest.raises(UnfitValue) as refused:
        sign_values("webinar", {"company": "Secret&amp;Co"}, key=KEY)
    assert "Secret" not in str(refused.value)
    assert KEY.secret.hex() not in repr(RING)
    assert repr(KEY.secret) not in repr(RING)
