"""`nameplate keys`: what is in the key ring, and its changes."""

from __future__ import annotations

from datetime import datetime

from server.app import open_keys
from server.errors import BrokenKeys
from server.settings import Settings
from server.urls.keys import KeyFile, KeyState


def list_keys(settings: Settings) -> str:
    ring = open_keys(settings).current()
    rows = [("key", "state", "made"), *((key.kid, key.state.value, _day(key.created)) for key in ring.keys)]
    return "\n".join(f"{kid:<10}{state:<10}{made}" for kid, state, made in rows)


def _day(made: datetime) -> str:
    return "-" if made.year == 1970 else made.date().isoformat()  # a key given by settings does not say


def add_key(settings: Settings) -> str:
    key = _file(settings).add()
    return f"{key.kid} signs from now on; links of the older keys stay good until you revoke them"


def retire_key(settings: Settings, kid: str) -> str:
    _file(settings).retire(kid)
    return f"{kid} signs nothing more; its links stay good{_none_left(settings)}"


def revoke_key(settings: Settings, kid: str) -> str:
    _file(settings).revoke(kid)
    return f"{kid} is revoked; every link signed with it now shows its template's default picture{_none_left(settings)}"


def _none_left(settings: Settings) -> str:
    active = any(key.state is KeyState.ACTIVE for key in open_keys(settings).current().keys)
    return "" if active else ". No key signs any more: make one with `nameplate keys add`"


def _file(settings: Settings) -> KeyFile:
    ring = open_keys(settings)
    if not isinstance(ring, KeyFile):
        raise BrokenKeys("the keys are given by the setting `keys`; change them there")
    return ring
