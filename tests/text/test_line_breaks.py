"""Where lines may break, by Unicode's rules, as indices into Python strings: script by script, as literal pieces."""

from __future__ import annotations

from itertools import pairwise

import pytest

from server.fonts.library import FontLibrary
from server.text.box import Box
from server.text.breaks import address_breaks, character_breaks, line_breaks, phrase_breaks
from server.text.lines import Paragraph
from server.text.shape import Run, TextStyle
from server.text.solve import solve
from tests.support.square_font import FAMILY_OF_THREE

NBSP, NARROW_NBSP, WORD_JOINER, ZERO_WIDTH_SPACE, SOFT_HYPHEN = "\u00a0", "\u202f", "\u2060", "\u200b", "\u00ad"
NO_BREAK_HYPHEN = "\u2011"
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
URL = "https://www.example.com/events/2026/summer-party?guest=ada_lovelace&table=12#menu"


def pieces(text: str, places: list[int]) -> str:
    return "|".join(text[start:end] for start, end in pairwise(places))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Lovelace", "Ada |Lovelace"),
        ("well-known fact", "well-|known |fact"),
        ("Anna-Maria Müller-Lüdenscheidt", "Anna-|Maria |Müller-|Lüdenscheidt"),
        ("O’Neil (CEO), 24/7", "O’Neil |(CEO), |24/7"),
        ("$100 or €1,000.50", "$100 |or |€1,000.50"),
        ("“Hello” — she said…", "“Hello” |— |she |said…"),
    ],
)
def test_latin_breaks_at_spaces_and_behind_hyphens(text: str, expected: str) -> None:
    assert pieces(text, line_breaks(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"10{NBSP}km away", f"10{NBSP}km |away"),
        (f"«{NBSP}Bonjour{NBSP}» dit-il{NARROW_NBSP}!", f"«{NBSP}Bonjour{NBSP}» |dit-|il{NARROW_NBSP}!"),
        ("« Bonjour », vraiment ? oui", "« Bonjour », |vraiment ? |oui"),
        (f"well-{WORD_JOINER}known", f"well-{WORD_JOINER}known"),
        (f"E{NO_BREAK_HYPHEN}Mail an", f"E{NO_BREAK_HYPHEN}Mail |an"),
        (f"open{ZERO_WIDTH_SPACE}source", f"open{ZERO_WIDTH_SPACE}|source"),
        (f"co{SOFT_HYPHEN}ope{SOFT_HYPHEN}ra{SOFT_HYPHEN}tion", "co\u00ad|ope\u00ad|ra\u00ad|tion"),
    ],
)
def test_what_says_where_to_break_is_obeyed(text: str, expected: str) -> None:
    assert pieces(text, line_breaks(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("สวัสดีชาวโลกยินดีต้อนรับสู่กรุงเทพมหานคร", "สวัสดี|ชาว|โลก|ยินดี|ต้อนรับ|สู่|กรุงเทพมหานคร"),
        ("ສະບາຍດີຊາວໂລກ", "ສະບາຍດີ|ຊາວໂລກ"),
        ("សួស្តីពិភពលោក", "សួស្តី|ពិភពលោក"),
        ("မင်္ဂလာပါကမ္ဘာလောက", "မင်္ဂလာ|ပါ|ကမ္ဘာ|လောက"),
    ],
)
def test_scripts_without_spaces_break_between_words(text: str, expected: str) -> None:
    assert pieces(text, line_breaks(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("山田太郎株式会社、東京", "山|田|太|郎|株|式|会|社、|東|京"),
        ("「テスト」です。", "「テ|ス|ト」|で|す。"),
        ("ラーメン！？", "ラー|メ|ン！？"),  # a long-vowel mark begins no line
        ("キャッツちょっと", "キャッ|ツ|ちょっ|と"),  # nor does a small kana
        ("佐々木様", "佐々|木|様"),
        ("（简体）《书名》，你好。", "（简|体）|《书|名》，|你|好。"),
        ("안녕하세요 서울", "안|녕|하|세|요 |서|울"),
    ],
)
def test_east_asian_text_breaks_between_characters_but_for_kinsoku(text: str, expected: str) -> None:
    assert pieces(text, line_breaks(text)) == expected


@pytest.mark.parametrize("language", ["ja", "zh-Hant", "ko-KR", "ZH", "yue"])
def test_curly_quotes_are_brackets_in_an_east_asian_text(language: str) -> None:
    assert pieces("中“a”中", line_breaks("中“a”中", language)) == "中|“a”|中"
    assert pieces("中“a”中", line_breaks("中“a”中", "de")) == "中“a”中"


def test_any_language_tag_will_do() -> None:
    for language in ("", "x-klingon", "de-CH-1901", "-", "../../etc", "jam", "日本語"):
        assert line_breaks("a b", language) == [0, 2, 3]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("שלום עולם בית־ספר", "שלום |עולם |בית־|ספר"),
        ("محمد عبد الله بن عبد العزيز", "محمد |عبد |الله |بن |عبد |العزيز"),
        ("हिन्दी में नमस्ते", "हिन्दी |में |नमस्ते"),
    ],
)
def test_other_scripts_break_at_spaces(text: str, expected: str) -> None:
    assert pieces(text, line_breaks(text)) == expected


def test_rows_of_emoji_break_between_emoji() -> None:
    row = [FAMILY_OF_THREE, "👍🏽", "🇩🇪", "🇫🇷", ENGLAND, "❤️\u200d🔥", "1️⃣"]
    assert pieces("".join(row), line_breaks("".join(row))) == "|".join(row)
    assert pieces(f"{row[0]} says 😀 hi", line_breaks(f"{row[0]} says 😀 hi")) == f"{row[0]} |says |😀 |hi"


def test_a_url_breaks_behind_its_slashes() -> None:
    assert pieces(URL, line_breaks(URL)) == (
        "https://|www.example.com/|events/|2026/|summer-|party?|guest=ada_lovelace&table=12#menu"
    )


def test_a_url_that_is_still_too_long_breaks_before_its_marks() -> None:
    assert pieces(URL, sorted({*line_breaks(URL), *address_breaks(URL)})) == (
        "https://|www|.example|.com/|events/|2026/|summer-|party|?|guest|=ada|_lovelace|&table|=12|#menu"
    )


def test_an_e_mail_address_breaks_before_its_marks() -> None:
    text = "to ada.lovelace@example.com."
    assert pieces(text, [0, *address_breaks(text), len(text)]) == "to ada|.lovelace|@example|.com."


def test_what_is_no_address_is_left_alone() -> None:
    for text in ("", "Hello. Yes/No", "3.5/4 e.g. @ada a_b", "C++ & Co. KG"):
        assert address_breaks(text) == []


def test_looking_for_addresses_takes_no_longer_than_the_text() -> None:
    # Would take minutes if every start looked at all that follows.
    assert address_breaks("a." * 100_000) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Lovelace-King", "Ada |Lovelace-|King"),
        (f"co{SOFT_HYPHEN}operation now", "co\u00adoperation |now"),
        ("山田太郎株式会社、東京", "山田|太郎|株式会社、|東京"),
        ("欢迎参加我们的年度大会", "欢迎|参加|我们|的|年度|大会"),
        ("안녕하세요 서울", "안녕하세요 |서울"),
        ("สวัสดีชาวโลก", "สวัสดี|ชาว|โลก"),
        ("Hello 🎉 Zoë ❤️🇩🇪 and 1️⃣ 2", "Hello 🎉 |Zoë ❤️🇩🇪 |and |1️⃣ |2"),
    ],
)
def test_phrases_are_whole_words(text: str, expected: str) -> None:
    assert pieces(text, phrase_breaks(text)) == expected


def test_every_phrase_ends_where_a_line_may() -> None:
    text = f"「東京」ラーメン 山田太郎様、3{NBSP}km (안녕)“中”𠀀 Müller-Lüdenscheidt สวัสดี😀"
    assert set(phrase_breaks(text)) <= set(line_breaks(text))


def test_indices_are_those_of_python_beyond_the_first_65536_characters() -> None:
    text = "𠀀😀a 𝒜 b"
    assert pieces(text, line_breaks(text)) == "𠀀|😀|a |𝒜 |b"


def test_a_lone_surrogate_breaks_nothing() -> None:
    assert line_breaks("a\ud800b c") == [0, 4, 5]


def test_characters_are_grapheme_clusters() -> None:
    assert character_breaks("e\u0301👨‍👩‍👧🇩🇪x") == [0, 2, 7, 9, 10]


def test_nothing_has_one_place() -> None:
    assert line_breaks("") == phrase_breaks("") == character_breaks("") == [0]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("山田 太郎左衛門", 210, ["山田", "太郎左衛門"]),
        ("山田 太郎左衛門", 150, ["山田 太", "郎左衛", "門"]),
        ("김민준 정약용님", 190, ["김민준", "정약용님"]),
    ],
)
def test_a_name_is_parted_at_its_space_where_that_makes_as_many_lines(
    text: str, width: float, lines: list[str], shipped: FontLibrary
) -> None:
    paragraph = Paragraph([Run(text, TextStyle(("Inter",), 40))], shipped, 1.2)
    found = solve(paragraph, Box(inline_size=width))
    assert len(found.lines) == len(lines)
    assert [line.advance for line in found.lines] == [
        paragraph.line(*stretch).advance for stretch in _stretches(text, lines)
    ]


def _stretches(text: str, lines: list[str]) -> list[tuple[int, int]]:
    places, at = [], 0
    for line in lines:
        start = text.index(line, at)
        places.append((start, at := start + len(line)))
    return places
