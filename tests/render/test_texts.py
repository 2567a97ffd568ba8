"""Text as it is painted through CairoSVG's seam: its own fills, strokes, gradients, clips, places and sizes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from server.errors import BrokenTemplate
from server.render.paint import install, paint
from server.render.scene import lay_out

Pixels = NDArray[np.uint8]
INTER = 'font-family="Inter" font-size="40"'


def inked(picture: Pixels, channel: int | None = None) -> tuple[int, int, int, int]:
    """left, top, right, bottom of what is painted, or of where one colour channel is strong in what is painted."""
    mask = picture[:, :, 3] > 40
    if channel is not None:
        others = [c for c in range(3) if c != channel]
        mask = mask & (picture[:, :, channel] > 150) & (picture[:, :, others].max(axis=2) < 110)
    rows, columns = np.where(mask)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def test_text_stands_on_its_baseline(shoot: Any) -> None:
    left, top, right, bottom = inked(shoot(f'<text x="10" y="50" {INTER}>H</text>', size=(60, 60)))
    assert bottom == 50
    assert 25 <= bottom - top <= 32  # Inter's capitals are 0.73 em
    assert 10 <= left < 16
    assert right < 45


def test_a_tspan_has_its_own_colour_and_weight(shoot: Any) -> None:
    body = f'<text x="0" y="50" {INTER} fill="#f00">lll <tspan fill="#0f0" font-weight="900">lll</tspan></text>'
    picture = shoot(body, size=(140, 60))
    red, green = inked(picture, 0), inked(picture, 1)
    assert red[2] < green[0]
    assert (picture[:, :, 1] > 200).sum() > 1.5 * (picture[:, :, 0] > 200).sum()  # heavier strokes


def test_centred_tspans_do_not_overlap(shoot: Any) -> None:
    body = f'<text x="100" y="50" {INTER} text-anchor="middle" fill="#f00">Hi <tspan fill="#00f">Amy</tspan></text>'
    picture = shoot(body, size=(200, 60))
    red, blue, whole = inked(picture, 0), inked(picture, 2), inked(picture)
    assert red[2] < blue[0]
    assert abs((whole[0] + whole[2]) / 2 - 100) <= 3


def test_every_weight_of_a_variable_font_is_drawn(shoot: Any) -> None:
    ink = [
        int(shoot(f'<text x="4" y="50" {INTER} font-weight="{weight}">n</text>')[:, :, 3].sum())
        for weight in (100, 400, 500, 600, 900)
    ]
    assert ink == sorted(ink)
    assert len(set(ink)) == 5


GRADIENT = '<linearGradient id="g"><stop stop-color="#f00"/><stop offset="1" stop-color="#00f"/></linearGradient>'


def test_a_gradient_runs_over_the_whole_text(shoot: Any) -> None:
    picture = shoot(GRADIENT + f'<text x="10" y="50" {INTER} fill="url(#g)">lll<tspan>lll</tspan></text>')
    left, _, right, _ = inked(picture)
    column = picture[40, :, :].astype(int)
    assert column[left + 1, 0] > 200 > 60 > column[left + 1, 2]
    assert column[right - 2, 2] > 200 > 60 > column[right - 2, 0]


def test_text_is_stroked_like_any_shape(shoot: Any) -> None:
    filled = shoot(f'<text x="10" y="50" {INTER}>I</text>')
    stroked = shoot(f'<text x="10" y="50" {INTER} fill="none" stroke="#00f" stroke-width="2">I</text>')
    assert inked(stroked)[0] < inked(filled)[0]
    assert inked(stroked)[2] > inked(filled)[2]
    middle = sum(inked(filled)[::2]) // 2
    assert stroked[40, middle, 3] < filled[40, middle, 3]


def test_opacity_of_a_text_is_that_of_the_whole(shoot: Any) -> None:
    picture = shoot(f'<text x="10" y="50" {INTER} opacity="0.5">I<tspan>I</tspan></text>')
    assert picture[:, :, 3].max() == pytest.approx(128, abs=2)


@pytest.mark.parametrize("wrapper", ["clipPath", "mask"])
def test_text_clips_and_masks(shoot: Any, wrapper: str) -> None:
    use = {"clipPath": "clip-path", "mask": "mask"}[wrapper]
    body = (
        f'<{wrapper} id="c"><text x="20" y="50" {INTER} fill="#fff">I</text></{wrapper}>'
        f'<rect x="5" width="90" height="60" fill="#f00" {use}="url(#c)"/>'
    )
    picture, plain = shoot(body), shoot(f'<text x="20" y="50" {INTER}>I</text>')
    assert np.abs(picture[:, :, 3].astype(int) - plain[:, :, 3]).mean() < 0.5
    assert inked(picture, 0)[0] == inked(plain)[0]


@pytest.mark.parametrize(
    "body",
    [
        f'<defs><text id="t" x="20" y="50" {INTER}>I</text></defs><use href="#t"/>',
        f'<symbol id="t"><text x="20" y="50" {INTER}>I</text></symbol><use href="#t"/>',
        f'<a href="https://example.com"><text x="20" y="50" {INTER}>I</text></a>',
        f'<text {INTER}><tspan x="20" y="50">I</tspan></text>',
        '<g font-size="20"><text x="20" y="50" font-family="Inter" font-size="2em">I</text></g>',
        '<g font-size="2em"><g><text x="10" y="50" font-family="Inter" dx="10" font-size="1.25em">I</text></g></g>',
        '<text x="20" y="50" style="font: 40px Inter">I</text>',
        f'<text x="20" y="50" {INTER}><title>no</title>I</text>',
        f'<svg x="10" width="90" height="60"><text x="10" y="50" {INTER}>I</text></svg>',
    ],
)
def test_the_same_text_said_in_another_way_is_the_same_picture(shoot: Any, body: str) -> None:
    assert np.array_equal(shoot(body), shoot(f'<text x="20" y="50" {INTER}>I</text>'))


def test_an_em_is_resolved_where_it_is_written(shoot: Any) -> None:
    nested = shoot('<g font-size="2em" font-family="Inter"><g><text x="5" y="50">I</text></g></g>')
    assert np.array_equal(nested, shoot('<text font-size="32" font-family="Inter" x="5" y="50">I</text>'))


def test_lines_of_tspans_stay_where_the_design_tool_put_them(shoot: Any) -> None:
    picture = shoot(
        f'<text {INTER}><tspan x="10" y="40">I </tspan><tspan x="10" dy="1.2em">I</tspan></text>',
        size=(60, 100),
    )
    rows = np.where(picture[:, :, 3].max(axis=1) > 40)[0]
    assert (rows.min(), rows.max()) == (pytest.approx(11, abs=2), 87)
    assert picture[45:55, :, 3].max() == 0


def test_text_in_a_box_is_wrapped_anew(shoot: Any) -> None:
    lines = '<tspan x="0" y="30">one two</tspan><tspan x="0" y="60">three</tspan>'
    picture = shoot(f'<text inline-size="300" font-family="Inter" font-size="20">{lines}</text>', size=(300, 80))
    assert inked(picture)[3] <= 36  # one line, and the words kept apart
    joined = shoot('<text y="30" font-family="Inter" font-size="20">one two three</text>', size=(300, 80))
    assert np.array_equal(picture, joined)


def test_a_data_box_holds_its_text_and_takes_its_place(shoot: Any) -> None:
    body = (
        '<rect id="b" x="20" y="10" width="60" height="40" fill="none"/>'
        f'<text data-box="#b" data-fit="shrink" text-anchor="middle" data-valign="middle" {INTER}>Hippo</text>'
    )
    left, top, right, bottom = inked(shoot(body))
    assert left >= 20
    assert right <= 80
    assert top >= 10
    assert bottom <= 50
    assert abs((left + right) / 2 - 50) <= 2


def test_a_data_box_in_another_group_is_seen_from_the_text(shoot: Any) -> None:
    body = (
        '<g transform="translate(10 5) scale(2)"><rect id="b" x="5" y="5" width="30" height="20" fill="none"/></g>'
        '<g transform="translate(4 0)"><text data-box="#b" font-family="Inter" font-size="20">I</text></g>'
    )
    plain = (
        '<rect id="b" x="20" y="15" width="60" height="40" fill="none"/>'
        '<text data-box="#b" font-family="Inter" font-size="20">I</text>'
    )
    assert inked(shoot(body)) == inked(shoot(plain))


@pytest.mark.parametrize(
    ("box", "said"),
    [
        ('<g transform="rotate(30)"><rect id="b" width="9" height="9"/></g>', "turned"),
        ('<circle id="b" r="9"/>', "no <rect>"),
        ("", "no <rect>"),
    ],
)
def test_a_data_box_that_cannot_be_one_is_named_with_its_line(shoot: Any, box: str, said: str) -> None:
    with pytest.raises(BrokenTemplate, match=said) as raised:
        shoot(f'{box}\n<text data-box="#b">x</text>')
    assert raised.value.line == 3


CHOICE = (
    '<g data-choose="first-fit" id="cta" font-family="Inter" font-size="30">'
    '<text y="40" inline-size="90" data-max-lines="1">Reserve {name}</text>'
    '<text y="40" inline-size="90" data-max-lines="1" fill="#f00">Go</text></g>'
)


@pytest.mark.parametrize(("name", "is_second"), [("it", False), ("a very long seat", True)])
def test_the_first_wording_that_fits_is_drawn_alone(shoot: Any, name: str, is_second: bool) -> None:
    body = CHOICE.replace("Reserve {name}", "{{ name }}")
    picture = shoot(body, params="name", name=name)
    assert bool((picture[:, :, 0] > 150).any()) is is_second
    expected = '<text y="40" font-family="Inter" font-size="30" {}</text>'.format(
        'fill="#f00">Go' if is_second else ">it",
    )
    assert np.array_equal(picture, shoot(expected))


def test_what_was_not_chosen_stays_away_through_use(shoot: Any) -> None:
    body = CHOICE.replace("{name}", "a very long seat")
    assert np.array_equal(shoot(f'<defs>{body}</defs><use href="#cta"/>'), shoot(body))


def test_the_report_names_slots_sizes_and_alternatives(
    make_template: Any,
    make_spec: Any,
    draw_spec: Any,
) -> None:
    style = 'font-family="Inter" font-size="30"'
    body = "".join(
        (
            CHOICE.replace("Reserve {name}", "{{ name }}"),
            f'<text id="hi" y="20" inline-size="80" data-max-lines="1" data-fit="shrink" {style}>{{{{ name }}}}</text>',
            '<text data-slot="plain" y="20">x</text><text y="20">y</text>',
        )
    )
    template = make_template(body, params="name")
    report = draw_spec(make_spec(template, name="a very long seat"), template).report
    slots = {slot.slot: slot for slot in report.slots}
    assert list(slots) == ["cta", "hi", "plain", "text-4"]
    assert slots["cta"].alternative == 1
    assert slots["hi"].designed_size == 30
    assert slots["hi"].size < 30
    assert [stage for stage, _ in report.stage_ms] == ["compose", "layers", "lay-out", "paint", "still", "encode"]


def test_text_runs_along_a_path(shoot: Any) -> None:
    """Down a vertical line: every letter lies on its side."""
    body = (
        '<path id="p" d="M50 5V60" fill="none"/><text font-family="Inter" font-size="20">'
        '<textPath href="#p" startOffset="5">II</textPath></text>'
    )
    left, top, right, bottom = inked(shoot(body))
    assert left == 50
    assert 10 < right - left < 18
    assert top >= 8
    assert bottom < 30


def test_text_without_room_on_its_path_is_left_out(shoot: Any) -> None:
    body = '<path id="p" d="M0 30H20" fill="none"/><text {}><textPath href="#p">IIIIII</textPath></text>'
    assert inked(shoot(body.format(INTER)))[2] <= 25
    assert shoot(f'<text {INTER}><textPath href="#gone">x</textPath></text>')[:, :, 3].max() == 0


def test_superscripts_are_raised_and_do_not_raise_the_rest(shoot: Any) -> None:
    body = (
        '<text y="50" font-family="Inter" font-size="30" fill="#f00">I'
        '<tspan dy="-15" font-size="15" fill="#0f0">I</tspan><tspan dy="15" fill="#00f">I</tspan></text>'
    )
    picture = shoot(body)
    assert inked(picture, 1)[3] == 35
    assert inked(picture, 0)[3] == inked(picture, 2)[3] == 50


@pytest.mark.parametrize(
    ("baseline", "least", "most"),
    [
        ("middle", 58, 66),
        ("central", 60, 68),
        ("hanging", 76, 84),
        ("text-after-edge", 36, 46),
    ],
)
def test_other_baselines_move_the_text(shoot: Any, baseline: str, least: int, most: int) -> None:
    picture = shoot(f'<text y="50" dominant-baseline="{baseline}" {INTER}>I</text>', size=(40, 100))
    assert least <= inked(picture)[3] <= most


def test_hidden_text_is_not_drawn(shoot: Any) -> None:
    body = f'<text y="50" {INTER} display="none">I</text><text y="50" {INTER} visibility="hidden">I</text>'
    assert shoot(body)[:, :, 3].max() == 0


def test_right_to_left_text_starts_at_the_right(shoot: Any) -> None:
    picture = shoot(f'<text x="90" y="50" direction="rtl" {INTER}>I</text>')
    assert 80 < inked(picture)[2] <= 90


def test_installing_twice_does_no_harm(
    make_template: Any,
    make_spec: Any,
    fonts: Any,
    shoot: Any,
) -> None:
    from server.render.compose import compose

    template = make_template(f'<text y="50" {INTER}>I</text>')
    scene = lay_out(compose(make_spec(template), template), template, fonts)
    install()
    install()
    first = bytes(paint(scene, 100, 60).data)
    assert bytes(paint(scene, 100, 60).data) == first
    assert any(first)


@pytest.mark.parametrize(
    "spans",
    [
        '{{ name }}<tspan dy="-30">2</tspan><tspan dy="30"> x</tspan>',
        '{{ name }} <tspan baseline-shift="super">TM</tspan><tspan baseline-shift="sub">gy</tspan>',
        '<tspan font-size="2em">{{ name }}</tspan> gy',
    ],
)
@pytest.mark.parametrize("baseline", ["auto", "hanging", "middle", "text-after-edge"])
@pytest.mark.parametrize("valign", ["top", "middle", "bottom"])
def test_a_raised_part_stays_in_the_box(shoot: Any, spans: str, baseline: str, valign: str) -> None:
    text = (
        f'<text data-box="#b" data-fit="shrink" font-size="40" dominant-baseline="{baseline}" data-valign="{valign}">'
    )
    body = f'<rect id="b" x="50" y="50" width="200" height="100" fill="none"/>{text}{spans}</text>'
    picture = shoot(body, size=(300, 200), params="name", name="Ágy")
    outside = picture[:, :, 3].copy()
    outside[50:150, 50:250] = 0
    assert outside.max() == 0
