"""One character as people see it in, whether it asks for colour out: emoji or text presentation by UTS #51.

Which face then draws it, and what happens where no face can, is for those who match faces.
"""

from __future__ import annotations

from functools import lru_cache

import icu

TEXT_STYLE, EMOJI_STYLE = "\ufe0e", "\ufe0f"  # variation selectors 15 and 16
JOINER = "\u200d"
KEYCAP = "\u20e3"
KEYCAP_BASES = frozenset("0123456789#*")
TAGS = range(0xE0020, 0xE0080)
ANSWERS_KEPT = 4096  # some 150 bytes each; a card has few emoji, a batch of cards has the same ones

_has = icu.Char.hasBinaryProperty
_EMOJI, _EMOJI_BY_DEFAULT = icu.UProperty.EMOJI, icu.UProperty.EMOJI_PRESENTATION
_MODIFIER, _PICTOGRAPH = icu.UProperty.EMOJI_MODIFIER, icu.UProperty.EXTENDED_PICTOGRAPHIC


def wants_emoji(cluster: str) -> bool:
    """Whether `cluster`, one grapheme cluster, is to be shown in colour: a selector decides, else what it is
    a sequence of (keycap, flag, skin tone, joined emoji), else Unicode's default for the character.
    """
    return not cluster.isalpha() and _wants_emoji(cluster)  # the one letter that may be an emoji, ℹ, is text alone


@lru_cache(maxsize=ANSWERS_KEPT)
def _wants_emoji(cluster: str) -> bool:
    first, rest = cluster[:1], cluster[1:]
    if rest.startswith(TEXT_STYLE) or not _may_be_emoji(first):
        return False
    if first in KEYCAP_BASES:  # without the key, colour faces have a bare digit at best, often a blank
        return KEYCAP in rest
    return rest.startswith(EMOJI_STYLE) or _shown_as_emoji(first) or _continues_emoji(rest)


def _may_be_emoji(character: str) -> bool:
    return bool(character) and (_has(character, _EMOJI) or _is_reserved(character))


def _shown_as_emoji(character: str) -> bool:
    return _has(character, _EMOJI_BY_DEFAULT) or _is_reserved(character)


def _is_reserved(character: str) -> bool:
    """Set aside for the emoji of Unicode versions to come: a face may know them before ICU does."""
    return _has(character, _PICTOGRAPH) and not icu.Char.isdefined(character)


def _continues_emoji(rest: str) -> bool:
    """Whether `rest` makes an emoji of what is text by default: skin tones, tags, or a joined emoji."""
    if not rest:
        return False
    if rest.startswith(JOINER):
        return len(rest) > 1 and _may_be_emoji(rest[1])
    return _has(rest[0], _MODIFIER) or ord(rest[0]) in TAGS
