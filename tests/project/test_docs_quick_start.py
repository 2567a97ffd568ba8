"""docs/quick-start.md, done in a fresh folder: every command it shows, and the failures that it names."""

from __future__ import annotations

import html
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.settings import PREFIX
from tests.support.running import free_port, until

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/quick-start.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"^    ((?:mkdir|echo|rm|nameplate) .*)$", re.MULTILINE)
TEMPLATE, MANIFEST = "svg_templates/spring-sale/template.svg", "svg_templates/spring-sale/manifest.toml"
BLOCK_FILES = {"svg": ("export.svg", TEMPLATE), "toml": (MANIFEST,)}  # by language, in the order of the page
COMMAND_SECONDS = 120  # a guard for a busy machine


class Shell:
    """Runs the page's lines in a folder, with `nameplate` on the path and nobody's settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "bin").mkdir()
        command = folder / "bin/nameplate"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m server "$@"\n')
        command.chmod(0o755)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        own = {"PATH": f"{folder}/bin:{os.environ['PATH']}", "NO_COLOR": "1", "COLUMNS": "200"}
        self.environment = {**kept, **own, "PYTHONPATH": str(ROOT), PREFIX + "DATA": str(folder / "data")}
        self.here = folder / "nameplate"
        self.here.mkdir()

    def run(self, command: str, *, check: bool = True, **environment: str) -> str:
        """What `command` says, on either stream; where it leaves the shell is where the next one begins."""
        ran = subprocess.run(
            ["bash", "-c", f"{command}\nended=$?; pwd > {self.folder}/here; exit $ended"],
            cwd=self.here,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        assert (ran.returncode == 0) is check, f"{command}\n{ran.stdout}"
        self.here = Path((self.folder / "here").read_text().strip())
        return ran.stdout


def steps() -> list[str]:
    """The commands of the page and the files that it shows, in its order; `serve`, `sign` and `explain` have their own
    tests."""
    found = [(match.start(), match[1]) for match in COMMAND.finditer(PAGE)]
    for language, files in BLOCK_FILES.items():
        blocks = re.finditer(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
        shown = zip(blocks, files, strict=True)
        found += [(block.start(), f"cat > {file} <<'END'\n{block[1]}END") for block, file in shown]
    commands = [command for _, command in sorted(found)]
    return [command for command in commands if not re.match(r"nameplate (serve|sign|explain)", command)]


def command_of(word: str) -> str:
    commands: list[str] = COMMAND.findall(PAGE)
    return next(command for command in commands if command.startswith(f"nameplate {word} "))


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("quick-start"))
    said = [shell.run(step) for step in steps()]
    assert any(re.search(r"^    spring-sale: fine .*$", PAGE, re.MULTILINE)[0].strip() in text for text in said)  # type: ignore[index]  # the page has it
    return shell


def test_it_begins_with_a_clone_and_what_make_knows() -> None:
    assert re.search(
        r"^    git clone .* nameplate && cd nameplate\n    make setup\n    export PATH=", PAGE, re.MULTILINE
    )
    assert "\nsetup:" in (ROOT / "Makefile").read_text()


def test_the_folder_is_as_it_says(shell: Shell) -> None:
    assert shell.here.name == "campaign"
    files = {path.relative_to(shell.here).as_posix() for path in shell.here.rglob("*") if path.is_file()}
    assert files == {"nameplate.toml", "export.svg", TEMPLATE, MANIFEST, "sarah.png", "long.png"}
    assert (shell.here / "sarah.png").read_bytes() != (shell.here / "long.png").read_bytes()


def test_each_named_text_of_the_drawing_is_a_placeholder_of_the_page(shell: Shell) -> None:
    said = shell.run("nameplate new try-out --from export.svg")
    made = shell.here / "svg_templates/try-out"
    names = set(re.findall(r"\{\{ (\w+) \}\}", (made / "template.svg").read_text()))
    shutil.rmtree(made)
    assert names == {"first_name", "code"}
    assert all(f"[params.{name}]" in PAGE for name in names)
    assert '"spring is here, and so is our sale.": has no name' in said


def test_the_link_has_the_shape_that_it_shows(shell: Shell) -> None:
    link = shell.run(command_of("sign")).strip()
    shapes = re.findall(r"(/i/spring-sale\.png\?[^>\n]*?)SIGNATURE", html.unescape(PAGE))
    assert len(shapes) == 3
    assert re.sub(r"[0-9a-f]{32}$", "", link) == shapes[0] == shapes[1]


def test_the_filled_in_link_is_good(shell: Shell) -> None:
    signature = shell.run(command_of("sign")).strip().rpartition("_sig=k1.")[2]
    said = shell.run(command_of("explain").replace("SIGNATURE", signature))
    assert "problem" not in said
    assert "bad-signature" in shell.run(command_of("explain").replace("SIGNATURE", "0" * 32), check=False)


@pytest.fixture
def served(shell: Shell) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [*shlex.split(command_of("serve")), "--port", str(port)],
        cwd=shell.here,
        env=shell.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        assert until(lambda: fetched(f"{url}/readyz") is not None)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def fetched(url: str) -> bytes | None:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            body: bytes = answer.read()
            return body
    except OSError:
        return None


def test_a_saved_edit_is_served(shell: Shell, served: str) -> None:
    before = fetched(f"{served}/i/spring-sale.png?first_name=Sarah")
    template = shell.here / TEMPLATE
    text = template.read_text()
    template.write_text(text.replace("#FF7F5C", "#2C8A6E"))
    try:
        assert before
        assert until(lambda: fetched(f"{served}/i/spring-sale.png?first_name=Sarah") not in (before, None))
    finally:
        template.write_text(text)


def failures() -> list[str]:
    return re.findall(r"^\| `(.*?)` \|", PAGE.partition("## When something fails")[2], re.MULTILINE)


def test_a_taken_port_is_said_as_the_page_says(shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = shell.run(f"nameplate serve --dev --port {port}", check=False)
    [shown] = [line for line in failures() if "cannot listen" in line]
    assert shown.replace("8000", str(port)) in said


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("there is no template", "nameplate check sprng-sale"),
        ("has no param", 'nameplate sign "spring-sale.png?firstname=Sarah" --open firstname'),
    ],
)
def test_a_slip_is_said_as_the_page_says(shell: Shell, words: str, command: str) -> None:
    [shown] = [line for line in failures() if words in line]
    assert shown in shell.run(command, check=False)


def test_a_broken_template_is_said_as_the_page_says(shell: Shell) -> None:
    template = shell.here / TEMPLATE
    text = template.read_text()
    template.write_text(text.replace('data-box="#name-box"', 'data-box="#nme-box"'))
    try:
        said = shell.run("nameplate check spring-sale", check=False)
    finally:
        template.write_text(text)
    [shown] = [line for line in failures() if "#nme-box" in line]
    assert shown in said


def test_a_missing_libcairo_is_said_as_the_page_says(shell: Shell, tmp_path: Path) -> None:
    stand_in = tmp_path / "cairocffi.py"
    stand_in.write_text("raise OSError('no library called \"cairo-2\" was found')\n")
    said = shell.run("nameplate check", check=False, PYTHONPATH=f"{tmp_path}:{ROOT}")
    [shown] = [line for line in failures() if "libcairo" in line]
    assert shown in said


def test_what_setup_says_is_quoted_rightly() -> None:
    setup = (ROOT / "deploy/setup.sh").read_text()
    quoted = [line for line in failures() if "Python 3.11" in line or "virtual environment" in line]
    assert len(quoted) == 2
    for line in quoted:
        assert line in setup
