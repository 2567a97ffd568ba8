"""docs/lint.md shows the table of rules as the code has it, and the tests break every rule of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from server.render.lint.rules import GROUPS, RULES

ROOT = Path(__file__).parents[2]


def as_markdown() -> Iterator[str]:
    for group, rules in GROUPS.items():
        yield f"### {group}\n"
        for rule in rules:
            yield f"**`{rule.code}`** ({rule.severity}) {rule.what}. *Seen:* {rule.seen}. *Cure:* {rule.cure}.\n"


def test_the_page_shows_every_rule_as_it_is() -> None:
    page = (ROOT / "docs/lint.md").read_text()
    _, _, shown = page.partition("## Every rule\n\n")
    assert shown.strip() == "\n".join(as_markdown()).strip()


def test_codes_are_unique() -> None:
    assert len(RULES) == sum(map(len, GROUPS.values()))


def test_every_rule_is_broken_by_a_test() -> None:
    probes = tomllib.loads((Path(__file__).parent / "lint_probes/expected.toml").read_text())
    broken = {code for part in ("wrong", "wrong_at_2x", "mistakes") for code in probes[part].values()}
    tests = (Path(__file__).parent / "test_lint.py").read_text()
    assert {code for code in RULES if code not in broken and f'"{code}"' not in tests} == set()
