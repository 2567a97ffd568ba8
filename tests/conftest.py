"""What every test may ask for."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from server.fonts.library import FontLibrary
from tests.support.square_font import square_library

# In CI the same examples every time, so that a change is judged by what it changed; elsewhere new ones at each run.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-goldens", action="store_true", help="write the golden pictures instead of comparing")


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Commands that are run in this process set up the log; the next test must not find it so."""
    logger = logging.getLogger()
    level, handlers = logger.level, list(logger.handlers)
    yield
    logger.setLevel(level)
    for handler in [handler for handler in logger.handlers if handler not in handlers]:
        logger.removeHandler(handler)


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def squares(tmp_path_factory: pytest.TempPathFactory) -> FontLibrary:
    """A family whose every letter is a full square."""
    return square_library(tmp_path_factory.mktemp("squares"))


@pytest.fixture(scope="session")
def shipped(root: Path) -> FontLibrary:
    """The fonts that come with us."""
    return FontLibrary.open([root / "fonts"])
