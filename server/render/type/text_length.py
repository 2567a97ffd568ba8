"""`textLength`: a line made as long as it says, by spaces between its letters or by stretching them (SVG 2, 11.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from server.characters import characters
from server.fonts.library import FontLibrary
from server.render.type.letters import Length
from server.text.bidi import CONTROLS
from server.text.lines import Paragraph
from server.text.shape import Run

MAX_STRETCH = 100.0  # more is no text any more, and a number that a picture has no room for


def natural_length(runs: Sequence[Run], fonts: FontLibrary, *, rtl: bool) -> float:
    """How far a line moves the pen."""
    line = Paragraph(runs, fonts, 1.0, rtl=rtl)
    return line.line(line.start, line.end).advance if line.text else 0.0


def kern(left: Run, right: Run, fonts: FontLibrary) -> float:
    """By how much a letter stands nearer to the one before it than their widths say, where the two are set apart."""
    if left.style != right.style or not left.text or not right.text:
        return 0.0
    first, second = replace(left, text=left.text[-1]), replace(right, text=right.text[0])
    if first.text.isspace() or second.text.isspace():
        return 0.0
    pair = natural_length([replace(left, text=first.text + second.text)], fonts, rtl=False)
    alone = natural_length([first], fonts, rtl=False) + natural_length([second], fonts, rtl=False)
    return pair - alone - left.style.letter_spacing


def spaced(runs: Sequence[Run], wanted: Length, natural: float) -> list[Run]:
    """The runs with as much space between their letters as it takes."""
    text = "".join(run.text for run in runs).translate(dict.fromkeys(map(ord, CONTROLS)))
    gaps = len(characters(text)) - 1
    if gaps < 1:
        return list(runs)
    more = (wanted.length - natural) / gaps
    return [replace(run, style=replace(run.style, letter_spacing=run.style.letter_spacing + more)) for run in runs]


def stretch(wanted: Length, natural: float) -> float:
    """By how much the letters get wider."""
    return min(wanted.length / natural, MAX_STRETCH) if natural > 0 else 1.0
