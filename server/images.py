"""Formats, efforts, pixels, finished pictures: the values that every stage from painting to HTTP hands on (a leaf)."""

from __future__ import annotations

import json
import struct
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from server.report import Report

NO_PICTURES: Mapping[str, bytes] = MappingProxyType({})
_NORMALISED_HEAD = struct.Struct(">II")  # width, height
_PNG_START = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"

JPEG_QUALITY = 84  # the least at which text edges of our cards show no rings at 1:1


class Format(StrEnum):
    """An output format; its value is the ending in the URL."""

    PNG = "png"
    JPG = "jpg"
    WEBP = "webp"

    @property
    def media_type(self) -> str:
        return "image/jpeg" if self is Format.JPG else f"image/{self.value}"


class Effort(StrEnum):
    """What an encoder should care about more: the time of whoever waits, or the bytes of a file made in advance.

    Medium is for a whole picture that somebody waits for: half the time of small, about as large as cairo writes it.
    """

    FAST = "fast"
    MEDIUM = "medium"
    SMALL = "small"


class Live(NamedTuple):
    """Rows, from `first` to before `end`, in which something was painted over what stays of a template.

    `shows` names it, where that is known: the same name over the same template is the same pixels in the same rows, at
    the same place among the layers that stay.
    `is_letters`: a text and nothing else.
    """

    first: int
    end: int
    shows: Hashable | None = None
    is_letters: bool = False


@dataclass(frozen=True, slots=True)
class Pixels:
    """A painted picture as cairo keeps it: premultiplied BGRA, native-endian ARGB32, rows `stride` bytes apart.

    `live` is all that was painted over what stays of a template, from back to front: other rows are as in every picture
    of it. None where that is not known.
    """

    width: int
    height: int
    stride: int
    data: memoryview
    live: tuple[Live, ...] | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture: encoded bytes in one format, and the report of how it came out."""

    format: Format
    width: int
    height: int
    body: bytes
    report: Report = field(default_factory=Report)

    def to_bytes(self) -> bytes:
        """One byte string for the store and for the way out of a worker: header length, JSON header, body.

        JSON and plain bytes, never pickle: what a worker says, or what lies on a disk, must not be able to run code.
        """
        head = {"format": self.format, "width": self.width, "height": self.height, "report": self.report.to_json()}
        header = json.dumps(head, separators=(",", ":")).encode()
        return b"".join((struct.pack(">I", len(header)), header, self.body))

    @classmethod
    def from_bytes(cls, data: bytes) -> Picture:
        """The inverse of `to_bytes`. Raises ValueError, KeyError or struct.error for anything else."""
        (size,) = struct.unpack_from(">I", data)
        head = json.loads(data[4 : 4 + size])
        return cls(
            format=Format(head["format"]),
            width=int(head["width"]),
            height=int(head["height"]),
            body=data[4 + size :],
            report=Report.from_json(head["report"]),
        )


@dataclass(frozen=True, slots=True)
class Normalised:
    """A foreign picture made our own: a PNG of 8 bits a channel, upright, in sRGB, at most 2000 pixels a side."""

    body: bytes
    width: int
    height: int

    def to_bytes(self) -> bytes:
        return _NORMALISED_HEAD.pack(self.width, self.height) + self.body

    @classmethod
    def from_bytes(cls, data: bytes) -> Normalised:
        """The inverse of `to_bytes`. Raises ValueError or struct.error where the size is not the PNG's own."""
        head, body = data[: _NORMALISED_HEAD.size], data[_NORMALISED_HEAD.size :]
        if not body.startswith(_PNG_START + head):
            raise ValueError("not a PNG of the size that was said")
        return cls(body, *_NORMALISED_HEAD.unpack(head))
