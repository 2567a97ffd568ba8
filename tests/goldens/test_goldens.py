"""Every example of every template, drawn and compared with its golden to the last pixel."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from server.catalog.template import Example, Template
from server.render.draw import draw
from tests.support.pictures import decode, differing_pixels, save_failure
from tests.support.shipped import example_spec, fonts, templates

HERE = Path(__file__).parent
CASES = [(template, example) for template in templates() for example in template.examples]
NAMES = {
    "missing": "",
    "shortest": "Amy",
    "usual": "Sarah",
    "longest": "Alexandria-Margaret Featherstonehaugh-Cholmondeley",
}
LONE = [
    (template, Example(case, "", dict.fromkeys(template.params, text)))
    for template in templates()
    if not template.examples
    for case, text in NAMES.items()
]


@pytest.mark.parametrize(("template", "example"), CASES + LONE, ids=lambda case: case.name)
def test_every_example_is_drawn_as_its_golden(
    template: Template, example: Example, request: pytest.FixtureRequest
) -> None:
    picture = draw(example_spec(template, example), template, fonts())
    golden = HERE / template.name / f"{example.name}.png"
    if request.config.getoption("--write-goldens"):
        golden.parent.mkdir(exist_ok=True)
        if not golden.exists() or differing_pixels(Image.open(golden).convert("RGBA"), decode(picture.body)):
            golden.write_bytes(picture.body)
        return
    assert golden.exists(), f"{golden.relative_to(HERE)} is missing; look at the picture, then `make goldens`"
    expected, actual = Image.open(golden).convert("RGBA"), decode(picture.body)
    if differing_pixels(expected, actual):
        sheet = save_failure(HERE / "failed", f"{template.name}-{example.name}", expected, actual)
        pytest.fail(f"differs from its golden; see expected | difference | actual in {sheet}")


def test_no_golden_is_left_over() -> None:
    known = {f"{template.name}/{example.name}.png" for template, example in CASES + LONE}
    kept = {path.relative_to(HERE).as_posix() for path in HERE.glob("*/*.png") if path.parent.name != "failed"}
    assert kept <= known
