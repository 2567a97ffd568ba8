"""What the README shows is what there is: its template, its commands, what they print."""

from __future__ import annotations

import html
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from server.settings import Settings
from tests.support.running import nameplate

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    (?:\.venv/bin/)?nameplate (.*)$", README, re.MULTILINE)
MOST_WORDS = 1000  # three minutes at a calm pace, tables and commands included


def command_of(word: str) -> list[str]:
    [command] = [command for command in COMMANDS if command.startswith(f"{word} ")]
    return shlex.split(command)


def test_the_template_shown_whole_is_the_shipped_one(root: Path) -> None:
    shown = re.search(r"```svg\n(.*?)```", README, re.DOTALL)
    assert shown
    assert shown[1] == (root / "svg_templates/hello.svg").read_text()


def test_its_sign_command_prints_a_link_of_the_shape_it_shows(tmp_path: Path) -> None:
    link = nameplate(*command_of("sign"), data=tmp_path).stdout.strip()
    shown = re.findall(r"(/i/hello\.png\?\S+?)[0-9a-f]{6}…", html.unescape(README))
    assert len(shown) == 2
    assert [re.sub(r"[0-9a-f]{32}$", "", link)] * 2 == shown


def test_its_render_command_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    *command, output = command_of("render")
    monkeypatch.setenv("PYTHONPATH", str(root))
    monkeypatch.chdir(tmp_path)
    nameplate(*command, output, data=tmp_path)
    assert (tmp_path / output).read_bytes().startswith(b"\x89PNG")


def test_its_serve_command_has_flags_that_are_there() -> None:
    known = nameplate("serve", "--help").stdout
    flags = [word for word in command_of("serve") if word.startswith("--")]
    assert flags
    assert all(flag in known for flag in flags)


def test_every_command_it_shows_is_tried_here() -> None:
    assert {command.partition(" ")[0] for command in COMMANDS} == {"render", "sign", "serve"}


@pytest.mark.parametrize("task", ["serve", "test"])
def test_every_task_it_names_is_one_of_make(root: Path, task: str) -> None:
    assert re.findall(r"\bmake ([a-z]+)", README).count(task)
    assert set(re.findall(r"\bmake ([a-z]+)", README)) == {"serve", "test"}
    subprocess.run(["make", "-n", task], cwd=root, capture_output=True, check=True)


def test_its_tags_are_those_of_the_page_about_mail_tools(root: Path) -> None:
    page = (root / "docs/mail-tools.md").read_text(encoding="utf-8")
    tags = re.findall(r"^\| ([\w.]+) \| (`[^`]+`) \|$", README, re.MULTILINE)
    assert len(tags) == 5
    for tool, tag in tags:
        assert re.search(rf"^\| {re.escape(tool)} \| `[\w-]+` \| {re.escape(tag)} \|", page, re.MULTILINE), tool


def test_the_settings_it_names_are_settings() -> None:
    named = set(re.findall(r"NAMEPLATE_(\w+)", README))
    assert named
    assert named <= {name.upper() for name in Settings.model_fields}


def test_it_is_read_in_three_minutes() -> None:
    without_sources = re.sub(r"```.*?```|<!--.*?-->", "", README, flags=re.DOTALL)
    assert len(without_sources.split()) <= MOST_WORDS
