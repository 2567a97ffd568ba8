"""Lines that are gathered look like lines that were written one by one."""

from __future__ import annotations

import logging
import re

import pytest

from server.web.access_log import FORMAT, EveryLine

STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}"


def record(name: str, message: str, level: int = logging.INFO) -> logging.LogRecord:
    return logging.LogRecord(name, level, "", 0, "%s", (message,), None)


def test_every_line_of_gathered_ones_has_time_and_level() -> None:
    lines = EveryLine(FORMAT).format(record("nameplate.access", "GET /i/a.png 200\nGET /i/b.png 304")).split("\n")
    assert re.fullmatch(rf"{STAMP} INFO GET /i/a.png 200", lines[0])
    assert re.fullmatch(rf"{STAMP} INFO GET /i/b.png 304", lines[1])
    assert len(lines) == 2


@pytest.mark.parametrize("name", ["nameplate.access", "server.publishing"])
def test_other_records_are_written_as_they_are(name: str) -> None:
    text = EveryLine(FORMAT).format(record(name, "one line", logging.ERROR))
    assert re.fullmatch(rf"{STAMP} ERROR one line", text)


def test_a_message_of_several_lines_from_elsewhere_is_one_record() -> None:
    text = EveryLine(FORMAT).format(record("server.publishing", "first\nsecond", logging.ERROR))
    assert text.endswith(" ERROR first\nsecond")
