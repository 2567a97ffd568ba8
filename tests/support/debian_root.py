"""A Debian of its own below a folder, in which the steps of a Containerfile run as an engine would run them.

Every command gets a mount namespace for itself, so nothing stays mounted when it has ended, however it ends.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tests.support.containerfile import BASE_PATH, Stage, let_in, pairs

SUITE = "trixie"  # whose python3 is 3.13, as in the image we build on
PACKAGES = "python3,python3-venv,python3-pip,ca-certificates"
# Names, certificates and pip's settings: the steps of a build need the host's; an image has no business with them.
OF_THE_HOST = ("etc/pip.conf", "etc/resolv.conf", "etc/ssl/certs/ca-certificates.crt")
STEP_SECONDS = 600  # a guard for a slow registry, not a measure


@dataclass(frozen=True, slots=True)
class DebianRoot:
    path: Path

    def run(self, command: Sequence[str], environment: Mapping[str, str], folder: str = "/") -> str:
        """Runs `command` inside as root and gives what it printed."""
        inside = ["env", "-i", *(f"{name}={value}" for name, value in environment.items()), "sh", "-ec"]
        inside += [f"cd {shlex.quote(folder)}; exec {shlex.join(command)}"]
        mounts = f"mount -t proc proc {self.path}/proc; mount --rbind /dev {self.path}/dev"
        done = subprocess.run(
            ["unshare", "--mount", "--", "sh", "-ec", f"{mounts}; exec chroot {self.path} {shlex.join(inside)}"],
            capture_output=True,
            text=True,
            timeout=STEP_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{shlex.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def copy(self, name: str) -> DebianRoot:
        path = self.path.with_name(name)
        subprocess.run(["cp", "-a", "--reflink=auto", str(self.path), str(path)], check=True)
        return DebianRoot(path)


def make_base(folder: Path) -> DebianRoot:
    """A Debian with Python under the names that it has in the official image."""
    root = DebianRoot(folder / "base")
    subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(root.path), _mirror()],
        check=True,
        capture_output=True,
        timeout=STEP_SECONDS,
    )
    for file in OF_THE_HOST:
        if Path("/", file).is_file():
            shutil.copy(Path("/", file), root.path / file)
    for name in ("python", "pip"):
        (root.path / "usr/local/bin" / name).symlink_to(f"/usr/bin/{name}3")
    return root


def _mirror() -> str:
    files = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    text = "\n".join(path.read_text() for path in files if path.is_file())
    found = re.search(r"^(?:URIs:|deb(?: \[.*?\])?)\s+(\S+/debian/?)(?:\s|$)", text, re.MULTILINE)
    assert found, "this machine's package sources name no Debian mirror"
    return found[1]


def build(stages: Sequence[Stage], context: Path, base: DebianRoot) -> dict[str, DebianRoot]:
    """A root for each stage by its name, each made from a copy of `base` by the steps of the stage."""
    seen = let_in((context / ".dockerignore").read_text(), context)
    built: dict[str, DebianRoot] = {}
    for stage in stages:
        root = base.copy(stage.name or "final")
        _carry_out(stage, root, context, seen, built)
        built[stage.name or "final"] = root
    return built


def _carry_out(
    stage: Stage, root: DebianRoot, context: Path, seen: Sequence[str], built: Mapping[str, DebianRoot]
) -> None:
    environment, folder = {"PATH": BASE_PATH}, "/"
    for step in stage.steps:
        if step.word == "ENV":
            environment |= pairs(step.rest, environment)
        elif step.word == "WORKDIR":
            folder = step.rest
            (root.path / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif step.word == "RUN":
            root.run(step.command, environment, folder)
        elif step.word == "COPY":
            *sources, target = step.rest.split()
            place = root.path / folder.lstrip("/") / target.lstrip("/") if target[0] != "/" else root.path / target[1:]
            if "from" in step.flags:
                (source,) = sources
                origin = built[step.flags["from"]].path / source.lstrip("/")
                subprocess.run(["cp", "-a", str(origin), str(place)], check=True)
            else:
                _copy_in(sources, place, context, seen)


def _copy_in(sources: Sequence[str], place: Path, context: Path, seen: Sequence[str]) -> None:
    for source in sources:
        files = [file for file in seen if file == source or file.startswith(f"{source}/")]
        assert files, f"the build cannot see {source}"
        for file in files:
            inner = Path(file).relative_to(source)
            to = place / (inner if file != source else Path(file).name)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(context / file, to)


@dataclass(frozen=True, slots=True)
class Container:
    """A running root: `pid` is, outside, what is process 1 inside."""

    pid: int
    process: subprocess.Popen[bytes]
    user: str
    environment: Mapping[str, str]
    data: Path
    log: Path

    def execute(
        self, *command: str, as_root: bool = False, also: Mapping[str, str] = MappingProxyType({})
    ) -> subprocess.CompletedProcess[str]:
        """What an engine's `exec` does, with variables that are set `also`."""
        become = [] if as_root else _become(self.user)
        settings = [f"{name}={value}" for name, value in {**self.environment, **also}.items()]
        inside = ["nsenter", f"--target={self.pid}", "--mount", "--pid", "--root", "--"]
        return subprocess.run(
            [*inside, *become, "env", "-i", *settings, *command],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@contextmanager
def started(root: DebianRoot, stage: Stage, **environment: str) -> Iterator[Container]:
    """The stage's ENTRYPOINT and CMD as process 1, as its USER and without any right, everything read-only but /tmp
    and its volume, which begins as the image's own folder, as with an engine. Killed at the end if it still runs."""
    data = root.path.with_name("volume")
    subprocess.run(["cp", "-a", str(root.path / stage.last("VOLUME").rest.lstrip("/")), str(data)], check=True)
    settings = {**stage.environment, **environment}
    user = stage.last("USER").rest
    command = [*stage.last("ENTRYPOINT").command, *stage.last("CMD").command]
    inside = [*_become(user), "env", "-i", *(f"{name}={value}" for name, value in settings.items()), *command]
    script = "; ".join(
        (
            f"mount --bind {root.path} {root.path}",
            f"mount -o remount,bind,ro {root.path}",
            f"mount -t proc proc {root.path}/proc",
            f"mount --rbind /dev {root.path}/dev",
            f"mount -t tmpfs tmpfs {root.path}/tmp",
            f"mount --bind {data} {root.path}/{stage.last('VOLUME').rest.lstrip('/')}",
            f"exec chroot {root.path} {shlex.join(inside)}",
        )
    )
    log = root.path.with_name("log")
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--", "sh", "-ec", script],
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    first = _only_child(process)
    try:
        yield Container(first, process, user, settings, data, log)
    finally:
        # Not unshare itself: its child changed users, and with that forgot to end with it. All end with process 1.
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(first, signal.SIGKILL)
        process.wait(30)


def _become(user: str) -> list[str]:
    uid, _, gid = user.partition(":")
    rights = ["--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
    return ["setpriv", f"--reuid={uid}", f"--regid={gid}", *rights]


def _only_child(process: subprocess.Popen[bytes]) -> int:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None:
        if found := children.read_text().split():
            return int(found[0])
    raise AssertionError("unshare could not start anything")
