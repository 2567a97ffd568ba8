"""`nameplate sign` with pictures from elsewhere, and with values that need no encoding."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.urls.query import read_query
from server.values.typed import encoded
from tests.support.running import nameplate

FIREBASE = "https://cdn.acme.com/o/logos%2Facme.png?alt=media"


def test_an_address_with_escapes_goes_encoded_and_that_is_said(tmp_path: Path) -> None:
    done = nameplate("sign", f"webinar.png?logo_url={FIREBASE}", data=tmp_path)
    values = dict(read_query(done.stdout.strip().partition("?")[2].encode(), {"logo_url"}))
    assert values["logo_url"].text == encoded(FIREBASE)
    assert FIREBASE in done.stderr


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://127.0.0.1/a.png", "address-refused"),
        ("http://localhost/a.png", "address-refused"),
        ("https://cdn.acme.com:8080/a.png", "address-refused"),
        ("https://me:pw@cdn.acme.com/a.png", "not-a-url"),
        ("https://elsewhere.com/a.png", "host-not-allowed"),
    ],
)
def test_an_address_that_can_never_be_fetched_is_warned_of(tmp_path: Path, address: str, reason: str) -> None:
    done = nameplate("sign", f"webinar.png?logo_url={address}", data=tmp_path, NAMEPLATE_PICTURE_HOSTS="cdn.acme.com")
    assert f"logo_url can never be fetched ({reason}): recipients see " in done.stderr


def test_an_address_that_can_be_fetched_is_not_warned_of(tmp_path: Path) -> None:
    done = nameplate("sign", "webinar.png?logo_url=https://cdn.acme.com/a.png", data=tmp_path)
    assert "nameplate:" not in done.stderr


def test_of_a_name_that_is_no_picture_it_is_said_what_is_shown(tmp_path: Path) -> None:
    done = nameplate("sign", "webinar.png?company=Acme&logo_url=acme", data=tmp_path)
    assert "logo_url will not be drawn as given (no-picture): recipients see wordmark:Acme" in done.stderr


def test_values_may_be_given_plain(tmp_path: Path) -> None:
    signed = "https://cdn.acme.com/a.png?x=1&y=2"
    link = nameplate("sign", "webinar.png", "-p", f"logo_url={signed}", "-p", "company=AT&T #1", data=tmp_path).stdout
    values = dict(read_query(link.strip().partition("?")[2].encode(), {"logo_url", "company"}))
    assert (values["logo_url"].text, values["company"].text) == (signed, "AT&T #1")


def test_what_looks_like_a_part_of_an_address_is_hinted_at(tmp_path: Path) -> None:
    done = nameplate("sign", "webinar.png?logo_url=https://cdn.acme.com/a.png?x=1&y=2", data=tmp_path, check=False)
    assert "no param y" in done.stderr
    assert "%26" in done.stderr
