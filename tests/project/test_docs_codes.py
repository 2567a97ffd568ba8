"""The tables of the docs are whole: every code has a cause and a cure, every attribute and manifest key its line, and
every limit the number that the code has."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from server.catalog.manifest import Manifest, Param
from server.errors import NameplateError
from server.report import Reason
from server.settings import Settings
from server.web.error_responses import STATUS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MEBIBYTE = 1 << 20  # in the page both kinds are MB
FEWEST_WORDS = 2  # "fix it" helps nobody, and two words may
_CELLS = re.compile(r"(?<!\\)\|")


def rows(page: str) -> dict[str, list[str]]:
    """The rows of every table of `page` that begin with a `code`, by it."""
    lines = re.findall(r"^\| `[^`]+`.*\|$", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)
    cells = [[cell.strip() for cell in _CELLS.split(line)[1:-1]] for line in lines]
    return {row[0].strip("`"): row[1:] for row in cells}


def all_errors(base: type[NameplateError] = NameplateError) -> list[type[NameplateError]]:
    return [base, *(found for child in base.__subclasses__() for found in all_errors(child))]


@pytest.mark.parametrize("error", [error for error in all_errors() if not error.__subclasses__()])
def test_an_error_has_its_status_a_cause_and_a_cure(error: type[NameplateError]) -> None:
    status, cause, cure = rows("errors.md")[error.code]
    assert status == str(STATUS[error])
    assert len(cause.split()) >= FEWEST_WORDS
    assert len(cure.split()) >= FEWEST_WORDS
    assert cause != cure


@pytest.mark.parametrize("reason", list(Reason))
def test_a_reason_says_what_arrived_what_is_shown_and_what_to_do(reason: Reason) -> None:
    arrived, shown, cure = rows("values.md")[reason.value]
    assert len(arrived.split()) >= FEWEST_WORDS
    assert len(shown.split()) >= FEWEST_WORDS
    assert len(cure.split()) >= FEWEST_WORDS


def test_every_key_of_a_manifest_is_in_the_docs() -> None:
    page = (DOCS / "templates.md").read_text(encoding="utf-8")
    listed = {
        name for line in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", page, re.MULTILINE) for name in line.split(", ")
    }
    keys = {*Manifest.model_fields, *Param.model_fields} - {"params"}
    assert {f"`{key}`" for key in keys} <= listed


def test_every_attribute_of_ours_is_in_the_docs() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "server/render").rglob("*.py"))
    pages = "".join((DOCS / page).read_text(encoding="utf-8") for page in ("fitting.md", "templates.md"))
    ours = set(re.findall(r'"(data-[a-z-]+)"', code))
    assert "data-fit" in ours
    assert {name for name in ours if name not in pages} == set()


def test_every_attribute_of_the_fitting_page_has_a_picture() -> None:
    text = (DOCS / "fitting.md").read_text(encoding="utf-8")
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        assert "```svg" in section, section[:40]
        assert "](pictures/fitting/" in section, section[:40]


LIMITS = re.findall(
    r"^\| (.+?) \| (.+?) \| `(\w+)/(\w+)\.py`, (.+) \|$",
    (DOCS / "security.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


@pytest.mark.parametrize(("what", "limit", "package", "module", "names"), LIMITS, ids=lambda part: part)
def test_a_limit_of_the_security_page_is_the_code_s(
    what: str, limit: str, package: str, module: str, names: str
) -> None:
    found = importlib.import_module(f"server.{package}.{module}")
    numbers = [getattr(found, name) for name in re.findall(r"`(\w+)`", names)]
    assert numbers
    written = [float(number) for number in re.findall(r"\d+(?:e\d+)?", limit.replace(",", ""))]
    for number in numbers:
        assert {number, number / 1e6, number / MEBIBYTE} & set(written), f"{what}: {limit} is {number} in the code"


def test_a_limit_that_is_a_setting_is_its_default() -> None:
    page = (DOCS / "security.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (?:.+?) \| (.+?) \| setting `(\w+)` \|$", page, re.MULTILINE)
    assert len(found) >= 5
    for limit, name in found:
        default = float(Settings.model_fields[name].default)
        written = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", limit.replace(",", ""))]
        assert {default, default / 1e6} & set(written), f"{name}: {limit}, {default} in the code"
