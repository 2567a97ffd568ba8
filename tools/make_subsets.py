"""Published Noto fonts in, the files of `fonts/noto-*/` out: no more axes, characters and tables than pictures
need. `fonts/README.md` says where each source comes from.

    python tools/make_subsets.py SOURCES                  # every family
    python tools/make_subsets.py SOURCES noto-sans-thai   # some

SOURCES is a folder that holds the files named in `SCRIPTS`, `CJK` and `EMOJI`. Needs fonttools, and brotli for
sources that are WOFF2.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import AxisTriple, instantiateVariableFont

FONTS = Path(__file__).parents[1] / "fonts"
LATIN_FACE = FONTS / "inter" / "Inter[opsz,wght].ttf"  # the default face

FAMILY, STYLE, UNIQUE_ID, FULL_NAME, POSTSCRIPT_NAME = 1, 2, 3, 4, 6
TYPOGRAPHIC_NAMES = (16, 17, 21, 22, 25)

# A script needs its own of these, though Inter has them too: what marks and joiners are placed by.
SHARED = {*map(ord, " \u00a0\u200b\u200c\u200d\u200e\u200f\u2010\u2011\u25cc")}

WEIGHT = AxisTriple(100, 400, 900)


@dataclass(frozen=True, slots=True)
class Family:
    """A family to make: of which source file, and in which folder of `fonts/`."""

    name: str
    source: str

    @property
    def folder(self) -> Path:
        return FONTS / self.name.lower().replace(" ", "-")


SCRIPTS = (
    *(
        Family(f"Noto Sans {script}", f"NotoSans{script}[wdth,wght].ttf")
        for script in ("Arabic", "Devanagari", "Khmer", "Tamil", "Telugu", "Thai")
    ),
    *(
        Family(f"Noto Sans {script}", f"noto-sans-{script.lower()}-{script.lower()}-wght-normal.woff2")
        for script in (
            "Armenian",
            "Bengali",
            "Ethiopic",
            "Georgian",
            "Gujarati",
            "Gurmukhi",
            "Hebrew",
            "Kannada",
            "Lao",
            "Malayalam",
            "Myanmar",
            "Sinhala",
            "Thaana",
        )
    ),
)
EMOJI = Family("Noto Color Emoji", "noto-color-emoji-emoji-400-normal.woff2")
CJK = Family("Noto Sans CJK", "NotoSansCJK-{style}.ttc")
CJK_STYLES = ("Regular", "Bold")
CJK_FACE = 0  # of the collection: "Noto Sans CJK JP". `locl` turns its glyphs into every other region's.

# What setting a line needs. Not kept: vertical forms, half and full widths, historical and styled variants.
CJK_FEATURES = ["ccmp", "locl", "liga", "calt", "kern", "mark", "mkmk", "ljmo", "vjmo", "tjmo", "palt", "halt"]

LAST_OF_BMP = "\uffff"  # what the standards have beyond it are rare characters, many thousands
NAME_KANJI = "𠮷𠮟"
"""Kanji beyond the BMP that are frequent all the same."""


def main(arguments: list[str]) -> None:
    sources, wanted = Path(arguments[0]), set(arguments[1:])
    for family in (*SCRIPTS, EMOJI, CJK):
        if wanted and family.folder.name not in wanted:
            continue
        family.folder.mkdir(exist_ok=True)
        for path, font in made(family, sources):
            font.save(path)
            characters = len(font.getBestCmap() or ())
            size = path.stat().st_size / 1024
            print(f"{path.relative_to(FONTS)}: {characters} characters, {size:.0f} KiB")  # noqa: T201  # the answer


def made(family: Family, sources: Path) -> Iterator[tuple[Path, TTFont]]:
    if family is CJK:
        yield from cjk(sources)
    elif family is EMOJI:
        yield family.folder / "NotoColorEmoji.ttf", emoji(sources / family.source)
    else:
        name = family.name.replace(" ", "")
        yield family.folder / f"{name}[wght].ttf", script(family, sources / family.source)


def script(family: Family, source: Path) -> TTFont:
    """One writing system without the Latin letters that its font brings along, at normal width."""
    font = opened(source)
    keep_only(font, set(font.getBestCmap() or ()) - inter() | SHARED, ["*"])
    here = {axis.axisTag for axis in font["fvar"].axes}
    instantiateVariableFont(font, {"wght": WEIGHT, **({"wdth": 100} if "wdth" in here else {})}, inplace=True)
    rename(font, family.name, "Regular")
    return font


def emoji(source: Path) -> TTFont:
    """Every glyph in the vector form that HarfBuzz paints, without the same pictures as SVG."""
    font = opened(source)
    del font["SVG "]
    return font


def cjk(sources: Path) -> Iterator[tuple[Path, TTFont]]:
    for style in CJK_STYLES:
        font = opened(sources / CJK.source.format(style=style))
        keep_only(font, cjk_characters() - letters_of_inter() | {ord(" ")}, CJK_FEATURES)
        rename(font, CJK.name, style)
        yield CJK.folder / f"NotoSansCJK-{style}.otf", font


def cjk_characters() -> Set[int]:
    """What names and companies are written with, as the national standards count it."""
    double = [bytes((first, second)) for first in range(0x81, 0xFF) for second in range(0x40, 0xFF)]
    standards = (
        "shift_jis",  # JIS X 0208: levels 1 and 2, kana
        "cp932",  # the NEC and IBM kanji: 髙, 﨑
        "euc_jis_2004",  # JIS X 0213 plane 1, level 3 with it: all kanji that the law allows in names
        "gb2312",
        "gbk",  # names that came after GB 2312: 镕, 祎, 赟
        "big5",  # both levels: given names in Taiwan use the second one
        "big5hkscs",  # Hong Kong's own: 滙, 啲
        "euc_kr",  # KS X 1001
    )
    decoded = "".join(pair.decode(standard, "ignore") for standard in standards for pair in double)
    frequent = {ord(character) for character in decoded if character <= LAST_OF_BMP}
    hangul = range(0xAC00, 0xD7A4)
    halfwidth_kana = range(0xFF61, 0xFFA0)
    return {*frequent, *map(ord, NAME_KANJI), *hangul, *halfwidth_kana}


def inter() -> Set[int]:
    return set(TTFont(LATIN_FACE).getBestCmap() or ())


def letters_of_inter() -> Set[int]:
    """CJK faces keep their own punctuation, which is as wide as their letters."""
    return {code for code in inter() if unicodedata.category(chr(code))[0] in "LMN"}


def opened(source: Path) -> TTFont:
    font = TTFont(source, fontNumber=CJK_FACE, lazy=True)
    font.flavor = None
    return font


def keep_only(font: TTFont, characters: Set[int], features: list[str]) -> None:
    options = Options()
    options.layout_features = features
    options.layout_scripts = ["*"]
    options.hinting = False  # HarfBuzz draws outlines as designed
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = ["*"]  # type: ignore[list-item]  # all of them: a word that its types do not know
    options.name_languages = [0x409]
    options.drop_tables += ["vhea", "vmtx", "VORG", "VVAR", "BASE", "DSIG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)


def rename(font: TTFont, family: str, style: str) -> None:
    """The family's plain name: no "Thin" of a default instance, no region for a face that has all of them."""
    names = font["name"]
    used = {instance.subfamilyNameID for instance in font["fvar"].instances} if "fvar" in font else set()
    for identifier in TYPOGRAPHIC_NAMES:
        if identifier not in used:
            names.removeNames(nameID=identifier)
    postscript = f"{family.replace(' ', '')}-{style}"
    for identifier, text in {
        FAMILY: family,
        STYLE: style,
        UNIQUE_ID: f"{postscript}, subset",
        FULL_NAME: f"{family} {style}",
        POSTSCRIPT_NAME: postscript,
    }.items():
        names.setName(text, identifier, 3, 1, 0x409)


if __name__ == "__main__":
    main(sys.argv[1:])
