"""What the workers of these tests do. A spec's value `act` says what; loaded in the forkserver by name."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from server.catalog.manifest import Manifest
from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.errors import BrokenTemplate, DrawingFailed, UnfitPicture
from server.images import Format, Normalised, Picture
from server.report import Reason
from server.workers.messages import Status, pack_answer

libc = ctypes.CDLL(None)


@dataclass(frozen=True, slots=True)
class Prepared:
    fonts: tuple[Path, ...]
    pid: int


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    line: int


def prepare(fonts: tuple[Path, ...], font_index: Path | None) -> Prepared:
    np.ones((64, 64)) @ np.ones((64, 64))  # wakes OpenBLAS's threads, were there any
    return Prepared(fonts, os.getpid())


def refuse_to_prepare(fonts: tuple[Path, ...], font_index: Path | None) -> Prepared:
    raise SystemExit(3)


def draw(spec: RenderSpec, template: Template, prepared: Prepared, pictures: Mapping[str, bytes]) -> Picture:
    values = dict(spec.values) | ({"pictures": pictures} if pictures else {})
    body = globals()[f"_{values['act']}"](values, template, prepared)
    return Picture(Format.PNG, spec.width, spec.height, body)


class _Rubbish:
    def to_bytes(self) -> bytes:
        return b"\x00\x00\x00\x02[]"


def rubbish(spec: RenderSpec, template: Template, prepared: Prepared, pictures: Mapping[str, bytes]) -> _Rubbish:
    return _Rubbish()


def check(template: Template, prepared: Prepared) -> tuple[Finding, ...]:
    return (Finding(template.name, len(template.files["template.svg"])), Finding("pid", os.getpid()))


def normalise(data: bytes, prepared: Prepared, max_pixels: int) -> Normalised:
    """`data` is what comes out, unless it is a word that means something."""
    match data:
        case b"hang":
            _hang({}, _NO_TEMPLATE, prepared)
        case b"hog":
            _hog({}, _NO_TEMPLATE, prepared)
        case b"unfit":
            raise UnfitPicture(Reason.DAMAGED)
        case b"raise":
            raise OverflowError("secret value")
        case b"limit":
            return Normalised(_png_start(max_pixels, 1), max_pixels, 1)
        case b"lie":
            return Normalised(_png_start(2, 2), 3, 3)
    return Normalised(_png_start(7, 5) + data, 7, 5)


_NO_TEMPLATE = Template("none", Manifest(title="None"), 1, 1, {}, (), "none")


def _png_start(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height)


def _pictures(values: dict[str, object], template: Template, prepared: Prepared) -> bytes:
    return repr(values.get("pictures")).encode()


def _echo(values: dict[str, object], template: Template, prepared: Prepared) -> bytes:
    return f"{values['id']} {template.digest}".encode()


def _large(values: dict[str, object], template: Template, prepared: Prepared) -> bytes:
    return str(values["id"]).encode() * int(str(values["times"]))


def _pid(values: dict[str, object], template: Template, prepared: Prepared) -> bytes:
    return str(os.getpid()).encode()


def _fonts(values: dict[str, object], template: Template, prepared: Prepared) -> bytes:
    inherited = prepared.pid == os.getppid()
    return f"{[path.name for path in prepared.fonts]} {inherited}".encode()


def _svg(values: dict[str, object], template: Template, prepared: Prepared) -> bytes:
    return template.files["template.svg"] + str(template.manifest.title).encode()


def _call(values: dict[str, object], template: Template, prepared: Prepared) -> bytes:
    """Tells the test who is drawing, and draws what the test says: so it knows that we have begun."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(values["line"]))
        line.sendall(f"{os.getpid()}\n".encode())
        return line.recv(64)


def _call_if_asked(values: dict[str, object], template: Template, prepared: Prepared) -> None:
    if "line" in values:
        _call(values, template, prepared)


def _hang(values: dict[str, object], template: Template, prepared: Prepared) -> bytes:
    """As libcairo does it: in C, where no Python signal handler ever runs."""
    _call_if_asked(values, template, prepared)
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        libc.pause()


def _spin(values: dict[str, object], template: Template, prepared: Prepared) -> bytes:
    _call_if_asked(values, template, prepared)
    while True:
        pass


def _hog(values: dict[str, object], template: Template, prepared: Prepared) -> bytes:
    hoard = []
    while True:
        hoard.append(bytearray(16 << 20))


def _wrapped_hog(values: dict[str, object], template: Template, prepared: Prepared) -> bytes:
    try:
        return _hog(values, template, prepared)
    except MemoryError as error:
        raise DrawingFailed("cannot be drawn") from error


def _crash(values: dict[str, object], template: Template, prepared: Prepared) -> bytes:
    _call_if_asked(values, template, prepared)
    ctypes.string_at(0)
    return b""


def _broken(values: dict[str, object], template: Template, prepared: Prepared) -> bytes:
    raise BrokenTemplate("card", "no <svg>", file="parts/logo.svg", line=7)


def _fail(values: dict[str, object], template: Template, prepared: Prepared) -> bytes:
    raise DrawingFailed("a gradient without stops")


def _raise(values: dict[str, object], template: Template, prepared: Prepared) -> bytes:
    raise OverflowError("secret value")


def _babble(values: dict[str, object], template: Template, prepared: Prepared) -> bytes:
    """What a worker taken over by its input might try: to write an answer of its own to every pipe it has."""
    fake = Picture(Format.PNG, 1, 1, b"not yours").to_bytes()
    for fd in range(3, 64):
        with suppress(OSError):
            os.write(fd, pack_answer(0, Status.DONE, fake))
    return _hang(values, template, prepared) if values["then"] == "hang" else b"yours"


def _look(values: dict[str, object], template: Template, prepared: Prepared) -> bytes:
    """What a worker can see of the world, one fact a line."""
    environment = Path("/proc/self/environ").read_bytes() + repr(dict(os.environ)).encode()
    facts = {
        "threads": len(list(Path("/proc/self/task").iterdir())),
        "sockets": sum("socket" in target for target in _open_files()),
        "secret": b"canary" in environment,
        "openblas": os.environ["OPENBLAS_NUM_THREADS"],
        "capabilities": _status("CapEff") + _status("CapPrm") + _status("CapInh"),
        "no_new_privs": _status("NoNewPrivs"),
        "interfaces": ",".join(name for _, name in socket.if_nameindex()),
        "file": _try(lambda: Path(str(values["file"])).write_text("x")),
        "connect": _try(lambda: socket.create_connection(("127.0.0.1", int(str(values["port"]))), 1).close()),
    }
    return "\n".join(f"{name}={value}" for name, value in facts.items()).encode()


def _open_files() -> list[str]:
    fds = [fd for fd in Path("/proc/self/fd").iterdir() if fd.name not in ("0", "1", "2") and fd.is_symlink()]
    return [str(fd.readlink()) for fd in fds]


def _status(name: str) -> str:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith(name + ":"))


def _try(act: object) -> str:
    try:
        act()  # type: ignore[operator]  # one of the two lambdas above
    except OSError as error:
        return type(error).__name__ + f" {error.errno}"
    return "done"
