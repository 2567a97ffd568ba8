"""A run of text in one style in, positioned glyphs out: HarfBuzz for each of its items, and the spacing between them.

Everything is in user units at the designed size and scales linearly: no hinting, and the optical size stays
that of the designed size when a text shrinks. Lines and boxes are the business of `lines.py` and `solve.py`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate, chain, compress
from typing import NamedTuple

import uharfbuzz as hb

from server.fonts.coverage import is_invisible
from server.fonts.faces import EM, Face, Look, glyph_inks
from server.fonts.ink import NO_INK, Ink
from server.fonts.library import FontLibrary
from server.text.inks import InkedGlyphs, Inks
from server.text.itemize import SPACE, Faces, Item, faces_for, itemize
from server.text.rules import Decoration

RUNS_KEPT = 512  # shaped runs; one of 40 characters takes about 7 KB, and 12 KB once any stretch of it was measured
SETTINGS_KEPT = 256  # styles
WORD_SEPARATORS = " \u00a0"  # the characters that word-spacing widens

NO_DOTTED_CIRCLE = hb.BufferFlags.DO_NOT_INSERT_DOTTED_CIRCLE  # a bare mark is dirty data, not a lesson in spelling

# Scripts whose letters hold hands: spacing would tear them apart (CSS Text 4, section 8.2.1).
CURSIVE_SCRIPTS = frozenset({"Adlm", "Arab", "Mand", "Mong", "Nkoo", "Phag", "Rohg", "Syrc"})

# An isolate parts letters that join, though only direction is meant: a prefix and the name behind it are one word. The
# word joiner is as invisible, and lets them.
ISOLATES_TO_JOINERS = str.maketrans(dict.fromkeys("\u2066\u2067\u2068\u2069", "\u2060"))

Glyph = tuple[int, float, float]
"""Glyph id, x, y (down)."""


@dataclass(frozen=True, slots=True)
class TextStyle:
    """Sizes and spacings in user units; `features` are OpenType's, as (tag, value); `language` is a BCP 47 tag."""

    families: tuple[str, ...]
    size: float
    weight: float = 400
    italic: bool = False
    letter_spacing: float = 0
    word_spacing: float = 0
    features: tuple[tuple[str, int], ...] = ()
    stretch: float = 100
    language: str = ""
    decorations: tuple[Decoration, ...] = ()

    @property
    def look(self) -> Look:
        return Look(self.weight, self.italic, self.stretch, self.size)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style. `source` says which element it came from, and is given back on its glyphs."""

    text: str
    style: TextStyle
    source: int = 0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run owes to its neighbours: the embedding level of each of its code points (None: all run from left to
    right), and the text before and after it on its line, to which its letters may join.
    """

    levels: tuple[int, ...] | None = None
    before: str = ""
    after: str = ""


ALONE = Surroundings()


class ShapedItem(NamedTuple):
    """Glyphs of one face, from left to right, `x` from the item's left. Those that ink nothing, like spaces, are left
    out. `trailing` is the spacing behind the last character: part of `advance`, but nothing where a line ends.
    """

    face: Face
    glyphs: tuple[Glyph, ...]
    advance: float
    trailing: float
    ink: Ink
    level: int
    inked: InkedGlyphs


@dataclass(frozen=True)  # without slots: its inks are remembered
class ShapedRun:
    """`items` are in logical order; where they stand on a line is for the line to say. `length` is that of the text.

    `face` is the first one asked: its metrics are the line's, so that a foreign letter does not move it.
    """

    items: tuple[ShapedItem, ...]
    length: int
    advance: float
    face: Face
    missing: tuple[str, ...]

    @cached_property
    def inks(self) -> Inks:
        """What each character inks as if every item stood behind the one before it and ran from left to right: so a
        stretch of characters can be measured without setting it. That of a cluster, or of a ligature, stands at its
        first character. Most lines fit as they are, and nobody asks.
        """
        inks, pen = Inks.blank(self.length), 0.0
        for item in self.items:
            inks.add(item.inked, pen, mirrored_at=item.advance if item.level % 2 else None)
            pen += item.advance
        return inks


@lru_cache(maxsize=RUNS_KEPT)
def shape_run(text: str, style: TextStyle, fonts: FontLibrary, surroundings: Surroundings = ALONE) -> ShapedRun:
    """`text` has no line ends."""
    setting = setting_of(style, fonts)
    whole = surroundings.before + text + surroundings.after
    if not whole.isascii():
        whole = whole.translate(ISOLATES_TO_JOINERS)
    draft = _Draft(text, whole, len(surroundings.before), style, setting)
    for item in itemize(text, surroundings.levels, setting.faces):
        if item.face is None:
            draft.missing.append(text[item.start])
        else:
            shaped = _shape(draft, item, item.face)
            draft.items.append(shaped)
            draft.advance += shaped.advance
    return ShapedRun(
        items=tuple(draft.items),
        length=len(text),
        advance=draft.advance,
        face=setting.faces.first,
        missing=tuple(dict.fromkeys(map(_name, draft.missing))),
    )


class Setting(NamedTuple):
    """What a style says whatever the text: the faces it may use, and OpenType's features as HarfBuzz takes them."""

    faces: Faces
    features: dict[str, int]


@lru_cache(maxsize=SETTINGS_KEPT)
def setting_of(style: TextStyle, fonts: FontLibrary) -> Setting:
    # CSS Text 3, section 8.2: no optional ligatures where letters are spaced.
    spaced = {"liga": 0, "clig": 0} if style.letter_spacing else {}
    faces = faces_for(fonts, style.families, style.look, style.language)
    return Setting(faces, {**spaced, **dict(style.features)})


@dataclass(slots=True)
class _Draft:
    """A run while it is being shaped. `whole` is its text among what surrounds it, and `offset` where it begins there:
    a letter takes its form from its neighbours, whichever item or run they are in.
    """

    text: str
    whole: str
    offset: int
    style: TextStyle
    setting: Setting
    advance: float = 0.0
    items: list[ShapedItem] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


class _Glyphs(NamedTuple):
    """What HarfBuzz makes of an item, glyph by glyph from left to right: their numbers, the characters in the run that
    they belong to, and in units how wide they are and how far they stand to the right of and above their places.
    """

    numbers: list[int]
    characters: list[int]
    advances: list[int]
    rightwards: list[int]
    upwards: list[int]


def _shape(draft: _Draft, item: Item, face: Face) -> ShapedItem:
    """One item. All of it goes by columns: with a loop over the glyphs a run took 1.6 times as long."""
    found = _glyphs(draft, item, face)
    if 0 in found.numbers:  # "tofu": shaping asked for a glyph that the face lacks after all
        draft.missing += [
            draft.text[at] for number, at in zip(found.numbers, found.characters, strict=True) if not number
        ]
    spacing = 0.0 if item.script in CURSIVE_SCRIPTS else draft.style.letter_spacing
    *pens, advance = _pens(draft, face, found, spacing)
    scale = draft.style.size / EM
    xs, ys = _shifted(pens, found.rightwards, scale), _shifted([0.0] * len(pens), found.upwards, -scale)
    inks = [*map(glyph_inks(face, draft.style.size).__getitem__, found.numbers)]
    glyphs = tuple(compress(zip(found.numbers, xs, ys, strict=True), [ink is not NO_INK for ink in inks]))
    inked = InkedGlyphs(found.characters, inks, xs, ys)
    return ShapedItem(face, glyphs, advance, spacing if glyphs else 0.0, inked.union, item.level, inked)


def _glyphs(draft: _Draft, item: Item, face: Face) -> _Glyphs:
    buffer = _shaped_buffer(draft, item, face)
    infos, positions, offset = buffer.glyph_infos, buffer.glyph_positions, draft.offset
    return _Glyphs(
        numbers=[info.codepoint for info in infos],
        characters=[info.cluster - offset for info in infos],
        advances=[position.x_advance for position in positions],
        rightwards=[position.x_offset for position in positions],
        upwards=[position.y_offset for position in positions],
    )


def _shaped_buffer(draft: _Draft, item: Item, face: Face) -> hb.Buffer:
    buffer = hb.Buffer()
    buffer.flags = NO_DOTTED_CIRCLE
    buffer.add_str(draft.whole, draft.offset + item.start, item.end - item.start)
    # Else HarfBuzz takes the language of the process's locale, and a picture would depend on its machine.
    buffer.language = draft.style.language or "und"
    buffer.script = item.script
    buffer.direction = "rtl" if item.level % 2 else "ltr"
    hb.shape(face.font, buffer, draft.setting.features)
    return buffer


def _shifted(places: list[float], by: Sequence[int], scale: float) -> list[float]:
    """`places`, moved by what is 0 nearly always."""
    return [place + shift * scale for place, shift in zip(places, by, strict=True)] if any(by) else places


def _pens(draft: _Draft, face: Face, found: _Glyphs, spacing: float) -> list[float]:
    """Where each glyph starts, and where the last one ends."""
    scale = draft.style.size / EM
    widths = [advance * scale for advance in found.advances]
    if face is not draft.setting.faces.first:
        widths = _with_spaces_of_first(draft, found, widths)
    if 0 in found.numbers:
        widths = [width if number else 0.0 for number, width in zip(found.numbers, widths, strict=True)]
    if not spacing and not draft.style.word_spacing:
        return list(accumulate(widths, initial=0.0))
    behind = _gaps(draft, found, spacing)
    return list(accumulate(chain.from_iterable(zip(widths, behind, strict=True)), initial=0.0))[::2]


def _with_spaces_of_first(draft: _Draft, found: _Glyphs, widths: Sequence[float]) -> list[float]:
    """CSS takes spaces from the first family, whoever draws the words around them."""
    text, space = draft.text, draft.setting.faces.first.space * draft.style.size
    return [space if text[at] == SPACE else width for at, width in zip(found.characters, widths, strict=True)]


def _gaps(draft: _Draft, found: _Glyphs, spacing: float) -> list[float]:
    """The spacing behind each glyph: none inside a character."""
    behind, text = gaps_of(spacing, draft.style.word_spacing), draft.text
    followings = (*found.characters[1:], None)
    return [
        behind[text[at]] if number and at != following else 0.0
        for number, at, following in zip(found.numbers, found.characters, followings, strict=True)
    ]


class Gaps(dict[str, float]):
    """The spacing behind each letter that was asked for: none behind what cannot be seen, for a soft hyphen or an
    isolate is no letter.
    """

    def __init__(self, spacing: float, word_spacing: float) -> None:
        super().__init__()
        self._spacing, self._word_spacing = spacing, word_spacing

    def __missing__(self, letter: str) -> float:
        wide = self._word_spacing if letter in WORD_SEPARATORS else 0
        self[letter] = 0.0 if is_invisible(letter) else self._spacing + wide
        return self[letter]


@lru_cache(maxsize=SETTINGS_KEPT)
def gaps_of(spacing: float, word_spacing: float) -> Gaps:
    return Gaps(spacing, word_spacing)


def _name(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}")
