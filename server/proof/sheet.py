"""Shown cases into sheets: each a template made in memory, so that captions in any script are set by our own engine."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from server.catalog.template import SVG_FILE, Template, build_template
from server.images import Format
from server.proof.shown import Entry, Shown

WIDTH = 1800
HEIGHT = 2546  # as A4 has it; the last sheet ends where its cases end
MARGIN, GAP, HEAD = 48, 36, 96
COLUMNS = ((2.2, 3), (1.3, 3), (0.8, 4), (0.0, 5))  # by the least width of a picture that is one high
TITLE_SIZE, TEXT_SIZE, LEADING, LINES = 21, 16, 22, 4
CAPTION = 40 + LINES * LEADING
MAX_VALUE = 60  # characters of a value in a caption; the page has all of it
GROUND, CARD, EDGE, INK, QUIET, WARN = "#F6F4EF", "#FFFFFF", "#DDD8CC", "#191817", "#6A655D", "#9A4A00"


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the tiles of one template stand."""

    columns: int
    rows: int
    width: float
    height: float

    @property
    def per_sheet(self) -> int:
        return self.columns * self.rows


def grid_of(width: int, height: int) -> Grid:
    """The grid for pictures of that size."""
    columns = next(count for least, count in COLUMNS if width / height >= least)
    tile = (WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns
    tall = tile * height / width
    rows = max(1, int((HEIGHT - 2 * MARGIN - HEAD + GAP) // (tall + CAPTION + GAP)))
    return Grid(columns, rows, tile, tall)


def sheets_of(title: str, summary: str, cases: Sequence[Shown], size: tuple[int, int]) -> Iterator[Template]:
    """The sheets, to be drawn at their own size. `size` is that of the pictures; each is fitted into its tile."""
    grid = grid_of(*size)
    for first in range(0, len(cases), grid.per_sheet):
        page = cases[first : first + grid.per_sheet]
        files = {_file(number): case.body for number, case in enumerate(page, first + 1)}
        head = _head(title, summary, first // grid.per_sheet + 1, math.ceil(len(cases) / grid.per_sheet))
        tiles = "".join(_tile(grid, place, first + place + 1, case) for place, case in enumerate(page))
        rows = math.ceil(len(page) / grid.columns)
        tall = math.ceil(2 * MARGIN + HEAD + rows * (grid.height + CAPTION + GAP) - GAP)
        yield build_template("proof", {**files, SVG_FILE: _svg(tall, head + tiles).encode()})


def _svg(height: int, content: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="Inter" fill="{INK}"><rect width="{WIDTH}" height="{height}" fill="{GROUND}"/>{content}</svg>'
    )


def _head(title: str, summary: str, page: int, pages: int) -> str:
    wide = WIDTH - 2 * MARGIN
    number = _text(WIDTH - MARGIN, MARGIN + 34, f'text-anchor="end" font-size="18" fill="{QUIET}"', f"{page} / {pages}")
    large = f'font-size="40" font-weight="700" letter-spacing="-0.02em" {_fitted(wide - 120, 1)}'
    return (
        _text(MARGIN, MARGIN + 34, large, _safe(title))
        + _text(MARGIN, MARGIN + 66, f'font-size="18" fill="{QUIET}" {_fitted(wide, 1)}', _safe(summary))
        + (number if pages > 1 else "")
    )


def _tile(grid: Grid, place: int, number: int, case: Shown) -> str:
    row, column = divmod(place, grid.columns)
    x = MARGIN + column * (grid.width + GAP)
    y = MARGIN + HEAD + row * (grid.height + CAPTION + GAP)
    share = min(grid.width / case.width, grid.height / case.height)
    wide, tall = case.width * share, case.height * share
    baseline = y + grid.height + 30
    numbered = f'<tspan fill="{QUIET}" font-weight="500">{number} </tspan>{_safe(case.title)}'
    body = f'font-size="{TEXT_SIZE}" line-height="{LEADING}px" fill="{QUIET}" {_fitted(grid.width, LINES)}'
    return (
        f'<rect {_box(x, y, wide, tall)} fill="{CARD}"/><image href="{_file(number)}" {_box(x, y, wide, tall)}/>'
        f'<rect {_box(x - 0.5, y - 0.5, wide + 1, tall + 1)} fill="none" stroke="{EDGE}"/>'
        + _text(x, baseline, f'font-size="{TITLE_SIZE}" font-weight="650" {_fitted(grid.width, 1)}', numbered)
        + _text(x, baseline + LEADING + 4, body, _words(case))
    )


def _text(x: float, y: float, attributes: str, content: str) -> str:
    return f'<text x="{x:.2f}" y="{y:.2f}" {attributes}>{content}</text>'


def _fitted(width: float, lines: int) -> str:
    return f'inline-size="{width:.2f}" data-max-lines="{lines}" text-overflow="ellipsis"'


def _box(x: float, y: float, width: float, height: float) -> str:
    return f'x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"'


def _words(case: Shown) -> str:
    said = [f'<tspan fill="{WARN}">{_safe(". ".join(_sentence(reason) for reason in case.reasons))}.</tspan>']
    given = [_entry(entry) for entry in case.entries if entry.is_own and entry.given]
    return " ".join([*(said if case.reasons else []), ", ".join(given)]) or " "


def _entry(entry: Entry) -> str:
    """Isolated, or a name in Arabic would turn the names of params around."""
    short = entry.given if len(entry.given) <= MAX_VALUE else f"{entry.given[:MAX_VALUE]}…"
    return f'{_safe(entry.name)}: <tspan unicode-bidi="isolate" fill="{INK}">{_safe(short)}</tspan>'


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _safe(text: str) -> str:
    """As text of an SVG that is no Jinja: what a list holds must not be run. No font has a lost letter."""
    return escape(text.replace("\ufffd", "?")).replace("{", "&#123;").replace("}", "&#125;")


def _file(number: int) -> str:
    return f"{number}.{Format.WEBP.value}"
