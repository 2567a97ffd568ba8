"""Times the encoders on the shipped cards: `python -m bench.encode [template ...]`. Medians of
processor time, and bytes.

A base is the card without its texts, which is what most templates keep from one recipient to the next. Each round does
everything once, so that the ratios hold however busy the machine is.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

import cairocffi
import numpy as np
from cairosvg.parser import Node

from bench.cards import DRAWING
from bench.rounds import Sample, interleave, summarize
from server.catalog.resolve import default_spec
from server.catalog.template import Template, read_template
from server.encode.bands import BAND_ROWS, Base, prepare
from server.encode.changed import stretches
from server.encode.channels import as_array, as_words, is_opaque
from server.encode.deflate import deflate
from server.encode.filters import by_trial
from server.encode.formats import encode
from server.encode.png import encode_png
from server.encode.scanlines import UP, apply, scanlines
from server.fonts.library import FontLibrary
from server.images import Effort, Format, Live, Pixels
from server.render.compose import compose
from server.render.paint import paint
from server.render.scene import lay_out

ROOT = Path(__file__).parent.parent
ROUNDS = 3
Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Card:
    name: str
    background: str
    pixels: Pixels
    base: Pixels


def cards(names: list[str]) -> Iterator[Card]:
    fonts = FontLibrary.open([ROOT / "fonts"])
    for manifest in sorted((ROOT / "svg_templates").glob("*/manifest.toml")):
        if not names or manifest.parent.name in names:
            yield _card(read_template(manifest.parent), fonts)


def _card(template: Template, fonts: FontLibrary) -> Card:
    spec = default_spec(template, Format.PNG, DRAWING, samples=True)
    document = compose(spec, template)
    bare = lay_out(document, template, fonts)
    _drop_texts(bare.tree)
    drawn, base = (paint(scene, spec.width, spec.height) for scene in (lay_out(document, template, fonts), bare))
    return Card(template.name, template.manifest.background, replace(drawn, live=tuple(_live(drawn, base))), base)


def _live(drawn: Pixels, base: Pixels) -> Iterator[Live]:
    """The rows in which texts are."""
    differs = (as_words(as_array(drawn)) != as_words(as_array(base))).any(axis=1)
    return (Live(start, stop) for start, stop in stretches(differs) if differs[start])


def _drop_texts(node: Node) -> None:
    node.children = [child for child in node.children if child.tag != "text"]
    for child in node.children:
        _drop_texts(child)


def encoders(card: Card, base: Base) -> Mapping[str, Work]:
    """What a picture costs whole, by way of encoding it."""
    return {
        "PNG, as cairo writes it": partial(_by_cairo, card.pixels),
        **{f"PNG {effort}, whole": partial(encode_png, card.pixels, effort=effort) for effort in Effort},
        **{
            f"PNG {effort}, over a base": partial(encode_png, card.pixels, base=base, effort=effort)
            for effort in Effort
        },
        "JPEG": partial(encode, card.pixels, Format.JPG, card.background),
        "WebP": partial(encode, card.pixels, Format.WEBP, card.background),
    }


def stages(card: Card, base: Base) -> Mapping[str, Work]:
    """What a PNG of the whole picture consists of."""
    bgra = as_array(card.pixels)
    plain = scanlines(bgra, is_opaque=base.is_opaque)
    everywhere_up = np.full(len(plain), UP, np.uint8)
    data = plain.reshape(-1).data
    return {
        "is it opaque": partial(is_opaque, bgra),
        "scanlines": partial(scanlines, bgra, is_opaque=base.is_opaque),
        "filter Up (and a copy)": lambda: apply(everywhere_up, plain.copy(), is_opaque=base.is_opaque),
        "filters by trial": partial(by_trial, plain, BAND_ROWS),
        **{f"deflate {effort}": partial(deflate, data, effort) for effort in Effort},
    }


def _by_cairo(pixels: Pixels) -> bytes:
    surface = cairocffi.ImageSurface(
        cairocffi.FORMAT_ARGB32, pixels.width, pixels.height, bytearray(pixels.data), pixels.stride
    )
    out = io.BytesIO()
    surface.write_to_png(out)
    return out.getvalue()


def _sample(work: Work, _person: int) -> Sample:
    began, began_cpu = perf_counter(), process_time()
    made = work()
    cpu_ms, ms = (process_time() - began_cpu) * 1000, (perf_counter() - began) * 1000
    return Sample(ms, cpu_ms, len(made) if isinstance(made, bytes) else 0)


def main() -> None:
    for card in cards(sys.argv[1:]):
        began = process_time()
        base = prepare(card.base)
        prepared_ms = (process_time() - began) * 1000
        print(f"\n{card.name}, {card.pixels.width}x{card.pixels.height}; its base takes {prepared_ms:.0f} ms, once")
        work = {**encoders(card, base), **stages(card, base)}
        samples = interleave({name: partial(_sample, each) for name, each in work.items()}, rounds=ROUNDS)
        for name, of_one in samples.items():
            summary = summarize(of_one)
            size = f"{summary.size / 1000:8.1f} KB" if summary.size else ""
            print(f"  {name:26} {summary.cpu_ms:8.2f} ms{size}")


if __name__ == "__main__":
    main()
