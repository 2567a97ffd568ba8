"""A run of text in, the stretches that are shaped at once out: of one face, one script and one direction each.

Which faces there are, and in which order they are asked, is `server.fonts`'s; shaping is `shape.py`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import icu

from server.characters import characters
from server.fonts.coverage import is_invisible
from server.fonts.emoji import wants_emoji
from server.fonts.faces import Face, Look
from server.fonts.library import FontLibrary

SPACE = " "
COMMON = "Zyyy"  # digits, punctuation, spaces: of whatever script stands around them
_INHERITED = "Zinh"
SCRIPTS_KEPT = 4096  # characters; a short string each
FACES_KEPT, DRAWERS_KEPT = 256, 16_384  # styles, and characters in a style: some 200 bytes each
FOLLOWERS_KEPT = 16_384  # characters in a style behind one of its faces
WORDS_KEPT = 1024  # words that no face would draw alone, letter by letter: as long as a value at the most
# Latin letters, and the digits, punctuation and money that stand among them: one item where one face has them all.
_PLAIN = re.compile("[\x00-\u024f\u1e00-\u1eff\u2010-\u2027\u2030-\u203a\u20ac]*")


class Item(NamedTuple):
    """`start` and `end` are indices into the run. Without a face, it is one code point that no font has."""

    start: int
    end: int
    face: Face | None
    script: str
    level: int


Kind = tuple[Face | None, str, int]
"""What an item has throughout: its face, its script and its level."""
Piece = tuple[int, Kind]
"""Where a piece of text ends that is all of one kind; it begins where the one before it ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """The faces that a style may use: `first` does nearly every text. Equal only to itself; see `faces_for`."""

    fonts: FontLibrary
    families: tuple[str, ...]
    look: Look
    language: str
    first: Face


@lru_cache(maxsize=FACES_KEPT)
def faces_for(fonts: FontLibrary, families: tuple[str, ...], look: Look, language: str) -> Faces:
    return Faces(fonts, families, look, language, fonts.match(families, look, language=language))


@lru_cache(maxsize=DRAWERS_KEPT)
def drawer(faces: Faces, cluster: str) -> Face | None:
    """The first face that has all of `cluster`; emoji have an order of their own."""
    is_emoji = wants_emoji(cluster)
    return faces.fonts.drawer(cluster, faces.families, faces.look, language=faces.language, emoji=is_emoji)


@lru_cache(maxsize=WORDS_KEPT)
def _drawer_of_word(faces: Faces, word: tuple[str, ...]) -> Face | None:
    """The face that draws a word of several characters: the one that each of them would have alone; where they differ,
    the first that has all of it. A face that has a letter of a foreign script as a sign, such as π, would draw that one
    in another hand than the rest.
    """
    alone = {drawer(faces, character) for character in word}
    if len(alone) > 1:
        return faces.fonts.drawer("".join(word), faces.families, faces.look, language=faces.language)
    return None if _is_unseen(word[0]) else alone.pop()


def itemize(text: str, levels: Sequence[int] | None, faces: Faces) -> Iterator[Item]:
    """The items of `text`, in logical order; without `levels`, all of it runs from left to right.

    A word is drawn by one face, and so is each of its characters, unless no face has all of it: then its characters,
    and of such a character its code points, are drawn by whatever has them.
    """
    if not text:
        return
    if levels is None and _PLAIN.fullmatch(text) and faces.first.has_glyphs_for(text):
        script = "Latn" if any(map(str.isalpha, text)) else COMMON
        yield Item(0, len(text), faces.first, script, 0)
        return
    yield from _merged(_pieces(text, levels or [0] * len(text), faces))


def _pieces(text: str, levels: Sequence[int], faces: Faces) -> Iterator[Piece]:
    """Words where one face draws them and all of it is alike, else characters, else code points."""
    scripts = _scripts(text)
    last: Face | None = faces.first
    end = 0
    for word in _words(text):
        start, end = end, end + sum(map(len, word))
        face = _drawer_of_word(faces, tuple(word)) if len(word) > 1 else None
        if face and len(set(scripts[start:end])) == len(set(levels[start:end])) == 1:
            yield end, (face, scripts[start], levels[start])
            last = face
            continue
        at = start
        for cluster in word:
            own = face or (last if last and _follows(cluster, last, faces) else drawer(faces, cluster))
            for part in (cluster,) if own else cluster:
                last = own or drawer(faces, part)
                yield at + len(part), (last, scripts[at], levels[at])
                at += len(part)


def _words(text: str) -> Iterator[list[str]]:
    """The characters of `text`, those of one script together. What scripts share stands alone; what is not seen parts
    no word.
    """
    word, script = list[str](), COMMON
    for character in characters(text):
        own = _script(character[0])
        if script == COMMON or not (own in (script, _INHERITED) or is_invisible(character[0])):
            if word:
                yield word
            word, script = [], own
        word.append(character)
    if word:
        yield word


@lru_cache(maxsize=FOLLOWERS_KEPT)
def _follows(cluster: str, last: Face, faces: Faces) -> bool:
    """Whether `cluster` belongs to the word before it, whoever draws that: a mark that only steers does, and a space,
    which lets a line be shaped at once (its width is the first face's all the same); and a sign that scripts share and
    the first face lacks, such as the full stop of Bengali and Hindi.
    """
    if _is_unseen(cluster):
        return True
    if last.is_color or _script(cluster[0]) != COMMON or wants_emoji(cluster) or not last.has_glyphs_for(cluster):
        return False
    return cluster == SPACE or not faces.first.has_glyphs_for(cluster)


def _is_unseen(cluster: str) -> bool:
    return all(map(is_invisible, cluster))


def _merged(pieces: Iterator[Piece]) -> Iterator[Item]:
    """Neighbours alike in everything as one, so that they are kerned and joined. Missing characters stay alone."""
    start = end = 0
    last: Kind | None = None
    for piece_end, kind in pieces:
        if last and (kind != last or last[0] is None):
            yield Item(start, end, *last)
            start = end
        last, end = kind, piece_end
    if last:
        yield Item(start, end, *last)


def _scripts(text: str) -> list[str]:
    """The script of each code point; common ones take that of what stands before them, else of what comes first."""
    own = [_script(character) for character in text]
    current = next((script for script in own if script not in (COMMON, _INHERITED)), COMMON)
    found = []
    for script in own:
        if script not in (COMMON, _INHERITED):
            current = script
        found.append(current)
    return found


@lru_cache(maxsize=SCRIPTS_KEPT)
def _script(character: str) -> str:
    """Its Unicode script, as the four letters of ISO 15924."""
    return str(icu.Script.getScript(character).getShortName())
