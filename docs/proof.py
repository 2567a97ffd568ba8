"""Draws the sheet that proof.md shows, of a few cases of a shipped template: `python -m docs.proof`."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from PIL import Image

from docs.draw import DRAWING, ROOT, keep
from server.catalog.template import find_templates, read_template
from server.fonts.library import FontLibrary
from server.proof.cases import cases_of, with_odd_logos
from server.proof.sheet import sheets_of
from server.proof.shown import Shown, alt_of, entries_of
from server.proof.specs import Maker, at_width
from server.proof.troubles import of_slots, words_of
from server.render.draw import draw

FILE = ROOT / "docs/pictures/proof/sheet.webp"
TEMPLATE = "webinar"
CASES = (
    "Nothing given",
    "Tags left: *|FNAME|*",
    "Long names",
    "Arabic",
    "UTF-8 read as Latin",
    "A dead picture address",
)
TILE = 560  # pixels of a picture on the sheet


def draw_sheet() -> Image.Image:
    template = with_odd_logos(read_template(find_templates(ROOT / "svg_templates")[TEMPLATE]))
    cases = {case.title: case for case in cases_of(template)}
    maker = Maker(template, DRAWING, lambda _name: None, frozenset())
    usual = next(iter(cases.values())).values
    pictures = frozenset({"logo_url", "speaker_photo"})
    common = {slot.slot: slot for slot in draw(maker.make(usual)[1], template, _fonts()).report.slots}
    shown = []
    for case in map(cases.__getitem__, CASES):
        spec = at_width(maker.make(case.values)[1], TILE)
        picture = draw(spec, template, _fonts())
        said = (*words_of(spec.fallbacks, pictures), *(found.words for found in of_slots(picture.report.slots, common)))
        entries = tuple(entries_of(case.values, spec, usual))
        shown.append(
            Shown(
                kind=case.kind,
                title=case.title,
                reasons=said,
                entries=entries,
                alt=alt_of(template, spec),
                template=template.name,
                body=picture.body,
                width=picture.width,
                height=picture.height,
            )
        )
    about = f"{len(shown)} of the {len(cases)} cases that follow from the template itself"
    size = template.width, template.height
    (sheet,) = sheets_of(f"Proof of {template.manifest.title}", about, shown, size)
    _, spec = Maker(sheet, DRAWING, lambda _name: None, frozenset()).make({})
    return Image.open(io.BytesIO(draw(spec, sheet, _fonts()).body)).convert("RGB")


@cache
def _fonts() -> FontLibrary:
    return FontLibrary.open([ROOT / "fonts"])


def main(file: Path = FILE) -> None:
    keep(draw_sheet(), file)


if __name__ == "__main__":
    main()
