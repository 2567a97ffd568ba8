"""A font with one glyph in colours, for what a COLR table can say: squares of one em, whose pixels can be foretold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fontTools.colorLib.builder import buildCOLR, buildCPAL
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fontTools.ttLib.tables.otTables import ExtendMode, PaintFormat

from server.fonts.faces import Face, Look, instantiate, read_faces

Paint = dict[str, Any]  # a table of COLR version 1, as fontTools spells it

RED, GREEN, BLUE, FADED = 0, 1, 2, 3
FOREGROUND = 0xFFFF
STOPS = [{"StopOffset": 0.0, "PaletteIndex": RED}, {"StopOffset": 1.0, "PaletteIndex": BLUE}]


def solid(index: int) -> Paint:
    return {"Format": PaintFormat.PaintSolid, "PaletteIndex": index, "Alpha": 1.0}


def on_square(paint: Paint) -> Paint:
    return {"Format": PaintFormat.PaintGlyph, "Glyph": "square", "Paint": paint}


def line(stops: list[Paint], extend: ExtendMode = ExtendMode.PAD) -> Paint:
    return {"ColorStop": stops, "Extend": extend}


def make_color_face(folder: Path, paint: Paint | list[tuple[str, int]]) -> Face:
    """A face whose "A" is `paint`, a paint of COLR version 1 or a list of layers of version 0. Its "square" goes from
    0, 0 to one em.
    """
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "A", "B", "square", "half"])
    builder.setupCharacterMap({ord("A"): "A", ord("B"): "B"})
    squares = {"A": 300, "B": 1000, "square": 1000, "half": 500, ".notdef": 10}
    builder.setupGlyf({name: _square(width) for name, width in squares.items()})
    builder.setupHorizontalMetrics(dict.fromkeys(squares, (1000, 0)))
    builder.setupHorizontalHeader(ascent=1000, descent=0)
    builder.setupNameTable({"familyName": "Colours", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.font["CPAL"] = buildCPAL([[(1, 0, 0, 1), (0, 1, 0, 1), (0, 0, 1, 1), (0, 0, 1, 0)]])
    builder.font["COLR"] = buildCOLR({"A": paint}, version=0 if isinstance(paint, list) else 1)
    builder.save(folder / "colours.ttf")
    return instantiate(next(read_faces(folder / "colours.ttf")), Look())


def _square(width: int) -> Glyph:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for point in ((0, 1000), (width, 1000), (width, 0)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()
