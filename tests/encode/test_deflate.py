"""Pieces laid end to end are one stream to any zlib."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.encode.deflate import WINDOW, Joined, deflate, zlib_stream
from server.images import Effort

TEXT = b"the same words again and again, " * 40


@given(parts=st.lists(st.binary(max_size=300), max_size=8), effort=st.sampled_from(Effort))
def test_pieces_unpack_to_what_was_put_in(parts: list[bytes], effort: Effort) -> None:
    stream = zlib_stream(deflate(memoryview(part), effort) for part in parts)
    assert zlib.decompress(stream) == b"".join(parts)


@given(parts=st.lists(st.binary(max_size=300), min_size=1, max_size=8))
def test_the_checksum_is_that_of_all_bytes(parts: list[bytes]) -> None:
    stream = zlib_stream(deflate(memoryview(part), Effort.SMALL) for part in parts)
    assert int.from_bytes(stream[-4:]) == zlib.adler32(b"".join(parts))


def test_the_checksum_holds_for_long_pieces_of_large_bytes() -> None:
    """Sums that pass the prime many times over."""
    long = b"\xff" * 3_000_000
    assert zlib.decompress(zlib_stream([deflate(memoryview(long), Effort.FAST)] * 3)) == long * 3


@given(parts=st.lists(st.binary(max_size=300), min_size=1, max_size=8), ends=st.tuples(st.integers(0), st.integers(0)))
def test_a_stretch_of_joined_pieces_is_a_piece(parts: list[bytes], ends: tuple[int, int]) -> None:
    start, stop = sorted(end % (len(parts) + 1) for end in ends)
    piece = Joined([deflate(memoryview(part), Effort.SMALL) for part in parts]).between(start, stop)
    words = b"".join(parts[start:stop])
    assert (piece.length, piece.adler) == (len(words), zlib.adler32(words))
    assert zlib.decompress(zlib_stream([piece])) == words


def test_a_piece_that_follows_finds_the_words_before_it() -> None:
    alone = deflate(memoryview(TEXT), Effort.SMALL)
    following = deflate(memoryview(TEXT), Effort.SMALL, after=memoryview(TEXT))
    assert len(following.deflated) < len(alone.deflated)
    assert zlib.decompress(zlib_stream([alone, following])) == TEXT * 2


def test_a_match_reaches_no_further_back_than_a_window() -> None:
    before = memoryview(TEXT + bytes(WINDOW))
    following = deflate(memoryview(TEXT), Effort.SMALL, after=before)
    assert zlib.decompress(zlib_stream([deflate(before, Effort.SMALL), following])) == bytes(before) + TEXT
    assert len(following.deflated) > len(deflate(memoryview(TEXT), Effort.SMALL, after=memoryview(TEXT)).deflated)


@pytest.mark.parametrize("effort", Effort)
def test_the_same_bytes_give_the_same_piece(effort: Effort) -> None:
    assert deflate(memoryview(TEXT), effort) == deflate(memoryview(TEXT), effort)
