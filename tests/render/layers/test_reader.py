"""Which texts are blanks, and that a blank is what its document would be: its words, its slot, its place."""

from __future__ import annotations

from typing import Any

import pytest

from server.catalog.template import Template
from server.fonts.library import FontLibrary
from server.images import NO_PICTURES
from server.render.layers.blank import Blank, SetText, unescaped
from server.render.layers.cut import Kind
from server.render.layers.plan import Means, compose_in_parts
from server.render.layers.reader import blank_of

GROUND = "<rect width='100' height='60' fill='#eee'/>"
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
        f"<defs><clipPath id='c'><rect width='9' height='9'/></clipPath></defs>{TEXT}",
    ],
)
def test_a_text_in_one_colour_is_a_blank(press: Press, body: str) -> None:
    assert press.blank(body) is not None


@pytest.mark.parametrize(
    "body",
    [
        "<linearGradient id='g'><stop/></linearGradient><text y='40' fill='url(#g)'>{{ name }}</text>",
        "<text y='40' stroke='red'>{{ name }}</text>",
        "<text y='40' transform='scale(0)'>{{ name }}</text>",
        "<text y='40' transform='scale(1 0)'>{{ name }}</text>",
        "<text y='40' transform='matrix(1 2 2 4 0 0)'>{{ name }}</text>",
        f"<g data-choose='first-fit'><text data-box='#none'>{{{{ name }}}}</text>{TEXT}</g>",
        "<text y='40' text-decoration='underline'>{{ name }}</text>",
        "<text y='40' x='1 9 20'>{{ name }}</text>",
        "<text y='40' rotate='9'>{{ name }}</text>",
        "<text y='40' textLength='90'>{{ name }}</text>",
        "<text y='40' font-variant='small-caps'>{{ name }}</text>",
        "<text y='40' visibility='hidden'>{{ name }}</text>",
        "<text y='40' display='none'>{{ name }}</text>",
        f"<clipPath id='c'><circle r='40'/></clipPath><g clip-path='url(#c)'>{TEXT}</g>",
        f"<mask id='m'><rect width='90' height='50' fill='#fff'/></mask><g>{TEXT.replace('x=', 'mask=')}</g>".replace(
            "mask='8'", "mask='url(#m)'"
        ),
        f"<g data-choose='first-fit'>{TEXT}<text y='40' stroke='red'>{{{{ name }}}}</text></g>",
    ],
)
def test_a_text_with_more_to_it_is_drawn_as_a_document(press: Press, body: str) -> None:
    assert press.blank(body) is None


@pytest.mark.parametrize("name", ["", "  \t ", "Zoë 👋"])
def test_words_that_need_more_than_letters_of_one_colour_are_drawn_as_a_document(press: Press, name: str) -> None:
    assert press.text(TEXT, name) is None


def test_markup_that_was_printed_is_not_read_as_words() -> None:
    assert unescaped(["Ada", "a &amp;&lt;&gt;&#34;&#39; b\r\nc"]) == ("Ada", "a &<>\"' b\nc")
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
    assert text.stencil is None


def test_what_was_set_for_one_person_is_there_for_the_next_with_the_same_words(press: Press) -> None:
    first, other, again = (press.text(TEXT, name) for name in ("Ada", "Bo", "Ada"))
    assert first is again
    assert first is not other
