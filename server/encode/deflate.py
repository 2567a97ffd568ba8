"""Bytes to pieces of deflate (RFC 1951) that end on a byte, and such pieces to one zlib stream (RFC 1950).

Every choice of a library and a level is here. Both libraries have wheels for each platform we name, so there is no
second way. Measured in one run on the unfiltered rows of a 1200x630 card of gradients and text (2.3 MB): ISA-L level 2
takes 2.6 ms and gives 269 KB (level 1 saves nothing, level 3 takes twice as long), zlib-ng 8.7 ms and 208 KB at
level 4, 12.7 ms and 185 KB at level 6, 35 ms and 174 KB at level 9. libdeflate at its highest is a few per cent
smaller, takes twenty times as long as that, and cannot leave a stream open.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from isal import isal_zlib
from zlib_ng import zlib_ng

from server.images import Effort

DEFLATED = 8  # the one method there is
WITHOUT_WRAPPER = -15  # neither header nor checksum, and the largest window
MEMORY = 8  # zlib's default

FAST_LEVEL = 2
MEDIUM_LEVEL = 4
SMALL_LEVEL = 6
WINDOW = 1 << 15  # how far back a match may reach

HEADER = b"\x78\x01"  # deflate with that window; no preset dictionary
END = b"\x03\x00"  # an empty last block
ADLER_PRIME = 65521  # the largest prime below 2**16
LOW_HALF = 0xFFFF


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a stream: its deflated bytes, and the checksum and length of what they unpack to."""

    deflated: bytes | memoryview
    adler: int
    length: int


def deflate(data: memoryview, effort: Effort, after: memoryview | None = None) -> Piece:
    """A piece without matches in what comes before it. With `after` it may refer to those bytes, and then must always
    follow them."""
    if effort is Effort.FAST:
        return _piece(data, isal_zlib.compressobj(FAST_LEVEL, DEFLATED, WITHOUT_WRAPPER))
    level = MEDIUM_LEVEL if effort is Effort.MEDIUM else SMALL_LEVEL
    if after is None:
        return _piece(data, zlib_ng.compressobj(level, DEFLATED, WITHOUT_WRAPPER, MEMORY))
    return _piece(data, zlib_ng.compressobj(level, DEFLATED, WITHOUT_WRAPPER, MEMORY, zdict=after[-WINDOW:]))


def zlib_stream(pieces: Iterable[Piece]) -> bytes:
    """The pieces as one stream that every zlib reads."""
    low, high = 1, 0
    parts: list[bytes | memoryview] = [HEADER]
    for piece in pieces:
        low, high = _after((low, high), piece)
        parts.append(piece.deflated)
    parts += (END, struct.pack(">I", high << 16 | low))
    return b"".join(parts)


class Joined:
    """Pieces that follow one another, and any stretch of them as one piece without joining them again."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._deflated = memoryview(b"".join(piece.deflated for piece in pieces))
        self._ends = [0, *accumulate(len(piece.deflated) for piece in pieces)]
        self._lengths = [0, *accumulate(piece.length for piece in pieces)]
        # The checksums from the first piece to each, as if nothing came before: see `_after`.
        self._sums = list(accumulate(pieces, _after, initial=(0, 0)))

    @property
    def weight(self) -> int:
        """Bytes."""
        return len(self._deflated)

    def between(self, start: int, stop: int) -> Piece:
        (low_before, high_before), (low, high) = self._sums[start], self._sums[stop]
        length = self._lengths[stop] - self._lengths[start]
        own_low = low - low_before
        own_high = high - high_before - low_before * length
        adler = (own_high + length) % ADLER_PRIME << 16 | (own_low + 1) % ADLER_PRIME
        return Piece(self._deflated[self._ends[start] : self._ends[stop]], adler, length)


def _after(halves: tuple[int, int], piece: Piece) -> tuple[int, int]:
    """The halves of the checksum behind `piece`, from those before it, as zlib's adler32_combine finds them: the low
    half is one more than the sum of all bytes, the high half the sum of what the low half was after each byte. A
    piece's own checksum begins with a low half of one."""
    low, high = halves
    own_low, own_high = (piece.adler & LOW_HALF) - 1, (piece.adler >> 16) - piece.length
    return (low + own_low) % ADLER_PRIME, (high + own_high + low * piece.length) % ADLER_PRIME


class _Stream(Protocol):
    def compress(self, data: memoryview, /) -> bytes: ...

    def flush(self, mode: int, /) -> bytes: ...


def _piece(data: memoryview, stream: _Stream) -> Piece:
    deflated = stream.compress(data) + stream.flush(zlib_ng.Z_SYNC_FLUSH)
    return Piece(deflated, zlib_ng.adler32(data), data.nbytes)
