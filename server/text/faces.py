"""One font file in, its faces out: read once for what matching asks, then set to a weight, a width and an
optical size as HarfBuzz fonts. Which face a text gets is `fonts.py`'s question.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import uharfbuzz as hb

from server.errors import BrokenSetting
from server.text.ink import NO_INK, Ink

EM = 256_000
"""Units per em of every face, whatever its file uses. HarfBuzz gives whole units: this is a multiple of the
usual 1000, 1024, 2000 and 2048, so what is whole in the file stays exact.
"""

INSTANCES_KEPT = 256  # a template uses a handful; a bound for templates whose weight is a param

# Chromium's synthesis for families without the style asked for: a slant of 1/4, and bold from 600 on as
# strokes that are 1/32 em thicker.
SLANT = 0.25
EMBOLDEN = 1 / 32
SYNTHETIC_BOLD_FROM = 600

_FAMILY, _TYPOGRAPHIC_FAMILY = hb.OTNameIdPredefined.FONT_FAMILY, hb.OTNameIdPredefined.TYPOGRAPHIC_FAMILY


@dataclass(frozen=True, slots=True)
class Look:
    """What is asked of a face beside its family. `size` (pixels) sets the optical size where the face has
    that axis.
    """

    weight: float = 400
    italic: bool = False
    stretch: float = 100
    size: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FaceSource:
    """A face as it lies in a file, before its axes are set. `weights` and `stretches` are (least,
    greatest).
    """

    family: str
    italic: bool
    weights: tuple[float, float]
    stretches: tuple[float, float]
    axes: dict[str, tuple[float, float]]
    coverage: frozenset[int]
    is_color: bool
    digest: str
    index: int
    engine: hb.Face


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A face set to one place of its axes: what shapes, measures and draws. Metrics are in ems.

    Equal only to itself. `key` names the same instance across processes and libraries.
    """

    source: FaceSource
    look: Look
    key: str
    font: hb.Font
    ascent: float
    descent: float
    cap_height: float
    units_per_em: int = EM
    _inks: dict[int, Ink] = field(default_factory=dict, repr=False)  # bounded by the number of glyphs

    @property
    def _blur(self) -> float:
        """What the extents of a varied glyph may be off: HarfBuzz rounds them to whole units of the file."""
        return EM / self.source.engine.upem / 2 if self.source.axes else 0.0

    @property
    def family(self) -> str:
        return self.source.family

    @property
    def is_color(self) -> bool:
        """Whether its glyphs bring their own colours, as those of emoji do."""
        return self.source.is_color

    def has_glyphs_for(self, text: str) -> bool:
        """Whether this face draws every character of `text` itself, in one of its Unicode spellings.

        HarfBuzz composes and decomposes by what the font has, so either normal form will do.
        """
        coverage = self.source.coverage
        if coverage.issuperset(map(ord, text)):
            return True
        seen = "".join(map(_as_drawn, text))
        spellings = (unicodedata.normalize("NFC", seen), unicodedata.normalize("NFD", seen))
        return any(coverage.issuperset(map(ord, spelling)) for spelling in spellings)

    def ink(self, glyph: int) -> Ink:
        """What a glyph inks at most, in units (y down), around its origin."""
        known = self._inks.get(glyph)
        if known is None:
            box = self.font.get_glyph_extents(glyph)
            known = NO_INK
            if box and box.width and box.height:  # HarfBuzz's height grows upwards, so it is negative
                left, top = box.x_bearing, -box.y_bearing
                known = Ink(left, top, left + box.width, top - box.height).grown(self._blur)
            self._inks[glyph] = known
        return known


def _as_drawn(character: str) -> str:
    """What a font must have for `character`: nothing for the invisible, a space for any space."""
    if is_invisible(character):
        return ""
    return " " if unicodedata.category(character) == "Zs" else character


def is_invisible(character: str) -> bool:
    """Controls, joiners, direction marks and variation selectors: they steer shaping and are never missed."""
    return (
        unicodedata.category(character) in {"Cc", "Cf"}
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
        or character == "\u034f"  # combining grapheme joiner
    )


def read_faces(path: Path) -> Iterator[FaceSource]:
    """Every face of a font file or collection. Raises BrokenSetting for a file that HarfBuzz cannot read."""
    data = path.read_bytes()
    # The bytes are read, not mapped: a file that is replaced while we run must not change under HarfBuzz.
    blob, digest = hb.Blob(data), sha256(data).hexdigest()
    for index in range(max(1, hb.Face(blob).count)):
        face = hb.Face(blob, index)
        coverage = frozenset(face.unicodes)
        if not face.glyph_count or not coverage:
            raise BrokenSetting(f"{path.name} is no font that can be used; replace it, or take it away")
        axes = {axis.tag: (axis.min_value, axis.max_value) for axis in face.axis_infos}
        plain = hb.Font(face)
        weight, stretch = plain.get_style_value(hb.StyleTag.WEIGHT), plain.get_style_value(hb.StyleTag.WIDTH)
        yield FaceSource(
            family=face.get_name(_TYPOGRAPHIC_FAMILY) or face.get_name(_FAMILY) or path.stem,
            italic=bool(plain.get_style_value(hb.StyleTag.ITALIC)),
            weights=axes.get("wght", (weight, weight)),
            stretches=axes.get("wdth", (stretch, stretch)),
            axes=axes,
            coverage=coverage,
            is_color=face.has_color_paint or face.has_color_layers,
            digest=digest,
            index=index,
            engine=face,
        )


def clamp(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])


@lru_cache(maxsize=INSTANCES_KEPT)
def instantiate(source: FaceSource, look: Look) -> Face:
    """`source` at the weight, width and optical size asked for; a missing italic or bold is synthesized."""
    font = hb.Font(source.engine)
    font.scale = (EM, EM)
    coordinates = _coordinates(source, look)
    font.set_variations(coordinates)
    slant = SLANT if look.italic and not source.italic and "slnt" not in coordinates else 0.0
    bold = EMBOLDEN if look.weight >= SYNTHETIC_BOLD_FROM > source.weights[1] else 0.0
    if slant:
        font.synthetic_slant = slant
    if bold:
        font.synthetic_bold = bold
    extents = font.get_font_extents("ltr")
    place = ",".join(f"{tag}={value:g}" for tag, value in coordinates.items())
    return Face(
        source=source,
        look=look,
        font=font,
        key=f"{source.digest[:16]}.{source.index}:{place}:{slant:g}:{bold:g}",
        ascent=extents.ascender / EM,
        descent=-extents.descender / EM,
        cap_height=font.get_metric_position_with_fallback(hb.OTMetricsTag.CAP_HEIGHT) / EM,
    )


def _coordinates(source: FaceSource, look: Look) -> dict[str, float]:
    """Every axis we set, always in the same order; the others stay where the font's maker put them."""
    wanted = {"opsz": look.size, "wdth": look.stretch, "wght": look.weight}
    if look.italic and not source.italic and "slnt" in source.axes:
        wanted["slnt"] = source.axes["slnt"][0]  # slants to the right are negative
    return {
        tag: clamp(value, source.axes[tag]) for tag, value in wanted.items() if value is not None and tag in source.axes
    }
