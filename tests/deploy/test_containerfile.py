"""The Containerfile: what it promises is read from it; what it builds is built and run where that is asked for.

No container engine is needed for the second half: debootstrap makes the Debian that the image is based on, each RUN and
COPY is carried out in it, and what comes out runs as an engine would run it. NAMEPLATE_TEST_CONTAINER=1 turns it on: it
takes minutes, and packages of Debian's and Python's registries.
"""

from __future__ import annotations

import ast
import importlib.metadata
import json
import os
import re
import shutil
import signal
import struct
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from server import __version__
from server.settings import PREFIX, Settings
from tests.support.containerfile import Stage, let_in, read_containerfile
from tests.support.debian_root import Container, build, make_base, started
from tests.support.running import free_port, until

TOOLS = ("debootstrap", "unshare", "nsenter", "chroot", "setpriv")
asked_for = pytest.mark.skipif(
    os.environ.get("NAMEPLATE_TEST_CONTAINER") != "1" or os.geteuid() != 0 or not all(map(shutil.which, TOOLS)),
    reason="needs NAMEPLATE_TEST_CONTAINER=1, root and " + ", ".join(TOOLS),
)
PIP_FETCHES = re.compile(r"\bpip\b.* (install|wheel|download)\b")
SAFE = (
    r"install --require-hashes -r requirements[-\w]*\.txt",
    r"install --no-deps --no-index /wheel/\S+\.whl",
    r"wheel --no-deps --no-build-isolation --wheel-dir /wheel \.",
)
PNG_SIZE = slice(16, 24)  # width and height in a PNG's first chunk


@pytest.fixture(scope="module")
def stages() -> tuple[Stage, ...]:
    return read_containerfile((Path(__file__).parents[2] / "Containerfile").read_text())


@pytest.fixture(scope="module")
def final(stages: tuple[Stage, ...]) -> Stage:
    return stages[-1]


def test_both_stages_stand_on_one_base_that_cannot_change(stages: tuple[Stage, ...]) -> None:
    assert len(stages) == 2
    assert len({stage.base for stage in stages}) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+@sha256:[0-9a-f]{64}", stages[0].base)


def test_it_runs_as_nobody_in_particular_and_says_so_by_number(final: Stage) -> None:
    uid, _, gid = final.last("USER").rest.partition(":")
    assert int(uid) >= 1000
    assert int(gid) >= 1000
    after = final.words()[final.words().index("USER") :]
    assert "RUN" not in after
    assert "COPY" not in after
    assert any(f"--uid {uid} " in step.rest for step in final.steps if step.word == "RUN")


def test_nothing_is_fetched_but_packages(stages: tuple[Stage, ...]) -> None:
    for step in (step for stage in stages for step in stage.steps):
        assert step.word != "ADD"
        assert "://" not in step.rest
        assert not re.search(r"\b(curl|wget|git)\b", step.rest)


def test_every_dependency_is_a_wheel_with_a_hash(stages: tuple[Stage, ...]) -> None:
    lines = [part.strip() for step in stages[0].steps if step.word == "RUN" for part in step.rest.split("&&")]
    ours = [line for line in lines if PIP_FETCHES.search(line)]
    assert len(ours) == 4
    assert [line for line in ours if not is_safe(line)] == []
    assert stages[0].environment["PIP_ONLY_BINARY"] == ":all:"


@pytest.mark.parametrize(
    "line",
    [
        "pip install anything",
        "pip install --no-deps anything",
        "pip install --no-deps --no-index anything",
        "pip install -r requirements.txt",
        "pip install --require-hashes -r requirements.txt anything",
        "pip wheel --no-deps --wheel-dir /wheel .",
        "pip wheel --no-deps --no-build-isolation --wheel-dir /wheel anything",
        "pip wheel --no-build-isolation --wheel-dir /wheel .",
        "pip download anything",
    ],
)
def test_what_may_fetch_more_than_is_locked_is_refused(line: str) -> None:
    assert PIP_FETCHES.search(line)
    assert not is_safe(line)


def is_safe(line: str) -> bool:
    """Whether pip installs what is locked by its hash, or what this very build has made."""
    return any(re.search(rf"\bpip( --python \S+)? {safe}$", line) for safe in SAFE)


def test_the_builders_lock_is_a_part_of_the_developers(root: Path) -> None:
    builder, developer = (
        set(re.split(r"\n(?=\S)", (root / name).read_text().strip()))
        for name in ("requirements-build.txt", "requirements-dev.txt")
    )
    assert builder <= developer
    needed = [line for line in importlib.metadata.requires("hatchling") or () if "python_version < " not in line]
    assert {package_name(lock) for lock in builder} == {"hatchling", *map(package_name, needed)}


def package_name(requirement: str) -> str:
    return re.split(r"[<>=; ]", requirement)[0]


def test_nothing_stays_that_only_building_needs(final: Stage) -> None:
    runs = " ".join(step.rest for step in final.steps if step.word == "RUN")
    assert "rm -rf /var/lib/apt/lists/*" in runs
    assert "--no-install-recommends" in runs
    assert not re.search(r"\b(gcc|g\+\+|build-essential|make|-dev)\b", runs)


def test_there_is_a_volume_for_what_is_kept_and_the_settings_name_it(final: Stage) -> None:
    assert final.environment["NAMEPLATE_DATA"] == final.last("VOLUME").rest
    assert final.last("STOPSIGNAL").rest == "SIGTERM"
    assert final.last("EXPOSE").rest == str(Settings.model_fields["port"].default)


def test_every_setting_is_one_of_ours_and_none_is_a_secret(stages: tuple[Stage, ...]) -> None:
    names = {name for stage in stages for name in stage.environment}
    ours = {name.removeprefix(PREFIX).lower() for name in names if name.startswith(PREFIX)}
    assert ours <= Settings.model_fields.keys()
    assert not re.search(r"key|secret|token|password", " ".join(names | ours), re.IGNORECASE)


def test_the_health_check_is_python_and_asks_a_path_we_have(final: Stage) -> None:
    check = final.last("HEALTHCHECK")
    assert {"interval", "timeout", "start-period", "retries"} <= check.flags.keys()
    program, option, code = json.loads(check.rest.removeprefix("CMD "))
    assert (program, option) == ("python", "-c")
    ast.parse(code)
    assert "/readyz" in code


def test_the_labels_tell_the_version_we_have(final: Stage) -> None:
    assert f'image.version="{__version__}"' in final.last("LABEL").rest


def test_what_is_copied_is_there_and_a_build_sees_little_else(root: Path, stages: tuple[Stage, ...]) -> None:
    seen = let_in((root / ".dockerignore").read_text(), root)
    sources = [
        source
        for stage in stages
        for step in stage.steps
        if step.word == "COPY" and "from" not in step.flags
        for source in step.rest.split()[:-1]
    ]
    for source in sources:
        assert any(file == source or file.startswith(f"{source}/") for file in seen), source
    assert {file.split("/")[0] for file in seen} == {source.split("/")[0] for source in sources}


def test_a_build_sees_no_history_no_tests_and_nothing_left_behind(tmp_path: Path, root: Path) -> None:
    kept = ["server/app.py", "fonts/inter/Inter.ttf", "README.md"]
    kept_out = [".git/config", ".venv/bin/python", "tests/test_x.py", "server/__pycache__/app.pyc", "keys.json"]
    kept_out += ["data/keys.json", ".env", "docs/lint.md", "requirements-dev.txt", "fonts/make.py", "server/a/b.pyc"]
    for file in kept + kept_out:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("x")
    assert let_in((root / ".dockerignore").read_text(), tmp_path) == sorted(kept)


def test_compose_asks_for_what_the_image_is_made_for(root: Path) -> None:
    text = (root / "deploy/compose.yaml").read_text()
    for line in ("read_only: true", "tmpfs: [/tmp]", "cap_drop: [ALL]", '"no-new-privileges:true"', "nameplate:/data"):
        assert line in text
    names = {name.lower() for name in re.findall(rf"{PREFIX}(\w+)", text)}
    assert names
    assert names <= Settings.model_fields.keys()
    grace = re.search(r"stop_grace_period: (\d+)s", text)
    assert grace
    assert int(grace[1]) > Settings.model_fields["stop_seconds"].default


@pytest.fixture(scope="module")
def container(stages: tuple[Stage, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """The built image, running and healthy."""
    folder = tmp_path_factory.mktemp("container")
    try:
        built = build(stages, Path(__file__).parents[2], make_base(folder))
        with started(built["final"], stages[-1], NAMEPLATE_PORT=str(free_port())) as container:
            assert until(lambda: healthy(container, stages[-1])), container.log.read_text()
            yield container
    finally:
        shutil.rmtree(folder)


def healthy(container: Container, stage: Stage, port: str | None = None) -> bool:
    command = json.loads(stage.last("HEALTHCHECK").rest.removeprefix("CMD "))
    return container.execute(*command, also={"NAMEPLATE_PORT": port} if port else {}).returncode == 0


@asked_for
class TestTheContainer:
    """One container for all, in this order: building it takes minutes."""

    def test_its_health_check_tells_a_server_from_none(self, container: Container, final: Stage) -> None:
        assert healthy(container, final)
        assert not healthy(container, final, port="1")

    def test_a_signed_link_shows_its_picture(self, container: Container) -> None:
        signed = container.execute("nameplate", "sign", "hello.png?name=Sarah")
        assert signed.returncode == 0, signed.stderr
        link = signed.stdout.split()[-1]
        answer = httpx.get(f"http://127.0.0.1:{container.environment['NAMEPLATE_PORT']}{link[link.index('/i/') :]}")
        assert answer.status_code == 200
        assert struct.unpack(">II", answer.content[PNG_SIZE]) == (1200, 630)
        assert "x-nameplate-problem" not in answer.headers

    def test_nothing_can_be_written_but_the_volume_and_tmp(self, container: Container) -> None:
        for folder, code in (("/", 1), ("/opt/nameplate", 1), ("/var/tmp", 1), ("/tmp", 0), ("/data", 0)):
            done = container.execute("touch", f"{folder}/x", as_root=True)
            assert done.returncode == code, f"{folder}: {done.stderr}"
            assert code == 0 or "Read-only file system" in done.stderr

    def test_every_process_is_of_the_user_and_has_no_right(self, container: Container, final: Stage) -> None:
        uid, _, gid = final.last("USER").rest.partition(":")
        listed = container.execute("sh", "-c", "cat /proc/[0-9]*/status")
        assert set(re.findall(r"^Uid:\s+(.*)$", listed.stdout, re.MULTILINE)) == {"\t".join([uid] * 4)}
        assert set(re.findall(r"^Gid:\s+(.*)$", listed.stdout, re.MULTILINE)) == {"\t".join([gid] * 4)}
        assert listed.stdout.count("NoNewPrivs:\t1") == listed.stdout.count("Uid:") >= 4
        assert set(re.findall(r"^CapBnd:\s+(.*)$", listed.stdout, re.MULTILINE)) == {"0" * 16}

    def test_no_compiler_no_pip_and_no_cache_is_inside(self, container: Container) -> None:
        for name in ("gcc", "cc", "make"):
            assert container.execute("sh", "-c", f"command -v {name}").returncode != 0
        assert container.execute("python", "-c", "import pip").returncode != 0
        left = container.execute("find", "/root/.cache", "/var/lib/apt/lists", "/build", "/wheel", "-type", "f")
        assert left.stdout == ""

    def test_it_ends_on_its_stop_signal_and_leaves_its_keys(self, container: Container, final: Stage) -> None:
        os.kill(container.pid, signal.Signals[final.last("STOPSIGNAL").rest])
        assert container.process.wait(30) == 0, container.log.read_text()
        assert (container.data / "keys.json").stat().st_mode & 0o777 == 0o600
        assert str((container.data / "keys.json").stat().st_uid) == final.last("USER").rest.partition(":")[0]
