"""What is known of font files without their font engine, and a file that remembers it, so that a start need not
read and hash every font anew. Reading fonts is `faces.py`'s work.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from server.fonts.coverage import Coverage

FORMAT = 2  # of the index file; another one is an empty index

# A file that was written this shortly before it was indexed may be written again without another time or size:
# the slowest clocks of file systems tick every two seconds.
SETTLED_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class FaceRecord:
    """A face as it lies in a file, before its axes are set. `weights` and `stretches` are (least, greatest);
    `region` is the one East Asian tradition that it is made for ("ja", "zh-Hans", "zh-Hant", "ko"), if there is
    just one.
    """

    family: str
    style: str
    italic: bool
    weights: tuple[float, float]
    stretches: tuple[float, float]
    axes: dict[str, tuple[float, float]]
    coverage: Coverage
    is_color: bool
    region: str
    index: int


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font file's contents as SHA-256, in hex, and its faces."""

    digest: str
    faces: tuple[FaceRecord, ...]

    def to_json(self) -> dict[str, Any]:
        return {"digest": self.digest, "faces": [_face_to_json(face) for face in self.faces]}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> FontFile:
        digest = str(said["digest"])
        if len(bytes.fromhex(digest)) != sha256().digest_size:
            raise ValueError("a digest is no SHA-256")
        return cls(digest, tuple(map(_face_from_json, said["faces"])))


class FontIndex:
    """What was known of font files when they had a certain size and time. Without a path, or where its file is
    missing, damaged or of another version, it is empty: everything is read anew.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._known = _read(path) if path else {}
        self._found: dict[str, Any] = {}

    def get(self, font: Path) -> FontFile | None:
        said = self._known.get(str(font.absolute()))
        try:
            if said and said["stamp"] == _stamp(font):
                return FontFile.from_json(said)
        except Exception:  # noqa: BLE001 - it may be damaged in any way, and is only a memory
            return None
        return None

    def put(self, font: Path, file: FontFile) -> None:
        stamp = _stamp(font)
        if stamp[1] + SETTLED_NS < time.time_ns():
            self._found[str(font.absolute())] = {"stamp": stamp, **file.to_json()}

    def keep(self) -> None:
        """Writes what was put. Files that are gone are forgotten; a folder that cannot be written is no matter."""
        if not self._path or not self._found:
            return
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with suppress(OSError, ValueError):  # a name out of a damaged index may be none
            files = {font: said for font, said in {**self._known, **self._found}.items() if Path(font).is_file()}
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps({"format": FORMAT, "files": files}, separators=(",", ":")))
            draft.replace(self._path)


def _read(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_bytes())
        return dict(said["files"]) if said["format"] == FORMAT else {}
    except Exception:  # noqa: BLE001 - it may be damaged in any way, and is only a memory
        return {}


def _stamp(font: Path) -> list[int]:
    state = font.stat()
    # Size and time may be those of the file before it (rsync -t); when it came into its place is not.
    return [state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino]


def _face_to_json(face: FaceRecord) -> dict[str, Any]:
    plain = {field.name: getattr(face, field.name) for field in fields(FaceRecord)}
    return {**plain, "coverage": face.coverage.to_json()}


def _face_from_json(said: Mapping[str, Any]) -> FaceRecord:
    return FaceRecord(
        family=str(said["family"]),
        style=str(said["style"]),
        italic=bool(said["italic"]),
        weights=_pair(said["weights"]),
        stretches=_pair(said["stretches"]),
        axes={str(tag): _pair(bounds) for tag, bounds in said["axes"].items()},
        coverage=Coverage.from_json(said["coverage"]),
        is_color=bool(said["is_color"]),
        region=str(said["region"]),
        index=int(said["index"]),
    )


def _pair(said: Sequence[float]) -> tuple[float, float]:
    least, greatest = said
    return float(least), float(greatest)
