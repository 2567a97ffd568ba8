"""Pieces laid end to end are one stream to any zlib."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.encode.deflate import WINDOW, deflate, deflate_once, zlib_stream
from server.images import Effort

TEXT = b"the same words again and again, " * 40


@given(parts=st.lists(st.binary(max_size=300), max_size=8), effort=st.sampled_from(Effort))
def test_pieces_unpack_to_what_was_put_in(parts: list[bytes], effort: Effort) -> None:
    stream = zlib_stream(deflate(memoryview(part), effort) for part in parts)
    assert zlib.decompress(stream) == b"".join(parts)


@given(parts=st.lists(st.binary(max_size=300), min_size=1, max_size=8))
def test_the_checksum_is_that_of_all_bytes(parts: list[bytes]) -> None:
    stream = zlib_stream(deflate_once(memoryview(part)) for part in parts)
    assert int.from_bytes(stream[-4:]) == zlib.adler32(b"".join(parts))


def test_the_checksum_holds_for_long_pieces_of_large_bytes() -> None:
    """Sums that pass the prime many times over."""
    long = b"\xff" * 3_000_000
    assert zlib.decompress(zlib_stream([deflate(memoryview(long), Effort.FAST)] * 3)) == long * 3


def test_a_piece_that_follows_finds_the_words_before_it() -> None:
    first, alone = deflate_once(memoryview(TEXT)), deflate_once(memoryview(TEXT))
    following = deflate_once(memoryview(TEXT), memoryview(TEXT))
    assert len(following.deflated) < len(alone.deflated)
    assert zlib.decompress(zlib_stream([first, following])) == TEXT * 2


def test_a_match_reaches_no_further_back_than_a_window() -> None:
    before = memoryview(TEXT + bytes(WINDOW))
    following = deflate_once(memoryview(TEXT), before)
    assert zlib.decompress(zlib_stream([deflate_once(before), following])) == bytes(before) + TEXT
    assert len(following.deflated) > len(deflate_once(memoryview(TEXT), memoryview(TEXT)).deflated)


@pytest.mark.parametrize("effort", Effort)
def test_the_same_bytes_give_the_same_piece(effort: Effort) -> None:
    assert deflate(memoryview(TEXT), effort) == deflate(memoryview(TEXT), effort)
