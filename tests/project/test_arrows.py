"""The import arrows of ARCHITECTURE.md, enforced."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

LEAVES = {"errors", "report", "images", "characters", "kept"}

# What each part of `server` may import, beside the leaves. Read "->" of ARCHITECTURE.md as this table.
ARROWS: dict[str, set[str]] = {
    "errors": set(),
    "report": set(),
    "images": {"report"},
    "characters": set(),
    "kept": set(),
    "urls": set(),
    "values": set(),
    "fonts": set(),
    "text": {"fonts"},
    "encode": set(),
    "store": set(),
    "tally": set(),
    "gather": {"store", "__init__"},
    "last_resort": set(),
    "native": set(),
    "settings": set(),
    "catalog": {"urls", "values"},
    "render": {"text", "fonts", "encode", "catalog"},
    "workers": {"catalog", "fonts"},
    "preparing": {"catalog", "gather", "urls", "values"},
    "service": {"preparing", "catalog", "urls", "store", "workers", "last_resort"},
    "publishing": {"catalog", "store"},
    "explain": {"service", "preparing", "store", "catalog", "urls", "values"},
    "web": {"__init__", "tally", "service", "explain", "catalog", "urls", "values"},
    "app": {
        "gather",
        "tally",
        "web",
        "explain",
        "service",
        "publishing",
        "catalog",
        "urls",
        "store",
        "workers",
        "fonts",
        "settings",
        "__init__",
    },
    "rows": set(),
    "proof": {"catalog", "urls", "values", "rows"},
    "commands": {
        "preparing",
        "tally",
        "app",
        "explain",
        "catalog",
        "urls",
        "values",
        "settings",
        "fonts",
        "workers",
        "proof",
        "rows",
    },
    "cli": {"commands", "settings", "tally", "__init__"},
    "__main__": {"native", "cli"},
    "__init__": set(),
}

SERVER = Path(__file__).parent.parent.parent / "server"
MODULES = sorted(SERVER.rglob("*.py"))


def part_of(path: Path) -> str:
    return path.relative_to(SERVER).parts[0].removesuffix(".py")


def imported_parts(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "server":
                names.update(
                    alias.name
                    if (SERVER / alias.name).exists() or (SERVER / f"{alias.name}.py").exists()
                    else "__init__"
                    for alias in node.names
                )
            elif node.module.startswith("server."):
                names.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            names.update(alias.name.split(".")[1] for alias in node.names if alias.name.startswith("server."))
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SERVER).as_posix())
def test_a_module_imports_only_what_its_arrows_allow(path: Path) -> None:
    part = part_of(path)
    assert part in ARROWS, f"{part} is a new part: draw its arrows here and in ARCHITECTURE.md"
    assert imported_parts(path) <= ARROWS[part] | LEAVES | {part}


def test_no_arrow_goes_round() -> None:
    TopologicalSorter(ARROWS).prepare()  # raises CycleError with the circle


def test_only_the_edges_and_the_pool_are_asynchronous() -> None:
    allowed = {"service.py", "preparing.py", "publishing.py", "explain/story.py", "app.py", "cli.py"}
    for path in MODULES:
        name = path.relative_to(SERVER).as_posix()
        is_async = any(isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(ast.parse(path.read_text())))
        if is_async and name not in allowed:
            assert name.startswith(("web/", "workers/", "store/", "gather/", "commands/")), name


def test_settings_and_environment_are_read_at_the_top_only() -> None:
    for path in MODULES:
        if part_of(path) not in {"app", "cli", "settings", "commands", "native", "workers"}:
            assert "os.environ" not in path.read_text(), path
