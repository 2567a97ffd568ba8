"""Itemizing goes by words and remembers characters; character by character, remembering nothing, it says the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from hypothesis import example, given
from hypothesis import strategies as st

from server.characters import characters
from server.fonts.coverage import is_invisible
from server.fonts.emoji import wants_emoji
from server.fonts.faces import Face, Look
from server.fonts.library import FontLibrary
from server.text import itemize
from server.text.itemize import COMMON, SPACE, Faces, Item, faces_for

LOOK = Look(700, size=40)
FAMILIES = (("Inter",), ("Allison",), ("Noto Sans CJK",))
INHERITED = "Zinh"

# What is drawn by many faces, what steers, and what no face has, close to each other.
letters = st.one_of(
    st.sampled_from("aé1 .,-\u00ad\u200d\u200c\u2060\ufe0f\u0301\u034f€…&#"),
    st.sampled_from("Ωπжאبم\u064bन\u093e।ไ\u0e49日あ한ー、，👩🏽🇩🇪❤\u20e3\ue000\U00010900"),
    st.characters(),
)
texts = st.text(letters, max_size=30)


def drawer(cluster: str, faces: Faces) -> Face | None:
    return faces.fonts.drawer(cluster, faces.families, faces.look, language=faces.language, emoji=wants_emoji(cluster))


def script(character: str) -> str:
    return itemize._script.__wrapped__(character)


def words(text: str) -> list[list[str]]:
    found: list[list[str]] = []
    for character in characters(text):
        own, of_word = script(character[0]), script(found[-1][0][0]) if found else COMMON
        is_of_word = own in (of_word, INHERITED) or is_invisible(character[0])
        if of_word == COMMON or not is_of_word:
            found.append([])
        found[-1].append(character)
    return found


def drawn_by(text: str, faces: Faces) -> Iterator[tuple[str, Face | None]]:
    """Who draws each character; where none does, each of its code points."""
    last: Face | None = faces.first
    for word in words(text):
        alone = {drawer(character, faces) for character in word}
        of_word = drawer_of_all(word, faces) if len(word) > 1 and len(alone) > 1 else None
        for character in word:
            face = of_word or (last if last and follows(character, last, faces) else drawer(character, faces))
            for part in [character] if face else character:
                last = face or drawer(part, faces)
                yield part, last


def drawer_of_all(word: list[str], faces: Faces) -> Face | None:
    return faces.fonts.drawer("".join(word), faces.families, faces.look, language=faces.language)


def follows(character: str, last: Face, faces: Faces) -> bool:
    if all(map(is_invisible, character)):
        return True
    is_sign = script(character[0]) == COMMON and not wants_emoji(character)
    is_at_home = last.has_glyphs_for(character) and not last.is_color
    return is_sign and is_at_home and (character == SPACE or not faces.first.has_glyphs_for(character))


def scripts(text: str) -> list[str]:
    own = [script(letter) for letter in text]
    found = [next((one for one in own if one not in (COMMON, INHERITED)), COMMON)]
    for one in own:
        found.append(found[-1] if one in (COMMON, INHERITED) else one)
    return found[1:]


def items_by_character(text: str, levels: list[int], faces: Faces) -> list[Item]:
    """As `itemize` says it does, letter for letter."""
    kinds = [(part, face) for part, face in drawn_by(text, faces)]
    starts = [sum(len(part) for part, _ in kinds[:index]) for index in range(len(kinds))]
    in_scripts = scripts(text)
    cells = [(at, part, face, in_scripts[at], levels[at]) for at, (part, face) in zip(starts, kinds, strict=True)]
    items: list[Item] = []
    # What no face has stands alone: its own index keeps it from being grouped with the next one.
    for (face, *_), group in groupby(cells, key=lambda cell: (cell[2], *cell[3:], None if cell[2] else cell[0])):
        same = list(group)
        items.append(Item(same[0][0], same[-1][0] + len(same[-1][1]), face, *same[0][3:]))
    return items


@given(texts, st.sampled_from(FAMILIES), st.sampled_from(("", "ja", "ar")))
@example("Παπα\u200dδ", ("Allison",), "")
@example("\u200c\u0301a", ("Inter",), "")
@example("a\u093eb", ("Inter",), "")
def test_words_are_drawn_as_their_characters_would_be(
    shipped: FontLibrary, text: str, families: tuple[str, ...], language: str
) -> None:
    faces = faces_for(shipped, families, LOOK, language)
    levels = [0] * len(text)
    assert list(itemize._merged(itemize._pieces(text, levels, faces))) == items_by_character(text, levels, faces)


@given(texts, st.data())
def test_levels_part_words_too(shipped: FontLibrary, text: str, data: st.DataObject) -> None:
    faces = faces_for(shipped, ("Inter",), LOOK, "")
    levels = data.draw(st.lists(st.integers(0, 2), min_size=len(text), max_size=len(text)))
    assert list(itemize.itemize(text, levels, faces)) == items_by_character(text, levels, faces)


# The micro sign is a letter of no script to Unicode; where it stands alone, we shape it as a Latin one.
latin = st.characters(max_codepoint=0x24F, exclude_characters="µ")
plain = st.text(latin | st.sampled_from("ḀỸ‐‘’“”…‰›€"), min_size=1, max_size=20)


@given(plain, st.sampled_from(FAMILIES))
def test_plain_latin_is_the_one_item_that_it_would_be(
    shipped: FontLibrary, text: str, families: tuple[str, ...]
) -> None:
    faces = faces_for(shipped, families, LOOK, "")
    found = list(itemize.itemize(text, None, faces))
    if faces.first.has_glyphs_for(text):
        assert [(item.start, item.end, item.face) for item in found] == [(0, len(text), faces.first)]
    assert found == items_by_character(text, [0] * len(text), faces)
