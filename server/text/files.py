"""The font files of some folders, and what can be told of them without a font engine: one digest over their contents,
and what an index remembers.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from server.text.coverage import Coverage
from server.text.font_index import FontIndex

FONT_ENDINGS = frozenset({".ttf", ".otf", ".ttc", ".otc"})


def font_files(folders: Sequence[Path]) -> list[Path]:
    """Every font file below `folders`, once, sorted by path."""
    return sorted({path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in FONT_ENDINGS})


def digest_of_fonts(folders: Sequence[Path], index: Path | None = None) -> str:
    """SHA-256, as hex, over the contents: part of every picture's key, so a changed font is a new key. Names and
    folders are not in it, because they change no picture. `index` is the file of a `FontIndex`.
    """
    known = FontIndex(index)
    digests = sorted(_digest(path, known) for path in font_files(folders))
    return sha256(b"".join(digests)).hexdigest()


def coverage_of_fonts(folders: Sequence[Path], index: Path) -> Coverage | None:
    """What the fonts together can draw, as `index` remembers it; None if it does not know each of them."""
    known = FontIndex(index)
    files = [known.get(path) for path in font_files(folders)]
    if None in files:
        return None
    return Coverage.union(face.coverage for file in files if file for face in file.faces)


def _digest(path: Path, known: FontIndex) -> bytes:
    file = known.get(path)
    return bytes.fromhex(file.digest) if file else sha256(path.read_bytes()).digest()
