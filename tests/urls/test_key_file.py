"""The ring in a file: made once, closed to others, changed whole or not at all, and never thrown away."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
from datetime import UTC, datetime
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from server.errors import BrokenKeys, UnknownKey
from server.urls.keys import KeyFile, KeyState

NOW = datetime(2027, 6, 1, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "keys.json"


def open_ring(path: Path) -> KeyFile:
    return KeyFile(path, clock=lambda: NOW)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_start_makes_one_random_key(path: Path, tmp_path: Path) -> None:
    key = open_ring(path).current().signing
    assert (key.kid, key.state, key.created, len(key.secret)) == ("k1", KeyState.ACTIVE, NOW, 32)
    assert open_ring(tmp_path / "other" / "keys.json").current().signing.secret != key.secret


def test_folder_and_files_are_closed_to_others_whatever_the_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        keys = open_ring(path)
        keys.add()
    finally:
        os.umask(before)
    assert mode(path.parent) == 0o700
    assert {mode(file) for file in path.parent.iterdir()} == {0o600}


def test_a_file_that_others_could_read_is_closed_to_them_with_the_next_change(path: Path) -> None:
    keys = open_ring(path)
    path.chmod(0o644)
    keys.add()
    assert mode(path) == 0o600


def test_the_next_start_has_the_same_ring(path: Path) -> None:
    keys = open_ring(path)
    keys.add()
    keys.retire("k1")
    assert open_ring(path).current() == keys.current()


def test_a_new_key_signs_and_the_old_one_goes_on_verifying(path: Path) -> None:
    keys = open_ring(path)
    assert keys.add().kid == "k2"
    ring = keys.current()
    assert [key.kid for key in ring.keys] == ["k2", "k1"]
    assert ring.signing.kid == "k2"
    assert [key.state for key in ring.keys] == [KeyState.ACTIVE, KeyState.ACTIVE]


def test_retiring_the_newest_key_lets_the_one_before_it_sign(path: Path) -> None:
    keys = open_ring(path)
    keys.add()
    assert keys.retire("k2").state is KeyState.VERIFY
    assert keys.current().signing.kid == "k1"


def test_revoking_is_for_good(path: Path) -> None:
    keys = open_ring(path)
    keys.revoke("k1")
    with pytest.raises(BrokenKeys, match="for good"):
        keys.retire("k1")
    with pytest.raises(BrokenKeys, match="nameplate keys add"):
        _ = keys.current().signing
    assert keys.add().kid == "k2"  # the id of a revoked key is never given again


def test_a_key_that_is_not_there_cannot_be_changed(path: Path) -> None:
    keys = open_ring(path)
    for change in (keys.retire, keys.revoke):
        with pytest.raises(UnknownKey):
            change("k9")


def test_a_running_server_sees_changes_of_another_process(path: Path) -> None:
    server, command = open_ring(path), open_ring(path)
    command.add()
    command.revoke("k1")
    found = server.current().find("k1")
    assert found is not None
    assert found.state is KeyState.REVOKED
    assert server.current().signing.kid == "k2"


def test_two_commands_do_not_undo_each_other(path: Path) -> None:
    one, other = open_ring(path), open_ring(path)
    one.add()
    other.add()
    one.revoke("k1")
    assert [(key.kid, key.state.value) for key in other.current().keys] == [
        ("k3", "active"),
        ("k2", "active"),
        ("k1", "revoked"),
    ]


def test_an_unchanged_file_is_not_read_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = open_ring(path)
    ring = keys.current()
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("it was read again"))
    assert keys.current() is ring


def test_a_file_that_is_gone_takes_no_key_with_it_and_comes_back_with_the_next_change(path: Path) -> None:
    keys = open_ring(path)
    ring = keys.current()
    path.unlink()
    assert keys.current() == ring
    keys.add()
    assert [key.kid for key in open_ring(path).current().keys] == ["k2", "k1"]


def test_a_data_folder_that_is_gone_takes_no_key_with_it(path: Path) -> None:
    keys = open_ring(path)
    for file in path.parent.iterdir():
        file.unlink()
    path.parent.rmdir()
    assert keys.current().signing.kid == "k1"
    keys.add()
    assert mode(path.parent) == 0o700


ENTRY = {"kid": "k1", "secret": "ab" * 32, "state": "active", "created": "2027-06-01T00:00:00+00:00"}
DAMAGED = {
    "empty": "",
    "half": '{"format": 1, "keys": [{"kid": "k1", "secret": "' + "ab" * 32,
    "no UTF-8": "\udcff",
    "list": "[]",
    "another format": json.dumps({"format": 2, "keys": [ENTRY]}),
    "no keys": json.dumps({"format": 1}),
    "no secret": json.dumps({"format": 1, "keys": [{**ENTRY, "secret": None}]}),
    "short secret": json.dumps({"format": 1, "keys": [{**ENTRY, "secret": "ab" * 15}]}),
    "no hex": json.dumps({"format": 1, "keys": [{**ENTRY, "secret": "xy" * 32}]}),
    "unknown state": json.dumps({"format": 1, "keys": [{**ENTRY, "state": "old"}]}),
    "no time": json.dumps({"format": 1, "keys": [{**ENTRY, "created": "yesterday"}]}),
    "one id twice": json.dumps({"format": 1, "keys": [ENTRY, ENTRY]}),
    "no key id": json.dumps({"format": 1, "keys": [{**ENTRY, "kid": "K-1"}]}),
    "nested deep": "[" * 100_000,
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_said_with_the_cure_and_is_not_written_over(path: Path, content: str) -> None:
    keys = open_ring(path)
    data = content.encode("utf-8", "surrogateescape")
    path.write_bytes(data)
    for use in (keys.current, keys.add, lambda: open_ring(path)):
        with pytest.raises(BrokenKeys, match="Put a good copy back") as refused:
            use()
        assert "ab" * 15 not in str(refused.value)
        assert refused.value.__cause__ is None  # a cause would carry the content along
    assert path.read_bytes() == data


def test_a_good_copy_put_back_is_seen_without_a_restart(path: Path) -> None:
    keys = open_ring(path)
    good = path.read_bytes()
    path.write_bytes(b"{")
    with pytest.raises(BrokenKeys):
        keys.current()
    path.write_bytes(good)
    assert keys.current().signing.kid == "k1"


def test_the_newest_key_signs_in_whatever_order_a_person_left_them(path: Path) -> None:
    path.parent.mkdir()
    old, new = (
        {**ENTRY, "created": "2026-01-01T00:00:00"},
        {**ENTRY, "kid": "mine", "created": "2027-01-01T00:00:00+02:00"},
    )
    path.write_text(json.dumps({"format": 1, "keys": [old, new]}))
    assert open_ring(path).current().signing.kid == "mine"


def test_a_place_that_cannot_be_written_is_said_with_the_cure(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(BrokenKeys, match="or give keys by settings"):
        open_ring(blocked / "keys.json")
    (tmp_path / "keys.json").mkdir()
    with pytest.raises(BrokenKeys, match="cannot be read"):
        open_ring(tmp_path / "keys.json")


def test_a_change_that_fails_half_way_leaves_the_old_ring_and_no_litter(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = open_ring(path)
    before = path.read_bytes()

    def no_space(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(BrokenKeys, match=r"\(No space left on device\); make room on that disk"):
        keys.add()
    assert path.read_bytes() == before
    assert {file.name for file in path.parent.iterdir()} == {"keys.json", "keys.json.lock"}


def _start(path: Path, together: Barrier, rings: Queue[list[tuple[str, str]]]) -> None:
    together.wait(30)
    ring = KeyFile(path).current()
    rings.put([(key.kid, key.secret.hex()) for key in ring.keys])


def _add(path: Path, together: Barrier, rings: Queue[list[tuple[str, str]]]) -> None:
    keys = KeyFile(path)
    together.wait(30)
    for _ in range(5):
        keys.add()
    rings.put([])


@pytest.mark.parametrize("round_", range(5))
def test_processes_that_start_at_once_get_one_ring(path: Path, round_: int) -> None:
    rings = _race(_start, path, 4)
    assert len(rings) == 4
    assert all(ring == rings[0] for ring in rings)


def test_keys_that_processes_add_at_once_are_all_kept(path: Path) -> None:
    _race(_add, path, 3)
    assert {key.kid for key in open_ring(path).current().keys} == {f"k{number}" for number in range(1, 17)}


def _race(work: object, path: Path, count: int) -> list[list[tuple[str, str]]]:
    context = multiprocessing.get_context("fork")
    together, rings = context.Barrier(count), context.Queue()
    processes = [context.Process(target=work, args=(path, together, rings)) for _ in range(count)]  # type: ignore[arg-type]  # a callable
    for process in processes:
        process.start()
    found = [rings.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(30)
    return found
