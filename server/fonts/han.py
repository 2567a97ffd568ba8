"""What is East Asian in a text and in the language it is marked with, and whose forms its Han characters take: 骨 and
直 are drawn otherwise in Tokyo, Beijing and Taipei, though they are one code point each.
"""

from __future__ import annotations

import re
from functools import lru_cache

JAPANESE, SIMPLIFIED, TRADITIONAL, KOREAN = "ja", "zh-Hans", "zh-Hant", "ko"

CHARACTERS_KEPT = 8192  # a few bytes each
TEXTS_KEPT = 512  # a card has a dozen, and most are in the next card too

_KANA = ((0x3041, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9D))
_HANGUL = ((0x1100, 0x11FF), (0x3131, 0x318E), (0xA960, 0xA97C), (0xAC00, 0xD7FB), (0xFFA1, 0xFFDC))
_BOPOMOFO = ((0x3105, 0x312F), (0x31A0, 0x31BF))
_HAN_MARKS = ((0x3005, 0x3007), (0x3021, 0x3029), (0x3038, 0x303B))  # what repeats a character, and numerals
_HAN = (*_HAN_MARKS, (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_EAST_ASIAN = re.compile(
    "[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in (*_KANA, *_HANGUL, *_BOPOMOFO, *_HAN)) + "]"
)

# A character that one national standard has and the others lack says where a text is from: 伟 is only in
# Beijing's, 偉 not in it.
_STANDARDS = {SIMPLIFIED: "gb2312", TRADITIONAL: "big5", JAPANESE: "shift_jis"}

_TRADITIONAL_MARKS = frozenset({"hant", "tw", "hk", "mo"})


def region_of(language: str) -> str:
    """Which of the four written traditions a BCP 47 tag means; "" for every other language."""
    primary, *further = language.lower().split("-")
    if primary in ("ja", "ko"):
        return primary
    if primary in ("zh", "yue"):
        is_traditional = not _TRADITIONAL_MARKS.isdisjoint(further) or (primary == "yue" and "hans" not in further)
        return TRADITIONAL if is_traditional else SIMPLIFIED
    return ""


def may_break_in_words(text: str) -> bool:
    """Whether `text` has Chinese, Japanese or Korean letters, between which a line may break almost anywhere."""
    return _EAST_ASIAN.search(text) is not None


def written_language(text: str, language: str = "") -> str:
    """`language` if it says how Han characters look, else what `text` itself tells: kana, Hangul, Bopomofo, or
    characters that only one of the national standards has. What tells nothing keeps its `language`.
    """
    if text.isascii() or region_of(language):
        return language
    return _told_by(text) or language


@lru_cache(maxsize=TEXTS_KEPT)
def _told_by(text: str) -> str:
    codes = [ord(character) for character in text if character >= "\u1100"]
    for blocks, tells in ((_KANA, JAPANESE), (_HANGUL, KOREAN), (_BOPOMOFO, TRADITIONAL)):
        if any(_is_in(code, blocks) for code in codes):
            return tells
    told = {_only_in(code) for code in codes if _is_in(code, _HAN)} - {""}
    return told.pop() if len(told) == 1 else ""


def _is_in(code: int, blocks: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in blocks)


@lru_cache(maxsize=CHARACTERS_KEPT)
def _only_in(code: int) -> str:
    """The one tradition whose standard has this character; "" where several have it, or none."""
    having = [region for region, codec in _STANDARDS.items() if _encodes(chr(code), codec)]
    return having[0] if len(having) == 1 else ""


def _encodes(character: str, codec: str) -> bool:
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
