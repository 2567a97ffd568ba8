"""The files of a proof into its folder: each appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from server.errors import UnfitValue

PAGE = "proof.html"
_SHEET = "proof-{number}.png"


def files_of(page: str, sheets: Sequence[bytes]) -> dict[str, bytes]:
    return {_SHEET.format(number=number): sheet for number, sheet in enumerate(sheets, 1)} | {PAGE: page.encode()}


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replaces an earlier proof, of which no sheet is left. Raises UnfitValue where the folder cannot be written."""
    drafts = {name: folder / f".{name}.{os.getpid()}" for name in files}
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it shows what stands in a list of people
        for name, body in files.items():
            drafts[name].write_bytes(body)
        for name, draft in drafts.items():
            draft.replace(folder / name)
        for old in _sheets_in(folder):
            if old.name not in files:
                old.unlink()
    except OSError as error:
        raise UnfitValue("out", f"{folder} cannot be written ({error.strerror})") from error
    finally:
        if folder.is_dir():
            for draft in drafts.values():
                draft.unlink(missing_ok=True)


def _sheets_in(folder: Path) -> list[Path]:
    return [path for path in folder.glob(_SHEET.format(number="*")) if path.stem.removeprefix("proof-").isdecimal()]
