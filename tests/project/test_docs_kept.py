"""The bounds of what a drawing process keeps are in docs/speed.md as the code has them."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

ROW = r"^\| [^|]+ \| ([\d.]+) MB(?: each)? \|[^|]*\| `([\w/]+)\.py`, `(\w+)` \|$"
MEGABYTE = 1_000_000


def test_what_is_kept_is_in_the_docs_as_in_the_code(root: Path) -> None:
    section = (root / "docs/speed.md").read_text(encoding="utf-8").split("\n## What is kept\n")[1].split("\n## ")[0]
    rows = re.findall(ROW, section, re.MULTILINE)
    assert len(rows) == section.count("\n| ") - 2  # all but the heading and the line under it
    for megabytes, module, name in rows:
        bound = getattr(importlib.import_module(f"server.{module.replace('/', '.')}"), name)
        assert float(megabytes) * MEGABYTE == pytest.approx(bound), f"{module}: {name}"
