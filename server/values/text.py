"""Any string into one that can be drawn as a line of text, and a long one into a shorter one."""

from __future__ import annotations

import re
import unicodedata

import icu

from server.characters import characters

ELLIPSIS = "…"

ZWNJ, ZWJ = "\u200c", "\u200d"

# Controls, surrogates, and what Unicode calls format characters: bidi controls, zero-width spaces, soft
# hyphens, tags. Unassigned ones stay, for they are next year's emoji; private use stays, for a brand's own
# font.
_DROPPED = frozenset({"Cc", "Cf", "Cs"})
_NONCHARACTERS = frozenset(
    {*map(chr, range(0xFDD0, 0xFDF0)), *(chr(plane * 0x10000 + low) for plane in range(17) for low in (0xFFFE, 0xFFFF))}
)
_GRAPHEME_JOINER = "\u034f"  # a mark by category, yet never seen
# Format characters that are seen, because they enclose the digits or letters after them
# (Prepended_Concatenation_Mark).
_SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")

_BREAKS = frozenset("\t\n\v\f\r\x85")
_SPACES = frozenset({"Zs", "Zl", "Zp"})
_BLANKS = frozenset("\u2800\u3164\uffa0")  # letters by category, nothing by looks: "invisible names"

# The flags of England, Scotland and others: a black flag, invisible letters, an end mark.
_TAG_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]+\U000e007f")

# Scripts whose spelling needs joiners: cursive ones and those that stack or ligate (The Unicode Standard,
# 23.2).
_JOINING = frozenset(
    {
        "Adlm",
        "Arab",
        "Bali",
        "Beng",
        "Brah",
        "Deva",
        "Gran",
        "Gujr",
        "Guru",
        "Java",
        "Khmr",
        "Knda",
        "Mand",
        "Mlym",
        "Modi",
        "Mong",
        "Mymr",
        "Newa",
        "Nkoo",
        "Orya",
        "Phag",
        "Rohg",
        "Sind",
        "Sinh",
        "Syrc",
        "Taml",
        "Telu",
        "Tibt",
        "Tirh",
    }
)
_VIRAMA = 9  # its canonical combining class
_EMOJI_ENDS = frozenset({"\ufe0f", *map(chr, range(0x1F3FB, 0x1F400))})  # emoji style, skin tones


# ASCII and the precomposed letters of Latin: composed, and all of them seen.
_PLAIN = re.compile("[ -~\u00c0-\u024f]*")


def clean(text: str) -> str:
    """`text` in NFC, without what cannot be seen, its white space single and only between words."""
    if _PLAIN.fullmatch(text):
        return " ".join(text.split())
    # Composed before, so that what stands beside a joiner is settled, and after, because a letter and its
    # mark may have been kept apart by something that is gone now.
    composed = unicodedata.normalize("NFC", "".join(map(_space_or_self, text)))
    return unicodedata.normalize("NFC", " ".join(_without_idle_joiners(_without_unseen(composed)).split()))


def cut(text: str, most: int) -> str:
    """`text` in at most `most` characters: cut between words when that leaves at least half, with an ellipsis."""
    given = characters(text)
    if len(given) <= most:
        return text
    room = most - len(ELLIPSIS)
    if room < 1:
        return ELLIPSIS[:most]
    kept = given[:room]
    if not given[room].isspace():
        gaps = [at for at, character in enumerate(kept) if character.isspace()]
        if gaps and gaps[-1] * 2 >= room:
            kept = kept[: gaps[-1]]
    return "".join(kept).rstrip(" ,;:-–—&(/") + ELLIPSIS


def _space_or_self(character: str) -> str:
    is_space = character in _BREAKS or character in _BLANKS or unicodedata.category(character) in _SPACES
    return " " if is_space else character


def _without_unseen(text: str) -> str:
    """`text` without characters that are never seen. Joiners are left for later, when their neighbours are known."""
    in_flags = {at for flag in _TAG_FLAG.finditer(text) for at in range(flag.start(), flag.end())}
    return "".join(c for at, c in enumerate(text) if c in {ZWNJ, ZWJ} or at in in_flags or not _is_unseen(c))


def _is_unseen(character: str) -> bool:
    if unicodedata.category(character) in _DROPPED:
        return character not in _SEEN
    return character in _NONCHARACTERS or character == _GRAPHEME_JOINER


def _without_idle_joiners(text: str) -> str:
    if ZWNJ not in text and ZWJ not in text:
        return text
    return "".join(c for at, c in enumerate(text) if c not in {ZWNJ, ZWJ} or _joiner_works(text, at))


def _joiner_works(text: str, at: int) -> bool:
    """Whether the joiner at `at` shapes what is drawn: in an emoji, after a virama, or inside a word of a
    script that spells with joiners."""
    before, after = text[:at], text[at + 1 : at + 2]
    if not before:
        return False
    if unicodedata.combining(before[-1]) == _VIRAMA:
        return True
    if text[at] == ZWJ and after and _is_pictograph(after):
        return before[-1] in _EMOJI_ENDS or _is_pictograph(before[-1])
    letter = next((c for c in reversed(before) if not unicodedata.combining(c)), "")
    return _script(letter) in _JOINING and _script(after) in _JOINING


def _is_pictograph(character: str) -> bool:
    return bool(icu.Char.hasBinaryProperty(character, icu.UProperty.EXTENDED_PICTOGRAPHIC))


def _script(character: str) -> str:
    return str(icu.Script.getScript(character).getShortName()) if character else ""
