"""A run of text in one style in, positioned glyphs out: which face draws which characters, HarfBuzz, spacing.

Everything is in user units at the designed size and scales linearly: no hinting, and the optical size stays
that of the designed size when a text shrinks. Lines and boxes are the business of `lines.py` and `solve.py`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import uharfbuzz as hb

from server.characters import characters
from server.text.faces import EM, Face, Look
from server.text.fonts import FontLibrary
from server.text.ink import NO_INK, Ink, Inks

RUNS_KEPT = 512  # shaped runs; one of 40 characters takes about 10 KB
WORD_SEPARATORS = " \u00a0"  # the characters that word-spacing widens

Glyph = tuple[int, float, float]
"""Glyph id, x, y (down)."""

Span = tuple[Face | None, int, int]
"""A face, and the stretch of text that it draws; None stands for a character that no face has."""


@dataclass(frozen=True, slots=True)
class TextStyle:
    """Sizes and spacings in user units; `features` are OpenType's, as (tag, value)."""

    families: tuple[str, ...]
    size: float
    weight: float = 400
    italic: bool = False
    letter_spacing: float = 0
    word_spacing: float = 0
    features: tuple[tuple[str, int], ...] = ()
    stretch: float = 100

    @property
    def look(self) -> Look:
        return Look(self.weight, self.italic, self.stretch, self.size)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style. `source` says which element it came from, and is given back on its
    glyphs.
    """

    text: str
    style: TextStyle
    source: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """Glyphs of one face. Those that ink nothing, like spaces, are left out."""

    face: Face
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class ShapedRun:
    """`inks` has what each character inks, in the run's coordinates; that of a cluster, or of a ligature,
    stands at its first character. `trailing` is the spacing behind the last character: part of `advance`, but
    nothing where a line ends. `face` is the first one asked: its metrics are the line's, so that a foreign
    letter does not move it.
    """

    pieces: tuple[Piece, ...]
    advance: float
    trailing: float
    ink: Ink
    inks: Inks
    face: Face
    missing: tuple[str, ...]


@lru_cache(maxsize=RUNS_KEPT)
def shape_run(text: str, style: TextStyle, fonts: FontLibrary) -> ShapedRun:
    """`text` has no line ends; what it draws begins at 0."""
    faces = fonts.cascade(style.families, style.look)
    first = next(faces)
    draft = _Draft(Inks.blank(len(text)))
    for face, start, end in itemize(text, first, faces):
        if face is None:
            draft.missing.append(text[start])
        else:
            _shape(draft, face, text[start:end], style, start)
    return ShapedRun(
        pieces=tuple(draft.pieces),
        advance=draft.pen,
        trailing=style.letter_spacing if draft.pieces else 0.0,
        ink=draft.inks.between(0, len(text)),
        inks=draft.inks,
        face=first,
        missing=tuple(dict.fromkeys(map(_name, draft.missing))),
    )


def itemize(text: str, first: Face, further: Iterable[Face]) -> Iterator[Span]:
    """Cuts `text` into the stretches that one face draws, in order.

    The first face gets every character that it has, spaces too, as browsers do it.
    """
    if first.has_glyphs_for(text):
        if text:
            yield first, 0, len(text)
    else:
        yield from _merged(_by_character(text, [first, *further]))


def _by_character(text: str, faces: Sequence[Face]) -> Iterator[Span]:
    """One span for each character, or for its parts where no face has all of them."""
    start = 0
    for character in characters(text):
        parts = [character] if _drawer(character, faces) else list(character)
        for part in parts:
            yield _drawer(part, faces), start, start + len(part)
            start += len(part)


def _drawer(character: str, faces: Sequence[Face]) -> Face | None:
    return next((face for face in faces if face.has_glyphs_for(character)), None)


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Neighbours of one face as one span, so that they are kerned and joined. Missing characters stay
    alone.
    """
    last: Span | None = None
    for face, start, end in spans:
        if last and face is not None and last[0] is face:
            last = (face, last[1], end)
            continue
        if last:
            yield last
        last = (face, start, end)
    if last:
        yield last


@dataclass(slots=True)
class _Draft:
    """A run while it is being shaped."""

    inks: Inks
    pen: float = 0.0
    pieces: list[Piece] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def _shape(draft: _Draft, face: Face, text: str, style: TextStyle, start: int) -> None:
    """Adds `text`, which stands at `start` of its run, in one face."""
    buffer = _shaped_buffer(face, text, style)
    scale, pen, glyphs = style.size / EM, draft.pen, list[Glyph]()
    infos = buffer.glyph_infos
    clusters = [info.cluster for info in infos]
    for info, position, cluster, following in zip(
        infos,
        buffer.glyph_positions,
        clusters,
        [*clusters[1:], None],
        strict=True,
    ):
        glyph = info.codepoint
        if not glyph:  # number 0 is "tofu": shaping asked for a glyph that the face lacks after all
            draft.missing.append(text[cluster])
            continue
        ink = face.ink(glyph)
        if ink is not NO_INK:
            x, y = pen + position.x_offset * scale, -position.y_offset * scale
            glyphs.append((glyph, x, y))
            draft.inks.add(start + cluster, ink, scale=scale, x=x, y=y)
        pen += position.x_advance * scale
        if cluster != following:
            pen += style.letter_spacing + (style.word_spacing if text[cluster] in WORD_SEPARATORS else 0)
    draft.pen = pen
    draft.pieces.append(Piece(face, tuple(glyphs)))


def _shaped_buffer(face: Face, text: str, style: TextStyle) -> hb.Buffer:
    buffer = hb.Buffer()
    buffer.add_str(text)
    # Else HarfBuzz takes the language of the process's locale, and a picture would depend on its machine.
    buffer.language = "und"
    buffer.guess_segment_properties()
    # CSS Text 3, section 8.2: no optional ligatures where letters are spaced.
    spaced = {"liga": False, "clig": False} if style.letter_spacing else {}
    hb.shape(face.font, buffer, {**spaced, **dict(style.features)})
    return buffer


def _name(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}")
