"""A run of text in one style in, positioned glyphs out: HarfBuzz for each of its items, and the spacing between them.

Everything is in user units at the designed size and scales linearly: no hinting, and the optical size stays
that of the designed size when a text shrinks. Lines and boxes are the business of `lines.py` and `solve.py`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import uharfbuzz as hb

from server.fonts.coverage import is_invisible
from server.fonts.faces import EM, Face, Look
from server.fonts.ink import NO_INK, Ink
from server.fonts.library import FontLibrary
from server.text.inks import Inks
from server.text.itemize import SPACE, Item, faces_for, itemize
from server.text.rules import Decoration

RUNS_KEPT = 512  # shaped runs; one of 40 characters takes about 10 KB
WORD_SEPARATORS = " \u00a0"  # the characters that word-spacing widens

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


@dataclass(frozen=True, slots=True)
class ShapedItem:
    """Glyphs of one face, from left to right, `x` from the item's left. Those that ink nothing, like spaces, are left
    out. `trailing` is the spacing behind the last character: part of `advance`, but nothing where a line ends.
    """

    face: Face
    glyphs: tuple[Glyph, ...]
    advance: float
    trailing: float
    ink: Ink
    level: int


@dataclass(frozen=True, slots=True)
class ShapedRun:
    """`items` are in logical order; where they stand on a line is for the line to say.

    `inks` has what each character inks as if every item stood behind the one before it and ran from left to right: so a
    stretch of characters can be measured without setting it. That of a cluster, or of a ligature, stands at its first
    character. `face` is the first one asked: its metrics are the line's, so that a foreign letter does not move it.
    """

    items: tuple[ShapedItem, ...]
    inks: Inks
    advance: float
    face: Face
    missing: tuple[str, ...]


@lru_cache(maxsize=RUNS_KEPT)
def shape_run(text: str, style: TextStyle, fonts: FontLibrary, surroundings: Surroundings = ALONE) -> ShapedRun:
    """`text` has no line ends."""
    faces = faces_for(fonts, style.families, style.look, style.language)
    draft = _Draft(text, style, surroundings, faces.first)
    for item in itemize(text, surroundings.levels, faces):
        if item.face is None:
            draft.missing.append(text[item.start])
        else:
            _shape(draft, item, item.face)
    return ShapedRun(
        items=tuple(draft.items),
        inks=draft.inks,
        advance=draft.pen,
        face=faces.first,
        missing=tuple(dict.fromkeys(map(_name, draft.missing))),
    )


@dataclass(slots=True)
class _Draft:
    """A run while it is being shaped."""

    text: str
    style: TextStyle
    surroundings: Surroundings
    first: Face
    pen: float = 0.0
    items: list[ShapedItem] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    inks: Inks = field(init=False)

    def __post_init__(self) -> None:
        self.inks = Inks.blank(len(self.text))


def _shape(draft: _Draft, item: Item, face: Face) -> None:
    """Adds one item behind those that are there."""
    style, text = draft.style, draft.text
    scale, offset = style.size / EM, len(draft.surroundings.before)
    spacing = 0.0 if item.script in CURSIVE_SCRIPTS else style.letter_spacing
    pen, glyphs, inks = 0.0, list[Glyph](), list[tuple[int, float, float, float, float]]()
    buffer = _shaped_buffer(draft, item, face)
    infos = buffer.glyph_infos
    clusters = [info.cluster - offset for info in infos]
    for info, position, cluster, following in zip(
        infos, buffer.glyph_positions, clusters, [*clusters[1:], None], strict=True
    ):
        glyph = info.codepoint
        if not glyph:  # number 0 is "tofu": shaping asked for a glyph that the face lacks after all
            draft.missing.append(text[cluster])
            continue
        ink = face.ink(glyph)
        if ink is not NO_INK:
            x, y = pen + position.x_offset * scale, -position.y_offset * scale
            glyphs.append((glyph, x, y))
            left, top, right, bottom = ink  # spelled out, as all of this loop: it runs for every glyph
            inks.append((cluster, x + left * scale, y + top * scale, x + right * scale, y + bottom * scale))
        # CSS takes spaces from the first family, whoever draws the words around them.
        is_foreign_space = text[cluster] == SPACE and face is not draft.first
        pen += draft.first.space * style.size if is_foreign_space else position.x_advance * scale
        if cluster != following and not is_invisible(text[cluster]):  # a soft hyphen or an isolate is no letter
            pen += spacing + (style.word_spacing if text[cluster] in WORD_SEPARATORS else 0)
    draft.inks.add(inks, draft.pen, mirrored_at=pen if item.level % 2 else None)
    trailing = spacing if glyphs else 0.0
    draft.items.append(ShapedItem(face, tuple(glyphs), pen, trailing, _union(inks), item.level))
    draft.pen += pen


def _union(inks: Sequence[tuple[int, float, float, float, float]]) -> Ink:
    if not inks:
        return NO_INK
    _, lefts, tops, rights, bottoms = zip(*inks, strict=True)
    return Ink(min(lefts), min(tops), max(rights), max(bottoms))


def _shaped_buffer(draft: _Draft, item: Item, face: Face) -> hb.Buffer:
    style, around = draft.style, draft.surroundings
    buffer = hb.Buffer()
    buffer.flags = hb.BufferFlags.DO_NOT_INSERT_DOTTED_CIRCLE  # a bare mark is dirty data, not a lesson in spelling
    # The whole of it, since a letter takes its form from its neighbours, whichever item they are in.
    whole = (around.before + draft.text + around.after).translate(ISOLATES_TO_JOINERS)
    buffer.add_str(whole, len(around.before) + item.start, item.end - item.start)
    # Else HarfBuzz takes the language of the process's locale, and a picture would depend on its machine.
    buffer.language = style.language or "und"
    buffer.script = item.script
    buffer.direction = "rtl" if item.level % 2 else "ltr"
    # CSS Text 3, section 8.2: no optional ligatures where letters are spaced.
    spaced = {"liga": False, "clig": False} if style.letter_spacing else {}
    hb.shape(face.font, buffer, {**spaced, **dict(style.features)})
    return buffer


def _name(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}")
