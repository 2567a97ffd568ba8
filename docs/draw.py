"""Draws the pictures of the docs, from the sources that the pages themselves show: `make pictures`.

A page asks for a picture by a comment, and shows it below:

    <!-- draw pictures/fitting/shrink.png 396x132
    name=Ada
    name=Maximiliane | data-fit="shrink" becomes data-fit="" | # not shrunk
    -->

Each line is a panel: values, changes to the source, and a caption, which otherwise is what is special about it. The
source is the first svg block below the comment, drawn as a template of that size with the boxes of its texts outlined.
With "whole" in place of the size that block is a whole template, and a toml block its manifest; with a name, that
shipped template is drawn.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from math import ceil
from pathlib import Path

from lxml import etree
from PIL import Image

from server.catalog.resolve import Drawing, resolve
from server.catalog.spec import RenderSpec
from server.catalog.template import Template, build_template, find_templates, read_template
from server.fonts.library import FontLibrary
from server.images import Format
from server.render.draw import draw
from server.urls.query import QueryValue
from server.urls.request import ImageRequest

ROOT = Path(__file__).parent.parent
SCALE = 2  # pages show the pictures at half their size, sharp
WEBP_QUALITY = 88  # letters on a gradient keep their edges
WIDTH = 864  # of a picture in a page, as GitHub shows it
MARGIN, GAP, CAPTION = 24, 24, 34  # around the panels, between them, and below each for its caption
GROUND, CARD, EDGE, QUIET = "#F6F4EF", "#FFFFFF", "#E3DFD5", "#6B6480"
FRAME = 'fill="#FF7F5C" fill-opacity="0.09" stroke="#FF7F5C" stroke-width="1" stroke-dasharray="4 3"'
PICTURES = (
    "svg_templates/listing/house.jpg",
    "svg_templates/webinar/logo-square.png",
    "svg_templates/webinar/speaker.png",
)
WHOLE = "whole"
DRAWING = Drawing(max_pixels=12_000_000, renderer="docs")

_COMMENT = re.compile(r"<!-- draw (\S+\.(?:png|webp)) (\S+)\n(.*?)-->\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Panel:
    values: Mapping[str, str]
    changes: tuple[tuple[str, str], ...]
    caption: str


@dataclass(frozen=True, slots=True)
class Figure:
    """`source` is the SVG shown in the page, None for a shipped `template`."""

    file: Path
    panels: tuple[Panel, ...]
    size: tuple[int, int]
    source: str | None
    template: Template | None


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def find_figures(page: Path) -> Iterator[Figure]:
    """The pictures that `page` asks for. Raises ValueError where its source is missing."""
    text = page.read_text(encoding="utf-8")
    for found in _COMMENT.finditer(text):
        file, what, lines = found.groups()
        panels = tuple(_panel(line) for line in lines.splitlines() if line.strip())
        below = text[found.end() :].partition("<!-- draw ")[0]
        if size := re.fullmatch(r"(\d+)x(\d+)", what):
            yield Figure(page.parent / file, panels, (int(size[1]), int(size[2])), _block("svg", below, file), None)
        else:
            template = _template(what, below, file)
            yield Figure(page.parent / file, panels, _shown_size(template, len(panels)), None, template)


def _template(what: str, below: str, file: str) -> Template:
    if what != WHOLE:
        return read_template(find_templates(ROOT / "svg_templates")[what])
    files = {"template.svg": _block("svg", below, file).encode()}
    if "```toml" in below:
        files["manifest.toml"] = _block("toml", below, file).encode()
    return build_template(WHOLE, files)


def _block(language: str, below: str, file: str) -> str:
    block = re.search(rf"^```{language}\n(.*?)^```", below, re.DOTALL | re.MULTILINE)
    if block is None:
        raise ValueError(f"there is no {language} block below the picture {file}")
    return block[1]


def draw_figure(figure: Figure) -> Image.Image:
    """The panels, in rows as wide as a page, on one ground."""
    tiles = [_tile(figure, panel) for panel in figure.panels]
    width, height = tiles[0].size
    columns = max(1, (WIDTH - 2 * MARGIN + GAP) // (figure.size[0] + GAP))
    columns = min(columns, len(tiles))
    rows = ceil(len(tiles) / columns)
    sheet = Image.new("RGB", (columns * width + SCALE * (2 * MARGIN - GAP), rows * height + SCALE * MARGIN), GROUND)
    for place, tile in enumerate(tiles):
        row, column = divmod(place, columns)
        sheet.paste(tile, (SCALE * (MARGIN - GAP // 2) + column * width, SCALE * MARGIN + row * height))
    return sheet


def _panel(line: str) -> Panel:
    said, _, caption = line.strip().partition("# ")
    values: dict[str, str] = {}
    changes: list[tuple[str, str]] = []
    for part in filter(None, said.split(" | ")):
        before, becomes, after = part.partition(" becomes ")
        if becomes:
            changes.append((before, after))
        else:
            name, _, value = part.partition("=")
            values[name] = value
    told = [after for _, after in changes] or [f"{name}={value}" for name, value in values.items()]
    return Panel(values, tuple(changes), caption or ", ".join(told))


def _shown_size(template: Template, panels: int) -> tuple[int, int]:
    """A shipped template fills the page, or half of it when there are several."""
    width = (WIDTH - 2 * MARGIN - (GAP if panels > 1 else 0)) // min(panels, 2)
    return width, round(width * template.height / template.width)


def _tile(figure: Figure, panel: Panel) -> Image.Image:
    width, height = figure.size
    if figure.template is not None:
        tile = _drawn(build_template("tile", {"template.svg": _sheet(figure, panel, "").encode()}), {}, SCALE)
        picture = _drawn(figure.template, panel.values, 1).resize(
            (width * SCALE, height * SCALE), Image.Resampling.LANCZOS
        )
        tile.paste(picture, (SCALE * GAP // 2, 0))
        return tile
    source = figure.source or ""
    for before, after in panel.changes:
        if before not in source:
            raise ValueError(f"{figure.file.name}: its source has no {before}")
        source = source.replace(before, after)
    files = {path.name: path.read_bytes() for path in map(ROOT.joinpath, PICTURES)}
    svg = _sheet(figure, panel, _frames(source, height) + source)
    return _drawn(build_template("figure", {**files, "template.svg": svg.encode()}), panel.values, SCALE)


def _sheet(figure: Figure, panel: Panel, content: str) -> str:
    """A panel on its card, its caption below, half a gap of ground on either side."""
    width, height = figure.size
    caption = "{% raw %}" + escape(panel.caption) + "{% endraw %}"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width + GAP}" height="{height + CAPTION}"
      viewBox="{-GAP // 2} 0 {width + GAP} {height + CAPTION}" font-family="Inter" fill="#241B5C">
      <rect x="{-GAP}" width="{width + 2 * GAP}" height="{height + CAPTION}" fill="{GROUND}"/>
      <rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="6" fill="{CARD}" stroke="{EDGE}"/>
      <text x="1" y="{height + 17}" font-family="Geist Mono" font-size="11.5" fill="{QUIET}" inline-size="{width - 2}"
        data-max-lines="1" data-fit="shrink" data-min-size="8">{caption}</text>
      {content}</svg>"""


def _frames(source: str, height: int) -> str:
    """The boxes of the texts of `source`, for the eye."""
    root = etree.fromstring(f"<svg>{source}</svg>")
    rects = {rect.get("id"): rect for rect in root.iter("rect")}
    frames: dict[str, None] = {}
    for text in root.iter("text"):
        holders = (text, *text.iterancestors())
        box = next((holder.get("data-box") for holder in holders if holder.get("data-box")), None)
        if box:
            rect = rects[box.removeprefix("#")]
            if rect.get("fill") != "none":  # it is seen without a frame
                continue
            sides = " ".join(f'{side}="{rect.get(side, "0")}"' for side in ("x", "y", "width", "height"))
            frames[f"<rect {sides} {FRAME}/>"] = None
        elif text.get("inline-size"):
            wide = float(text.get("inline-size"))
            before = {"middle": 0.5, "end": 1}.get(text.get("text-anchor"), 0)
            before = 1 - before if text.get("direction") == "rtl" else before
            left = float(text.get("x", "0")) - wide * before
            frames[f'<rect x="{left}" y="12" width="{wide}" height="{height - 24}" {FRAME}/>'] = None
    return "".join(frames)


def spec_of(template: Template, values: Mapping[str, str], scale: int = 1) -> RenderSpec:
    given = {name: QueryValue.of(value) for name, value in values.items()}
    return resolve(ImageRequest(template.name, Format.PNG, scale, values=given), template, DRAWING)


def drawn(spec: RenderSpec, template: Template) -> Image.Image:
    return Image.open(io.BytesIO(draw(spec, template, _fonts()).body)).convert("RGB")


def _drawn(template: Template, values: Mapping[str, str], scale: int) -> Image.Image:
    return drawn(spec_of(template, values, scale), template)


@cache
def _fonts() -> FontLibrary:
    return FontLibrary.open([ROOT / "fonts"])


def encoded(picture: Image.Image, file: Path) -> bytes:
    """`picture` as it is kept: PNG, or WebP where colours flow and a PNG would be too large for a page."""
    kept = io.BytesIO()
    if file.suffix == ".webp":
        picture.save(kept, "WEBP", quality=WEBP_QUALITY, method=6)
    else:
        picture.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def keep(picture: Image.Image, file: Path) -> None:
    """Writes and names a picture that is not as it is kept."""
    body = encoded(picture, file)
    if not is_same(file, body):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        sys.stdout.write(f"{file.relative_to(ROOT)}: {len(body) / 1000:.0f} KB\n")


def is_same(file: Path, body: bytes) -> bool:
    """Whether `file` shows what `body` does, to the last pixel."""
    if not file.is_file():
        return False
    kept, now = Image.open(file).convert("RGB"), Image.open(io.BytesIO(body)).convert("RGB")
    return kept.size == now.size and kept.tobytes() == now.tobytes()


def main() -> None:
    """Writes the pictures that are not what their sources say now, and names them."""
    for page in pages():
        for figure in find_figures(page):
            keep(draw_figure(figure), figure.file)


if __name__ == "__main__":
    main()
