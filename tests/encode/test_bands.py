"""A picture that shares bands with a base is the same picture: say Pillow, and libpng by way of cairo."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any

import cairocffi
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from server.encode.bands import BAND_ROWS, prepare
from server.encode.channels import as_array, is_opaque, rgba
from server.encode.deflate import deflate
from server.encode.png import encode_png
from server.images import Effort, Live, Pixels
from tests.support.raw_pixels import compared, flat, noise, opened, pixels_of, slope

A_BAND_MORE = 150  # bytes: the tables of a deflate block, and its border
WIDTH, HEIGHT = 120, 90


@dataclass(frozen=True)
class Case:
    base: Pixels
    picture: Pixels
    band_rows: int


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A base of one kind, and the same with some rows, or parts of rows, of another kind."""
    width, height = draw(st.integers(1, 70)), draw(st.integers(1, 90))
    opaque = draw(st.booleans())
    kinds = st.sampled_from(
        [
            noise(width, height, opaque=opaque),
            slope(width, height),
            flat(200, 30, 60, 255 if opaque else 128, width=width, height=height),
            np.tile(noise(width, 1, opaque=opaque), (height, 1, 1)),
        ]
    )
    base, other = draw(kinds), draw(kinds).copy()
    if (base[:, :, 3] == 255).all():  # painting over it leaves it so
        other[:, :, 3] = 255
    picture = base.copy()
    rows = draw(
        st.one_of(st.just([0]), st.just([height - 1]), st.just([*range(height)]), st.lists(st.integers(0, height - 1)))
    )
    first = draw(st.integers(0, width - 1))
    picture[rows, first:] = other[rows, first:]
    padding = draw(st.sampled_from([0, 4, 12]))
    return Case(pixels_of(base), pixels_of(picture, padding=padding), draw(st.integers(1, 40)))


def shown(body: bytes) -> NDArray[np.uint8]:
    return np.asarray(opened(body).convert("RGBA"))


def card() -> NDArray[np.uint8]:
    """Flat above, like a photo below."""
    rgba = flat(20, 30, 60, width=WIDTH, height=HEIGHT)
    rgba[60:] = slope(WIDTH, 30)
    return rgba


def pattern() -> NDArray[np.uint8]:
    """Rows of a few kinds in no order: no two bands alike, yet each has rows of the band above."""
    return noise(WIDTH, 12, opaque=True)[np.random.default_rng(5).integers(0, 12, HEIGHT)]


def with_text(rgba: NDArray[np.uint8], *rows: int) -> NDArray[np.uint8]:
    changed = rgba.copy()
    for row in rows:
        changed[row, 10:50:3] = (255, 255, 255, 255)
    return changed


BASE_EFFORTS = st.sampled_from([Effort.SMALL, Effort.MEDIUM])


@given(case=cases(), effort=st.sampled_from(Effort), base_effort=BASE_EFFORTS)
@settings(max_examples=400, deadline=None)
def test_every_pixel_comes_back(case: Case, effort: Effort, base_effort: Effort) -> None:
    base = prepare(case.base, effort=base_effort, band_rows=case.band_rows)
    body = encode_png(compared(case.picture, case.base), base=base, effort=effort)
    assert np.array_equal(shown(body), np.asarray(rgba(case.picture)))


@given(case=cases())
@settings(max_examples=100, deadline=None)
def test_libpng_reads_the_same_pixels(case: Case) -> None:
    body = encode_png(compared(case.picture, case.base), base=prepare(case.base, band_rows=case.band_rows))
    surface = cairocffi.ImageSurface.create_from_png(io.BytesIO(body))
    height, stride = surface.get_height(), surface.get_stride()
    read = np.frombuffer(surface.get_data(), np.uint8).reshape(height, stride)[:, : surface.get_width() * 4]
    expected = as_array(case.picture)
    if is_opaque(expected):  # cairo multiplies alpha in by a rounding of its own
        assert np.array_equal(read.reshape(expected.shape)[:, :, :3], expected[:, :, :3])


@given(case=cases(), effort=st.sampled_from(Effort), base_effort=BASE_EFFORTS)
@settings(max_examples=200, deadline=None)
def test_bytes_do_not_depend_on_what_was_encoded_before(case: Case, effort: Effort, base_effort: Effort) -> None:
    used = prepare(case.base, effort=base_effort, band_rows=case.band_rows)
    for other in (case.base, case.picture, case.base):
        encode_png(compared(other, case.base), base=used, effort=effort)
    fresh = prepare(case.base, effort=base_effort, band_rows=case.band_rows)
    picture = compared(case.picture, case.base)
    assert encode_png(picture, base=used, effort=effort) == encode_png(picture, base=fresh, effort=effort)


@given(case=cases())
@settings(max_examples=150, deadline=None)
def test_no_picture_costs_more_than_its_bytes_and_the_tables_of_its_bands(case: Case) -> None:
    shared = encode_png(compared(case.picture, case.base), base=prepare(case.base, band_rows=case.band_rows))
    bands = -(-case.picture.height // case.band_rows)
    assert len(shared) <= case.picture.height * (1 + case.picture.width * 4) + (bands + 1) * A_BAND_MORE


def test_a_base_of_medium_effort_keeps_its_bytes_once() -> None:
    ground = pixels_of(card())
    base = prepare(ground, effort=Effort.MEDIUM)
    assert base.weight < len(encode_png(compared(ground, ground), base=base))
    assert base.weight < prepare(ground, band_rows=base.band_rows).weight


@pytest.mark.parametrize("rows", [(0,), (HEIGHT - 1,), (30,), (5, 50, 80), tuple(range(HEIGHT))], ids=str)
def test_only_bands_that_changed_are_deflated_anew(rows: tuple[int, ...]) -> None:
    ground, picture = pixels_of(pattern()), pixels_of(with_text(pattern(), *rows))
    base = prepare(ground)
    body = encode_png(compared(picture, ground), base=base)
    changed = {row // BAND_ROWS for row in rows}
    for band in range(-(-HEIGHT // BAND_ROWS)):
        # Behind a band that changed, matches must not reach into what was there.
        is_border = not band or band - 1 in changed
        kept = next(base.between(band, band + 1)) if is_border else list(base.between(band - 1, band + 1))[1]
        assert (bytes(kept.deflated) in body) == (band not in changed)


def named(rgba: NDArray[np.uint8], *live: Live) -> Pixels:
    return replace(pixels_of(rgba), live=live)


def test_what_is_known_to_be_the_same_is_deflated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    base, fresh = prepare(pixels_of(pattern())), prepare(pixels_of(pattern()))
    one, other = with_text(pattern(), 5, 50), with_text(pattern(), 5, 70)
    date, ada, bo = Live(5, 6, "date"), Live(50, 51, "Ada"), Live(70, 71, "Bo")
    first = encode_png(named(one, date, ada), base=base)
    deflated: list[int] = []

    def counted(data: memoryview, *rest: Any) -> Any:
        deflated.append(data.nbytes)
        return deflate(data, *rest)

    monkeypatch.setattr("server.encode.bands.deflate", counted)
    second = encode_png(named(other, date, bo), base=base)
    assert len(deflated) == 1, "the date is there already"
    assert second == encode_png(named(other, date, bo), base=fresh), "and the same bytes"
    assert (shown(first) == one).all()
    assert (shown(second) == other).all()


def test_what_has_no_name_is_deflated_each_time() -> None:
    base = prepare(pixels_of(pattern()))
    for row in (5, 6):
        assert (
            shown(encode_png(named(with_text(pattern(), row), Live(0, 9)), base=base)) == with_text(pattern(), row)
        ).all()


def test_the_same_name_with_another_above_it_is_something_else() -> None:
    base, rows = prepare(pixels_of(pattern())), ((5,), (5, 7))
    live = (Live(5, 6, "date"),), (Live(5, 6, "date"), Live(7, 8, "seat"))
    for shown_rows, names in zip(rows, live, strict=True):
        picture = with_text(pattern(), *shown_rows)
        assert (shown(encode_png(named(picture, *names), base=base)) == picture).all()


def test_the_same_name_over_another_base_is_something_else() -> None:
    for level in (9, 200):
        ground = flat(level, level, 9, width=WIDTH, height=HEIGHT)
        picture = with_text(ground, 5)
        assert (shown(encode_png(named(picture, Live(5, 6, "date")), base=prepare(pixels_of(ground)))) == picture).all()


def test_a_base_keeps_no_pixels() -> None:
    pixels = pixels_of(flat(9, 9, 9, width=400, height=300))
    base = prepare(pixels)
    assert base.weight < len(pixels.data) / 20
    kept = [value for name in base.__slots__ if isinstance(value := getattr(base, name), np.ndarray)]
    assert all(array.nbytes < 400 for array in kept)


def test_letters_over_a_flat_ground_are_not_filtered() -> None:
    ground = flat(9, 9, 9, width=WIDTH, height=HEIGHT)
    photo = ground.copy()
    photo[20:70] = slope(WIDTH, 50)
    base = prepare(pixels_of(ground))
    as_letters, as_drawing = (
        encode_png(named(photo, Live(20, 70, name, is_letters=name == "a")), base=base) for name in "ab"
    )
    assert len(as_drawing) < len(as_letters)
    assert (shown(as_letters) == shown(as_drawing)).all()


def test_a_base_of_another_size_is_of_no_use() -> None:
    base = prepare(pixels_of(flat(1, 2, 3, width=10, height=10)))
    pixels = named(noise(11, 10, opaque=True), Live(0, 10))
    assert encode_png(pixels, base=base) == encode_png(pixels)


def test_where_nobody_says_what_is_live_a_base_is_of_no_use() -> None:
    pixels = pixels_of(noise(WIDTH, HEIGHT, opaque=True))
    assert encode_png(pixels, base=prepare(pixels)) == encode_png(pixels)


def test_a_base_that_is_seen_through_is_of_no_use_to_an_opaque_picture() -> None:
    base = prepare(pixels_of(flat(1, 2, 3, 128, height=40)))
    pixels = named(flat(1, 2, 3, height=40), Live(0, 40))
    assert encode_png(pixels, base=base) == encode_png(pixels)


def test_a_photo_over_a_flat_base_still_gets_its_filter() -> None:
    photo = named(slope(WIDTH, HEIGHT), Live(0, HEIGHT))
    over_flat = encode_png(photo, base=prepare(pixels_of(flat(9, 9, 9, width=WIDTH, height=HEIGHT))))
    assert over_flat == encode_png(photo)


@pytest.mark.parametrize("opaque", [True, False])
def test_small_is_smaller_than_fast(opaque: bool) -> None:
    picture = pattern()
    picture[0, 0, 3] = 255 if opaque else 0
    pixels = pixels_of(picture)
    assert len(encode_png(pixels, effort=Effort.SMALL)) < len(encode_png(pixels, effort=Effort.FAST))
