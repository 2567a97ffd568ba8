"""Templates out of a line of SVG, and their pictures as arrays."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from server.catalog.spec import RenderSpec, Value
from server.catalog.template import Template, build_template
from server.fonts.library import FontLibrary
from server.images import Format, Picture
from server.render.draw import draw

FONTS = Path(__file__).parents[2] / "fonts"

MakeTemplate = Callable[..., Template]
MakeSpec = Callable[..., RenderSpec]
Draw = Callable[..., Picture]
Shoot = Callable[..., NDArray[np.uint8]]


@pytest.fixture(scope="session")
def fonts() -> FontLibrary:
    return FontLibrary.open([FONTS])


@pytest.fixture(scope="session")
def make_template() -> MakeTemplate:
    def make(
        body: str,
        *,
        size: tuple[int, int] = (100, 60),
        params: str = "",
        root: str = "",
        files: Mapping[str, bytes] | None = None,
        name: str = "card",
    ) -> Template:
        """`params` is names of text params, or TOML. `body` stands on the second line of the file."""
        manifest = params if "[" in params else "".join(f"[params.{param}]\n" for param in params.split())
        width, height = size
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" {root}>\n{body}\n</svg>'
        )
        return build_template(
            name,
            {
                "template.svg": svg.encode(),
                "manifest.toml": manifest.encode(),
                **(files or {}),
            },
        )

    return make


@pytest.fixture(scope="session")
def make_spec() -> MakeSpec:
    def make(
        template: Template,
        *,
        scale: float = 1.0,
        image: Format = Format.PNG,
        output: tuple[int, int] | None = None,
        **values: Value,
    ) -> RenderSpec:
        width, height = output or (round(template.width * scale), round(template.height * scale))
        declared: dict[str, Value] = dict.fromkeys(template.params, None)
        return RenderSpec(
            template=template.name,
            template_digest=template.digest,
            format=image,
            width=width,
            height=height,
            scale=scale,
            values=tuple(sorted((declared | values).items())),
            fallbacks=(),
            renderer="test",
        )

    return make


@pytest.fixture(scope="session")
def draw_spec(fonts: FontLibrary) -> Draw:
    return lambda spec, template: draw(spec, template, fonts)


@pytest.fixture(scope="session")
def shoot(make_template: MakeTemplate, make_spec: MakeSpec, draw_spec: Draw) -> Shoot:
    """The picture of a body as an RGBA array."""

    def take(
        body: str,
        *,
        scale: float = 1.0,
        output: tuple[int, int] | None = None,
        size: tuple[int, int] = (100, 60),
        params: str = "",
        root: str = "",
        files: Mapping[str, bytes] | None = None,
        **values: Value,
    ) -> NDArray[np.uint8]:
        template = make_template(body, size=size, params=params, root=root, files=files)
        picture = draw_spec(make_spec(template, scale=scale, output=output, **values), template)
        return np.asarray(Image.open(io.BytesIO(picture.body)).convert("RGBA"))

    return take
