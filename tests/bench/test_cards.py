from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image

from bench import draw_pictures
from bench.cards import CARD_NAMES, CARDS, people, read_cards, spec_of, values_of
from bench.growth import LAYERS, by_layers, discs, layered, lines, words
from bench.peers import FOLDER
from server.images import NO_PICTURES, Format
from server.render.draw import draw
from server.render.layers.cut import Kind
from server.render.layers.plan import Means, compose_in_parts
from server.render.lint import lint
from tests.support.shipped import fonts


@pytest.mark.parametrize("name", CARD_NAMES)
def test_a_card_passes_the_check(name: str) -> None:
    assert not lint(read_cards()[name], fonts())


@pytest.mark.parametrize("name", CARD_NAMES)
def test_a_card_draws_every_example_without_a_cut(name: str) -> None:
    card = read_cards()[name]
    assert {example.name for example in card.examples} == {"usual", "shortest", "longest", "missing", "odd"}
    for example in card.examples:
        picture = draw(spec_of(card, example.values, Format.PNG), card, fonts())
        assert (picture.width, picture.height) == (card.width, card.height)
        assert not any(slot.truncated or slot.missing for slot in picture.report.slots), example.name


@pytest.mark.parametrize("name", CARD_NAMES)
def test_nobodys_name_falls_back(name: str) -> None:
    card = read_cards()[name]
    for number in range(0, people(), people() // 97):
        assert spec_of(card, values_of(number), Format.PNG).fallbacks == ()


def test_no_two_people_are_alike() -> None:
    assert len({tuple(values_of(number).values()) for number in range(people())}) == people()


def test_neighbours_differ_in_every_word() -> None:
    for number in range(1000):
        one, next_one = values_of(number), values_of(number + 1)
        assert not {*one["name"].split(), *one["company"].split()} & {
            *next_one["name"].split(),
            *next_one["company"].split(),
        } - {"Berg", "Van", "der"}


def test_the_photo_in_the_folder_is_the_one_that_is_drawn() -> None:
    """Not to the last bit: libraries resize and compress a little differently."""
    kept = np.asarray(Image.open(CARDS / "photo" / "photo.jpg"), np.int16)
    assert np.abs(kept - np.asarray(draw_pictures.photo(), np.int16)).mean() < 4


def test_the_logo_in_the_folder_is_the_one_that_is_drawn() -> None:
    kept = Image.open(CARDS / "flat" / "logo.png").convert("RGBA")
    drawn = Image.open(io.BytesIO(draw_pictures.logo())).convert("RGBA")
    assert np.abs(np.asarray(kept, np.int16) - np.asarray(drawn, np.int16)).max() < 8


def test_the_peers_trees_show_the_same_words_and_colours_as_the_templates() -> None:
    trees = (FOLDER / "trees.mjs").read_text()
    for name in CARD_NAMES:
        svg = (CARDS / name / "template.svg").read_text()
        for shown in re.findall(r">([^<>{}\n]+)</text>", svg):
            assert f'"{shown}"' in trees
        for size in re.findall(r'font-size="(\d+)"', svg):
            assert f", {size}," in trees


@pytest.mark.parametrize("length", [5, 40, 200])
def test_a_text_of_a_length_has_that_length_and_another_one_next_time(length: int) -> None:
    assert {len(words(number, length)) for number in range(22)} == {length}
    assert len({words(number, length) for number in range(22)}) == 22


def test_discs_stay_where_they_are() -> None:
    assert discs(3) == discs(100)[:3]


def test_lines_between_discs_make_as_many_layers_as_is_said() -> None:
    for name, specs in by_layers().items():
        spec, template = specs(0)
        means = Means(spec.mapping(), template, fonts(), NO_PICTURES, (spec.width, spec.height), keeps=True)
        layers = [part for part in compose_in_parts(means).parts if part.kind is Kind.STAYS]
        assert len(layers) == int(name.split()[0])


def test_every_case_of_more_layers_has_the_same_parts() -> None:
    assert {frozenset(layered(16, count)) for count in LAYERS} == {frozenset([*discs(16), *lines(16)])}
