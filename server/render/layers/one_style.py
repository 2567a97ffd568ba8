"""A blank that is in one style, on lines that fitting finds; or several such, of which the first that fits is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from server.fonts.library import FontLibrary
from server.render.layers.blank import Blank, SetText, Words, with_values
from server.render.layers.coats import Paints
from server.render.rasterise import Matrix
from server.render.type.directions import starts_rtl
from server.render.type.letter_case import in_case
from server.render.type.texts import Placed, slot_report
from server.render.type.whitespace import settled, standing
from server.text.fit import Box, Fitted, Run, TextStyle, first_fit
from server.text.shape import Glyph

WORDING_BYTES = 2_000  # measured: 1.7 KB


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
    paints: Paints

    def filled(self, values: Sequence[str]) -> str:
        """The words as they are set: as `type/letters.py` reads them from a document."""
        words = settled(with_values(self.words, values), keeps=self.keeps_spaces, after_space=True)
        words = in_case(words, self.letter_case, self.style.language)
        return standing(words) if self.keeps_spaces else words.rstrip(" ")

    def run(self, words: str) -> tuple[tuple[Run], Box]:
        box = replace(self.box, rtl=starts_rtl(words)) if self.follows_words else self.box
        return (Run(words, self.style),), box

    def placed(self, fitted: Fitted) -> list[Placed]:
        down = self.down * fitted.size / fitted.designed_size if fitted.designed_size else 0.0
        return [Placed(run.face, run.size, _lowered(run.glyphs, down)) for run in fitted.placed]


def _lowered(glyphs: tuple[Glyph, ...], down: float) -> tuple[Glyph, ...]:
    return tuple((glyph, x, y + down) for glyph, x, y in glyphs) if down else glyphs


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OneStyle(Blank):
    """`slots` has the name of each wording."""

    wordings: tuple[Wording, ...]
    slots: tuple[str, ...]

    @property
    def weight(self) -> int:
        return WORDING_BYTES * len(self.wordings) + self.window.weight

    def _words(self, values: Sequence[str]) -> Words:
        return tuple(wording.filled(values) for wording in self.wordings)

    def _set(self, words: Words, fonts: FontLibrary) -> SetText | None:
        worded = [number for number, said in enumerate(words) if said.strip()]
        if not worded:
            return None
        found, fitted = first_fit((self.wordings[number].run(words[number]) for number in worded), fonts)
        chosen = worded[found]
        wording = self.wordings[chosen]
        slot = slot_report(self.slots[chosen], [fitted], chosen)
        return self._set_text([(wording.placed(fitted), wording.paints)], wording.matrix, slot)
