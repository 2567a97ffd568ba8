"""Small capitals: the font's own where it has them, else capitals of 0.7 times the size, as browsers make them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType

from cairosvg.parser import Node

from server.characters import characters
from server.fonts.faces import Face
from server.fonts.library import FontLibrary
from server.render.type.letter_case import in_case
from server.text.shape import Run

SCALE = 0.7  # Chromium's; Firefox takes 0.8
FACES_KEPT = 64

LETTERS, CAPITALS = "small letters", "all else"
# font-variant-caps: the font's features, and which characters become small capitals where it has none of them.
CAPS = MappingProxyType(
    {
        "small-caps": (("smcp",), (LETTERS,)),
        "all-small-caps": (("smcp", "c2sc"), (LETTERS, CAPITALS)),
        "petite-caps": (("pcap",), (LETTERS,)),
        "all-petite-caps": (("pcap", "c2pc"), (LETTERS, CAPITALS)),
        "unicase": (("unic",), (CAPITALS,)),
    }
)


def caps_of(node: Node) -> str | None:
    """The kind of small capitals that the text of `node` has."""
    words = f"{node.get('font-variant', '')} {node.get('font-variant-caps', '')}".split()
    return next((word for word in words if word in CAPS), None)


def with_small_caps(run: Run, node: Node, fonts: FontLibrary) -> Iterator[Run]:
    """`run`, which is text of `node`, or what it is made of where small capitals have to be made."""
    word = caps_of(node)
    if word is None:
        yield run
        return
    wanted, small = CAPS[word]
    style = run.style
    face = fonts.match(style.families, style.look)
    if _tags(face) >= set(wanted):
        yield replace(run, style=replace(style, features=(*((tag, 1) for tag in wanted), *style.features)))
        return
    # By characters as people count them: a mark goes with its letter.
    for is_small, letters in groupby(characters(run.text), key=lambda character: _kind(character[0]) in small):
        yield _made(run, "".join(letters), is_small=is_small)


def _kind(character: str) -> str:
    return LETTERS if character.upper() != character else CAPITALS


def _made(run: Run, text: str, *, is_small: bool) -> Run:
    if not is_small:
        return replace(run, text=text)
    style = run.style
    capitals = in_case(text, "uppercase", style.language)
    return replace(run, text=capitals, style=replace(style, size=style.size * SCALE))


@lru_cache(maxsize=FACES_KEPT)
def _tags(face: Face) -> frozenset[str]:
    """The substitution features of the font, whatever the script."""
    engine = face.source.engine
    scripts = range(len(engine.get_table_script_tags("GSUB")))
    return frozenset(tag for script in scripts for tag in engine.get_language_feature_tags("GSUB", script))
