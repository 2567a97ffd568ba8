"""CSV files of every dialect, as literal bytes."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.errors import UnfitValue
from server.rows import csv_file
from server.rows.csv_file import Table, open_table


def read(tmp_path: Path, data: bytes) -> tuple[Table, list[tuple[str, ...]]]:
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    table = open_table(path)
    return table, [row.cells for row in table.rows()]


TEXT = "First Name,Company\nZoë,Łódź & Co\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_every_unicode_encoding_reads_the_same(tmp_path: Path, data: bytes, encoding: str) -> None:
    table, rows = read(tmp_path, data)
    assert (table.encoding, table.columns) == (encoding, ("First Name", "Company"))
    assert rows == [("Zoë", "Łódź & Co")]


def test_what_is_no_utf_8_is_what_spreadsheets_write(tmp_path: Path) -> None:
    table, rows = read(tmp_path, b"name\nJos\xe9 \x96 Garc\xeda\n")
    assert table.encoding == "cp1252"
    assert rows == [("José – García",)]


def test_one_damaged_letter_among_sound_ones_leaves_the_sound_ones(tmp_path: Path) -> None:
    table, rows = read(tmp_path, "name\nŁukasz Żółć\n".encode() + b"Ren\xe9\n")
    assert table.encoding == "utf-8"
    assert rows == [("Łukasz Żółć",), ("Ren\ufffd",)]


def test_an_accent_beyond_the_first_piece_is_found(tmp_path: Path) -> None:
    plain = b"name\n" + b"Sarah\n" * csv_file.PIECE
    assert read(tmp_path, plain + b"Jos\xe9\n")[1][-1] == ("José",)
    assert read(tmp_path, plain + "José\n".encode())[1][-1] == ("José",)


def test_a_letter_cut_by_the_end_of_a_piece_is_whole(tmp_path: Path) -> None:
    data = b"name\n" + b"a" * (csv_file.PIECE - 6) + "é\n".encode()
    assert read(tmp_path, data)[0].encoding == "utf-8"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_that_of_the_header(tmp_path: Path, delimiter: str) -> None:
    table, rows = read(tmp_path, f'a{delimiter}"b, c; d"{delimiter}e\r\n1{delimiter}"2,5"{delimiter}\r\n'.encode())
    assert (table.delimiter, table.columns) == (delimiter, ("a", "b, c; d", "e"))
    assert rows == [("1", "2,5", "")]


def test_the_line_that_tells_excel_the_delimiter_is_no_header(tmp_path: Path) -> None:
    table, rows = read(tmp_path, b"sep=;\r\nname;city, state\r\nAmy;Oslo\r\n")
    assert (table.columns, rows) == (("name", "city, state"), [("Amy", "Oslo")])


def test_a_cell_may_hold_lines_quotes_and_delimiters(tmp_path: Path) -> None:
    rows = read(tmp_path, b'a,b\n"one\r\ntwo","say ""hi"", you"\n')[1]
    assert rows == [("one\r\ntwo", 'say "hi", you')]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(tmp_path: Path, end: str) -> None:
    assert read(tmp_path, end.join(["a,b", "1,2", "3,4"]).encode())[1] == [("1", "2"), ("3", "4")]


def test_blank_rows_are_left_out_and_short_ones_filled(tmp_path: Path) -> None:
    assert read(tmp_path, b"\n\na,b,c\n\n1\n,,\n , ,\n2,3,4\n")[1] == [("1", "", ""), ("2", "3", "4")]


def test_a_row_with_more_cells_than_the_header_says_so(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"name,company\nAmy,Acme, Inc\nBo,Acme,\n")
    assert [(row.number, row.is_ragged) for row in open_table(path).rows()] == [(1, True), (2, False)]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"\n\n  \n", "is empty"),
        (b"PK\x03\x04rest of a workbook", "save it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"\x00\x01\x02\x03\x00\x00\x00\x07", "no text"),
        (b'a,b\n1,2\n"x,3\n4,5\n', "line 3: a quote is opened there and never closed"),
        (b"a\n" + b"x" * 200_000, "line 2"),
        (b",".join([b"c"] * 2_001), "2,001 columns"),
    ],
)
def test_what_cannot_be_read_is_one_error_with_the_cure(tmp_path: Path, data: bytes, says: str) -> None:
    with pytest.raises(UnfitValue, match=says):
        read(tmp_path, data)


def test_a_file_that_is_too_large_or_not_there_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnfitValue, match="cannot be read"):
        open_table(tmp_path / "nothing.csv")
    with pytest.raises(UnfitValue, match="cannot be read"):
        open_table(tmp_path)
    monkeypatch.setattr(csv_file, "MAX_BYTES", 10)
    with pytest.raises(UnfitValue, match="split it"):
        read(tmp_path, b"name\nsomebody\n")


def test_more_rows_than_are_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "MAX_ROWS", 2)
    with pytest.raises(UnfitValue, match="more than 2 rows"):
        read(tmp_path, b"name\na\nb\nc\n")


SHARDS = st.sampled_from(
    [b'"', b",", b";", b"\t", b"\n", b"\r\n", b"\xff\xfe", b"\xef\xbb\xbf", b"\0", b"\xe9", b"name"]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.one_of(st.binary(max_size=300), st.lists(SHARDS, max_size=40).map(b"".join)))
def test_any_bytes_are_rows_or_one_clear_error(tmp_path: Path, data: bytes) -> None:
    try:
        table, rows = read(tmp_path, data)
    except UnfitValue:
        return
    assert all(len(cells) == len(table.columns) for cells in rows)
    assert all(any(map(str.strip, cells)) for cells in rows if not any(r.is_ragged for r in table.rows()))
