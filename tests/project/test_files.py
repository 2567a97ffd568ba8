"""The project itself: what must be beside what, and what must be nowhere."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from server import errors
from server.report import Reason
from server.settings import PREFIX, Settings
from server.web.error_responses import STATUS


def all_errors(base: type[errors.NameplateError] = errors.NameplateError) -> list[type[errors.NameplateError]]:
    return [base, *(found for child in base.__subclasses__() for found in all_errors(child))]


def test_every_error_has_a_status() -> None:
    assert set(all_errors()) == set(STATUS)


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [error.code for error in all_errors()]
    assert len(codes) == len(set(codes))


def test_the_error_tree_in_the_docstring_is_the_tree() -> None:
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")
    assert sorted(drawn) == sorted(error.__name__ for error in all_errors()[1:])


def test_every_error_code_is_in_the_docs(root: Path) -> None:
    documented = set(re.findall(r"^\| `([a-z-]+)` \|", (root / "docs/errors.md").read_text(), re.MULTILINE))
    leaves = {error.code for error in all_errors() if not error.__subclasses__()}
    assert leaves <= documented
    assert documented <= {error.code for error in all_errors()}


def test_every_reason_is_in_the_docs(root: Path) -> None:
    documented = set(re.findall(r"^\| `([a-z-]+)` \|", (root / "docs/values.md").read_text(), re.MULTILINE))
    assert documented == {reason.value for reason in Reason}


def test_the_settings_table_in_the_docs_is_the_code(root: Path) -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| `(\w+)` \| (.+?) \| (.+?) \|$", (root / "docs/settings.md").read_text(), re.MULTILINE
    )
    documented = {name: (variable, default, help) for name, variable, default, help in rows}
    assert list(documented) == list(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        variable, default, help = documented[name]
        assert variable == PREFIX + name.upper()
        assert help == field.description
        if field.default_factory is None:
            assert default == (
                f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"
                if field.default not in ("", ())
                else "empty"
            )


def test_the_locks_have_hashes_and_name_no_registry(root: Path) -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (root / name).read_text()
        assert "://" not in text
        for requirement in re.split(r"\n(?=\S)", text.strip()):
            assert "--hash=sha256:" in requirement, requirement.splitlines()[0]


def test_both_locks_hold_the_same_versions(root: Path) -> None:
    pins = [
        set(re.findall(r"^(\S+==\S+)", (root / name).read_text(), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    ]
    assert pins[0] <= pins[1]


# The module's name, where it is not the package's.
PACKAGES = {
    "icu": "pyicu-wheels",
    "PIL": "pillow",
    "fontTools": "fonttools",
    "zlib_ng": "zlib-ng",
    "prometheus_client": "prometheus-client",
    "pydantic_settings": "pydantic-settings",
}


def imported_modules(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    return {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - {"server"}


def test_every_package_we_import_is_declared_and_none_else(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    declared = {re.split(r"[<>=; ]", line)[0].lower() for line in project["dependencies"]}
    imported = {PACKAGES.get(name, name) for path in (root / "server").rglob("*.py") for name in imported_modules(path)}
    run_by_uvicorn = {"uvloop"}
    assert {name.lower() for name in imported} == declared - run_by_uvicorn


def test_every_font_lies_beside_its_licence(root: Path) -> None:
    folders = {path.parent for path in (root / "fonts").rglob("*.ttf")}
    assert folders
    for folder in folders:
        assert (folder / "OFL.txt").is_file(), folder


def test_make_lists_its_tasks(root: Path) -> None:
    listed = subprocess.run(["make", "-s"], cwd=root, capture_output=True, text=True, check=True).stdout
    for task in ("serve", "test", "check", "setup", "goldens"):
        assert f"make {task} " in listed


@pytest.mark.parametrize("folder", ["server", "tests", "bench"])
def test_every_module_says_what_it_is(root: Path, folder: str) -> None:
    for path in (root / folder).rglob("*.py"):
        text = path.read_text().strip()
        named_for_it = path.name.startswith("test_")  # its tests say what it is about
        assert path.name == "__init__.py" or named_for_it or text.startswith('"""'), f"{path} has no docstring"
