"""The path of an image URL, and everything that is none."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import MalformedLink, RequestError, UnknownFormat, UnknownTemplate
from server.images import Format
from server.urls.target import Target, parse_path, print_path


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/i/webinar.png", Target("webinar", Format.PNG, 1)),
        ("/i/webinar@2x.jpg", Target("webinar", Format.JPG, 2)),
        ("/i/spring-2027@3x.webp", Target("spring-2027", Format.WEBP, 3)),
        ("/i/" + "a" * 64 + ".png", Target("a" * 64, Format.PNG, 1)),
    ],
)
def test_a_path_names_template_format_and_scale(path: str, target: Target) -> None:
    assert parse_path(path) == target


@pytest.mark.parametrize(
    "path",
    [
        "/i/webinar",
        "/i/webinar.gif",
        "/i/webinar.PNG",
        "/i/webinar.jpeg",
        "/i/webinar.png.svg",
        "/i/webinar.png ",
        "/i/webinar@1x.png",
        "/i/webinar@4x.png",
        "/i/webinar@2X.png",
        "/i/webinar@.png",
        "/i/webinar@2x@2x.png",
        "/i/webinar@02x.png",
        "/i/webinar.",
        "/i/",
    ],
)
def test_another_ending_or_scale_is_no_format_of_ours(path: str) -> None:
    with pytest.raises(UnknownFormat):
        parse_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "/i/Webinar.png",
        "/i/web_inar.png",
        "/i/wébinar.png",
        "/i/.png",
        "/i/..png",
        "/i/@2x.png",
        "/i/" + "a" * 65 + ".png",
        "/i/web inar.png",
        "/i/webinar\n.png",
        "/i/webinar\x00.png",
        "/i/%2e.png",
    ],
)
def test_a_name_that_no_template_can_have_is_unknown(path: str) -> None:
    with pytest.raises(UnknownTemplate):
        parse_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/i",
        "/p/webinar.png",
        "i/webinar.png",
        "/i/a/webinar.png",
        "/i//webinar.png",
        "/i/../webinar.png",
        "//i/webinar.png",
    ],
)
def test_a_path_of_another_shape_is_malformed(path: str) -> None:
    with pytest.raises(MalformedLink):
        parse_path(path)


@given(
    st.builds(
        Target, st.from_regex(r"[a-z0-9-]{1,64}", fullmatch=True), st.sampled_from(Format), st.sampled_from([1, 2, 3])
    )
)
def test_printing_and_parsing_a_target_are_inverse(target: Target) -> None:
    assert parse_path(print_path(target)) == target


@given(st.text(max_size=40).map("/i/".__add__) | st.text(max_size=40))
def test_any_other_path_raises_nothing_but_a_request_error(path: str) -> None:
    with contextlib.suppress(RequestError):
        assert print_path(parse_path(path)) == path
