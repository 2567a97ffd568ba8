"""Font folders in, a library out: which face a CSS family, weight and style means, and who steps in for the
characters that face lacks. Reading and setting faces is `faces.py`'s work; only the given folders are ever
looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from server.errors import BrokenSetting
from server.text.faces import Face, FaceSource, Look, clamp, instantiate, read_faces
from server.text.files import font_files

DEFAULT_FAMILY = "Inter"

GENERIC_FAMILIES = {
    "sans-serif": ("Inter",),
    "system-ui": ("Inter",),
    "ui-sans-serif": ("Inter",),
    "serif": ("Source Serif 4", "Fraunces"),
    "ui-serif": ("Source Serif 4", "Fraunces"),
    "monospace": ("Geist Mono",),
    "ui-monospace": ("Geist Mono",),
    "cursive": ("Allison",),
    "fantasy": ("Bricolage Grotesque",),
}
"""CSS's generic families, as the faces that come with us."""


class FontLibrary:
    """Every face of the given font folders, indexed once; matches CSS families, weight, style to faces."""

    def __init__(self, sources: Iterable[FaceSource]) -> None:
        # Sorted by content, so that neither folder order nor file names can change a picture.
        ordered = sorted(sources, key=lambda source: (source.digest, source.index))
        self._by_family: dict[str, list[FaceSource]] = {}
        for source in ordered:
            self._by_family.setdefault(source.family.casefold(), []).append(source)
        self.families: tuple[str, ...] = tuple(sorted({source.family for source in ordered}))
        """The family names, sorted."""

    @classmethod
    def open(cls, folders: Sequence[Path]) -> FontLibrary:
        """Reads every font below `folders`. Raises BrokenSetting where a file is broken or no font is
        found.
        """
        sources = [source for path in font_files(folders) for source in read_faces(path)]
        if not sources:
            named = ", ".join(map(str, folders)) or "(no folder)"
            raise BrokenSetting(f"no font in {named}; put the .ttf or .otf files of one family there")
        return cls(sources)

    def match(
        self,
        families: Sequence[str],
        *,
        weight: float = 400,
        italic: bool = False,
        stretch: float = 100,
        size: float | None = None,
    ) -> Face:
        """The face of the first family that we have, else of the default family."""
        return next(self.cascade(families, Look(weight, italic, stretch, size)))

    def cascade(self, families: Sequence[str], look: Look) -> Iterator[Face]:
        """The faces to ask for a character, in order: the list's families, the default one, then all others.

        Lazy, because nearly every text is done with its first face.
        """
        wanted = [real for name in families for real in GENERIC_FAMILIES.get(name.casefold(), (name,))]
        names = dict.fromkeys(name.casefold() for name in (*wanted, DEFAULT_FAMILY, *self.families))
        # The optical size moves in whole pixels: a bounded number of instances, and no difference to see.
        rounded = Look(look.weight, look.italic, look.stretch, look.size and round(look.size))
        for name in names:
            if sources := self._by_family.get(name):
                yield instantiate(min(sources, key=lambda source: _distance(source, rounded)), rounded)


def _distance(source: FaceSource, look: Look) -> tuple[float, ...]:
    """How far a face is from what was asked for, in the order of CSS Fonts 4 section 5.2: width, style,
    weight.
    """
    narrower_or_wider = abs(clamp(look.stretch, source.stretches) - look.stretch)
    return narrower_or_wider, source.italic != look.italic, *_weight_distance(source, look.weight)


def _weight_distance(source: FaceSource, weight: float) -> tuple[int, float]:
    """Below 400 lighter faces come first, above 500 bolder ones; between, those up to 500, then lighter, then
    bolder.
    """
    nearest = clamp(weight, source.weights)
    if weight < 400:
        is_second_choice = nearest > weight
    elif weight > 500:
        is_second_choice = nearest < weight
    else:
        return (0 if weight <= nearest <= 500 else 1 if nearest < weight else 2), abs(nearest - weight)
    return int(is_second_choice), abs(nearest - weight)
