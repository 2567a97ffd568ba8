"""Times the typography: `python -m bench.text_layout`. Medians in microseconds of processor
time, so that others on the machine matter less.

Cold: the caches of runs are empty, the faces and what their glyphs ink are known, as in a warm worker that
gets a new name. Warm: the same text again.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from server.fonts.faces import Look
from server.fonts.library import FontLibrary
from server.text.fit import Box, Fitted, Run, TextStyle, fit
from server.text.outlines import outline
from server.text.shape import shape_run

ROUNDS = 300
FORTY = "Prof. Dr. Maximiliane von Hohenfels-Wyld"
QUOTE = (
    "We looked at nine vendors before we chose this one, and after half a year in production nobody "
    "here would want to go back to the way we worked in the spring."
)
ARABIC = "الأستاذة الدكتورة فاطمة الزهراء عبد العزيز"
THAI = "ศาสตราจารย์ ดร. สมชาย วงศ์สวัสดิ์พัฒนกุล"
JAPANESE = "山田太郎株式会社東京本社営業部部長代理補佐様をお迎えして開催いたします記念式典"
EMOJI = "Happy birthday 🎉 Zoë 👩‍👩‍👧 from all of us 🇩🇪❤️"
SANS = TextStyle(("Inter",), 40, weight=700)

ONE = Box(inline_size=700, shrink=True, max_lines=1)
CUT = Box(inline_size=300, max_lines=1)
BALANCED = Box(inline_size=400, shrink=True, max_lines=3, balance=True)
Case = tuple[list[Run], Box]


def case(text: str, box: Box) -> Case:
    return [Run(text, SANS)], box


CASES = {
    "one line, as designed": case(FORTY, Box()),
    "one line, fits its box": case(FORTY, Box(inline_size=2000, shrink=True, max_lines=1)),
    "one line, shrunk": case(FORTY, ONE),
    "one line, shrunk, Arabic": case(ARABIC, replace(ONE, rtl=True)),
    "one line, shrunk, Thai": case(THAI, ONE),
    "one line, shrunk, Japanese": case(JAPANESE, ONE),
    "one line, shrunk, with emoji": case(EMOJI, ONE),
    "one line, cut": case(FORTY, CUT),
    "one line, cut, Arabic": case(ARABIC, replace(CUT, rtl=True)),
    "two lines, shrunk": case(FORTY, Box(inline_size=300, shrink=True, max_lines=2)),
    "three lines, balanced": case(FORTY + " and friends", BALANCED),
    "three lines, balanced, Thai": case(THAI, BALANCED),
    "three lines, balanced, Japanese": case(JAPANESE, BALANCED),
    "150 characters in a rect, shrunk": case(QUOTE, Box(rect=(0, 0, 600, 200), shrink=True)),
    "150 characters in a rect, balanced": case(QUOTE, Box(rect=(0, 0, 600, 200), shrink=True, balance=True)),
    "150 characters in a rect, cut": case(QUOTE, Box(rect=(0, 0, 300, 100), shrink=True)),
}

CARD = [
    case("Ada Lovelace", ONE),
    case(FORTY, ONE),
    case("Analytical Engines Ltd.", ONE),
    case("12.-15. May 2026, 9:30", Box()),
    case("Great Hall, Somerset House, London", Box(inline_size=400, shrink=True, max_lines=2)),
]


def microseconds(work: Callable[[], object], prepare: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        prepare()
        began = process_time()
        work()
        times.append(process_time() - began)
    return median(times) * 1e6


def fit_all(cases: Sequence[Case], fonts: FontLibrary) -> list[Fitted]:
    return [fit(runs, box, fonts) for runs, box in cases]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = options.parse_args().rounds
    began = perf_counter()
    fonts = FontLibrary.open([Path(__file__).parent.parent / "fonts"])
    print(f"index of {len(fonts.families)} families: {(perf_counter() - began) * 1e3:.1f} ms")
    for name, cases in {**{name: [case] for name, case in CASES.items()}, "five lines of a card": CARD}.items():
        work = partial(fit_all, cases, fonts)
        cold = microseconds(work, shape_run.cache_clear, rounds)
        warm = microseconds(work, lambda: None, rounds)
        print(f"{name:35} cold {cold:6.0f} µs   warm {warm:6.0f} µs")
    face = fonts.match(("Inter",), Look(weight=700, size=40))
    print(f"{'one outline':35} cold {microseconds(lambda: outline(face, 40), outline.cache_clear, rounds):6.0f} µs")


if __name__ == "__main__":
    main()
