"""What a process that opens no font may know of the fonts: the digest of their contents, and what they can draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from server.fonts.coverage import Coverage
from server.fonts.files import digest_of, digest_of_fonts, font_files
from server.fonts.index import FontIndex

Reader = Callable[[Sequence[Path], Path], Coverage | None]
"""Opens the fonts below some folders, makes the index, and says what they can draw; None, with a warning, if not."""


@dataclass(frozen=True, slots=True)
class FontFacts:
    """`coverage` is None where the fonts could not be read: then no value falls back for lack of letters."""

    digest: str
    coverage: Coverage | None

    def missing_from(self, text: str) -> tuple[str, ...]:
        """The code points of `text` that no font has; none where that is not known."""
        return () if self.coverage is None else self.coverage.missing_from(text)


def font_facts(folders: Sequence[Path], index: Path, read: Reader) -> FontFacts:
    """`index` is the file of a `FontIndex`; where it does not know each of the fonts, `read` opens them all."""
    remembered = _remembered(folders, index)
    if remembered is not None:
        return remembered
    coverage = read(folders, index)  # makes the index, so that the digest is quick
    return FontFacts(digest_of_fonts(folders, index), coverage)


def _remembered(folders: Sequence[Path], index: Path) -> FontFacts | None:
    """None if `index` does not know each of the fonts."""
    known = FontIndex(index)
    files = [known.get(path) for path in font_files(folders)]
    found = [file for file in files if file]
    if not found or len(found) < len(files):
        return None
    coverage = Coverage.union(face.coverage for file in found for face in file.faces)
    return FontFacts(digest_of(bytes.fromhex(file.digest) for file in found), coverage)
