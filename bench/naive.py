"""The same SVG through Jinja2 and CairoSVG, as one does without Nameplate; a peer process like those in `peers/`.

In a process of its own because Nameplate puts its text and pictures into CairoSVG's tables. CairoSVG's own text has no
kerning and no fitting: `data-fit` and `inline-size` mean nothing to it, so a long line runs on.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from time import perf_counter, process_time

import cairosvg
import jinja2
from PIL import Image

JPEG_QUALITY, FULL_COLOUR = 84, "4:4:4"  # as our own JPEG


class Naive:
    def __init__(self, folders: dict[str, Path]) -> None:
        environment = jinja2.Environment(autoescape=True)
        self._svgs = {name: folder / "template.svg" for name, folder in folders.items()}
        self._templates = {name: environment.from_string(svg.read_text()) for name, svg in self._svgs.items()}

    def draw(self, card: str, format: str, values: dict[str, str]) -> bytes:
        svg = self._templates[card].render(values)
        # `unsafe` lets it read the logo and the photo beside the SVG.
        png: bytes = cairosvg.svg2png(bytestring=svg.encode(), url=str(self._svgs[card]), unsafe=True)
        if format == "png":
            return png
        out = io.BytesIO()
        Image.open(io.BytesIO(png)).convert("RGB").save(out, "JPEG", quality=JPEG_QUALITY, subsampling=FULL_COLOUR)
        return out.getvalue()


def main() -> None:
    config = json.loads(sys.argv[1])
    naive = Naive({name: Path(card["folder"]) for name, card in config["cards"].items()})
    print(json.dumps({"formats": ["png", "jpg"]}), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        cpu, began = process_time(), perf_counter()
        body = naive.draw(question["card"], question["format"], question["values"])
        ms, cpu_ms = (perf_counter() - began) * 1000, (process_time() - cpu) * 1000
        if question.get("save"):
            Path(question["save"]).write_bytes(body)
        print(json.dumps({"ms": ms, "cpu_ms": cpu_ms, "bytes": len(body)}), flush=True)


if __name__ == "__main__":
    main()
