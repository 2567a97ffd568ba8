"""Which encoding the bytes of a table are in, found by what stands in them; says what a file is that is no text."""

from __future__ import annotations

import codecs
from collections.abc import Iterable

CODEC_OF_MARK = {  # a file's first bytes; the longer mark first, for one begins with the other
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
FALLBACK = "cp1252"  # what spreadsheets of the western world write where they do not write Unicode

_SAVE_AS = "open it in your spreadsheet program and save it as CSV (UTF-8)"
_OTHERS = {
    b"PK\x03\x04": f"is a workbook (.xlsx, .ods, .numbers) or an archive; {_SAVE_AS}",
    b"\xd0\xcf\x11\xe0": f"is an old Excel workbook (.xls); {_SAVE_AS}",
    b"%PDF": "is a PDF; export the list as CSV from where it comes from",
    b"\x1f\x8b": "is compressed; unpack it first",
    b"\x89PNG": "is a picture",
    b"\xff\xd8\xff": "is a picture",
    b"{\\rtf": "is a text document (.rtf); save it as plain text, or export the list as CSV",
}
_LOST = "\ufffd"


def why_no_text(head: bytes) -> str:
    """What a file that begins with `head` is, with the cure; empty where it can be a table."""
    for mark, what in _OTHERS.items():
        if head.startswith(mark):
            return what
    if b"\0" in head and not find_mark(head) and not _bare_utf16(head):
        return f"is no text; {_SAVE_AS}"
    return ""


def find_mark(head: bytes) -> str:
    return next((codec for mark, codec in CODEC_OF_MARK.items() if head.startswith(mark)), "")


def find_encoding(pieces: Iterable[bytes]) -> str:
    """The codec of a file that comes in `pieces`, of which the first tells all but UTF-8 from the code page."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    beyond_ascii = lost = 0
    is_first = True
    for piece in pieces:
        if is_first and (told := find_mark(piece) or _bare_utf16(piece)):
            return told
        is_first = False
        if piece.isascii():
            continue
        text = decoder.decode(piece)
        lost += text.count(_LOST)
        beyond_ascii += sum(character > "\x7f" for character in text)
    if decoder.decode(b"", final=True):
        lost += 1
        beyond_ascii += 1
    # A few damaged letters among many that are sound: a list that was put together from two. No text in a code page
    # has many sequences that happen to be UTF-8.
    return FALLBACK if lost and lost * 2 > beyond_ascii else "utf-8"


def _bare_utf16(head: bytes) -> str:
    """UTF-16 without its mark: of a header line in Latin letters every second byte is zero."""
    sample = head[: len(head) // 2 * 2]
    if len(sample) < len("ab".encode("utf-16-le")):
        return ""
    for codec, zeros, letters in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        if zeros.count(0) * 2 > len(zeros) and not letters.count(0):
            return codec
    return ""
