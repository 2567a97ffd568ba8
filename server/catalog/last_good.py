"""The last good version of every template, kept as plain files in the data folder: a template that an edit broke
still answers, also after a restart."""

from __future__ import annotations

import contextlib
import logging
import shutil
import tempfile
import time
from pathlib import Path

from server.catalog.template import Template, read_template
from server.errors import BrokenTemplate

DIGEST_LETTERS = 16
DRAFT = ".new-"
DRAFT_SECONDS = 60

log = logging.getLogger(__name__)


class LastGood:
    """One folder `<root>/<template>/<digest>/` a template. A disk that cannot be written costs this only."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def save(self, template: Template) -> None:
        home = self._root / template.name
        kept = home / template.digest[:DIGEST_LETTERS]
        if kept.exists():
            return
        try:
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=home))
            _write(template, draft)
            try:
                draft.rename(kept)
            except OSError:  # another process was quicker
                shutil.rmtree(draft, ignore_errors=True)
            _remove_others(home, kept)
        except OSError as error:
            log.warning("the last good version of %s could not be kept: %s", template.name, error.strerror)

    def load(self, name: str) -> Template | None:
        """The kept version, or None if there is none that is whole."""
        for folder in sorted(self._root.glob(f"{name}/*/{name}")):
            with contextlib.suppress(BrokenTemplate, OSError):
                template = read_template(folder)
                if template.digest[:DIGEST_LETTERS] == folder.parent.name:
                    return template
        return None


def _write(template: Template, folder: Path) -> None:
    for file, content in template.files.items():
        path = folder / template.name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _remove_others(home: Path, kept: Path) -> None:
    """Older versions, and drafts that a crash left behind; a young one may be another process's."""
    for other in home.iterdir():
        young = other.name.startswith(DRAFT) and time.time() - other.stat().st_mtime < DRAFT_SECONDS
        if other != kept and not young:
            shutil.rmtree(other, ignore_errors=True)
