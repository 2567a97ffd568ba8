"""A text that persons fill in with words and nothing else: what a template says of it, read once for all of them.

Its style, its box, its place and its colour are the same for everybody. So words go straight to fitting, and from there
to the pixels: the same ones that the text gives as a document. For words that need more there is nothing (None), and
the document is drawn: where no word is left, where markup was printed, where letters have colours of their own.
`reader.py` makes blanks.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from server.fonts.library import FontLibrary
from server.kept import Kept
from server.render.compose import HOLE
from server.render.layers.plan import MARKUP
from server.render.rasterise import Matrix
from server.render.stencil import Rgba, Stencil, stencil
from server.render.touched import Rows
from server.render.type.directions import starts_rtl
from server.render.type.letter_case import in_case
from server.render.type.texts import Placed, slot_report
from server.render.type.whitespace import settled, standing
from server.report import SlotReport
from server.text.fit import Box, Fitted, Run, TextStyle, first_fit
from server.text.shape import Glyph

TEXTS_KEPT_BYTES = 4_000_000  # of each drawing process
TEXT_BYTES = 1_000  # of one, beside its stencil


def unescaped(printed: Sequence[str]) -> tuple[str, ...] | None:
    """Printed values as XML would read them; None where they are more than words."""
    if any(map(MARKUP.search, printed)):
        return None
    return tuple(html.unescape(value).replace("\r\n", "\n") for value in printed)


@dataclass(frozen=True, slots=True)
class Wording:
    """One <text>: its words with holes, and what holds whatever they are. `matrix` leads from its user units to
    pixels; `down` is how far its letters stand below their line, at the designed size."""

    words: str
    keeps_spaces: bool
    letter_case: str
    style: TextStyle
    box: Box
    follows_words: bool
    down: float
    matrix: Matrix
    color: Rgba

    def filled(self, values: Sequence[str]) -> str:
        """The words as they are set: as `type/letters.py` reads them from a document."""
        words = HOLE.sub(lambda found: values[int(found[1])], self.words)
        words = settled(words, keeps=self.keeps_spaces, after_space=True)
        words = in_case(words, self.letter_case, self.style.language)
        return standing(words) if self.keeps_spaces else words.rstrip(" ")

    def run(self, words: str) -> tuple[tuple[Run], Box]:
        box = replace(self.box, rtl=starts_rtl(words)) if self.follows_words else self.box
        return (Run(words, self.style),), box

    def stencil(self, fitted: Fitted, size: tuple[int, int]) -> Stencil | None:
        down = self.down * fitted.size / fitted.designed_size if fitted.designed_size else 0.0
        letters = [Placed(run.face, run.size, _lowered(run.glyphs, down)) for run in fitted.placed]
        return stencil(letters, self.matrix, (0, 0, *size))


def _lowered(glyphs: tuple[Glyph, ...], down: float) -> tuple[Glyph, ...]:
    return tuple((glyph, x, y + down) for glyph, x, y in glyphs) if down else glyphs


@dataclass(frozen=True, slots=True)
class SetText:
    """Words as they are laid on a picture, through a stencil, in one colour. `name` is nothing else's."""

    stencil: Stencil | None
    color: Rgba
    slots: tuple[SlotReport]
    name: object = field(default_factory=object)

    @property
    def rows(self) -> Rows:
        return ((self.stencil.top, self.stencil.top + self.stencil.height),) if self.stencil else ()


def _weight(text: SetText | None) -> int:
    return TEXT_BYTES + (len(text.stencil.alpha) if text and text.stencil else 0)


_texts: Kept[tuple[Blank, tuple[str, ...]], SetText | None] = Kept(TEXTS_KEPT_BYTES, _weight)


@dataclass(frozen=True, slots=True, eq=False)
class Blank:
    """A text, or several of which the first that fits is taken. `slots` has the name of each, `size` is that of the
    picture."""

    wordings: tuple[Wording, ...]
    slots: tuple[str, ...]
    size: tuple[int, int]

    def filled_in(self, values: Sequence[str], fonts: FontLibrary) -> SetText | None:
        """What one person sees is kept: another may see the same, such as a campaign's date."""
        words = tuple(wording.filled(values) for wording in self.wordings)
        return _texts.get((self, words), lambda: self._set(words, fonts))

    def _set(self, words: tuple[str, ...], fonts: FontLibrary) -> SetText | None:
        worded = [number for number, said in enumerate(words) if said.strip()]
        if not worded:
            return None
        found, fitted = first_fit((self.wordings[number].run(words[number]) for number in worded), fonts)
        if any(run.face.is_color for run in fitted.placed):
            return None
        chosen = worded[found]
        wording = self.wordings[chosen]
        slot = slot_report(self.slots[chosen], [fitted], chosen)
        return SetText(wording.stencil(fitted, self.size), wording.color, (slot,))
