"""The last good version of every template, kept as plain files in the data folder: a template that an edit broke
still answers, also after a restart."""

from __future__ import annotations

import contextlib
import logging
import shutil
import tempfile
from pathlib import Path

from server.catalog.template import Template, read_template
from server.errors import BrokenTemplate

log = logging.getLogger(__name__)


class LastGood:
    """One folder `<root>/<template>/<digest>/` a template. A disk that cannot be written costs this only."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def save(self, template: Template) -> None:
        home = self._root / template.name
        final = home / template.digest[:16] / template.name
        if final.exists():
            return
        try:
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = Path(tempfile.mkdtemp(prefix=".new-", dir=home))
            for file, content in template.files.items():
                path = draft / template.name / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            with contextlib.suppress(FileExistsError):
                draft.rename(final.parent)
            for old in home.iterdir():
                if old != final.parent:
                    shutil.rmtree(old, ignore_errors=True)
        except OSError as error:
            log.warning("the last good version of %s could not be kept: %s", template.name, error.strerror)

    def load(self, name: str) -> Template | None:
        """The kept version, or None if there is none that can still be read."""
        for folder in sorted(self._root.glob(f"{name}/*/{name}")):
            with contextlib.suppress(BrokenTemplate, OSError):
                return read_template(folder)
        return None
