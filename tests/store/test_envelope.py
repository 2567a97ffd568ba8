"""What is sealed comes back whole, under its own key and in time, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.store.envelope import seal, unseal

NOW = 1_800_000_000
SEALED = seal("key", b"a picture", expires_at=NOW + 60)


@given(
    key=st.text(),
    body=st.binary(max_size=400),
    expires_at=st.one_of(st.just(0), st.integers(NOW + 1, 2**63)),
)
def test_what_was_sealed_is_unsealed(key: str, body: bytes, expires_at: int) -> None:
    assert unseal(key, seal(key, body, expires_at=expires_at), NOW) == body


@given(body=st.binary(max_size=100), place=st.integers(0), change=st.integers(1, 255))
def test_any_changed_byte_is_a_miss(body: bytes, place: int, change: int) -> None:
    data = bytearray(seal("key", body, expires_at=NOW + 60))
    data[place % len(data)] ^= change
    assert unseal("key", bytes(data), NOW) is None


@pytest.mark.parametrize("length", range(len(SEALED)))
def test_any_truncation_is_a_miss(length: int) -> None:
    assert unseal("key", SEALED[:length], NOW) is None
    assert unseal("key", SEALED[:length].ljust(len(SEALED), b"\0"), NOW) is None, "zeros instead of the rest"


def test_appended_bytes_are_a_miss() -> None:
    assert unseal("key", SEALED + b"\0", NOW) is None


@given(data=st.binary(max_size=200))
def test_foreign_bytes_are_a_miss(data: bytes) -> None:
    assert unseal("key", data, NOW) is None


@given(keys=st.lists(st.text(), min_size=2, max_size=2, unique=True), body=st.binary(max_size=20))
def test_an_entry_under_another_key_is_a_miss(keys: list[str], body: bytes) -> None:
    assert unseal(keys[1], seal(keys[0], body), NOW) is None


def test_letters_moved_from_the_key_to_the_body_make_another_digest() -> None:
    digest = slice(-34, -2)
    assert seal("abc", b"de")[digest] != seal("ab", b"cde")[-35:-3]


@pytest.mark.parametrize(("now", "is_there"), [(NOW + 59.9, True), (NOW + 60, False), (NOW + 1e9, False)])
def test_an_entry_ends_at_its_expiry(now: float, is_there: bool) -> None:
    assert (unseal("key", SEALED, now) is not None) is is_there


def test_no_expiry_is_for_ever() -> None:
    assert unseal("key", seal("key", b"body"), 1e15) == b"body"
