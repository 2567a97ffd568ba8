"""`nameplate keys`: what is in the key ring, and its changes."""

from __future__ import annotations

import sys
from datetime import datetime

from server.app import open_keys
from server.errors import BrokenKeys, UnfitValue, UnknownKey
from server.settings import Settings
from server.urls.keys import KeyFile, KeyState

# What a key that does not sign still does. An older active one would sign again if those above it were revoked.
_SHOWN = {KeyState.ACTIVE: "verifies", KeyState.VERIFY: "verifies, retired", KeyState.REVOKED: "revoked"}


def list_keys(settings: Settings) -> str:
    keys = open_keys(settings).current().keys
    newest = next((key for key in keys if key.state is KeyState.ACTIVE), None)
    shown = ((key.kid, "signs" if key is newest else _SHOWN[key.state], _day(key.created)) for key in keys)
    rows = [("key", "state", "made"), *shown]
    return "\n".join(f"{kid:<10}{state:<20}{made}" for kid, state, made in rows)


def _day(made: datetime) -> str:
    return "-" if made.year == 1970 else made.date().isoformat()  # a key given by settings does not say


def add_key(settings: Settings) -> str:
    key = _file(settings).add()
    return f"{key.kid} signs from now on; links of the older keys stay good until you revoke them"


def retire_key(settings: Settings, kid: str) -> str:
    _file(settings).retire(kid)
    return f"{kid} signs nothing more; its links stay good{_none_left(settings)}"


def revoke_key(settings: Settings, kid: str, *, is_sure: bool) -> str:
    """Raises UnfitValue when nobody confirms it: with `is_sure`, or by typing the key's id at a terminal."""
    file = _file(settings)
    if file.current().find(kid) is None:
        raise UnknownKey(f"there is no key {kid}")
    if not is_sure:
        _ask(kid)
    file.revoke(kid)
    return f"{kid} is revoked; every link signed with it now shows its template's default picture{_none_left(settings)}"


def _ask(kid: str) -> None:
    what = f"every link signed with {kid} will show its template's default picture, and this cannot be undone"
    if not sys.stdin.isatty():
        raise UnfitValue("yes", f"{what}; say --yes if you are sure")
    print(what, file=sys.stderr)  # noqa: T201  # a question
    print("type the key id to confirm: ", end="", file=sys.stderr, flush=True)  # noqa: T201  # input() would ask on stdout
    if sys.stdin.readline().strip() != kid:
        raise UnfitValue("kid", "that is another key id; nothing was changed")


def _none_left(settings: Settings) -> str:
    active = any(key.state is KeyState.ACTIVE for key in open_keys(settings).current().keys)
    return "" if active else ". No key signs any more: make one with `nameplate keys add`"


def _file(settings: Settings) -> KeyFile:
    ring = open_keys(settings)
    if not isinstance(ring, KeyFile):
        raise BrokenKeys("the keys are given by the setting `keys`; change them there")
    return ring
