"""How the cost of a picture grows: with its pixels, the length of a text, the shapes in it, its personal lines, and the
layers that these lines part the rest into.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bench.cards import FIRST_NAMES, LAST_NAMES, spec_of, values_of
from bench.exported import WAYS, written
from bench.ours import Ours
from bench.results import Section
from bench.rounds import Contender, Summary, interleave, summarize
from bench.side_by_side import stage_table
from server.catalog.spec import RenderSpec
from server.catalog.template import Template, build_template
from server.images import Format

SCALES = (1, 2, 3)
LENGTHS = (5, 40, 200)  # the last is the most that a param may have
SHAPES = (10, 100, 1000)  # a template may have 2,000 elements
LINES = (1, 8, 32)
LAYERS = (1, 4, 16)  # with the lines between them 32 parts at the most, of the hundred that a document is cut into
MANIFEST = "[params.name]\nmax_length = 200\n"
ROOT = '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" font-family="Inter" fill="#FFFFFF">'
GROUND = '<rect width="1200" height="630" fill="#0B4A4B"/>'
LAYERS_TEXT = (
    f"{max(LAYERS)} discs and {max(LAYERS)} personal lines in every case, as PNG. How often lines stand between discs "
    "decides how many layers the discs are."
)

EXPORTED_TEXT = (
    "The flat card as PNG, as Figma and Sketch write it: words and places in tspans; groups clipped to frames, one of "
    "which has round corners; the name and the company in a colour or a weight of their own."
)

Specs = Callable[[int], tuple[RenderSpec, Template]]


def measure(ours: Ours, *, rounds: int, say: Callable[[str], None]) -> list[Section]:
    grown = [
        ("pixels", "The flat card as PNG.", _by_scale(ours)),
        ("a longer text", "One text in a box, wrapped and shrunk, as PNG.", _by_length()),
        ("more shapes", "Translucent discs under one personal line, as PNG.", _by_shapes()),
        ("more personal lines", f"Above {max(LINES)} discs, which are one layer, as PNG.", _by_lines()),
        ("more layers", LAYERS_TEXT, by_layers()),
        ("a design tool’s way of writing", EXPORTED_TEXT, _by_way()),
    ]
    sections = []
    for what, text, cases in grown:
        say(f"growth: {what}, {rounds} bursts")
        drawn = interleave(_contenders(ours, cases), rounds=rounds)
        ours.check_all()
        sections.append(section(f"With {what}", text, {name: summarize(bursts) for name, bursts in drawn.items()}))
    return sections


def section(title: str, text: str, found: Mapping[str, Summary]) -> Section:
    stages, stage_rows = stage_table({name: summary.stage_ms for name, summary in found.items()})
    rows = [
        [name, f"{summary.cpu_ms:.1f}", *in_stages, f"{summary.size / 1000:.0f}"]
        for (name, *in_stages), summary in zip(stage_rows, found.values(), strict=True)
    ]
    return Section(title, text, ("", "processor ms", *stages, "KB"), rows)


def _contenders(ours: Ours, cases: Mapping[str, Specs]) -> dict[str, Contender]:
    """Each case draws people of its own: what is remembered of a name would help the next case."""
    return {name: drawer(ours, specs, place, len(cases)) for place, (name, specs) in enumerate(cases.items())}


def drawer(ours: Ours, specs: Specs, place: int, count: int) -> Contender:
    return lambda number: ours.draw(*specs(number * count + place)).sample


def _by_scale(ours: Ours) -> dict[str, Specs]:
    card = ours.cards["flat"]

    def at(scale: int) -> Specs:
        return lambda number: (spec_of(card, values_of(number), Format.PNG, scale), card)

    return {f"@{scale}x, {1200 * scale}x{630 * scale}": at(scale) for scale in SCALES}


def _by_length() -> dict[str, Specs]:
    box = '<rect id="box" x="72" y="72" width="1056" height="486" fill="none"/>'
    text = (
        '<text data-box="#box" data-fit="shrink" data-min-size="30" font-size="88" font-weight="700">{{ name }}</text>'
    )
    template = _template("length", [box, text])

    def of(length: int) -> Specs:
        return lambda number: (spec_of(template, {"name": words(number, length)}, Format.PNG), template)

    return {f"{length} characters": of(length) for length in LENGTHS}


def _by_shapes() -> dict[str, Specs]:
    line = '<text x="72" y="330" font-size="64" font-weight="700">{{ name }}</text>'
    return {f"{count} shapes": _named(_template(f"shapes-{count}", [*discs(count), line])) for count in SHAPES}


def _by_lines() -> dict[str, Specs]:
    ground = discs(max(LINES))
    return {_counted(count, "line"): _named(_template(f"lines-{count}", [*ground, *lines(count)])) for count in LINES}


def by_layers() -> dict[str, Specs]:
    parted = {count: layered(max(LAYERS), count) for count in LAYERS}
    return {_counted(count, "layer"): _named(_template(f"layers-{count}", parts)) for count, parts in parted.items()}


def _by_way() -> dict[str, Specs]:
    return {way: _people(written(way)) for way in WAYS}


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def layered(parts: int, layers: int) -> list[str]:
    """As many discs as personal lines, in groups of discs with the lines after them: each group's discs are a layer."""
    size = parts // layers
    groups = [slice(start, start + size) for start in range(0, parts, size)]
    return [part for group in groups for part in (*discs(parts)[group], *lines(parts)[group])]


def _people(template: Template) -> Specs:
    return lambda number: (spec_of(template, values_of(number), Format.PNG), template)


def _named(template: Template) -> Specs:
    return lambda number: (spec_of(template, {"name": values_of(number)["name"]}, Format.PNG), template)


def _template(name: str, parts: Sequence[str]) -> Template:
    svg = "\n".join((ROOT, GROUND, *parts, "</svg>"))
    return build_template(name, {"template.svg": svg.encode(), "manifest.toml": MANIFEST.encode()})


def discs(count: int) -> list[str]:
    """Discs spread over the picture, always the same."""
    return [
        f'<circle cx="{n * 367 % 1200}" cy="{n * 211 % 630}" r="{20 + n * 13 % 60}" fill="#FFC45C" fill-opacity="0.2"/>'
        for n in range(count)
    ]


def lines(count: int) -> list[str]:
    """Personal lines, one below the other."""
    return [f'<text x="72" y="{40 + 18 * n}" font-size="16">{{{{ name }}}} {n}</text>' for n in range(count)]


def words(number: int, length: int) -> str:
    """Names, one after the other, of exactly `length` characters; other ones for another number."""
    names = (
        f"{FIRST_NAMES[(number * 7 + n) % len(FIRST_NAMES)]} {LAST_NAMES[(number + n) % len(LAST_NAMES)]}"
        for n in range(length)
    )
    return ", ".join(names)[: length - 1].rstrip(" ,’-").ljust(length - 1, "n") + "e"
