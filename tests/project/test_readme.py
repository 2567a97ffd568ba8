"""What the README shows is what there is."""

from __future__ import annotations

import re
from pathlib import Path

from server.settings import Settings
from tests.support.running import nameplate


def test_the_template_shown_whole_is_the_shipped_one(root: Path) -> None:
    shown = re.search(r"```svg\n(.*?)```", (root / "README.md").read_text(), re.DOTALL)
    assert shown
    assert shown[1] == (root / "svg_templates/hello.svg").read_text()


def test_its_sign_command_prints_a_link_of_the_shape_it_shows(root: Path, tmp_path: Path) -> None:
    text = (root / "README.md").read_text()
    command = re.search(r'nameplate sign "(.*?)" --open (\w+)', text)
    assert command
    link = nameplate("sign", command[1], "--open", command[2], data=tmp_path).stdout.strip()
    shown = re.search(r"^    (/i/hello\.png\S+)…$", text, re.MULTILINE)
    assert shown
    assert re.sub(r"[0-9a-f]*$", "", link) == re.sub(r"[0-9a-f]*$", "", shown[1])


def test_its_render_command_draws(tmp_path: Path) -> None:
    nameplate("render", "hello", "-p", "name=Sarah", "-o", str(tmp_path / "sarah.png"), data=tmp_path)
    assert (tmp_path / "sarah.png").read_bytes().startswith(b"\x89PNG")


def test_the_settings_it_names_are_settings(root: Path) -> None:
    named = set(re.findall(r"NAMEPLATE_(\w+)", (root / "README.md").read_text()))
    assert named
    assert named <= {name.upper() for name in Settings.model_fields}
