"""Font folders in, a library out: which face a CSS family, weight and style means, and who steps in for the
characters that face lacks. Reading and setting faces is `faces.py`'s work; only the given folders are ever
looked at.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from server.errors import BrokenSetting
from server.fonts.coverage import Coverage, spellings
from server.fonts.faces import PLAIN, Face, FaceSource, Look, clamp, instantiate, read_faces
from server.fonts.files import font_files
from server.fonts.han import region_of
from server.fonts.index import FontIndex

DEFAULT_FAMILY = "Inter"

GENERIC_FAMILIES = {
    "sans-serif": ("Inter",),
    "system-ui": ("Inter",),
    "ui-sans-serif": ("Inter",),
    "ui-rounded": ("Inter",),
    "math": ("Inter",),
    "serif": ("Source Serif 4", "Fraunces"),
    "ui-serif": ("Source Serif 4", "Fraunces"),
    "monospace": ("Geist Mono",),
    "ui-monospace": ("Geist Mono",),
    "cursive": ("Allison",),
    "fantasy": ("Bricolage Grotesque",),
    "emoji": ("Noto Color Emoji",),
    "fangsong": ("Noto Sans CJK",),
}
"""CSS's generic families, as the faces that come with us."""

Family = tuple[FaceSource, ...]
"""The faces of one name; there is at least one."""


class FontLibrary:
    """Every face of the given font folders, indexed once; matches CSS families, weight, style to faces."""

    def __init__(self, sources: Iterable[FaceSource]) -> None:
        # Sorted by content, so that neither folder order nor file names can change a picture.
        self.sources = tuple(sorted(sources, key=lambda source: (source.digest, source.index)))
        by_family: dict[str, list[FaceSource]] = {}
        for source in self.sources:
            by_family.setdefault(source.family.casefold(), []).append(source)
        self._by_family: dict[str, Family] = {name: tuple(faces) for name, faces in by_family.items()}
        self.families: tuple[str, ...] = tuple(sorted({source.family for source in self.sources}))
        """The family names, sorted."""
        self._stand_ins: dict[str, tuple[str, ...]] = {}  # by East Asian region: at most five

    @classmethod
    def open(cls, folders: Sequence[Path], index: Path | None = None) -> FontLibrary:
        """Every font below `folders`. `index` is a file that remembers what is known of them, so that only the fonts
        that are used are read. Raises BrokenSetting where a file is broken or no font is found.
        """
        known = FontIndex(index)
        sources = [source for path in font_files(folders) for source in read_faces(path, known)]
        if not sources:
            named = ", ".join(map(str, folders)) or "(no folder)"
            raise BrokenSetting(f"no font in {named}; put the .ttf or .otf files of one family there")
        known.keep()
        return cls(sources)

    @classmethod
    def open_whole(cls, folders: Sequence[Path], index: Path | None = None) -> FontLibrary:
        """As `open`, with every font in memory: for a process that others are forked from, which then share it."""
        library = cls.open(folders, index)
        for source in library.sources:
            _ = source.engine
        return library

    @cached_property
    def coverage(self) -> Coverage:
        """What all faces together can draw."""
        return Coverage.union(source.coverage for source in self.sources)

    def match(self, families: Sequence[str], look: Look = PLAIN, *, language: str = "") -> Face:
        """The face of the first family that we have, else of the default family: the first of the cascade."""
        return next(self.cascade(families, look, language=language))

    def cascade(
        self, families: Sequence[str], look: Look, *, language: str = "", emoji: bool = False
    ) -> Iterator[Face]:
        """The faces to ask for a character, in order: the list's families, the default one, then all others, those
        made for `language` first. Faces of emoji come before all others for an `emoji`, and after them for anything
        else, though they have digits and a space.

        Lazy, because nearly every text is done with its first face.
        """
        for family, rounded in self._asked(families, look, language=language, emoji=emoji):
            yield instantiate(_nearest(family, rounded), rounded)

    def drawer(
        self, text: str, families: Sequence[str], look: Look, *, language: str = "", emoji: bool = False
    ) -> Face | None:
        """The first face of the cascade that has all of `text`. The faces that lack some of it are not even read."""
        ways = spellings(text)
        for family, rounded in self._asked(families, look, language=language, emoji=emoji):
            source = _nearest(family, rounded)
            if any(map(source.coverage.has_all, ways)):
                return instantiate(source, rounded)
        return None

    def _asked(
        self, families: Sequence[str], look: Look, *, language: str, emoji: bool
    ) -> Iterator[tuple[Family, Look]]:
        # The optical size moves in whole pixels: a bounded number of instances, and no difference to see.
        rounded = Look(look.weight, look.italic, look.stretch, look.size and round(look.size))
        if emoji:
            yield from ((family, rounded) for family in self._in_order(families, language) if _is_emoji(family))
        yield from ((family, rounded) for family in self._in_order(families, language) if not _is_emoji(family))
        if not emoji:
            yield from ((family, rounded) for family in self._in_order(families, language) if _is_emoji(family))

    def _in_order(self, families: Sequence[str], language: str) -> Iterator[Family]:
        """Every family once: those named, the default one, and whoever stands in for them."""
        wanted = [real for name in families for real in GENERIC_FAMILIES.get(name.casefold(), (name,))]
        first = dict.fromkeys(name.casefold() for name in (*wanted, DEFAULT_FAMILY))
        yield from (self._by_family[name] for name in first if name in self._by_family)
        yield from (self._by_family[name] for name in self._standing_in(region_of(language)) if name not in first)

    def _standing_in(self, region: str) -> tuple[str, ...]:
        """The families that nobody named, best first: those made for the region of the text, those made for none, and
        those of another region, whose letters look foreign. Among them those without Latin letters, which were made
        to stand beside others; and the wider a family's range, the plainer it is: a signature face is the last resort.
        """
        if region not in self._stand_ins:

            def rank(name: str) -> tuple[int, bool, int, str]:
                face = self._by_family[name][0]
                strangeness = 0 if face.region == region else 1 if not face.region else 2
                return strangeness, ord("A") in face.coverage, -len(face.coverage), name

            self._stand_ins[region] = tuple(sorted(self._by_family, key=rank))
        return self._stand_ins[region]


def tell_coverage(index: str, *folders: str) -> None:
    """Prints what the fonts of `folders` can draw, as JSON: for `workers/font_reader.py`, in a process of its own."""
    library = FontLibrary.open([Path(folder) for folder in folders], Path(index))
    json.dump(library.coverage.to_json(), sys.stdout)


def _is_emoji(family: Family) -> bool:
    return family[0].is_emoji


def _nearest(family: Family, look: Look) -> FaceSource:
    return min(family, key=lambda source: _distance(source, look))


def _distance(source: FaceSource, look: Look) -> tuple[float, ...]:
    """How far a face is from what was asked for, in the order of CSS Fonts 4 section 5.2: width, style, weight."""
    narrower_or_wider = abs(clamp(look.stretch, source.stretches) - look.stretch)
    return narrower_or_wider, source.italic != look.italic, *_weight_distance(source, look.weight)


def _weight_distance(source: FaceSource, weight: float) -> tuple[int, float]:
    """Below 400 lighter faces come first, above 500 bolder ones; between, up to 500, then lighter, then bolder."""
    nearest = clamp(weight, source.weights)
    if weight < 400:
        is_second_choice = nearest > weight
    elif weight > 500:
        is_second_choice = nearest < weight
    else:
        return (0 if weight <= nearest <= 500 else 1 if nearest < weight else 2), abs(nearest - weight)
    return int(is_second_choice), abs(nearest - weight)
