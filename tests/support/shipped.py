"""The shipped templates and fonts, opened once for the tests of a process."""

from __future__ import annotations

import functools
from pathlib import Path

from server.catalog.resolve import Drawing, resolve
from server.catalog.spec import RenderSpec
from server.catalog.template import Example, Template, find_templates, read_template
from server.fonts.library import FontLibrary
from server.images import Format
from server.urls.query import QueryValue
from server.urls.request import ImageRequest

ROOT = Path(__file__).parent.parent.parent
DRAWING = Drawing(max_pixels=12_000_000, renderer="test")


@functools.cache
def fonts() -> FontLibrary:
    return FontLibrary.open([ROOT / "fonts"])


@functools.cache
def templates() -> tuple[Template, ...]:
    return tuple(read_template(path) for path in find_templates(ROOT / "svg_templates").values())


def example_spec(template: Template, example: Example, format: Format = Format.PNG, scale: int = 1) -> RenderSpec:
    values = {name: QueryValue.of(value) for name, value in example.values.items()}
    return resolve(ImageRequest(template.name, format, scale, values=values), template, DRAWING)
