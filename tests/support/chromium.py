"""Chromium, run once for a page: what it shows comes back as a picture, what its scripts have made of it as text."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
# The same on every machine: no hints to a grid of pixels, no colours at the edges of letters, one pixel for one.
PLAIN = (
    "--hide-scrollbars",
    "--disable-lcd-text",
    "--allow-file-access-from-files",
    "--font-render-hinting=none",
    "--force-device-scale-factor=1",
    "--force-color-profile=srgb",
)
PAGE_MILLISECONDS = 10_000  # of the page's own time, in which its fonts load; it passes as quickly as nothing happens
LONGEST_SECONDS = 120  # a guard for a busy machine, not a measure


def screenshot(page: Path, size: tuple[int, int]) -> Image.Image:
    """The page in a window of that size."""
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder) / "shot.png"
        _run(page, folder, f"--screenshot={shot}", f"--window-size={size[0]},{size[1]}")
        return Image.open(io.BytesIO(shot.read_bytes()))


def dom(page: Path) -> str:
    """The page as HTML, when its scripts have run."""
    with tempfile.TemporaryDirectory() as folder:
        return _run(page, folder, "--dump-dom")


def _run(page: Path, profile: str, *wanted: str) -> str:
    assert CHROMIUM is not None
    flags = (*QUIET, *PLAIN, f"--virtual-time-budget={PAGE_MILLISECONDS}", f"--user-data-dir={profile}")
    command = [CHROMIUM, *flags, *wanted, page.as_uri()]
    return subprocess.run(command, check=True, capture_output=True, timeout=LONGEST_SECONDS, text=True).stdout
