"""The rules of design, each shown a picture that breaks it and the same picture mended."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from server.catalog.resolve import default_spec
from server.catalog.template import build_template
from server.images import Format
from tests.support.design import outshone, outside_safe_zone, overlapping, too_pale, too_small
from tests.support.ink import Sheet, ink_of
from tests.support.shipped import DRAWING, fonts

PAGE = '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="630" font-family="Inter">'


def sheet_of(*body: str, width: int = 1200, lines_over: tuple[str, ...] = ()) -> Sheet:
    """What this SVG inks, on white."""
    svg = f'{PAGE.format(width=width)}<rect width="{width}" height="630" fill="#fff"/>{"".join(body)}</svg>'
    template = build_template("card", {"template.svg": svg.encode()})
    return ink_of(default_spec(template, Format.PNG, DRAWING), template, fonts(), lines_over=lines_over)


def name(*, x: float = 120, y: float = 300, size: float = 96, fill: str = "#111", more: str = "") -> str:
    return f'<text id="name" x="{x}" y="{y}" font-size="{size}" fill="{fill}" {more}>Amy Quist</text>'


def found(findings: Iterable[tuple[str, str]]) -> list[str]:
    return [slot for slot, _ in findings]


@pytest.mark.parametrize(("x", "y"), [(50, 300), (900, 300), (120, 90), (120, 590)])
def test_ink_in_the_outer_twentieth_is_found(x: float, y: float) -> None:
    assert found(outside_safe_zone(sheet_of(name(x=x, y=y)))) == ["name"]
    assert not found(outside_safe_zone(sheet_of(name())))


@pytest.mark.parametrize(
    ("size", "fill", "is_enough"),
    [(20, "#767676", True), (20, "#7a7a7a", False), (24, "#949494", True), (24, "#989898", False)],
)
def test_contrast_is_that_of_wcag(size: float, fill: str, is_enough: bool) -> None:
    """#767676 and #949494 on white are the well-known limits for text (4.5) and large text (3)."""
    assert found(too_pale(sheet_of(name(size=size, fill=fill)))) == ([] if is_enough else ["name"])


def test_bold_type_is_large_from_18_66_pixels() -> None:
    assert found(too_pale(sheet_of(name(size=20, fill="#949494")))) == ["name"]
    assert not found(too_pale(sheet_of(name(size=20, fill="#949494", more='font-weight="700"'))))


def test_a_word_that_runs_into_its_own_colour_is_found_though_the_mean_is_fine() -> None:
    dark_corner = '<rect x="520" width="680" height="630" fill="#222"/>'
    assert found(too_pale(sheet_of(dark_corner, name()))) == ["name"]


def test_translucent_type_is_judged_as_it_is_seen() -> None:
    assert found(too_pale(sheet_of(name(more='fill-opacity="0.3"')))) == ["name"]
    assert found(too_pale(sheet_of(f'<g opacity="0.3">{name()}</g>'))) == ["name"]


def test_a_line_through_a_text_is_no_ground_when_it_is_said_to_lie_over_it() -> None:
    struck = (name(), '<path id="strike" d="M100 270H700" stroke="#222" stroke-width="20"/>')
    assert found(too_pale(sheet_of(*struck))) == ["name"]
    assert not found(too_pale(sheet_of(*struck, lines_over=("strike",))))


def test_type_too_small_for_a_phone_is_found() -> None:
    assert found(too_small(sheet_of(name(size=17)))) == ["name"]
    assert not found(too_small(sheet_of(name(size=18))))


def test_sizes_count_in_a_picture_1200_wide() -> None:
    assert not found(too_small(sheet_of(name(size=9), width=600)))
    assert found(too_small(sheet_of(name(size=23), width=1600))) == ["name"]
    assert found(too_small(sheet_of(f'<g transform="scale(0.5)">{name(size=30)}</g>'))) == ["name"]


def test_type_shrunk_below_three_fifths_is_found() -> None:
    fit = 'inline-size="{room}" data-max-lines="1" data-fit="shrink" data-min-size="40"'
    assert found(too_small(sheet_of(name(more=fit.format(room=220))))) == ["name"]
    assert not found(too_small(sheet_of(name(more=fit.format(room=320)))))


def test_slots_that_share_a_pixel_are_found() -> None:
    other = '<text id="role" x="120" y="{y}" font-size="40" fill="#111">Pilot</text>'
    assert found(overlapping(sheet_of(name(), other.format(y=320)))) == ["name+role"]
    assert not found(overlapping(sheet_of(name(), other.format(y=400))))


def test_a_personal_text_that_two_others_outshine_is_found() -> None:
    words = '<text id="{id}" x="120" y="{y}" font-size="{size}" fill="#111">Sale</text>'
    loud, louder = words.format(id="a", y=120, size=100), words.format(id="b", y=450, size=120)
    assert found(outshone(sheet_of(name(), loud, louder), ("name",))) == ["name"]
    assert not found(outshone(sheet_of(name(), loud), ("name",)))
    assert not found(outshone(sheet_of(name(), loud, louder), ("name",), decoration=("b",)))


def test_a_personal_slot_that_shows_nothing_is_found() -> None:
    assert found(outshone(sheet_of(), ("name",))) == ["name"]


def test_a_slot_without_a_name_has_none() -> None:
    assert [slot.name for slot in sheet_of('<text x="120" y="300" font-size="40">Amy</text>').slots] == [""]


def test_an_emoji_is_no_pale_letter_and_hides_none() -> None:
    emoji = '<text id="name" x="120" y="300" font-size="96" fill="{fill}">Zoë 👩‍🚀</text>'
    assert not found(too_pale(sheet_of(emoji.format(fill="#111"))))
    assert found(too_pale(sheet_of(emoji.format(fill="#ccc")))) == ["name"]
    assert not found(too_pale(sheet_of('<text id="name" x="120" y="300" font-size="96">👩‍🚀</text>')))
