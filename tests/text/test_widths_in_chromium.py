"""What a text takes, in every script, against what Chromium makes of it with the same fonts."""

from __future__ import annotations

import html
import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from server.fonts.library import FontLibrary
from server.text.bidi import base_is_rtl
from server.text.lines import Paragraph
from server.text.shape import Run, TextStyle
from tests.support.chromium import CHROMIUM, dom
from tests.support.likeness import font_faces

NAMES: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "names.toml").read_text())
LANGUAGES = {"japanese": "ja", "chinese": "zh-Hans", "korean": "ko"}
SIZE = 100
TOLERANCE = 0.005  # of the width

MEASURE = """
<script>
document.fonts.ready.then(() => {
  const widths = [...document.querySelectorAll("span")].map(span => span.getBoundingClientRect().width);
  document.body.innerHTML = "<pre>" + JSON.stringify(widths) + "</pre>";
});
</script>
"""


def widths_in_chromium(texts: Sequence[tuple[str, str]], families: Sequence[str], folder: Path) -> list[float]:
    """The width of each (text, language) on one line at SIZE, in the first of `families` that has each character."""
    family = ",".join(f"'{name}'" for name in families)
    spans = "".join(
        f'<div dir="{"rtl" if base_is_rtl(text) else "ltr"}"><span lang="{language}">{html.escape(text)}</span></div>'
        for text, language in texts
    )
    style = f"{font_faces()}span{{font:{SIZE}px {family};white-space:nowrap}}"
    page = folder / "widths.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style><body>{spans}{MEASURE}")
    made = dom(page)
    found = re.search(r"<pre>(\[.*?\])</pre>", made)
    assert found, made[-2000:]
    return [float(width) for width in json.loads(found[1])]


def our_width(text: str, language: str, fonts: FontLibrary) -> float:
    style = TextStyle(("Inter",), SIZE, language=language)
    paragraph = Paragraph([Run(text, style)], fonts, 1.2, rtl=base_is_rtl(text))
    return paragraph.line(paragraph.start, paragraph.end).advance


def test_every_script_is_as_wide_as_in_chromium(shipped: FontLibrary, tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip("no Chromium here to compare with")
    texts = [(name, LANGUAGES.get(script, "")) for script, names in NAMES.items() for name in names]
    others = [family for family in shipped.families if family.startswith("Noto")]
    theirs = widths_in_chromium(texts, ["Inter", *others], tmp_path)
    ours = [our_width(text, language, shipped) for text, language in texts]
    differ = {
        text: (round(own, 2), round(their, 2))
        for (text, _), own, their in zip(texts, ours, theirs, strict=True)
        if abs(own - their) > TOLERANCE * their
    }
    assert differ == {}
    assert len(texts) >= 200


@pytest.mark.parametrize("script", NAMES)
def test_no_name_lacks_a_glyph(script: str, shipped: FontLibrary) -> None:
    style = TextStyle(("Inter",), SIZE, language=LANGUAGES.get(script, ""))
    assert {name: Paragraph([Run(name, style)], shipped, 1.2).missing for name in NAMES[script]} == dict.fromkeys(
        NAMES[script], ()
    )
