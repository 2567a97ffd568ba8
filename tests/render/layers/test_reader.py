"""Which texts are blanks, and that a blank is what its document would be: its words, its slot, its place."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest

from server.catalog.template import Template
from server.fonts.library import FontLibrary
from server.images import NO_PICTURES
from server.render.layers import reader
from server.render.layers.blank import Blank, SetText, unescaped
from server.render.layers.coats import Emoji, Lettering
from server.render.layers.cut import Kind
from server.render.layers.one_style import OneStyle
from server.render.layers.plan import Means, compose_in_parts
from server.render.layers.reader import blank_of
from server.render.layers.spans import Spans

GROUND = "<rect width='100' height='60' fill='#eee'/>"
PAGE_GRADIENT = "<linearGradient id='g' gradientUnits='userSpaceOnUse'><stop/></linearGradient>"
TEXT = "<text x='8' y='40' font-size='20'>{{ name }}</text>"


class Press:
    """Reads the one live text of a body, and fills it in."""

    def __init__(self, make_template: Any, make_spec: Any, fonts: FontLibrary) -> None:
        self._make_template, self._make_spec, self._fonts = make_template, make_spec, fonts

    def blank(self, body: str, name: str = "Ada") -> Blank | None:
        template: Template = self._make_template(GROUND + body, params="name")
        spec = self._make_spec(template, name=name)
        means = Means(spec.mapping(), template, self._fonts, NO_PICTURES, (spec.width, spec.height), keeps=True)
        (part,) = [part for part in compose_in_parts(means).parts if part.kind is not Kind.STAYS]
        assert part.kind is Kind.WORDS
        self.printed = part.printed
        return blank_of(part, means)

    def text(self, body: str, name: str) -> SetText | None:
        blank, values = self.blank(body, name), unescaped(self.printed)
        assert blank is not None
        assert values is not None
        return blank.filled_in(values, self._fonts)


@pytest.fixture
def press(make_template: Any, make_spec: Any, fonts: FontLibrary) -> Press:
    return Press(make_template, make_spec, fonts)


@pytest.mark.parametrize(
    "body",
    [
        TEXT,
        f"<g transform='scale(2) rotate(9)' fill='red'>{TEXT}</g>",
        "<text x='8' y='40' font-size='20' inline-size='80' data-fit='shrink' opacity='0.4'>Hi {{ name }}!</text>",
        "<defs><rect id='b' width='50' height='20'/></defs><text data-box='#b' data-max-lines='2'>{{ name }}</text>",
        f"<g data-choose='first-fit'>{TEXT}{TEXT}</g>",
        f"<style>text {{ fill: #06c; font-weight: 700 }}</style>{TEXT}",
        f"{PAGE_GRADIENT}<linearGradient id='h' href='#g'/><text y='40' fill='url(#h)'>{{{{ name }}}}</text>",
        f"<defs><clipPath id='c'><rect width='9' height='9'/></clipPath></defs>{TEXT}",
        f"<clipPath id='c'><circle r='40'/></clipPath><g clip-path='url(#c)'>{TEXT}</g>",
    ],
)
def test_a_text_in_one_style_is_a_blank(press: Press, body: str) -> None:
    assert isinstance(press.blank(body), OneStyle)


@pytest.mark.parametrize(
    "body",
    [
        "<text font-size='20'><tspan x='8' y='40'>{{ name }}</tspan></text>",
        "<text><tspan x='8' y='20'>Hi {{ name }}, </tspan><tspan x='8' y='40'>welcome</tspan></text>",
        "<text y='40'>Hi <tspan fill='red' font-weight='700' opacity='0.5'>{{ name }}</tspan>!</text>",
        "<text y='40' inline-size='80' data-fit='shrink'>Hi <tspan dy='4'>{{ name }}</tspan></text>",
        "<style>tspan { fill: #06c }</style><text y='40'>Hi <tspan>{{ name }}</tspan></text>",
        "<text y='40' x='1 9 20'>{{ name }}</text>",
        "<text y='40' dx='0 2'>{{ name }}</text>",
        "<text y='40' font-variant='small-caps'>{{ name }}</text>",
    ],
)
def test_a_text_of_several_parts_is_a_blank(press: Press, body: str) -> None:
    assert isinstance(press.blank(body), Spans)


@pytest.mark.parametrize(
    "body",
    [
        "<linearGradient id='g'><stop/></linearGradient><text y='40' fill='url(#g)'>{{ name }}</text>",
        "<pattern id='g' width='2' height='2'/><text y='40' fill='url(#g)'>{{ name }}</text>",
        "<text y='40' stroke='red'>{{ name }}</text>",
        "<text y='40' transform='scale(0)'>{{ name }}</text>",
        "<text y='40' transform='scale(1 0)'>{{ name }}</text>",
        "<text y='40' transform='matrix(1 2 2 4 0 0)'>{{ name }}</text>",
        f"<g data-choose='first-fit'><text data-box='#none'>{{{{ name }}}}</text>{TEXT}</g>",
        "<text y='40' text-decoration='underline'>{{ name }}</text>",
        "<text y='40' rotate='9'>{{ name }}</text>",
        "<text y='40' textLength='90'>{{ name }}</text>",
        "<text y='40'>Hi <tspan stroke='red'>{{ name }}</tspan></text>",
        "<text y='40'>Hi <tspan text-decoration='underline'>{{ name }}</tspan></text>",
        "<text y='40'><tspan text-decoration='overline'>Hi <tspan>{{ name }}</tspan></tspan></text>",
        "<text y='40'>Hi <tspan rotate='9'>{{ name }}</tspan></text>",
        "<text y='40'>Hi <tspan textLength='9'>{{ name }}</tspan></text>",
        "<text y='40'>Hi <tspan display='none'>you</tspan> {{ name }}</text>",
        "<text y='40'>Hi <tspan visibility='hidden'>you</tspan> {{ name }}</text>",
        "<text y='40' fill='red' paint-order='stroke' stroke='rgba(0,0,0,0)' opacity='.5'>{{ name }}</text>",
        "<text y='40'>Hi <tspan paint-order='stroke' stroke='rgba(0,0,0,0)'>{{ name }}</tspan></text>",
        "<style>.a { transform: scale(2) }</style><text y='40'>Hi <tspan class='a'>you</tspan> {{ name }}</text>",
        "<text y='40'>Hi <tspan clip-path='url(#none)'>you</tspan> {{ name }}</text>",
        "<text y='40' opacity='0.5'>Hi <tspan>{{ name }}</tspan></text>",
        "<linearGradient id='g'/><text y='40'>Hi <tspan fill='url(#g)'>{{ name }}</tspan></text>",
        "<text y='40' visibility='hidden'>{{ name }}</text>",
        "<text y='40' display='none'>{{ name }}</text>",
        f"<mask id='m'><rect width='90' height='50' fill='#fff'/></mask><g>{TEXT.replace('x=', 'mask=')}</g>".replace(
            "mask='8'", "mask='url(#m)'"
        ),
        f"<g data-choose='first-fit'>{TEXT}<text y='40' stroke='red'>{{{{ name }}}}</text></g>",
    ],
)
def test_a_text_with_more_to_it_is_drawn_as_a_document(press: Press, body: str) -> None:
    assert press.blank(body) is None


@pytest.mark.parametrize("name", ["", "  \t "])
def test_where_no_word_is_left_a_document_is_drawn(press: Press, name: str) -> None:
    assert press.text(TEXT, name) is None
    assert press.text("<text>{{ name }}<tspan>{{ name }}</tspan></text>", name) is None


def test_emoji_are_laid_below_the_letters_of_their_part(press: Press) -> None:
    text = press.text(TEXT, "Zoë 👋👋🏽")
    assert text
    assert [type(coat) for coat in text.coats] == [Emoji, Lettering]
    wave = text.coats[0].area
    assert wave.left > text.coats[1].area.left + text.coats[1].area.width
    assert 15 < wave.height < 30


def test_emoji_that_are_painted_in_another_way_are_drawn_as_a_document(press: Press) -> None:
    clip = "<clipPath id='c'><circle cx='40' cy='40' r='60'/></clipPath>"
    for around in ("shape-rendering='crispEdges'", "clip-path='url(#c)'"):
        body = f"{clip}<g {around}>{TEXT}</g>"
        assert press.text(body, "Zoë") is not None
        assert press.text(body, "Zoë 👋") is None


def test_markup_that_was_printed_is_not_read_as_words() -> None:
    assert unescaped(["Ada", "a &amp;&lt;&gt;&#34;&#39; b\nc"]) == ("Ada", "a &<>\"' b\nc")
    assert unescaped(["Ada", "<tspan>x</tspan>"]) is None
    assert unescaped(["&#150;"]) is None


@pytest.mark.parametrize(
    ("body", "name", "slot", "alternative"),
    [
        (TEXT, "Ada", "", 0),
        (TEXT.replace("<text", "<text id='who' data-slot='x'"), "Ada", "who", 0),
        ("<g data-slot='two' data-choose='first-fit'>{0}{0}</g>", "Ada", "two", 0),
        ("<g data-slot='two' data-choose='first-fit'>{0}{0}</g>", "Maximiliane Wolfeschlegel", "two", 1),
        ("<g data-choose='first-fit'>{0}{0}</g>", "Ada", "one", 0),
    ],
)
def test_a_slot_is_named_as_in_a_document(press: Press, body: str, name: str, slot: str, alternative: int) -> None:
    wording = "<text data-slot='one' x='2' y='40' font-size='20' inline-size='90'>{{ name }}</text>"
    text = press.text(body.format(wording) if "{0}" in body else body, name)
    assert text is not None
    assert [(found.slot, found.alternative) for found in text.slots] == [(slot, alternative)]


def test_letters_of_no_size_are_not_seen(press: Press) -> None:
    text = press.text("<text y='30' font-size='0' baseline-shift='3'>{{ name }}</text>", "Ada")
    assert text
    assert not text.coats


WINDOWS = {
    "a rectangle": "<rect x='4' y='15' width='60' height='35'/>",
    "half a pixel": "<rect x='4.5' y='15.5' width='59' height='35'/>",
    "rounded": "<rect x='4' y='15' width='60' height='35' rx='9'/>",
    "a circle": "<circle cx='30' cy='34' r='30'/>",
}


@pytest.mark.parametrize("clip", WINDOWS)
def test_a_text_in_a_clip_is_set_where_all_of_it_is_seen(press: Press, clip: str) -> None:
    body = f"<clipPath id='c'>{WINDOWS[clip]}</clipPath><g clip-path='url(#c)'><g>{TEXT}</g></g>"
    assert press.text(body, "Bo") is not None
    assert press.text(body, "Alexandra") is None, "it reaches out"


def test_what_a_clip_leaves_of_a_row_in_several_stretches_is_seen_in_the_first(press: Press) -> None:
    bars = "<rect x='4' width='30' height='60'/><rect x='50' width='30' height='60'/>"
    body = f"<clipPath id='c'>{bars}</clipPath><g clip-path='url(#c)'>{TEXT}</g>"
    assert press.text(body, "Bo") is not None
    assert press.text(body.replace("x='8'", "x='52'"), "Bo") is None
    assert press.text(body.replace("x='8'", "x='24'"), "Bo") is None


def test_each_part_has_its_own_colour_and_stands_where_it_says(press: Press) -> None:
    text = press.text(
        "<text font-size='16'><tspan x='8' y='20' fill='#f00'>Hi</tspan>\
<tspan x='40' y='50' fill='#0000ff80'>{{ name }}</tspan></text>",
        "Bo",
    )
    assert text
    (first, red, _), (second, blue, _) = (coat for coat in text.coats if isinstance(coat, Lettering))
    assert [red, blue] == [(1, 0, 0, 1), pytest.approx((0, 0, 1, 0.5), abs=0.01)]
    assert 8 <= first.left < 12
    assert first.top + first.height == 20
    assert 40 <= second.left < 44
    assert 48 <= second.top + second.height <= 51


def test_what_was_set_for_one_person_is_there_for_the_next_with_the_same_words(press: Press) -> None:
    first, other, again = (press.text(TEXT, name) for name in ("Ada", "Bo", "Ada"))
    assert first is again
    assert first is not other


def strings_in(thing: object) -> Iterator[str]:
    """All that `thing` refers to, by whatever way."""
    waiting, seen = [thing], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType):
            continue
        seen.add(id(one))
        waiting += gc.get_referents(one)
        if isinstance(one, str):
            yield one


@pytest.mark.parametrize("words", ["Hi {{ name }}", "Hi <tspan class='a'>{{ name }}</tspan>"])
def test_a_blank_keeps_nothing_of_the_document_around_it(press: Press, words: str) -> None:
    picture = f"<image width='9' height='9' href='data:image/png;base64,{'A' * 20_000}'/>"
    sheet = f"<style>.a {{ fill: #06c }} .z {{ fill: url(#p) }} {'.b { fill: red }' * 2_000}</style>"
    around = f"{sheet}<pattern id='p' width='9' height='9'>{picture}</pattern>"
    blank = press.blank(f"{around}<g><text y='40'>{words}</text></g>")
    assert blank is not None
    assert sum(map(len, strings_in(blank))) < 5_000


def test_a_kept_text_does_not_keep_its_blank(press: Press) -> None:
    assert press.text("<text>Hi <tspan>{{ name }}</tspan></text>", "Ada")
    reader._blanks.clear()
    gc.collect()
    assert not [thing for thing in gc.get_objects() if isinstance(thing, Blank)]
