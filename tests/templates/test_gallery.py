"""The gallery page shows what the templates draw and take today, and the links in its stories can be signed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.draw import encoded, is_same
from docs.gallery import PAGE, PICTURES, draw_picture, pictures, shipped, with_tables
from server.catalog.template import Example, Template
from server.urls.signing import sign_target
from tests.support.house import NOW, RING
from tests.support.shipped import templates

MAX_BYTES = 150_000  # of a picture: a page with two for each template stays below 2 MB
CURE = "run `python -m docs.gallery` and look at the difference"
COMMANDS = re.findall(r'^    nameplate sign "(.*)"(?: --open (\S+))?$', PAGE.read_text(), re.MULTILINE)


@pytest.mark.parametrize(("file", "template", "example"), list(pictures()), ids=lambda case: getattr(case, "name", ""))
def test_a_picture_is_what_its_template_draws(file: Path, template: Template, example: Example) -> None:
    assert is_same(file, encoded(draw_picture(template, example), file)), f"{file.name} is out of date: {CURE}"
    assert file.stat().st_size <= MAX_BYTES


def test_no_picture_is_left_over() -> None:
    assert set(PICTURES.iterdir()) == {file for file, _, _ in pictures()}


def test_the_tables_are_those_of_the_manifests() -> None:
    assert with_tables(PAGE.read_text()) == PAGE.read_text(), f"docs/gallery.md is out of date: {CURE}"


def test_a_changed_default_would_change_its_table() -> None:
    page = "<!-- template webinar -->\nold words\n<!-- end -->\n"
    assert "| `cta` | text | `Save my seat` |" in with_tables(page)
    assert "old words" not in with_tables(page)


@pytest.mark.parametrize("name", list(shipped()))
def test_every_template_has_its_story(name: str) -> None:
    section = PAGE.read_text().partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    story = section.partition(f"<!-- template {name} -->")[0]
    assert 4 <= len(re.findall(r"[.?!][”\"]?(?:\s|$)", re.sub(r"^    .*$", "", story, flags=re.MULTILINE))) <= 10


@pytest.mark.parametrize(("typed", "opened"), COMMANDS, ids=[typed.partition("?")[0] for typed, _ in COMMANDS])
def test_the_link_of_a_story_can_be_signed_and_names_only_params(typed: str, opened: str) -> None:
    known = {template.name: template for template in templates()}
    params = known[re.split(r"[@.]", typed)[0]].params
    names = re.findall(r"[?&]([a-z_]+)=", typed)
    assert set(names) <= set(params)
    assert all(params[name].may_be_open for name in opened.split(",") if name)
    signed = sign_target(
        typed,
        declared_of=lambda name: known[name].query_names,
        ring=RING,
        open_params=opened.split(",") if opened else (),
        now=NOW,
    )
    assert "_sig=k1." in signed


def test_the_stories_have_links() -> None:
    named = {re.split(r"[@.]", typed)[0] for typed, _ in COMMANDS}
    assert named == {name for name in shipped() if not name.startswith("event-banner")}
