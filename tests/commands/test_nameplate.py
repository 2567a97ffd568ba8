"""The `nameplate` command: what it prints, and its exit code. Mostly in this process, because starting one for each
would be most of the tests' time; once as people run it."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from server.cli import run
from server.commands.drawing import STOPS
from server.render.lint.rules import RULES
from tests.support.running import nameplate

ROOT = Path(__file__).parents[2]
BROKEN = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200">\n<text>{{ name</text></svg>'


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


class Command:
    """Runs commands in this process, without any setting of whoever runs the tests."""

    def __init__(self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        self._capfd = capfd
        self._monkeypatch = monkeypatch
        self._data = tmp_path / "data"
        for name in [name for name in os.environ if name.startswith("NAMEPLATE_")]:
            monkeypatch.delenv(name)

    def __call__(self, *arguments: str, templates: Path | None = None, fails: bool = False, **environment: str) -> Done:
        """The outcome; `fails` says whether it must fail, with 1 and no traceback."""
        flags: tuple[str, ...] = () if "--help" in arguments or arguments[0] == "new" else ("--data", str(self._data))
        flags += ("--templates", str(templates)) if templates else ()
        with self._monkeypatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                run([*arguments, *flags])
        out, err = self._capfd.readouterr()
        code = ended.value.code
        if isinstance(code, str):  # what sys.exit prints
            code, err = 1, f"{err}{code}"
        done = Done(code or 0, out, err)
        assert done.returncode == (1 if fails else 0), done
        assert "Traceback" not in done.stderr
        return done


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    return Command(capfd, monkeypatch, tmp_path)


COMMANDS = [
    "serve",
    "render",
    "sign",
    "explain",
    "check",
    "proof",
    "new",
    "keys list",
    "keys add",
    "keys retire",
    "keys revoke",
]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(command: Command, name: str) -> None:
    text = command(*name.split(), "--help").stdout
    assert f"nameplate {name}" in text.split("For example:")[1]


def test_as_a_process_it_exits_with_2_for_a_usage_error_and_says_what_there_is() -> None:
    done = nameplate("sgin", check=False)
    assert done.returncode == 2
    assert "sign" in done.stderr


def test_render_draws_each_format_at_each_scale(command: Command, tmp_path: Path) -> None:
    for scale, (ending, kind) in enumerate((("png", "PNG"), ("jpg", "JPEG"), ("webp", "WEBP")), 1):
        path = tmp_path / f"out.{ending}"
        command("render", "hello", "-p", "name=Amy", "-o", str(path), "--scale", str(scale))
        with Image.open(path) as picture:
            assert (picture.format, picture.size) == (kind, (1200 * scale, 630 * scale))


def test_render_takes_a_path_and_an_alias(command: Command, tmp_path: Path, root: Path) -> None:
    command("render", str(root / "svg_templates/hello.svg"), "-o", str(tmp_path / "a.png"))
    command("render", "webinar-invite-01", "-o", str(tmp_path / "b.png"))


def test_render_says_what_was_not_drawn_as_given(command: Command, tmp_path: Path) -> None:
    done = command("render", "webinar", "-p", "first_name={{ first_name }}", "-o", str(tmp_path / "a.png"))
    assert "first_name: not drawn as given (unmerged)" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("render", "helo", "-o", "x.png"), "did you mean hello?"),
        (("render", "hello", "-o", "x.gif"), ".png, .jpg, .webp"),
        (("render", "hello", "-p", "nmae=Amy", "-o", "x.png"), "did you mean name?"),
        (("render", "hello", "-p", "Amy", "-o", "x.png"), "name=value"),
        (("sign", "hello.gif"), ".png"),
        (("sign", "hello.png?nmae=x"), "did you mean name?"),
        (("sign", "webinar.png?first_name=*|FNAME|*"), "--open first_name"),
        (("sign", "webinar.png", "--open", "logo_url"), "cannot be open"),
        (("sign", "webinar.png?_open=logo_url"), "cannot be open"),
        (("sign", "webinar.png?first_name=-FNAME-"), "--open first_name"),
        (("sign", "hello.png?name=x", "--expires", "2001-01-01"), "past"),
        (("keys", "revoke", "k9"), "no key k9"),
        (("new", "Not A Name"), "lower-case"),
        (("check", "nothing-here"), "no template nothing-here"),
    ],
)
def test_a_mistake_is_one_sentence_with_the_cure(command: Command, arguments: tuple[str, ...], says: str) -> None:
    done = command(*arguments, fails=True)
    assert says in done.stderr + done.stdout


def test_a_port_in_use_is_said_with_the_cure(command: Command) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = command("serve", "--port", str(taken.getsockname()[1]), fails=True).stderr
    assert "take another with --port" in said


def test_sign_warns_of_locked_values_that_will_not_be_drawn(command: Command) -> None:
    done = command("sign", "webinar.png?logo_url=nope.png&company=Acme")
    assert "logo_url will not be drawn as given (no-picture)" in done.stderr
    assert "company" not in done.stderr


def test_sign_leaves_it_to_the_server_what_a_picture_from_elsewhere_is(command: Command) -> None:
    target = "webinar?logo_url=https%3A%2F%2Fcdn.example.com%2Flogo.png"
    assert "logo_url" not in command("sign", target).stderr
    without = command("sign", target, NAMEPLATE_REMOTE_PICTURES="false")
    assert "logo_url will not be drawn as given (not-fetched)" in without.stderr


def test_render_asks_for_pictures_from_elsewhere_by_the_servers_rules(command: Command, tmp_path: Path) -> None:
    """No machine of our own network is ever asked, so this needs none."""
    done = command("render", "webinar", "-p", "logo_url=http://127.0.0.1/logo.png", "-o", str(tmp_path / "card.png"))
    assert "logo_url: not drawn as given (address-refused)" in done.stderr
    assert (tmp_path / "card.png").stat().st_size > 1000


def test_retiring_the_last_key_says_that_none_signs_any_more(command: Command) -> None:
    command("keys", "add")
    assert "No key signs any more" not in command("keys", "retire", "k1").stdout
    assert "nameplate keys add" in command("keys", "retire", "k2").stdout


def test_an_output_that_cannot_be_written_is_said(command: Command, tmp_path: Path) -> None:
    assert "cannot be written" in command("render", "hello", "-o", str(tmp_path / "no" / "x.png"), fails=True).stderr


def test_render_draws_the_generic_template_as_the_server_does(command: Command, tmp_path: Path) -> None:
    done = command("render", "event-ticket", "-p", "name=Sarah", "-o", str(tmp_path / "a.png"))
    assert "event: not drawn as given (missing)" in done.stderr


def test_sign_prints_the_link_as_its_last_line_with_open_values_verbatim(command: Command, tmp_path: Path) -> None:
    done = command(
        "sign",
        "webinar.png?company=AT%26T&first_name={{ first_name|default:'there' }}",
        "--open",
        "first_name",
        NAMEPLATE_PUBLIC_URL="https://img.example.com",
    )
    link = done.stdout.splitlines()[-1]
    assert re.fullmatch(
        r"https://img\.example\.com/i/webinar\.png\?company=AT%26T&first_name=\{\{ first_name\|default:'there' \}\}"
        r"&_open=first_name&_sig=k1\.[0-9a-f]{32}",
        link,
    )


def test_the_first_start_makes_a_key_that_only_its_owner_can_read(command: Command, tmp_path: Path) -> None:
    command("sign", "hello.png?name=Amy")
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data" / "keys.json").stat().st_mode) == 0o600


def test_keys_are_listed_without_their_secrets(command: Command, tmp_path: Path) -> None:
    command("keys", "add")
    command("keys", "add")
    command("keys", "retire", "k1")
    command("keys", "revoke", "k2", "--yes")
    command("keys", "add")
    shown = command("keys", "list").stdout
    assert [re.split(" {2,}", line)[:2] for line in shown.splitlines()[1:]] == [
        ["k4", "signs"],
        ["k3", "verifies"],
        ["k2", "revoked"],
        ["k1", "verifies, retired"],
    ]
    for key in json.loads((tmp_path / "data" / "keys.json").read_text())["keys"]:
        assert key["secret"] not in shown


def test_revoking_a_key_without_a_terminal_needs_a_word(command: Command) -> None:
    command("keys", "add")
    assert "cannot be undone; say --yes" in command("keys", "revoke", "k1", fails=True).stderr
    assert "revoked" not in command("keys", "list").stdout
    assert "k1 is revoked" in command("keys", "revoke", "k1", "--yes").stdout


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "is_revoked"), [("k1", True), ("k2", False), ("", False), ("yes", False)])
def test_at_a_terminal_the_key_id_is_asked_for(
    command: Command, monkeypatch: pytest.MonkeyPatch, typed: str, is_revoked: bool
) -> None:
    command("keys", "add")
    monkeypatch.setattr("sys.stdin", Terminal(f"{typed}\n"))
    assert "type the key id to confirm" in command("keys", "revoke", "k1", fails=not is_revoked).stderr
    assert ("revoked" in command("keys", "list").stdout) is is_revoked


def test_explain_follows_a_good_link_to_its_picture(command: Command) -> None:
    link = command("sign", "hello.png?name=Zo%C3%AB").stdout.strip()
    found = json.loads(command("explain", link, "--json").stdout)
    assert (found["version"], found["outcome"], found["problem"]) == (1, "as-asked", None)
    stages = [stage["stage"] for stage in found["stages"]]
    assert stages == ["unwrap", "parse", "read", "verify", "resolve", "look up", "answer"]
    assert [(one["name"], one["role"], one["arrived"], one["read"]) for one in found["query"]][:1] == [
        ("name", "locked", "Zo%C3%AB", "Zoë")
    ]
    assert (found["answer"]["width"], found["answer"]["found"]) == (1200, "none")
    assert json.loads(command("explain", link, "--json").stdout)["answer"]["found"] == "disk"


def test_explain_says_why_a_link_is_refused_and_shows_no_good_signature(command: Command) -> None:
    link = command("sign", "hello.png?name=Amy").stdout.strip()
    good = link.rpartition(".")[2]
    forged = link.replace("Amy", "Mallory").replace(good, "0" * 32)
    done = command("explain", f"https://img.example.com{forged}", fails=True)
    assert "bad-signature" in done.stdout
    assert "Mallory" in done.stdout
    shown = re.sub(r"key: \S+|etag: \S+|0{32}", "", done.stdout)  # the picture's name is no secret
    assert not re.search(r"[0-9a-f]{32}", shown)


def test_explain_gives_back_the_link_that_was_signed(command: Command) -> None:
    link = command("sign", "hello.png?name=A%2BB").stdout.strip()
    done = command("explain", link.replace("%2B", "+"), fails=True)
    assert "A + in name arrived unencoded and reads as a space" in " ".join(done.stdout.split())
    assert done.stdout.splitlines()[-1] == link


def test_explain_reads_a_mail_from_standard_input(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    link = command("sign", "hello.png?name=Amy&").stdout.strip()
    source = f'<img src=3D"https://img.example.com{link.replace("=", "=3D")}">'.replace("_sig", "_s=\nig")
    monkeypatch.setattr("sys.stdin", io.StringIO(source))
    found = json.loads(command("explain", "-", "--json").stdout)
    assert [one["code"] for one in found["unwrapped"]] == ["quoted-printable", "html"]
    assert found["fix"]["url"] == f"https://img.example.com{link}"


def test_check_finds_the_shipped_templates_fine(command: Command) -> None:
    done = command("check")
    for name in ("webinar", "certificate", "hello"):
        assert f"{name}: fine" in done.stdout


def test_check_says_which_cards_should_be_a_jpeg(command: Command) -> None:
    done = command("check", "listing", "webinar")
    assert re.search(r"note listing: mostly photo, \d+ KB as PNG, \d+ KB as JPEG", done.stdout)
    assert "note webinar" not in done.stdout


def test_check_warns_of_a_jpeg_that_is_heavier_than_allowed_at_each_scale(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "listing"
    shutil.copytree(ROOT / "svg_templates/listing", folder)
    manifest = (folder / "manifest.toml").read_text()
    (folder / "manifest.toml").write_text(f"max_kb = 10\n{re.sub('(?m)^max_kb = .*$', '', manifest)}")
    said = command("check", "listing", templates=tmp_path).stdout
    told = re.findall(r"warning listing/manifest.toml:1 max-kb\s+max_kb = 10: .* (\d+) KB as JPEG of (\d+) x", said)
    (at_1x, width), (at_3x, threefold) = told
    assert int(threefold) == 3 * int(width)
    assert 10 <= int(at_1x) < int(at_3x)
    assert "listing: 0 errors, 2 warnings" in said


def test_check_is_content_with_a_jpeg_that_fits(command: Command, tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    (card / "template.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"/>')
    (card / "manifest.toml").write_text("max_kb = 10\n")
    assert "max-kb" not in command("check", "card", templates=tmp_path).stdout


def test_check_says_where_a_template_is_broken(command: Command, tmp_path: Path) -> None:
    (tmp_path / "card.svg").write_text(BROKEN)
    done = command("check", templates=tmp_path, fails=True)
    assert "card.svg:2" in done.stdout
    assert "card: 1 error, 0 warnings (it cannot be drawn)" in done.stdout


def test_a_lone_file_is_named_as_it_is_called_on_the_disk(command: Command, tmp_path: Path) -> None:
    (tmp_path / "card.svg").write_text(f"{BROKEN.partition('<text')[0]}<g><rect\n</svg>")
    said = command("check", "card", templates=tmp_path, fails=True).stdout
    said += command("render", "card", "-o", str(tmp_path / "a.png"), templates=tmp_path, fails=True).stderr
    assert "error card.svg:2 not-xml" in said
    assert "nameplate: card.svg" in said
    assert "card/" not in said


UNDRAWABLE = {
    "not-xml": "<g><rect\n<text>{{ name }}</text></g>",
    "unknown-param": "<text>{{ nmae }}</text><g data-if='badge'/>",
    "too-many-uses": '<use href="#a"/>' * 201,
}


@pytest.mark.parametrize("code", UNDRAWABLE)
def test_what_keeps_a_template_from_being_drawn_is_said_once_with_its_cure(
    command: Command, tmp_path: Path, code: str
) -> None:
    folder = tmp_path / "card"
    folder.mkdir()
    (folder / "template.svg").write_text(f"{BROKEN.partition('<text')[0]}{UNDRAWABLE[code]}</svg>")
    (folder / "manifest.toml").write_text('title = "Card"\n[params.name]\ndefault = "you"\n')
    said = command("check", "card", templates=tmp_path, fails=True).stdout.splitlines()
    errors = [line for line in said if line.startswith("error ")]
    assert code in {line.split()[-1] for line in errors}
    assert all(re.fullmatch(r"error card/template\.svg(:\d+)? [a-z-]+", line) for line in errors)
    assert re.fullmatch(rf"card: {len(errors)} errors?, \d+ warnings? \(it cannot be drawn\)", said[-1])


def test_the_findings_that_keep_a_template_from_being_drawn_are_rules() -> None:
    assert RULES.keys() >= STOPS


def test_a_new_template_draws_signs_and_passes_its_check(command: Command, tmp_path: Path) -> None:
    made = command("new", "spring-sale", templates=tmp_path / "mine")
    assert "nameplate serve --dev" in made.stdout
    folder = tmp_path / "mine"
    command("check", templates=folder)
    command("render", "spring-sale", "-o", str(tmp_path / "out.png"), templates=folder)
    assert "there already" in command("new", "spring-sale", templates=folder, fails=True).stderr


def test_a_settings_file_is_read_and_its_mistakes_are_named(command: Command, tmp_path: Path) -> None:
    config = tmp_path / "my.toml"
    config.write_text('public_url = "https://pics.example"\n')
    link = command("sign", "hello.png?name=A", NAMEPLATE_CONFIG=str(config)).stdout
    assert link.startswith("https://pics.example/i/hello.png")
    config.write_text("prot = 9000\n")
    assert "prot" in command("sign", "hello.png", fails=True, NAMEPLATE_CONFIG=str(config)).stderr
    assert (
        "is no file" in command("sign", "hello.png", fails=True, NAMEPLATE_CONFIG=str(tmp_path / "absent.toml")).stderr
    )


def test_every_command_says_in_one_sentence_how_to_get_a_missing_libcairo(tmp_path: Path, root: Path) -> None:
    (tmp_path / "cairocffi.py").write_text("raise OSError('no library called cairo-2 was found')")
    for command in ("--help", "sign", "serve", "check"):
        done = nameplate(command, check=False, PYTHONPATH=f"{tmp_path}:{root}")
        said = done.stderr
        assert done.returncode == 1
        for cure in ("apt install libcairo2", "dnf install cairo", "apk add cairo", "brew install cairo"):
            assert cure in said
        assert len(said.strip().splitlines()) == 1


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-m", "server", "keys", "list", "--data", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, stdout=write_end, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write_end)
    assert (done.returncode, done.stderr) == (0, "")
