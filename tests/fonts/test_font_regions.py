"""Which region's forms Han characters take: from the marked language, else from the text itself."""

from __future__ import annotations

import pytest
import uharfbuzz as hb

from server.fonts.han import may_break_in_words, region_of, written_language
from server.fonts.library import FontLibrary


@pytest.mark.parametrize(
    ("language", "region"),
    [
        ("ja", "ja"),
        ("ja-JP", "ja"),
        ("ko-KR", "ko"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-Hans", "zh-Hans"),
        ("zh-hant", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("yue", "zh-Hant"),
        ("en", ""),
        ("", ""),
    ],
)
def test_a_language_names_its_tradition(language: str, region: str) -> None:
    assert region_of(language) == region


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Sarah", ""),
        ("山田さん", "ja"),
        ("トヨタ自動車", "ja"),
        ("김철수 金", "ko"),
        ("刘伟", "zh-Hans"),
        ("臺灣ㄅ", "zh-Hant"),
        ("妳好", "zh-Hant"),
        ("働く", "ja"),
        ("山田太郎", ""),  # written alike everywhere
        ("محمد", ""),
    ],
)
def test_a_text_without_a_language_may_tell_its_own(text: str, language: str) -> None:
    assert written_language(text) == language
    assert written_language(text, "de") == (language or "de")


@pytest.mark.parametrize("text", ["漢", "豈", "𠮷", "々", "かな", "カナ", "ｶﾅ", "ㇰ", "한글", "ㄱ", "ㄅ", "an 山"])
def test_east_asian_letters_are_told_in_every_form(text: str) -> None:
    assert may_break_in_words(text)


@pytest.mark.parametrize("text", ["", "Ada", "Ünï", "Мария", "สวัสดี", "😀", "、。「」", "Ａ１"])
def test_what_is_no_letter_of_east_asia_is_none(text: str) -> None:
    assert not may_break_in_words(text)


def test_a_marked_language_is_believed() -> None:
    assert written_language("刘伟", "ja") == "ja"
    assert written_language("山田さん", "zh-Hant-HK") == "zh-Hant-HK"


def test_the_shipped_face_has_the_forms_of_every_region(shipped: FontLibrary) -> None:
    face = shipped.match(["Noto Sans CJK"])

    def glyph(language: str) -> int:
        buffer = hb.Buffer()
        buffer.add_str("骨")
        buffer.guess_segment_properties()
        buffer.language = language
        hb.shape(face.font, buffer)
        return int(buffer.glyph_infos[0].codepoint)

    assert glyph("ja") == glyph("ko") == glyph("en")
    assert len({glyph(language) for language in ("ja", "zh-Hans", "zh-Hant")}) == 3
