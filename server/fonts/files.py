"""The font files of some folders, and one digest over their contents; no font is parsed for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from server.fonts.index import FontIndex

FONT_ENDINGS = frozenset({".ttf", ".otf", ".ttc", ".otc"})


def font_files(folders: Sequence[Path]) -> list[Path]:
    """Every font file below `folders`, once, sorted by path."""
    found = {path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in FONT_ENDINGS}
    return sorted(path for path in found if path.is_file())


def digest_of_fonts(folders: Sequence[Path], index: Path | None = None) -> str:
    """SHA-256, as hex, over the contents: part of every picture's key, so a changed font is a new key. Names and
    folders are not in it, because they change no picture. `index` is the file of a `FontIndex`.
    """
    known = FontIndex(index)
    return digest_of(_digest(path, known) for path in font_files(folders))


def digest_of(digests: Iterable[bytes]) -> str:
    """One digest over those of the files, in whatever order they come."""
    return sha256(b"".join(sorted(digests))).hexdigest()


def _digest(path: Path, known: FontIndex) -> bytes:
    file = known.get(path)
    return bytes.fromhex(file.digest) if file else sha256(path.read_bytes()).digest()
