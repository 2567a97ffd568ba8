"""Who catches anything at all is in CONTRIBUTING.md's list, with a reason."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ANYTHING = {"Exception", "BaseException"}


def catches_anything(source: str) -> bool:
    """Whether there is a clause, or a `suppress`, that takes every error and does not raise the same one again."""
    return any(takes_all(node) for node in ast.walk(ast.parse(source)))


def takes_all(node: ast.AST) -> bool:
    match node:
        case ast.ExceptHandler(body=[*_, ast.Raise(exc=None)]):
            return False
        case ast.ExceptHandler(type=caught):
            return caught is None or not ANYTHING.isdisjoint(names_in(caught))
        case ast.Call(func=called, args=caught):
            return "suppress" in names_in(called) and any(ANYTHING & names_in(one) for one in caught)
    return False


def names_in(expression: ast.expr) -> set[str]:
    """Names, and last parts of dotted ones."""
    return {
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(expression)
        if isinstance(node, ast.Name | ast.Attribute)
    }


def test_whoever_catches_anything_is_in_the_list(root: Path) -> None:
    rows = re.findall(r"^\| `([\w/]+\.py)` \| (.+) \|$", (root / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    server = root / "server"
    found = {str(path.relative_to(server)) for path in server.rglob("*.py") if catches_anything(path.read_text())}
    assert [module for module, _ in rows] == sorted(found)


def test_what_counts_as_catching_anything() -> None:
    for clause in ("except:", "except Exception:", "except (OSError, BaseException) as error:"):
        assert catches_anything(f"try: act()\n{clause} pass")
        assert catches_anything(f"try: act()\n{clause} raise ValueError")
        assert not catches_anything(f"try: act()\n{clause}\n    tidy()\n    raise")
    assert catches_anything("with contextlib.suppress(Exception): act()")
    assert not catches_anything("try: act()\nexcept (OSError, ValueError): pass")
    assert not catches_anything("with suppress(OSError): act()")
