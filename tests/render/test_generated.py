"""Initials and names set in type where a picture should be: in every script, in every box, whatever holds around it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from lxml import etree
from numpy.typing import NDArray

from server.render.compose import compose
from server.render.draw import draw
from server.render.tones import STANDS_OUT, contrast

BOX = 'x="20" y="10" width="60" height="40"'
LOGO = '[params.logo]\ntype = "image"\n'
TEAL = (15, 118, 110)
SVG = "{http://www.w3.org/2000/svg}"


def shown(shoot: Any, href: str, attributes: str = BOX, body: str = "{}", **more: Any) -> NDArray[np.uint8]:
    image = f'<image href="{{{{ logo }}}}" {attributes}/>'
    picture: NDArray[np.uint8] = shoot(body.format(image), params=LOGO, logo=href, **more)
    return picture


def ink(picture: NDArray[np.uint8], tile: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is on a tile of this colour."""
    off = (np.abs(picture[:, :, :3].astype(int) - tile).max(axis=2) > 60) & (picture[:, :, 3] == 255)
    rows, columns = np.where(off)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


SCRIPTS = {
    "Latin": "Acme & Co",
    "long": "Featherstonehaugh & Daughters International GmbH",
    "Arabic": "شركة النور للتجارة",
    "Hebrew": "ספריית שלום",
    "Han": "株式会社日本経済新聞社",
    "Hangul": "삼성전자",
    "Devanagari": "भारतीय स्टेट बैंक",
    "Thai": "ธนาคารกรุงเทพ",
    "Cyrillic": "Газпромнефть",
    "emoji": "Ünïted Çorp 🚀",
}


@pytest.mark.parametrize("kind", ["initials", "wordmark"])
@pytest.mark.parametrize("words", SCRIPTS.values(), ids=SCRIPTS)
def test_names_of_every_script_stand_inside_their_tile(shoot: Any, kind: str, words: str) -> None:
    words = words if kind == "wordmark" else words[:2]
    picture = shown(shoot, f"{kind}:{words}", f'{BOX} data-tile="#0f766e"', scale=4.0)
    tile = picture[40:200, 80:320]
    assert tile[:, :, 3].min() == 255
    assert picture[:, :, 3].astype(bool).sum() == 160 * 240  # and nothing outside
    left, top, right, bottom = ink(picture, TEAL)
    assert 80 < left < right < 320
    assert 40 < top < bottom < 200
    assert abs((left - 80) - (320 - right)) < 40  # in the middle, but for what hangs over


@pytest.mark.parametrize("words", ["S", "SN", "SNK"])
def test_initials_are_in_the_middle(shoot: Any, words: str) -> None:
    left, top, right, bottom = ink(shown(shoot, f"initials:{words}", f'{BOX} data-tile="#0f766e"', scale=4.0), TEAL)
    assert (left + right) / 2 == pytest.approx(200, abs=5)
    assert (top + bottom) / 2 == pytest.approx(120, abs=4)


def test_a_name_is_set_on_two_lines_at_the_most(make_template: Any, make_spec: Any, fonts: Any) -> None:
    template = make_template(f'<image href="{{{{ logo }}}}" {BOX}/>', params=LOGO)
    for words in (
        "Acme",
        "Acme & Co of Northern Ireland and the Isles",
        "a b c d e f g h i j k l m n o p q r s t u v w x",
    ):
        picture = draw(make_spec(template, logo=f"wordmark:{words}"), template, fonts)
        assert all(slot.lines <= 2 for slot in picture.report.slots)
        assert not any(slot.truncated for slot in picture.report.slots)


def test_a_name_that_would_be_dust_becomes_its_first_letter(make_template: Any, make_spec: Any, fonts: Any) -> None:
    template = make_template('<image href="{{ logo }}" width="30" height="30"/>', params=LOGO)
    picture = draw(make_spec(template, logo="wordmark:Featherstonehaugh & Daughters"), template, fonts)
    assert picture.report.slots[0].alternative == 1


@pytest.mark.parametrize("tile", ["#ffffff", "#000000", "#0f766e", "#f59e0b", "#7f7f7f", "red", "rgb(20 30 40)", ""])
def test_letters_stand_out_from_any_tile(shoot: Any, tile: str) -> None:
    picture = shown(shoot, "initials:MM", f'{BOX} data-tile="{tile}"', scale=4.0)
    ground = tuple(int(share) for share in picture[44, 90, :3])
    left, top, right, bottom = ink(picture, ground)  # type: ignore[arg-type]  # three shares
    inside = picture[top:bottom, left:right, :3].reshape(-1, 3).astype(int)
    letter = inside[np.abs(inside - ground).max(axis=1).argmax()]
    assert contrast(tuple(letter / 255), tuple(np.array(ground) / 255)) >= STANDS_OUT


def test_the_ink_may_be_said(shoot: Any) -> None:
    picture = shown(shoot, "initials:MM", f'{BOX} data-tile="#fff" data-tile-ink="#ff0000"', scale=4.0)
    assert (picture[:, :, :3] == (255, 0, 0)).all(axis=2).any()


def test_without_a_tile_a_name_stands_where_the_picture_would(shoot: Any) -> None:
    def sides(aspect: str, words: str = "Acme") -> tuple[int, int]:
        picture = shown(shoot, f"wordmark:{words}", f'{BOX} data-tile="none" preserveAspectRatio="{aspect}"', scale=4.0)
        columns = np.where(picture[:, :, 3].max(axis=0) > 128)[0]
        return int(columns.min()), int(columns.max()) + 1

    for words in ("Acme", "שלום"):
        assert sides("xMinYMid", words)[0] == pytest.approx(80, abs=6)
        assert sides("xMaxYMid", words)[1] == pytest.approx(320, abs=6)
        assert sum(sides("", words)) == pytest.approx(400, abs=6)


def test_clip_transform_opacity_and_conditions_stay(shoot: Any) -> None:
    body = '<clipPath id="c"><circle cx="30" cy="30" r="20"/></clipPath><g transform="translate(10 0)">{}</g>'
    attributes = (
        'x="10" y="10" width="40" height="40" clip-path="url(#c)" opacity="0.5" data-tile="#f00" data-if="logo"'
    )
    picture = shown(shoot, "initials:I", attributes, body)
    assert picture[30, 26].tolist() == pytest.approx([255, 0, 0, 128], abs=2)
    assert picture[11, 21, 3] == 0
    assert shown(shoot, None, attributes, body)[:, :, 3].max() == 0  # type: ignore[arg-type]  # nothing to show


@pytest.mark.parametrize(
    "around",
    [
        "<style>text{{fill:red;font-size:3px;letter-spacing:9px}} rect{{fill:blue;stroke:red}}</style>{}",
        '<g fill="red" stroke="red" font-style="italic" letter-spacing="20" word-spacing="9">{}</g>',
        '<g text-anchor="end" direction="rtl" font-weight="100" text-transform="uppercase">{}</g>',
        '<g font-size="3" line-height="9" font-variant="small-caps">{}</g>',
    ],
)
def test_what_the_template_says_of_its_texts_does_not_reach_it(shoot: Any, around: str) -> None:
    plain = shown(shoot, "wordmark:Acme")
    assert np.array_equal(shown(shoot, "wordmark:Acme", body=around), plain)


def test_the_font_of_the_template_does(shoot: Any) -> None:
    plain = shown(shoot, "wordmark:Acme")
    serif = shown(shoot, "wordmark:Acme", body='<g font-family="Source Serif 4">{}</g>')
    assert not np.array_equal(serif, plain)


@pytest.mark.parametrize(
    ("href", "attributes"),
    [
        ("initials:SN", ""),
        ("initials:SN", 'width="40"'),
        ("wordmark:Acme", 'width="0" height="40"'),
        ("wordmark:Acme", 'width="auto" height="auto"'),
        ("initials:", BOX),
        ("wordmark: ", BOX),
    ],
)
def test_without_a_box_or_a_word_nothing_is_drawn(shoot: Any, href: str, attributes: str) -> None:
    assert shown(shoot, href, attributes)[:, :, 3].max() == 0


@pytest.mark.parametrize("value", ["inf", "nan", "1e308", "-5", "1e-320"])
def test_no_number_of_a_box_does_harm(shoot: Any, value: str) -> None:
    for sides in (
        f'width="{value}" height="40"',
        f'x="{value}" width="40" height="40"',
        f'width="{value}" height="{value}"',
    ):
        shown(shoot, "wordmark:Acme & Co", sides)


def test_a_percentage_is_of_the_picture(shoot: Any) -> None:
    picture = shown(shoot, "initials:SN", 'x="10%" y="50%" width="50%" height="50%"')
    rows, columns = np.where(picture[:, :, 3])
    assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == (10, 30, 60, 60)


def test_markup_in_a_name_is_text(make_template: Any, make_spec: Any) -> None:
    template = make_template(f'<image href="{{{{ logo }}}}" {BOX}/>', params=LOGO)
    root = etree.fromstring(compose(make_spec(template, logo='wordmark:<b x="1">&amp;'), template).xml)
    assert {text.text for text in root.iter(f"{SVG}text")} == {'<b x="1">&amp;', "<"}
    assert root.find(f".//{SVG}image") is None


def test_two_of_them_keep_their_own_boxes(shoot: Any) -> None:
    body = (
        '<image href="initials:A" width="40" height="40" data-tile="#fff"/>'
        '<image href="initials:B" x="50" width="40" height="40" data-tile="#fff"/>'
    )
    picture = shoot(body, scale=4.0)
    for left in (0, 200):
        half = picture[:160, left : left + 160]
        dark = np.where((half[:, :, 0] < 128) & (half[:, :, 3] == 255))[1]
        assert (dark.min() + dark.max()) / 2 == pytest.approx(80, abs=5)
