"""One font file in, its faces out: read once for what matching asks, then set to a weight, a width and an
optical size as HarfBuzz fonts. Which face a text gets is `library.py`'s question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from weakref import WeakValueDictionary

import uharfbuzz as hb

from server.errors import BrokenSetting
from server.fonts.coverage import Coverage
from server.fonts.han import JAPANESE, KOREAN, SIMPLIFIED, TRADITIONAL
from server.fonts.index import FaceRecord, FontFile, FontIndex
from server.fonts.ink import NO_INK, Ink

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

SMILE = 0x1F600  # grinning face

_FAMILY, _TYPOGRAPHIC_FAMILY = hb.OTNameIdPredefined.FONT_FAMILY, hb.OTNameIdPredefined.TYPOGRAPHIC_FAMILY
_SUBFAMILY, _TYPOGRAPHIC_SUBFAMILY = (
    hb.OTNameIdPredefined.FONT_SUBFAMILY,
    hb.OTNameIdPredefined.TYPOGRAPHIC_SUBFAMILY,
)

# OpenType, OS/2 table: where ulCodePageRange1 stands, and what its bits for East Asia mean (21 is Korean Johab).
_CODE_PAGES = slice(78, 82)
_CODE_PAGE_BITS = {17: JAPANESE, 18: SIMPLIFIED, 19: KOREAN, 20: TRADITIONAL, 21: KOREAN}


@dataclass(frozen=True, slots=True)
class Look:
    """What is asked of a face beside its family. `size` (pixels) sets the optical size where the face has
    that axis.
    """

    weight: float = 400
    italic: bool = False
    stretch: float = 100
    size: float | None = None


PLAIN = Look()


class FontData:
    """A font file's bytes, read when they are first asked for."""

    def __init__(self, path: Path, digest: str, blob: hb.Blob | None = None) -> None:
        self.path, self.digest, self._blob = path, digest, blob

    def blob(self) -> hb.Blob:
        """Raises BrokenSetting where they are no longer those of `digest`: what was indexed is what is drawn."""
        if self._blob is None:
            data = _bytes_of(self.path)
            if sha256(data).hexdigest() != self.digest:
                raise BrokenSetting(f"{self.path.name} was changed while it was in use; start the server again")
            self._blob = hb.Blob(data)
        return self._blob


@dataclass(frozen=True, slots=True, eq=False)
class FaceSource(FaceRecord):
    """A face that can be set: what is recorded of it, and the file to read it from."""

    data: FontData
    _engines: list[hb.Face] = field(default_factory=list, repr=False)  # none, or one

    __eq__ = object.__eq__  # equal only to itself, unlike its record
    __hash__ = object.__hash__

    @classmethod
    def of(cls, record: FaceRecord, data: FontData) -> FaceSource:
        return cls(**{part.name: getattr(record, part.name) for part in fields(FaceRecord)}, data=data)

    @property
    def digest(self) -> str:
        return self.data.digest

    @property
    def engine(self) -> hb.Face:
        if not self._engines:
            self._engines.append(hb.Face(self.data.blob(), self.index))
        return self._engines[0]

    @property
    def is_emoji(self) -> bool:
        """Whether it is a face of emoji: in colours, and with a smile. A display face in colours has letters."""
        return self.is_color and SMILE in self.coverage


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
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
    space: float

    @property
    def blur(self) -> float:
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
        """Whether this face draws every character of `text` itself."""
        return self.source.coverage.draws(text)


def read_faces(path: Path, index: FontIndex | None = None) -> Iterator[FaceSource]:
    """Every face of a font file or collection. Raises BrokenSetting for a file that HarfBuzz cannot read. What `index`
    knows is not read; what it does not know, it is told.
    """
    known = index.get(path) if index else None
    if known:
        data = FontData(path, known.digest)
    else:
        # The bytes are read, not mapped: a file that is replaced while we run must not change under HarfBuzz.
        content = _bytes_of(path)
        data = FontData(path, sha256(content).hexdigest(), hb.Blob(content))
        known = FontFile(data.digest, tuple(_records(path, data.blob())))
        if index:
            index.put(path, known)
    for record in known.faces:
        yield FaceSource.of(record, data)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BrokenSetting(f"{path} cannot be read ({error.strerror}); mend it, or take it away") from error


def _records(path: Path, blob: hb.Blob) -> Iterator[FaceRecord]:
    for index in range(max(1, hb.Face(blob).count)):
        face = hb.Face(blob, index)
        coverage = Coverage.of(face.unicodes)
        if not face.glyph_count or not coverage:
            raise BrokenSetting(f"{path.name} is no font that can be used; replace it, or take it away")
        axes = {axis.tag: (axis.min_value, axis.max_value) for axis in face.axis_infos}
        plain = hb.Font(face)
        weight, stretch = plain.get_style_value(hb.StyleTag.WEIGHT), plain.get_style_value(hb.StyleTag.WIDTH)
        yield FaceRecord(
            family=face.get_name(_TYPOGRAPHIC_FAMILY) or face.get_name(_FAMILY) or path.stem,
            style=face.get_name(_TYPOGRAPHIC_SUBFAMILY) or face.get_name(_SUBFAMILY) or "",
            italic=bool(plain.get_style_value(hb.StyleTag.ITALIC)),
            weights=axes.get("wght", (weight, weight)),
            stretches=axes.get("wdth", (stretch, stretch)),
            axes=axes,
            coverage=coverage,
            is_color=bool(face.has_color_paint or face.has_color_layers),
            region=_region(face),
            index=index,
        )


def _region(face: hb.Face) -> str:
    """The East Asian tradition that a face says it is made for, by the code pages of its OS/2 table; "" where it names
    several or none. Fontconfig tells such faces apart by the same bits.
    """
    table = face.reference_table("OS/2").data
    pages = int.from_bytes(table[_CODE_PAGES], "big") if len(table) >= _CODE_PAGES.stop else 0
    named = {region for bit, region in _CODE_PAGE_BITS.items() if pages >> bit & 1}
    return named.pop() if len(named) == 1 else ""


class GlyphInks(dict[int, Ink]):
    """What each glyph of a face in one size inks at most (y down), around its origin: asked of HarfBuzz once, so there
    are as many as the face has glyphs. Number 0, "tofu", is never drawn.
    """

    def __init__(self, face: Face, size: float) -> None:
        super().__init__({0: NO_INK})
        self._face, self._scale = face, size / EM

    def __missing__(self, glyph: int) -> Ink:
        ink, box = NO_INK, self._face.font.get_glyph_extents(glyph)
        if box and box.width and box.height:  # HarfBuzz's height grows upwards, so it is negative
            left, top = box.x_bearing, -box.y_bearing
            around = Ink(left, top, left + box.width, top - box.height).grown(self._face.blur)
            ink = Ink(*(side * self._scale for side in around))
        self[glyph] = ink
        return ink


@lru_cache(maxsize=INSTANCES_KEPT)
def glyph_inks(face: Face, size: float) -> GlyphInks:
    return GlyphInks(face, size)


def clamp(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])


@lru_cache(maxsize=INSTANCES_KEPT)
def instantiate(source: FaceSource, look: Look) -> Face:
    """`source` at the weight, width and optical size asked for; a missing italic or bold is synthesized.

    The same face every time, as long as anything holds it: who draws a space and what is one item is told by identity.
    """
    face = _held.get((source, look))
    if face is None:
        face = _held[source, look] = _instance(source, look)
    return face


_held = WeakValueDictionary[tuple[FaceSource, Look], Face]()


def _instance(source: FaceSource, look: Look) -> Face:
    font = hb.Font(source.engine)
    font.scale = (EM, EM)
    coordinates = _coordinates(source, look)
    font.set_variations(coordinates)
    # A picture in colours has no strokes to thicken, and a smile that leans is another smile.
    is_drawn_in_strokes = not source.is_color
    lacks_italic = look.italic and not source.italic and "slnt" not in coordinates
    slant = SLANT if is_drawn_in_strokes and lacks_italic else 0.0
    bold = EMBOLDEN if is_drawn_in_strokes and look.weight >= SYNTHETIC_BOLD_FROM > source.weights[1] else 0.0
    if slant:
        font.synthetic_slant = slant
    if bold:
        font.synthetic_bold = (bold, bold, True)  # in place: the letters keep their distances, as in Chromium
    extents = font.get_font_extents("ltr")
    place = ",".join(f"{tag}={value:g}" for tag, value in coordinates.items())
    return Face(
        source=source,
        look=look,
        font=font,
        key=f"{source.digest[:16]}.{source.index}:{place}:{slant:g}:{bold:g}",
        ascent=extents.ascender / EM,
        descent=-extents.descender / EM,
        space=_space_of(font) / EM,
        cap_height=font.get_metric_position_with_fallback(hb.OTMetricsTag.CAP_HEIGHT) / EM,
    )


def _space_of(font: hb.Font) -> float:
    glyph = font.get_nominal_glyph(ord(" "))
    return float(font.get_glyph_h_advance(glyph)) if glyph else 0.0


def _coordinates(source: FaceSource, look: Look) -> dict[str, float]:
    """Every axis we set, always in the same order; the others stay where the font's maker put them."""
    wanted = {"opsz": look.size, "wdth": look.stretch, "wght": look.weight}
    if look.italic and not source.italic and "slnt" in source.axes:
        wanted["slnt"] = source.axes["slnt"][0]  # slants to the right are negative
    return {
        tag: clamp(value, source.axes[tag]) for tag, value in wanted.items() if value is not None and tag in source.axes
    }
