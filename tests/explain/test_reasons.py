"""Every reason has its sentence and its cure, and the docs have the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server.catalog.manifest import Param, ParamType
from server.errors import NameplateError
from server.explain.problems import CURES
from server.explain.reasons import SENTENCES, sentence_of
from server.explain.values import REPAIRS
from server.report import Reason
from server.values.kinds import Repair
from server.web.error_responses import STATUS

FEWEST_WORDS = 3


def test_every_reason_has_words() -> None:
    assert set(SENTENCES) == set(Reason)
    assert set(REPAIRS) == set(Repair)


@pytest.mark.parametrize("reason", list(Reason))
def test_a_reason_is_one_sentence_and_so_is_its_cure(reason: Reason) -> None:
    for sentence in sentence_of(reason, Param()):
        assert sentence.endswith((".", "FILE."))
        assert "{" not in sentence
        assert len(sentence.split()) >= FEWEST_WORDS


def test_the_param_s_own_limits_are_in_the_sentence() -> None:
    number = Param(type=ParamType.NUMBER, min=1, max=1500)
    choice = Param(type=ParamType.CHOICE, choices=("calm", "loud"))
    assert "Not within 1 and 1,500" in sentence_of(Reason.OUT_OF_RANGE, number).why
    assert "calm, loud" in sentence_of(Reason.NOT_A_CHOICE, choice).cure
    assert "12 characters" in sentence_of(Reason.CUT, Param(max_length=12)).why


def test_the_table_of_the_docs_is_the_code_s(root: Path) -> None:
    page = (root / "docs/explain.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+?) \| (.+?) \|$", page, re.MULTILINE)
    documented = {name: (why, cure) for name, why, cure in rows if name in {reason.value for reason in Reason}}
    assert documented == {reason.value: tuple(sentence_of(reason)) for reason in Reason}


def test_every_problem_of_a_link_has_a_cure() -> None:
    """All codes but those that no link can come to."""
    codes = {error.code for error in STATUS if not _has_children(error)}
    assert codes - set(CURES) == {"unfit-value", "unfit-picture", "broken-setting", "broken-tally", "missing-library"}
    assert set(CURES) <= codes


def _has_children(error: type[NameplateError]) -> bool:
    return bool(error.__subclasses__())
