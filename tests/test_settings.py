from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from server.errors import BrokenSetting
from server.settings import load_settings


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of whoever runs the tests, and no settings file in the working folder."""
    for name in [name for name in os.environ if name.startswith("NAMEPLATE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def refused(**flags: object) -> str:
    with pytest.raises(BrokenSetting) as caught:
        load_settings(**flags)
    return str(caught.value)


def test_a_flag_wins_over_the_environment_and_that_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "nameplate.toml").write_text("port = 1001\nqueue = 11\nworkers = 3\n")
    monkeypatch.setenv("NAMEPLATE_PORT", "1002")
    monkeypatch.setenv("NAMEPLATE_QUEUE", "12")
    settings = load_settings(port=1003)
    assert (settings.port, settings.queue, settings.workers) == (1003, 12, 3)


def test_a_flag_that_was_not_given_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAMEPLATE_PORT", "1002")
    assert load_settings(port=None).port == 1002


def test_several_folders_are_separated_as_in_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("NAMEPLATE_TEMPLATES", os.pathsep.join((str(tmp_path / "a"), str(tmp_path / "b"))))
    assert [folder.name for folder in load_settings().templates] == ["a", "b"]


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("NAMEPLATE_DATA", "", "name a folder"),
        ("NAMEPLATE_TEMPLATES", "/nowhere/at/all", "is no folder"),
        ("NAMEPLATE_PUBLIC_URL", "img.example.com", "https://img.example.com"),
        ("NAMEPLATE_LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("NAMEPLATE_PORT", "many", "port"),
        ("NAMEPLATE_CONFIG", "absent.toml", "is no file"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert says in refused()


@pytest.mark.parametrize(
    ("text", "says"),
    [("prot = 1", "did you mean port?"), ("port =", "nameplate.toml"), ("a = " + "[" * 5000, "nameplate.toml")],
)
def test_a_settings_file_that_cannot_be_read_is_refused_in_words(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "nameplate.toml").write_text(text)
    assert says in refused()


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("PORT", "abc", "port: 'abc' is no whole number"),
        ("WORKERS", "0", "workers: '0' must be 1 or more"),
        ("WATCH_SECONDS", "soon", "watch_seconds: 'soon' is no number"),
        ("WATCH_SECONDS", "0", "watch_seconds: '0' must be more than 0.0"),
        ("DEV", "maybe", "dev: 'maybe' is neither true nor false"),
    ],
)
def test_one_wrong_setting_is_one_problem(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(f"NAMEPLATE_{variable}", value)
    assert refused() == f"a setting cannot be used: {says}"


def test_a_misspelt_variable_is_warned_of(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("NAMEPLATE_PROT", "1")
    caplog.set_level(logging.WARNING)
    load_settings()
    assert "NAMEPLATE_PROT is no setting of ours; did you mean port?" in caplog.text


def test_keys_show_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAMEPLATE_KEYS", "k1:" + "ab" * 32)
    assert "abab" not in repr(load_settings())
