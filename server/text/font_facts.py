"""What a process that opens no font may know of the fonts: the digest of their contents, and what they can draw.

The font engine runs in a process of its own, and only where no index knows the fonts.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from server.text.coverage import Coverage
from server.text.files import digest_of_fonts, font_files
from server.text.font_index import FontIndex

READER_SECONDS = 60.0  # the shipped fonts take a third of a second
READER = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from server.text.fonts import tell_coverage; tell_coverage(*sys.argv[2:])"
)


@dataclass(frozen=True, slots=True)
class FontFacts:
    """`coverage` is None where the fonts cannot be read: whoever draws with them says why."""

    digest: str
    coverage: Coverage | None

    def missing_from(self, text: str) -> tuple[str, ...]:
        """The code points of `text` that no font has; none where that is not known."""
        return self.coverage.missing_from(text) if self.coverage else ()


def font_facts(folders: Sequence[Path], index: Path, environment: Mapping[str, str]) -> FontFacts:
    """`index` is the file of a `FontIndex`; it is made at need, by a process with this `environment`: no more than it
    needs to start, because it reads foreign bytes.
    """
    coverage = _remembered(folders, index) or _read(folders, index, environment)
    return FontFacts(digest_of_fonts(folders, index), coverage)


def _remembered(folders: Sequence[Path], index: Path) -> Coverage | None:
    """None if `index` does not know each of the fonts."""
    known = FontIndex(index)
    files = [known.get(path) for path in font_files(folders)]
    found = [file for file in files if file]
    return Coverage.union(face.coverage for file in found for face in file.faces) if len(found) == len(files) else None


def _read(folders: Sequence[Path], index: Path, environment: Mapping[str, str]) -> Coverage | None:
    arguments = [json.dumps([str(Path(entry).absolute()) for entry in sys.path]), str(index), *map(str, folders)]
    try:
        told = subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
            [sys.executable, "-I", "-c", READER, *arguments],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=environment,
            timeout=READER_SECONDS,
            check=True,
        )
        return Coverage.from_json(json.loads(told.stdout))
    except (OSError, ValueError, TypeError, subprocess.SubprocessError):
        return None
