"""The one system library we need, libcairo, asked for before anything that cannot be imported without it."""

from __future__ import annotations

import os

from server.errors import MissingLibrary

CURE = (
    "install it with `apt install libcairo2` (Debian, Ubuntu), `dnf install cairo` (Fedora), `apk add cairo` (Alpine) "
    "or `brew install cairo` (macOS; if it is still not found: export DYLD_FALLBACK_LIBRARY_PATH=$(brew --prefix)/lib)"
)


def require_cairo() -> None:
    """Raises MissingLibrary, with the cure for each system, when libcairo cannot be loaded."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        import cairocffi  # noqa: F401, PLC0415  # loading it is the test, and must not happen any earlier
    except OSError as error:
        said = str(error).partition("\n")[0]
        what = "which is missing" if "no library called" in said else f"which cannot be loaded ({said})"
        raise MissingLibrary(f"Nameplate draws with the system library libcairo, {what}: {CURE}.") from error
