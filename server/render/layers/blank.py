"""A text that persons fill in with words and nothing else: what a template says of it, read once for all of them.

Its style, its box, its place and its colour are the same for everybody. So words go straight to fitting, and from there
to the pixels: the same ones that the text gives as a document. For words that need more there is nothing (None), and
the document is drawn: where no word is left, where markup was printed, or where letters reach out of the window through
which they are seen.

There are two kinds: a text in one style (`one_style.py`), and one of several parts (`spans.py`). `reader.py` makes
them.
"""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cairocffi import Context

from server.fonts.library import FontLibrary
from server.kept import Kept
from server.render.compose import HOLE
from server.render.layers.coats import Coat, Paints, coats
from server.render.layers.plan import MARKUP
from server.render.layers.window import Window
from server.render.rasterise import Matrix
from server.render.touched import Rows
from server.render.type.texts import Placed
from server.report import SlotReport

TEXTS_KEPT_BYTES = 4_000_000  # of each drawing process
TEXT_BYTES = 1_000  # of one, beside its stencils


def unescaped(printed: Sequence[str]) -> tuple[str, ...] | None:
    """Printed values as XML would read them; None where they are more than words."""
    if any(map(MARKUP.search, printed)):
        return None
    return tuple(map(html.unescape, printed))


def with_values(words: str, values: Sequence[str]) -> str:
    """`words`, in which holes were."""
    return HOLE.sub(lambda found: values[int(found[1])], words)


@dataclass(frozen=True, slots=True)
class SetText:
    """Words as they are laid on a picture, `coats` one over the other, in certain rows. `name` is nothing else's."""

    coats: Sequence[Coat]
    rows: Rows
    slots: tuple[SlotReport, ...]
    name: object = field(default_factory=object)

    def lay(self, context: Context) -> None:
        for coat in self.coats:
            coat.lay(context)


def _weight(text: SetText | None) -> int:
    return TEXT_BYTES + sum(coat.weight for coat in text.coats) if text else TEXT_BYTES


Words = tuple[str, ...]

_texts: Kept[tuple[object, Words], SetText | None] = Kept(TEXTS_KEPT_BYTES, _weight)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Blank(ABC):
    """`window` is the part of the picture in which the text is seen. `name` is nothing else's: texts are kept by it,
    because they shall not keep the blank."""

    window: Window
    name: object = field(default_factory=object)

    def filled_in(self, values: Sequence[str], fonts: FontLibrary) -> SetText | None:
        """What one person sees is kept: another may see the same, such as a campaign's date."""
        words = self._words(values)
        return _texts.get((self.name, words), lambda: self._set(words, fonts))

    @property
    @abstractmethod
    def weight(self) -> int:
        """Bytes, beside the texts that came of it."""

    @abstractmethod
    def _words(self, values: Sequence[str]) -> Words:
        """All that is said in it."""

    @abstractmethod
    def _set(self, words: Words, fonts: FontLibrary) -> SetText | None:
        """What comes of that."""

    def _set_text(
        self, painted: Iterable[tuple[Sequence[Placed], Paints]], matrix: Matrix, slot: SlotReport
    ) -> SetText | None:
        """Of letters that are painted one after the other. `matrix` leads to pixels."""
        found: list[Coat] = []
        for placed, paints in painted:
            laid = coats(placed, paints, matrix, self.window.bounds)
            if laid is None:
                return None
            found += laid
        areas = [coat.area for coat in found]
        if not all(map(self.window.holds, areas)):
            return None
        return SetText(found, tuple((area.top, area.top + area.height) for area in areas), (slot,))
