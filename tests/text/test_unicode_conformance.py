"""Unicode's own test files through our code: line breaks and characters. Debian's package `unicode-data` has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import icu
import pytest

from server.text.breaks import character_breaks, line_breaks

FOLDER = Path("/usr/share/unicode/auxiliary")
BREAK, NO_BREAK = "÷", "×"

# Debian's files are of Unicode 15, ICU 77 knows 16. Of 7,654 line-breaking cases 31 differ (0.4 %), all by rules that
# are newer than the file: a Hebrew word before a hyphen (LB21a), quotation marks and brackets behind a space (LB15),
# a hyphen before a word (LB20a) and a number that begins with its point or follows a comma (LB15c, LB25). Of 602
# cases about characters, none.
LEAST_SHARE = 0.99


def cases(name: str) -> Iterator[tuple[str, list[int]]]:
    """A text and where it breaks, as "÷ 0020 × 0061 ÷" says it."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{path} is not here: apt-get install unicode-data")
    for line in path.read_text(encoding="utf-8").splitlines():
        text, places = "", list[int]()
        for word in line.partition("#")[0].split():
            if word == BREAK:
                places.append(len(text))
            elif word != NO_BREAK:
                text += chr(int(word, 16))
        if text:
            yield text, places


def test_lines_break_as_unicodes_test_file_says() -> None:
    # The file has no break at the start of a text (LB2), where we give 0.
    known = list(cases("LineBreakTest.txt"))
    other = [ascii(text) for text, places in known if line_breaks(text)[1:] != places]
    assert len(known) > 7000
    assert 1 - len(other) / len(known) >= LEAST_SHARE, other


def test_characters_part_as_unicodes_test_file_says() -> None:
    known = list(cases("GraphemeBreakTest.txt"))
    other = [ascii(text) for text, places in known if character_breaks(text) != places]
    assert len(known) > 600
    assert 1 - len(other) / len(known) >= LEAST_SHARE, other


def test_icu_is_not_older_than_the_rules_that_we_describe() -> None:
    assert tuple(map(int, icu.UNICODE_VERSION.split("."))) >= (16, 0)
