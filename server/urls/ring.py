"""The keys that sign links, as a ring: one signs, the older ones still verify, revoked ones never again.

Secrets show in no message, repr or traceback. Where a ring is kept is said in `keys`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from server.errors import BrokenKeys

KID = re.compile(r"[a-z0-9]{1,8}")
LEAST_SECRET_BYTES = 16  # of a key we are given: as long as a signature, so guessing either is as hopeless

_CURE = "make one with: openssl rand -hex 32"
_SINCE_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class KeyState(StrEnum):
    ACTIVE = "active"
    VERIFY = "verify"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Key:
    kid: str
    secret: bytes = field(repr=False)
    state: KeyState = KeyState.ACTIVE
    created: datetime = _SINCE_EVER


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys, newest first."""

    keys: tuple[Key, ...]

    def __post_init__(self) -> None:
        kids = [key.kid for key in self.keys]
        for kid in kids:
            if not KID.fullmatch(kid):
                raise BrokenKeys("a key id has 1 to 8 small letters and digits, like k1")
            if kids.count(kid) > 1:
                raise BrokenKeys(f"the key id {kid} is there twice; give each key its own")

    @property
    def signing(self) -> Key:
        for key in self.keys:
            if key.state is KeyState.ACTIVE:
                return key
        raise BrokenKeys("no key is active, so nothing can be signed; make one: nameplate keys add")

    def find(self, kid: str) -> Key | None:
        return next((key for key in self.keys if key.kid == kid), None)


def parse_keys(setting: str) -> KeyRing:
    """A ring from `k2:<hex>,k1:<hex>:verify`, newest first. Raises BrokenKeys, never quoting a secret."""
    return KeyRing(tuple(_parse_key(number, text) for number, text in enumerate(setting.split(","), 1)))


def _parse_key(number: int, text: str) -> Key:
    kid, _, rest = text.strip().partition(":")
    digits, _, state = rest.partition(":")
    where = f"key {number} of the setting"
    return Key(kid, read_secret(digits, where), read_state(state or KeyState.ACTIVE, where))


@dataclass(frozen=True, slots=True)
class FixedKeys:
    """A ring that does not change while the server runs: the one given by settings."""

    ring: KeyRing

    def current(self) -> KeyRing:
        return self.ring


def read_secret(digits: str, where: str) -> bytes:
    if not re.fullmatch(r"(?:[0-9a-fA-F]{2})+", digits):
        raise BrokenKeys(f"the secret of {where} is not written in hex; {_CURE}")
    if len(digits) < 2 * LEAST_SECRET_BYTES:
        raise BrokenKeys(f"the secret of {where} is shorter than {LEAST_SECRET_BYTES} bytes; {_CURE}")
    return bytes.fromhex(digits)


def read_state(text: str, where: str) -> KeyState:
    try:
        return KeyState(text)
    except ValueError:
        raise BrokenKeys(f"the state of {where} must be one of {', '.join(KeyState)}") from None
