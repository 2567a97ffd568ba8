"""However the flat card is written, it looks the same and is drawn in layers."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from bench.cards import spec_of, values_of
from bench.exported import WAYS, by_hand, in_parts, written
from server.images import NO_PICTURES, Format
from server.render.draw import draw
from server.render.layers.cut import Kind
from server.render.layers.plan import Means, compose_in_parts
from server.render.layers.reader import blank_of
from server.render.lint import lint
from tests.support.shipped import fonts

OTHER_WAYS = [way for way, write in WAYS.items() if write is not by_hand]


def pixels(way: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    template = written(way)
    picture = draw(spec_of(template, values_of(3), Format.PNG), template, fonts())
    return np.asarray(Image.open(io.BytesIO(picture.body)), np.int16)


@pytest.mark.parametrize("way", [way for way in OTHER_WAYS if WAYS[way] is not in_parts])
def test_it_looks_the_same(way: str) -> None:
    assert np.abs(pixels(way) - pixels("as it is")).max() <= 2


@pytest.mark.parametrize("way", OTHER_WAYS)
def test_its_personal_lines_are_read_once(way: str) -> None:
    template = written(way)
    assert template.svg != written("as it is").svg
    spec = spec_of(template, values_of(3), Format.PNG)
    means = Means(spec.mapping(), template, fonts(), NO_PICTURES, (spec.width, spec.height), keeps=True)
    lines = [part for part in compose_in_parts(means).parts if part.kind is not Kind.STAYS]
    assert [part.kind for part in lines] == [Kind.WORDS] * 2
    assert all(blank_of(part, means) for part in lines)


@pytest.mark.parametrize("way", OTHER_WAYS)
def test_it_passes_the_check(way: str) -> None:
    assert not [found for found in lint(written(way), fonts()) if found.severity == "error"]
