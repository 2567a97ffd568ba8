"""A picture is one by its first bytes, whatever it is called; a web page is none."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from server.gather.kinds import is_picture
from tests.gather.villain import HTML, WEBP_BOMB, jpeg


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_what_an_encoder_writes_is_a_picture(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (3, 3)).save(out, kind)
    assert is_picture(out.getvalue())


@pytest.mark.parametrize(
    "text",
    [
        "<svg/>",
        "<svg xmlns='http://www.w3.org/2000/svg'>",
        "\ufeff \r\n<svg>",
        "<?xml version='1.0'?>\n<!-- Generator: <html> --><!-- -->\n<svg\n>",
        '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd"><svg>',
        '<!DOCTYPE svg PUBLIC "a" "b" [\n<!ENTITY ns_svg "http://www.w3.org/2000/svg">\n]>\n<svg xmlns="&ns_svg;">',
        "<svg:svg xmlns:svg='http://www.w3.org/2000/svg'>",
    ],
)
def test_an_svg_is_told_behind_what_editors_write_first(text: str) -> None:
    assert is_picture(text.encode())


def test_a_jpeg_with_svg_in_its_comment_and_a_tiny_webp_are_pictures() -> None:
    assert is_picture(jpeg(comment=b"<svg onload=1>"))
    assert is_picture(WEBP_BOMB)


@pytest.mark.parametrize(
    "body",
    [
        b"", HTML, b"<html><svg></svg></html>", b"<!DOCTYPE html><svg>", b"<!-- <svg> -->", b"<!-- <svg>", b"<svgx>",
        b"<?xml version='1.0'?><rss/>", b"text <svg>", b"%PDF-1.7", b"%!PS-Adobe-3.0 EPSF-3.0", b"\x1f\x8b\x08<svg>",
        b"BM6\x00", b"II*\x00", b"MM\x00*", b"RIFF\x00\x00\x00\x00WAVE", b"\x89PNG", b"GIF90a", b"\x00\x00\x01\x00",
        b"\x00\x00\x00\x20ftypavif", b"{}", b"<!--" * 5000 + b"<svg>",
    ],
)  # fmt: skip
def test_what_is_something_else_is_no_picture(body: bytes) -> None:
    assert not is_picture(body)


pieces = st.sampled_from([b"<?", b"?>", b"<!--", b"-->", b"<!doctype svg", b"[", b"]>", b">", b"<svg", b" ", b"x"])


@given(st.lists(pieces, max_size=60).map(b"".join))
def test_any_mixture_of_markup_is_judged(body: bytes) -> None:
    if is_picture(body):
        assert b"<svg" in body
