"""Static cuts of the shipped Inter, for peers that read no variable font: the same letters, in a folder and in a
fontconfig file that names that folder alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

INTER = Path(__file__).parent.parent / "fonts" / "inter" / "Inter[opsz,wght].ttf"
WEIGHTS = (500, 700)
OPTICAL_SIZE = 28
"""Of the cuts: the largest that Inter names. Ours is chosen by the size of each text, up to 32."""

_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Cuts:
    """The font files by weight, and the fontconfig file for peers whose text goes through that."""

    paths: Mapping[int, Path]
    fontconfig: Path


def cut_fonts(folder: Path) -> Cuts:
    folder.mkdir(parents=True, exist_ok=True)
    paths = {weight: folder / f"Inter-{weight}.ttf" for weight in WEIGHTS}
    for weight, path in paths.items():
        if not path.exists():
            axes = {"wght": weight, "opsz": OPTICAL_SIZE}
            cut = instantiateVariableFont(TTFont(INTER), axes, updateFontNames=True)  # type: ignore[no-untyped-call]  # fontTools has no types
            cut.save(path)
    fontconfig = folder / "fonts.conf"
    fontconfig.write_text(_FONTCONFIG.format(folder=folder))
    return Cuts(paths, fontconfig)
