"""The cases that follow from a template."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from server.catalog.resolve import Drawing, resolve
from server.catalog.template import build_template, find_templates, read_template
from server.images import Format
from server.proof.cases import Case, cases_of, usual_values, with_odd_logos
from server.proof.troubles import Kind
from server.report import Reason
from server.urls.query import QueryValue
from server.urls.request import ImageRequest

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><text>{{ a }}</text></svg>'
SHIPPED = sorted(find_templates(Path(__file__).parents[2] / "svg_templates").items())


def cases(manifest: str) -> dict[str, Case]:
    files = {"template.svg": SVG.encode(), "manifest.toml": f'title = "t"\n{manifest}'.encode()}
    return {case.title: case for case in cases_of(with_odd_logos(build_template("t", files)))}


def test_numbers_stand_at_both_bounds_and_beyond() -> None:
    found = cases('[params.a]\ntype = "number"\nmin = 1\nmax = 999\nsample = 7')
    assert found["Numbers at their least"].values == {"a": "1"}
    assert found["Numbers at their greatest"].values == {"a": "999"}
    assert int(found["Numbers out of range"].values["a"]) > 1e9


def test_a_text_at_its_longest_is_exactly_that_long() -> None:
    for clean in ("person", "company", "place", "title", "sentence", "code"):
        found = cases(f'[params.a]\nclean = "{clean}"\nmax_length = 37\nsample = "x y"')
        assert len(found["Every text at its longest"].values["a"]) == 37


def test_each_choice_flag_and_day_is_a_case() -> None:
    found = cases(
        '[params.a]\ntype = "choice"\nchoices = ["gold", "tin"]\n[params.b]\ntype = "flag"\n[params.c]\ntype = "date"'
    )
    assert {"a: gold", "a: tin", "b: true", "b: false"} <= set(found)
    assert any(case.values.get("c") == "2028-02-29" for case in found.values())


def test_a_picture_is_tried_tall_wide_tiny_and_dead_from_a_host_that_may_be_asked() -> None:
    found = cases('[params.a]\ntype = "image"\nhosts = ["*.acme.com"]')
    assert found["A dead picture address"].values["a"].startswith("https://cdn.acme.com/")
    assert sum("picture, " in title for title in found) == 3


def test_labels_stay_as_they_are() -> None:
    found = cases('[params.a]\nclean = "person"\nsample = "Sarah"\n[params.label]\ndefault = "Hello"')
    assert all("label" not in case.values for case in found.values())


def test_a_template_without_a_manifest_is_tried_with_names() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><text>{{ first_name }}</text></svg>'
    template = build_template("t", {"template.svg": svg.encode()})
    assert usual_values(template) == {"first_name": "Sarah"}
    assert {case.values.get("first_name") for case in cases_of(template)} >= {"Екатерина", "*|FNAME|*", "null", None}


@pytest.mark.parametrize(("name", "path"), SHIPPED, ids=[name for name, _ in SHIPPED])
def test_the_cases_of_shipped_templates_are_what_their_titles_say(name: str, path: Path) -> None:
    template = with_odd_logos(read_template(path))
    found = cases_of(template)
    assert found[0].kind is Kind.USUAL
    assert len({tuple(sorted(case.values.items())) for case in found}) == len(found)
    for case in found:
        given = {param: QueryValue.of(text) for param, text in case.values.items()}
        request = ImageRequest(name, Format.PNG, values=given)
        reasons = {fallback.reason for fallback in resolve(request, template, Drawing(12_000_000, "t")).fallbacks}
        if case.kind in (Kind.USUAL, Kind.SCRIPT):
            assert not reasons - {Reason.MISSING}, case.title
        if case.kind is Kind.UNMERGED:
            assert Reason.UNMERGED in reasons
        if case.kind is Kind.PLACEHOLDER:
            assert Reason.PLACEHOLDER in reasons
        if case.title == "Letters lost on the way":
            assert Reason.GARBLED in reasons
        if case.title == "UTF-8 read as Latin":
            assert not reasons - {Reason.MISSING}, "it is mended"


def test_the_odd_logos_are_pictures_of_the_template() -> None:
    template = with_odd_logos(
        build_template("t", {"template.svg": SVG.encode(), "manifest.toml": b'title = "t"\n[params.a]\ntype = "image"'})
    )
    sizes = {name: Image.open(io.BytesIO(body)).size for name, body in template.files.items() if name.endswith(".png")}
    assert sizes == {"proof-tall.png": (120, 600), "proof-wide.png": (1200, 90), "proof-tiny.png": (16, 16)}
