"""Emoji in the picture: in colour, wherever letters may stand, and nowhere that letters would not be seen."""

from __future__ import annotations

from pathlib import Path

import cairocffi
import numpy as np
import pytest
from fontTools.ttLib.tables.otTables import CompositeMode, ExtendMode, PaintFormat
from numpy.typing import NDArray

from server.fonts.faces import Face, Look, glyph_inks, instantiate, read_faces
from server.kept import Kept
from server.render import color_glyphs
from server.render.color_glyphs import has_own_colors, paint_glyph
from server.text.color_layers import BLACK, Color
from tests.render.conftest import FONTS, Shoot
from tests.support.color_font import (
    BLUE,
    FADED,
    FOREGROUND,
    GREEN,
    RED,
    STOPS,
    line,
    make_color_face,
    on_square,
    solid,
)

Pixels = NDArray[np.uint8]

FONT = 'font-family="Inter" font-size="40"'
SEQUENCES = [
    "👩‍🚀",
    "👨‍👩‍👧‍👦",
    "🇵🇹",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "👍🏽",
    "1️⃣",
    "#️⃣",
    "❤️",
    "©️",
    "🐦‍🔥",
]
UPRIGHT_CLOSE = 3  # of 255: the same shapes a rounding error apart


def colorful(picture: Pixels) -> int:
    """How many pixels are of some strong colour."""
    channels = picture[..., :3].astype(int)
    return int(((channels.max(axis=2) - channels.min(axis=2) > 60) & (picture[..., 3] > 30)).sum())


def seen(picture: Pixels) -> int:
    return int((picture[..., 3] > 0).sum())


@pytest.fixture(scope="session")
def emoji() -> Face:
    return instantiate(next(read_faces(FONTS / "noto-color-emoji" / "NotoColorEmoji.ttf")), Look())


def drawn(face: Face, glyph: int, size: float, *, side: int, color: Color = BLACK) -> Pixels:
    """`glyph` in the middle of a square, as premultiplied RGBA."""
    surface = cairocffi.ImageSurface(cairocffi.FORMAT_ARGB32, side, side)
    context = cairocffi.Context(surface)
    context.translate(side / 2, side / 2)
    paint_glyph(context, face, size, glyph, color)
    surface.flush()
    pixels = np.frombuffer(bytes(surface.get_data()), np.uint8).reshape(side, side, 4)
    return pixels[..., (2, 1, 0, 3)]


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_a_sequence_is_one_picture_in_colour(shoot: Shoot, sequence: str) -> None:
    one = shoot(f'<text x="20" y="45" {FONT}>{sequence}</text>')
    assert seen(one) > 500
    assert not one[:, 75:].any()  # an emoji is 50 wide, its parts one after the other would be 100
    if sequence not in {"👨‍👩‍👧‍👦", "©️"}:
        assert colorful(one) > 100


@pytest.mark.parametrize("around", ['transform="scale(3)"', 'transform="matrix(3 0 0 3 0 0)"'])
def test_emoji_in_a_scaled_group_are_as_sharp_as_those_set_large(shoot: Shoot, around: str) -> None:
    grown = shoot(f'<g {around}><text x="5" y="15" font-family="Inter" font-size="15">😀</text></g>')
    large = shoot('<text x="15" y="45" font-family="Inter" font-size="45">😀</text>')
    assert np.abs(grown.astype(int) - large).max() <= UPRIGHT_CLOSE


def test_emoji_of_a_larger_output_have_the_detail_of_that_size(shoot: Shoot) -> None:
    text = '<text x="5" y="15" font-family="Inter" font-size="15">😀</text>'
    large = shoot('<text x="15" y="45" font-family="Inter" font-size="45">😀</text>', size=(90, 60))
    assert np.abs(shoot(text, size=(30, 20), scale=3.0).astype(int) - large).max() <= UPRIGHT_CLOSE


@pytest.mark.parametrize("angle", [-135, -30, 20, 45, 90])
def test_turned_emoji_keep_their_area(shoot: Shoot, angle: int) -> None:
    text = f'<text x="-25" y="15" {FONT}>🍕</text>'
    upright = shoot(f'<g transform="translate(50 50)">{text}</g>', size=(100, 100))
    turned = shoot(f'<g transform="translate(50 50) rotate({angle})">{text}</g>', size=(100, 100))
    assert turned[..., 3].mean() == pytest.approx(upright[..., 3].mean(), rel=0.01)


def test_emoji_on_a_path_are_painted(shoot: Shoot) -> None:
    path = '<path id="p" d="M5 50 Q 50 0 95 50" fill="none"/>'
    picture = shoot(f'{path}<text font-family="Inter" font-size="20"><textPath href="#p">Go 🎉 on</textPath></text>')
    assert colorful(picture) > 50


def test_what_comes_later_covers_them(shoot: Shoot) -> None:
    picture = shoot(f'<text x="10" y="45" {FONT}>😀</text><rect width="100" height="60" fill="#0000ff"/>')
    assert (picture == (0, 0, 255, 255)).all()


def test_they_cover_what_came_before(shoot: Shoot) -> None:
    alone = shoot(f'<text x="10" y="45" {FONT}>😀</text>')
    over = shoot(f'<rect width="100" height="60" fill="#0000ff"/><text x="10" y="45" {FONT}>😀</text>')
    solid = alone[..., 3] == 255
    assert solid.sum() > 1000
    assert (over[solid] == alone[solid]).all()


@pytest.mark.parametrize(
    "body",
    [
        f'<text x="10" y="45" {FONT} fill-opacity=".4">😀</text>',
        f'<text x="10" y="45" {FONT} opacity=".4">😀</text>',
        f'<text x="10" y="45" {FONT} fill="rgba(255,0,0,.4)">😀</text>',
        f'<text x="10" y="45" {FONT} opacity=".4"><tspan>😀</tspan></text>',
        f'<g opacity=".4"><text x="10" y="45" {FONT}>😀</text></g>',
        f'<text x="10" y="45" {FONT}><tspan opacity=".4">😀</tspan></text>',
    ],
)
def test_opacity_holds_for_the_emoji_as_a_whole(shoot: Shoot, body: str) -> None:
    full = shoot(f'<text x="10" y="45" {FONT}>😀</text>').astype(int)
    faint = shoot(body).astype(int)
    assert np.abs(faint[..., 3] - 0.4 * full[..., 3]).max() <= 2
    inside = full[..., 3] == 255
    assert np.abs(faint[inside] - full[inside])[:, :3].max() <= UPRIGHT_CLOSE


@pytest.mark.parametrize(
    "unseen",
    ['visibility="hidden"', 'display="none"', 'fill="none"', 'fill="transparent"', 'opacity="0"', 'font-size="0"'],
)
def test_where_letters_are_not_seen_emoji_are_not(shoot: Shoot, unseen: str) -> None:
    size = "" if "font-size" in unseen else 'font-size="40"'
    assert not shoot(f'<text x="10" y="45" font-family="Inter" {size} {unseen}>😀A</text>').any()


@pytest.mark.parametrize(
    "paint", ['fill="url(#g)"', 'fill="red"', 'stroke="red" stroke-width="5"', 'font-weight="800"']
)
def test_paint_and_weight_are_for_letters(shoot: Shoot, paint: str) -> None:
    gradient = '<linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient>'
    plain = shoot(f'{gradient}<text x="10" y="45" {FONT}>😀</text>')
    assert (shoot(f'{gradient}<text x="10" y="45" {FONT} {paint}>😀</text>') == plain).all()


def test_outlined_letters_keep_their_emoji(shoot: Shoot) -> None:
    picture = shoot(f'<text x="10" y="45" {FONT} fill="none" stroke="black">😀</text>')
    assert (picture == shoot(f'<text x="10" y="45" {FONT}>😀</text>')).all()


def test_clips_masks_and_patterns_hold_for_emoji(shoot: Shoot) -> None:
    text = f'<text x="10" y="45" {FONT}>😀</text>'
    clip = '<clipPath id="c"><rect width="35" height="60"/></clipPath>'
    clipped = shoot(f'{clip}<g clip-path="url(#c)">{text}</g>')
    assert not clipped[:, 36:].any()
    assert colorful(clipped) > 300
    mask = f'<mask id="m" maskUnits="userSpaceOnUse" x="0" y="0" width="100" height="60">{text}</mask>'
    masked = shoot(f'{mask}<rect width="100" height="60" fill="#008000" mask="url(#m)"/>')
    assert 800 < seen(masked) < 3000
    assert not masked[:, 65:].any()
    pattern = (
        '<pattern id="p" patternUnits="userSpaceOnUse" width="30" height="30">'
        '<text x="2" y="22" font-family="Inter" font-size="20">🍕</text></pattern>'
    )
    assert colorful(shoot(f'{pattern}<rect width="90" height="60" fill="url(#p)"/>')) > 600


def test_letters_beside_emoji_are_painted_and_stroked(shoot: Shoot) -> None:
    picture = shoot(f'<text x="5" y="45" {FONT} fill="#0000ff">A😀B</text>', size=(140, 60))
    blue = (picture == (0, 0, 255, 255)).all(axis=2)
    assert blue[:, :35].sum() > 100
    assert blue[:, 85:].sum() > 100


def test_a_clip_path_of_text_is_cut_out_of_its_letters(shoot: Shoot) -> None:
    clip = f'<clipPath id="c"><text x="0" y="45" {FONT}>A😀</text></clipPath>'
    picture = shoot(f'{clip}<rect width="100" height="60" fill="#008000" clip-path="url(#c)"/>')
    assert set(map(tuple, picture[picture[..., 3] == 255].tolist())) == {(0, 128, 0, 255)}


def test_the_same_text_gives_the_same_bytes_in_a_worker_long_used(
    shoot: Shoot, emoji: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(color_glyphs, "_kept", Kept(500, len))
    body = f'<text x="5" y="45" {FONT}>😀🎉</text>'
    before = shoot(body)
    assert (shoot(body) == before).all()
    for glyph in range(400, 450):  # more layers than are kept
        drawn(emoji, glyph, 8, side=12)
    assert (shoot(body) == before).all()


@pytest.mark.parametrize("size", [11.3, 40.0, 97.5])
def test_no_pixel_is_painted_outside_the_ink(emoji: Face, size: float) -> None:
    glyphs = [glyph for glyph in range(emoji.source.engine.glyph_count) if has_own_colors(emoji, glyph)][::20]
    assert len(glyphs) > 190
    side = round(4 * size)
    for glyph in glyphs:
        rows, columns = np.nonzero(drawn(emoji, glyph, size, side=side)[..., 3])
        ink = glyph_inks(emoji, size)[glyph].moved(side / 2, side / 2)
        assert columns.size, glyph
        assert columns.min() >= np.floor(ink.left), glyph
        assert columns.max() < np.ceil(ink.right), glyph
        assert rows.min() >= np.floor(ink.top), glyph
        assert rows.max() < np.ceil(ink.bottom), glyph


def painted(face: Face, letter: str = "A", color: Color = BLACK) -> Pixels:
    """The em of a letter, in 100 pixels."""
    glyph = face.font.get_nominal_glyph(ord(letter))
    assert glyph is not None
    return drawn(face, glyph, 100, side=200, color=color)[:100, 100:]


def test_layers_of_one_colour_lie_over_each_other(tmp_path: Path) -> None:
    face = make_color_face(tmp_path, [("square", RED), ("half", FOREGROUND)])
    picture = painted(face, color=(0.0, 1.0, 0.0, 1.0))
    assert (picture[:, :50] == (0, 255, 0, 255)).all()
    assert (picture[:, 50:] == (255, 0, 0, 255)).all()


@pytest.mark.parametrize("version", [0, 1])
def test_ink_is_that_of_the_layers_and_not_of_the_glyph_that_stands_for_them(tmp_path: Path, version: int) -> None:
    face = make_color_face(tmp_path, [("square", RED)] if version == 0 else on_square(solid(RED)))
    glyph = face.font.get_nominal_glyph(ord("A"))
    assert glyph is not None
    assert tuple(glyph_inks(face, 1)[glyph]) == (0.0, -1.0, 1.0, 0.0)


def test_a_glyph_without_colours_is_an_outline(tmp_path: Path) -> None:
    face = make_color_face(tmp_path, [("square", RED)])
    assert has_own_colors(face, 1)
    assert not has_own_colors(face, 2)


def test_a_linear_gradient_runs_upright_on_its_line(tmp_path: Path) -> None:
    ends = {"x0": 0, "y0": 0, "x1": 1000, "y1": 300, "x2": 0, "y2": 1000}  # stripes lean as x2, y2 says: upright
    face = make_color_face(
        tmp_path, on_square({"Format": PaintFormat.PaintLinearGradient, "ColorLine": line(STOPS), **ends})
    )
    picture = painted(face).astype(int)
    assert np.ptp(picture, axis=0).max() <= 1
    assert np.abs(picture[50, :, 2] - np.linspace(0, 255, 100)).max() <= 3


def test_offsets_outside_a_line_are_followed(tmp_path: Path) -> None:
    stops = [{"StopOffset": -1.0, "PaletteIndex": RED}, {"StopOffset": 1.0, "PaletteIndex": BLUE}]
    ends = {"x0": 0, "y0": 0, "x1": 1000, "y1": 0, "x2": 0, "y2": 1000}
    face = make_color_face(
        tmp_path, on_square({"Format": PaintFormat.PaintLinearGradient, "ColorLine": line(stops), **ends})
    )
    assert abs(int(painted(face)[50, 1, 0]) - 126) <= 3


def test_colours_are_mixed_premultiplied(tmp_path: Path) -> None:
    """From red to a blue of no opacity, nothing blue is ever seen."""
    stops = [{"StopOffset": 0.0, "PaletteIndex": RED}, {"StopOffset": 1.0, "PaletteIndex": FADED}]
    ends = {"x0": 0, "y0": 0, "x1": 1000, "y1": 0, "x2": 0, "y2": 1000}
    face = make_color_face(
        tmp_path, on_square({"Format": PaintFormat.PaintLinearGradient, "ColorLine": line(stops), **ends})
    )
    picture = painted(face).astype(int)
    assert picture[..., 2].max() == 0
    assert np.abs(picture[50, :, 0] - np.linspace(255, 0, 100)).max() <= 3


def test_a_radial_gradient_grows_from_its_middle(tmp_path: Path) -> None:
    circles = {"x0": 500, "y0": 500, "r0": 0, "x1": 500, "y1": 500, "r1": 500}
    paint = on_square({"Format": PaintFormat.PaintRadialGradient, "ColorLine": line(STOPS), **circles})
    picture = painted(make_color_face(tmp_path, paint)).astype(int)
    assert picture[50, 50, 0] > 245
    assert abs(picture[50, 75, 0] - 127) < 6
    assert tuple(picture[2, 2]) == (0, 0, 255, 255)


def test_a_sweep_goes_around_its_point_counterclockwise(tmp_path: Path) -> None:
    sweep = {"centerX": 500, "centerY": 500, "startAngle": 0, "endAngle": 360}
    paint = on_square({"Format": PaintFormat.PaintSweepGradient, "ColorLine": line(STOPS), **sweep})
    picture = painted(make_color_face(tmp_path, paint)).astype(int)
    assert (picture[..., 3] == 255).all()
    for angle, place in {45: (20, 80), 135: (20, 20), 225: (80, 20), 315: (80, 80)}.items():
        assert abs(picture[(*place, 2)] - 255 * angle / 360) < 6


@pytest.mark.parametrize(
    ("extend", "expected"), [(ExtendMode.REPEAT, 127), (ExtendMode.REFLECT, 127), (ExtendMode.PAD, 255)]
)
def test_a_sweep_of_a_quarter_goes_on_as_it_says(tmp_path: Path, extend: ExtendMode, expected: int) -> None:
    sweep = {"centerX": 500, "centerY": 500, "startAngle": 0, "endAngle": 90}
    paint = on_square({"Format": PaintFormat.PaintSweepGradient, "ColorLine": line(STOPS, extend), **sweep})
    assert abs(int(painted(make_color_face(tmp_path, paint))[20, 20, 2]) - expected) < 6


def test_a_composite_keeps_the_source_inside_what_lies_below(tmp_path: Path) -> None:
    half = {"Format": PaintFormat.PaintGlyph, "Glyph": "half", "Paint": solid(BLUE)}
    paint = {
        "Format": PaintFormat.PaintComposite,
        "SourcePaint": on_square(solid(RED)),
        "CompositeMode": CompositeMode.SRC_IN,
        "BackdropPaint": half,
    }
    picture = painted(make_color_face(tmp_path, paint))
    assert (picture[:, :50] == (255, 0, 0, 255)).all()
    assert not picture[:, 50:].any()


@pytest.mark.parametrize("color", [BLACK, (0.0, 0.0, 0.0, 0.5)], ids=["opaque", "translucent"])
@pytest.mark.parametrize("mode", list(CompositeMode))
def test_every_way_to_compose_is_known(tmp_path: Path, mode: CompositeMode, color: Color) -> None:
    paint = {
        "Format": PaintFormat.PaintComposite,
        "SourcePaint": on_square(solid(RED)),
        "CompositeMode": mode,
        "BackdropPaint": on_square(solid(BLUE)),
    }
    shows_nothing = (CompositeMode.CLEAR, CompositeMode.SRC_OUT, CompositeMode.DEST_OUT, CompositeMode.XOR)
    picture = painted(make_color_face(tmp_path, paint), color=color)
    assert bool(picture.any()) is (mode not in shows_nothing)


def test_a_layer_scaled_to_nothing_paints_nothing(tmp_path: Path) -> None:
    flat = {"Format": PaintFormat.PaintScale, "scaleX": 0.0, "scaleY": 1.0, "Paint": on_square(solid(RED))}
    layers = {"Format": PaintFormat.PaintColrLayers, "Layers": [flat, on_square(solid(GREEN))]}
    assert (painted(make_color_face(tmp_path, layers)) == (0, 255, 0, 255)).all()
