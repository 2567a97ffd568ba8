"""A ring of keys, and the setting that gives one, without ever showing a secret."""

from __future__ import annotations

import traceback

import pytest

from server.errors import BrokenKeys
from server.urls.keys import FixedKeys, Key, KeyRing, KeyState, parse_keys

ONE, TWO = "01" * 32, "02" * 16


def test_keys_of_a_setting_are_newest_first_and_active_unless_said_otherwise() -> None:
    ring = parse_keys(f" k2:{ONE}, k1:{TWO}:verify,k0:{TWO}:revoked ")
    assert [(key.kid, key.state) for key in ring.keys] == [
        ("k2", KeyState.ACTIVE),
        ("k1", KeyState.VERIFY),
        ("k0", KeyState.REVOKED),
    ]
    assert ring.signing == Key("k2", bytes.fromhex(ONE))


def test_the_newest_active_key_signs() -> None:
    assert parse_keys(f"k3:{ONE}:verify,k2:{ONE},k1:{ONE}").signing.kid == "k2"


def test_a_key_is_found_by_its_id_or_not_at_all() -> None:
    ring = parse_keys(f"k1:{ONE}")
    assert ring.find("k1") is ring.keys[0]
    assert ring.find("k2") is None
    assert FixedKeys(ring).current() is ring


@pytest.mark.parametrize(
    "setting",
    [
        "",
        ",",
        "k1",
        f":{ONE}",
        f"K1:{ONE}",
        f"kkkkkkkkk:{ONE}",
        f"k1:{ONE}:retired",
        f"k1:{ONE}:",
        "k1:xyz",
        f"k1:{ONE[1:]}",
        "k1:" + "01" * 15,
        f"k1:{ONE},k1:{TWO}",
        f"k1:{ONE},",
        f"k1:{ONE} {ONE}",
        f"k1:{ONE}:verify:x",
        f"k.1:{ONE}",
    ],
)
def test_a_setting_that_is_no_ring_is_refused_and_its_secrets_are_not_shown(setting: str) -> None:
    if setting == f"k1:{ONE}:":
        assert parse_keys(setting).signing.kid == "k1"  # nothing after the colon is nothing said
        return
    with pytest.raises(BrokenKeys) as refused:
        parse_keys(setting)
    shown = "".join(traceback.format_exception(refused.value, chain=True))
    assert ONE not in shown.replace(repr(setting), "")


def test_secrets_are_in_no_repr() -> None:
    ring = parse_keys(f"k1:{ONE}")
    assert ONE not in repr(ring)
    assert repr(bytes.fromhex(ONE)) not in repr(ring)


def test_a_ring_without_an_active_key_signs_nothing() -> None:
    for ring in (KeyRing(()), parse_keys(f"k1:{ONE}:revoked")):
        with pytest.raises(BrokenKeys, match="nameplate keys add"):
            _ = ring.signing
