"""Libraries for the tests of typography: full squares, and the fonts that come with us."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.text.fonts import FontLibrary
from tests.support.square_font import square_library


@pytest.fixture(scope="session")
def squares(tmp_path_factory: pytest.TempPathFactory) -> FontLibrary:
    return square_library(tmp_path_factory.mktemp("squares"))


@pytest.fixture(scope="session")
def shipped(root: Path) -> FontLibrary:
    return FontLibrary.open([root / "fonts"])
