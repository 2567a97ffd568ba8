"""A font whose every glyph is a full square, so that what a text takes is arithmetic.

At size 40 a letter is 40 wide, from 32 above the baseline to 8 below it; a space is 20 wide and inks nothing;
the accented letters reach 48 above. At the normal line height baselines are 48 apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

from server.fonts.library import FontLibrary
from server.text.fit import PlacedGlyphs, TextStyle

UNITS_PER_EM, ASCENT, DESCENT, SPACE = 1000, 800, 200, 500
TALL = 1200
ACCENTED = "ÅÉ"
FAMILY_OF_THREE = "👨\u200d👩\u200d👧"
LETTERS = "".join(map(chr, range(0x21, 0x7F))) + ACCENTED + "…‐אב" + FAMILY_OF_THREE.replace("\u200d", "")


def make_square_font(
    folder: Path,
    *,
    family: str = "Square",
    letters: str = LETTERS,
    weight: int = 400,
    italic: bool = False,
) -> Path:
    """Writes the font into `folder` and says where it is."""
    names = {ord(letter): f"u{ord(letter):04X}" for letter in letters}
    builder = FontBuilder(UNITS_PER_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "space", *names.values()])
    builder.setupCharacterMap({0x20: "space"} | names)
    builder.setupGlyf(
        {".notdef": _square(ASCENT), "space": Glyph()}
        | {name: _square(TALL if chr(code) in ACCENTED else ASCENT) for code, name in names.items()}
    )
    builder.setupHorizontalMetrics(
        dict.fromkeys((".notdef", *names.values()), (UNITS_PER_EM, 0)) | {"space": (SPACE, 0)}
    )
    builder.setupHorizontalHeader(ascent=ASCENT, descent=-DESCENT)
    style = f"{weight} {'Italic' if italic else 'Upright'}"
    builder.setupNameTable({"familyName": family, "styleName": style})
    builder.setupOS2(
        version=4,
        usWeightClass=weight,
        fsSelection=1 if italic else 0x40,
        sCapHeight=ASCENT,
        sTypoAscender=ASCENT,
        sTypoDescender=-DESCENT,
        usWinAscent=ASCENT,
        usWinDescent=DESCENT,
    )
    builder.setupPost()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{family} {style}.ttf"
    builder.save(path)
    return path


def _square(top: int) -> Glyph:
    pen = TTGlyphPen(None)
    pen.moveTo((0, -DESCENT))
    pen.lineTo((0, top))
    pen.lineTo((UNITS_PER_EM, top))
    pen.lineTo((UNITS_PER_EM, -DESCENT))
    pen.closePath()
    return pen.glyph()


def square_library(folder: Path, *, letters: str = LETTERS) -> FontLibrary:
    make_square_font(folder, letters=letters)
    return FontLibrary.open([folder])


def square(size: float = 40, *, letter_spacing: float = 0, word_spacing: float = 0) -> TextStyle:
    return TextStyle(("Square",), size, letter_spacing=letter_spacing, word_spacing=word_spacing)


def drawn_lines(placed: Iterable[PlacedGlyphs]) -> list[str]:
    """What is to be read, line by line from the top, each from left to right; spaces ink nothing."""
    glyphs = sorted(
        (y, x, chr(int(run.face.font.get_glyph_name(glyph)[1:], 16))) for run in placed for glyph, x, y in run.glyphs
    )
    lines = groupby(glyphs, key=lambda glyph: glyph[0])
    return ["".join(letter for _, _, letter in line) for _, line in lines]
