"""Times the typography: `python -m bench.text_layout`. Medians in microseconds, one core.

Cold: the caches of runs are empty, the faces and what their glyphs ink are known, as in a warm worker that
gets a new name. Warm: the same text again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from server.text.fit import Box, Run, TextStyle, fit
from server.text.fonts import FontLibrary
from server.text.outlines import outline
from server.text.shape import shape_run

ROUNDS = 300
FORTY = "Prof. Dr. Maximiliane von Hohenfels-Wyld"
QUOTE = (
    "We looked at nine vendors before we chose this one, and after half a year in production nobody "
    "here would want to go back to the way we worked in the spring."
)
SANS = TextStyle(("Inter",), 40, weight=700)

CASES = {
    "one line, as designed": ([Run(FORTY, SANS)], Box()),
    "one line, fits its box": ([Run(FORTY, SANS)], Box(inline_size=2000, shrink=True, max_lines=1)),
    "one line, shrunk": ([Run(FORTY, SANS)], Box(inline_size=700, shrink=True, max_lines=1)),
    "one line, cut": ([Run(FORTY, SANS)], Box(inline_size=300, max_lines=1)),
    "two lines, shrunk": ([Run(FORTY, SANS)], Box(inline_size=300, shrink=True, max_lines=2)),
    "150 characters in a rect, shrunk": ([Run(QUOTE, SANS)], Box(rect=(0, 0, 600, 200), shrink=True)),
    "150 characters in a rect, cut": ([Run(QUOTE, SANS)], Box(rect=(0, 0, 300, 100), shrink=True)),
}


def microseconds(work: Callable[[], object], prepare: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        prepare()
        began = perf_counter()
        work()
        times.append(perf_counter() - began)
    return median(times) * 1e6


def main() -> None:
    began = perf_counter()
    fonts = FontLibrary.open([Path(__file__).parent.parent / "fonts"])
    print(f"index of {len(fonts.families)} families: {(perf_counter() - began) * 1e3:.1f} ms")
    for name, (runs, box) in CASES.items():

        def work(runs: list[Run] = runs, box: Box = box) -> object:
            return fit(runs, box, fonts)

        cold = microseconds(work, shape_run.cache_clear)
        warm = microseconds(work, lambda: None)
        print(f"{name:34} cold {cold:6.0f} µs   warm {warm:6.0f} µs")
    face = fonts.match(("Inter",), weight=700, size=40)
    print(f"{'one outline':34} cold {microseconds(lambda: outline(face, 40), outline.cache_clear):6.0f} µs")


if __name__ == "__main__":
    main()
