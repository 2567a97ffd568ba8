"""Pictures made to harm, through real workers: each ends in a reason or a killed worker, and the next one is drawn."""

from __future__ import annotations

import base64
import gzip
import io
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from server.errors import TimedOut, UnfitPicture, WorkerDied
from server.report import Reason
from server.workers.jobs import DRAWING

FONTS = Path(__file__).parents[2] / "fonts"
SECONDS = 2.0
MEMORY = 1 << 30
POOLS = 5  # to start one for each attack would take a minute


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(side: int, depth: int, colour: int, *chunks: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


def zeros(size: int) -> bytes:
    return zlib.compress(bytes(size), 9)


def svg(body: str, attributes: str = 'viewBox="0 0 100 100"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{body}</svg>'.encode()


def chain(kind: str, attribute: str) -> str:
    def shapes(inner: int) -> str:
        return f'<path d="M0 0h9v9z" {attribute}="url(#{kind}{inner})"/>' * 10

    first = f'<{kind} id="{kind}0" width="9" height="9"><path d="M0 0h9v9z"/></{kind}>'
    return first + "".join(f'<{kind} id="{kind}{n}">{shapes(n - 1)}</{kind}>' for n in range(1, 7)) + shapes(6)


def matryoshka(depth: int = 6) -> str:
    inner = svg("<path d='M0 0h9v9z'/>")
    for _ in range(depth):
        data = base64.b64encode(inner).decode()
        inner = svg(f'<image href="data:image/svg+xml;base64,{data}" width="9" height="9"/>' * 3)[:200_000]
    return inner.decode()


USES = '<g id="u0"><circle r="9"/></g>' + "".join(
    f'<g id="u{n}">' + f'<use href="#u{n - 1}"/>' * 10 + "</g>" for n in range(1, 7)
)
LAUGHS = "".join(f'<!ENTITY l{n} "' + f"&l{n - 1};" * 10 + '">' for n in range(1, 10))

ATTACKS: dict[str, bytes] = {
    "34 bytes of WebP": b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\xc7\xb2\x31\x0c\x07\x10\x11\x88\x88\xfe\x07\0\0",
    "20000² of one bit": png(20_000, 1, 0, chunk(b"IDAT", zeros(2501 * 20_000))),
    "5000² of 16 bits": png(5000, 16, 6, chunk(b"IDAT", zeros(100))),
    "a gigabyte of rows": png(10, 8, 2, chunk(b"IDAT", zeros(1 << 26)), chunk(b"IDAT", zeros(1 << 26))),
    "a profile bomb": png(10, 8, 2, chunk(b"iCCP", b"x\0\0" + zeros(1 << 26)), chunk(b"IDAT", zeros(310))),
    "a text bomb": png(10, 8, 2, *[chunk(b"zTXt", b"x\0\0" + zeros(1 << 24))] * 40, chunk(b"IDAT", zeros(310))),
    "GIF of 65535²": b"GIF89a\xff\xff\xff\xff\x80\0\0" + bytes(6) + b",\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x4c\x01\0;",
    "gzip": gzip.compress(svg(" " * 1_000_000)),
    "spaces": svg(" " * 1_000_000),
    "circle of inf": svg('<circle r="inf"/><ellipse rx="1e100" ry="1"/>'),
    "view of nothing": svg('<circle r="9"/>', 'viewBox="0 0 1e-100 1e-100"'),
    "scaled": svg('<g transform="scale(1000)">' * 60 + '<circle r="1e5"/>' + "</g>" * 60),
    "patterns": svg(chain("pattern", "fill")),
    "masks": svg(chain("mask", "mask")),
    "clips": svg(chain("clipPath", "clip-path")),
    "markers": svg(chain("marker", "marker-start")),
    "uses": svg(USES + '<use href="#u6"/>'),
    "far uses": svg("<use href='#far'/>" * 1900 + '<g id="far"/>'),
    "pictures in pictures": matryoshka().encode(),
    "laughs": f'<!DOCTYPE svg [<!ENTITY l0 "{"ha" * 50}">{LAUGHS}]>'.encode() + svg("<desc>&l9;</desc>"),
    "transform": svg(f'<g transform="{"a(" * 20_000}"/>'),
    "dashes": svg('<path d="M0 0h90000" stroke="red" stroke-dasharray="1e-7"/>'),
    "opacity": svg(
        '<g opacity="0.9">' * 60 + '<rect width="99" height="99"/>' + "</g>" * 60, 'viewBox="0 0 4000 4000"'
    ),
    "long text": svg(f"<text>{'word ' * 100_000}</text>"),
    "long path": svg(f'<path d="{"M0 0L9 9" * 100_000}"/>'),
    "sheet": svg(f"<style>{'g g g g g g a{fill:red}' * 30_000}</style>" + "<g>" * 60 + "</g>" * 60),
    "depth": b"<svg>" * 100_000,
}


def red() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (7, 5), "red").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("first", range(POOLS))
def test_an_attack_ends_in_a_reason_or_a_killed_worker(
    run: Callable[..., None], pool_of: Callable[..., Any], first: int
) -> None:
    async def scenario() -> None:
        pool = pool_of(1, jobs=DRAWING, fonts=(FONTS,), render_seconds=SECONDS, memory_bytes=MEMORY)
        async with pool as workers:
            for name in list(ATTACKS)[first::POOLS]:
                with suppress(UnfitPicture, TimedOut, WorkerDied):
                    normalised = await workers.normalise(ATTACKS[name])
                    assert max(normalised.width, normalised.height) <= 2000, name
                assert (await workers.normalise(red())).width == 7, name

    run(scenario())


def test_foreign_pictures_of_every_kind_come_back(run: Callable[..., None], pool_of: Callable[..., Any]) -> None:
    async def scenario() -> None:
        async with pool_of(1, jobs=DRAWING, fonts=(FONTS,), render_seconds=SECONDS, memory_bytes=MEMORY) as workers:
            for format_ in ("PNG", "JPEG", "WEBP", "GIF"):
                data = io.BytesIO()
                Image.linear_gradient("L").resize((64, 32)).convert("RGB").save(data, format_)
                assert (await workers.normalise(data.getvalue())).height == 32
            assert (await workers.normalise(svg('<text y="50">Acme</text>'))).width == 1000
            with pytest.raises(UnfitPicture) as raised:
                await workers.normalise(b"<html></html>")
            assert raised.value.reason is Reason.NOT_A_PICTURE

    run(scenario())
