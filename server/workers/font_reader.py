"""Opens fonts in a short process of its own: the engine reads foreign bytes, so the serving process never loads it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from server.fonts.coverage import Coverage
from server.workers.launcher import bare_environment, module_path

log = logging.getLogger(__name__)

READER_SECONDS = 60.0  # the shipped fonts take a third of a second
READER = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from server.fonts.library import tell_coverage; tell_coverage(*sys.argv[2:])"
)


def read_coverage(folders: Sequence[Path], index: Path, reader: str = READER) -> Coverage | None:
    """What the fonts below `folders` can draw; None, and a warning, where that cannot be found out."""
    arguments = [json.dumps(module_path()), str(index), *map(str, folders)]
    try:
        told = subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
            [sys.executable, "-I", "-c", reader, *arguments],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=bare_environment(),
            timeout=READER_SECONDS,
            check=True,
        )
        return Coverage.from_json(json.loads(told.stdout))
    except subprocess.CalledProcessError as error:
        why = error.stderr.decode(errors="replace").strip().splitlines()[-1:] or [f"exit code {error.returncode}"]
        _warn(why[0])
    except (OSError, ValueError, TypeError, subprocess.TimeoutExpired) as error:
        _warn(type(error).__name__)
    return None


def _warn(why: str) -> None:
    log.warning("what the fonts can draw is not known, so no value falls back for lack of letters: %s", why)
