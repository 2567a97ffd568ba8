"""Templates as design tools export them: the findings are those a designer needs and no others, and what has no finding
is drawn as a browser draws it. The files are ours, written in the manner of each tool.
"""

from __future__ import annotations

import re
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from server.catalog.template import Template, find_templates, read_template
from server.errors import BrokenTemplate
from server.fonts.library import FontLibrary
from server.render.lint import lint
from server.render.lint.document import SVG, Document, Node, read_document
from server.render.lint.param_checks import samples
from server.render.lint.rules import DRAWING
from server.render.lint.source import plain, read_source
from server.render.type.font_names import FontNames, read_font_names
from tests.render.conftest import Shoot
from tests.support.chromium import CHROMIUM, screenshot
from tests.support.likeness import (
    BLOCK,
    LETTERS_AGREE,
    Pixels,
    as_array,
    draw_ours,
    font_faces,
    gauge,
    template_of,
)

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "exports"
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text())
EXPORTS = find_templates(FOLDER)
NAMESPACES = {"": SVG, "xlink": "http://www.w3.org/1999/xlink"}
# What a tool calls the thing to press or to untick. A cure that names none of them leaves its user to search.
WORDS_OF_TOOLS = {
    "figma": ("Figma",),
    "inkscape": ("Inkscape", "Text >"),
    "illustrator": ("Illustrator",),
    "sketch": ("Sketch",),
    "canva": ("Canva",),
}
NOT_OF_A_TOOL = {"opacity", "font-missing"}  # cured in any drawing program in the same way


def template(name: str) -> Template:
    return read_template(EXPORTS[name])


def test_every_export_is_in_the_table() -> None:
    assert EXPORTS.keys() == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPORTS)
def test_the_findings_are_those_expected_each_on_its_line(name: str, fonts: FontLibrary) -> None:
    lines = template(name).svg.splitlines()
    found = [(finding.code, finding.line) for finding in lint(template(name), fonts)]
    expected = [(code, line) for code, line, _ in EXPECTED[name]["findings"]]
    assert found == expected
    for _, line, shown in EXPECTED[name]["findings"]:
        assert shown in lines[line - 1]


@pytest.mark.parametrize("name", EXPORTS)
def test_a_cure_speaks_the_words_of_the_tool(name: str, fonts: FontLibrary) -> None:
    words = WORDS_OF_TOOLS[name.partition("-")[0]]
    for finding in lint(template(name), fonts):
        assert finding.code in NOT_OF_A_TOOL or any(word in finding.cure for word in words), finding


def test_a_picture_fill_is_answered_with_the_image_to_write(fonts: FontLibrary) -> None:
    (found,) = [finding for finding in lint(template("figma-webinar"), fonts) if finding.code == "picture-fill"]
    assert '<image href="photo.jpg" x="816" y="128" width="240" height="320"' in found.cure


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<tspan>{{ first</tspan><tspan x='9'>_name }}</tspan>", "{{ first_name }} is cut in two by tags"),
        ("<tspan>{{</tspan>\n<tspan x='9'>name }}</tspan>", "{{ name }} is cut in two by tags"),
        (
            "{{ company &amp; name }}",
            "holds &amp;, as drawing programs write &; in a text editor, write {{ company & name }}",
        ),
        ("{{ name|default(&apos;you&apos;) }}", "write {{ name|default('you') }}"),
        ("{% if seats &gt; 3 %}Hi{% endif %}", "write {% if seats > 3 %}"),
        ("{{ name or “there” }}", 'straight ones: {{ name or "there" }}'),
    ],
)
def test_a_placeholder_that_a_tool_broke_is_refused_with_the_cure_on_its_line(
    text: str, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "card.svg"
    path.write_text(f'<svg xmlns="{SVG}" viewBox="0 0 400 200">\n{{{{ fine }}}}\n<text>{text}</text></svg>')
    with pytest.raises(BrokenTemplate) as refused:
        read_template(path)
    assert says in str(refused.value)
    assert refused.value.line == 3


@pytest.mark.parametrize(
    "text",
    [
        "<tspan>{</tspan><tspan x='9'>{ name }}</tspan>",
        "{&#123; name }}",
        "&#123;&#123; name &#125;&#125;",
        "%7B%7B%20name%20%7D%7D",
    ],
)
def test_a_placeholder_that_nobody_reads_is_found(text: str, fonts: FontLibrary) -> None:
    svg = f'<svg xmlns="{SVG}" viewBox="0 0 400 200">\n<text font-family="Inter">{text}</text></svg>'
    (found,) = lint(template_of(svg, 400, 200), fonts)
    assert (found.code, found.line) == ("placeholder-lost", 2)


@pytest.mark.parametrize("text", ["{{ name }}", "a } b { c", "50 %", "{ name }"])
def test_what_is_no_lost_placeholder_is_left_alone(text: str, fonts: FontLibrary) -> None:
    svg = f'<svg xmlns="{SVG}" viewBox="0 0 400 200">\n<text font-family="Inter">{text}</text></svg>'
    assert "placeholder-lost" not in {finding.code for finding in lint(template_of(svg, 400, 200), fonts)}


@pytest.mark.parametrize(
    ("name", "family", "weight", "slope"),
    [
        ("Inter-Bold", "Inter", "700", "normal"),
        ("Inter-SemiBoldItalic", "Inter", "600", "italic"),
        ("SourceSerif4-Black", "Source Serif 4", "900", "normal"),
        ("Inter SemiBold", "Inter", "600", "normal"),
        ("Fraunces-Italic", "Fraunces", "400", "italic"),
    ],
)
def test_a_font_named_by_its_file_is_that_face(name: str, family: str, weight: str, slope: str, shoot: Shoot) -> None:
    text = '<text x="4" y="40" font-size="32" {}>Rag</text>'
    by_name = shoot(text.format(f"font-family=\"'{name}'\""))
    by_style = shoot(text.format(f'font-family="{family}" font-weight="{weight}" font-style="{slope}"'))
    plain_face = shoot(text.format(f'font-family="{family}"'))
    assert (by_name == by_style).all()
    assert (by_name != plain_face).any()


def test_roman_is_a_part_of_a_name() -> None:
    assert read_font_names(["Times New Roman"]) == FontNames(("Times New Roman",), None, italic=False)


def test_the_first_family_says_the_weight() -> None:
    assert read_font_names(["Georgia", "Inter-Bold"]).weight is None
    assert read_font_names(["Inter-Bold", "Inter"]).families == ("Inter-Bold", "Inter")


def test_the_fill_rule_that_sketch_puts_on_everything_leaves_letters_whole(shoot: Shoot) -> None:
    text = '<g {}><text x="4" y="40" font-size="36" font-family="Inter" font-weight="700">tatf</text></g>'
    assert (shoot(text.format('fill-rule="evenodd"')) == shoot(text.format(""))).all()


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium to compare with")
@pytest.mark.parametrize("name", EXPORTS)
def test_what_has_no_finding_is_drawn_as_a_browser_draws_it(name: str, fonts: FontLibrary, tmp_path: Path) -> None:
    svg = without_what_was_found(template(name), fonts)
    size = template(name).width, template(name).height
    ours = draw_ours(template_of(svg, *size), fonts)
    theirs = browse(svg, size, tmp_path)
    found = gauge(whole_blocks(as_array(ours)), whole_blocks(theirs))
    assert found.mean <= LETTERS_AGREE.mean, found
    assert found.worst <= LETTERS_AGREE.worst, found


def without_what_was_found(exported: Template, fonts: FontLibrary) -> str:
    """The drawing with samples in it and without the elements that the lint said would look different."""
    document = read_document(read_source(exported.files, samples(exported)))
    differs = {rule.code for rule in DRAWING} | {"flow-text"}
    wrong = {finding.line for finding in lint(exported, fonts) if finding.code in differs}
    for node in (node for node in document.nodes if node.origin.line in wrong and node.parent is not None):
        remove(node)
    return written(document)


def whole_blocks(pixels: Pixels) -> Pixels:
    height, width = (side // BLOCK * BLOCK for side in pixels.shape[:2])
    return pixels[:height, :width]


def remove(node: Node) -> None:
    assert node.parent is not None
    if node.element in list(node.parent.element):
        node.parent.element.remove(node.element)


def written(document: Document) -> str:
    for prefix, uri in NAMESPACES.items():
        ET.register_namespace(prefix, uri)
    return plain(ET.tostring(document.root.element, encoding="unicode"))


def faces_by_name() -> str:
    """Inter under the names that old Illustrators give its faces; a browser knows families alone."""
    file = (ROOT / "fonts/inter/Inter[opsz,wght].ttf").as_uri()
    return "".join(
        f"@font-face{{font-family:'Inter-{style}';font-weight:{weight};src:url('{file}')}}"
        for style, weight in (("Medium", 500), ("SemiBold", 600), ("Bold", 700))
    )


def browse(svg: str, size: tuple[int, int], folder: Path) -> Pixels:
    """The SVG as Chromium shows the file, with our fonts as web fonts."""
    page = folder / "card.svg"
    # Illustrator leaves the unit out in a style sheet, where a browser needs one.
    svg = re.sub(r"(letter-spacing:[\d.-]+);", r"\1px;", svg)
    start = svg.index(">") + 1
    page.write_text(f"{svg[:start]}<style>{font_faces()}{faces_by_name()}</style>{svg[start:]}")
    return as_array(screenshot(page, size))
