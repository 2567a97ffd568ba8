"""Each rule that is about a template as a whole, on the smallest template that breaks it; and that lines are true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.catalog.manifest import Manifest, read_manifest
from server.catalog.template import Template
from server.fonts.library import GENERIC_FAMILIES
from server.render.lint import Finding, lint
from server.render.lint.document import read_document
from server.render.lint.paths import is_clockwise, subpaths
from server.render.lint.source import read_source
from server.text.baselines import AROUND, BASELINES

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200" viewBox="0 0 400 200">'
TEXT = '<text x="10" y="50" font-family="Inter" font-size="20" inline-size="200" data-fit="shrink"'


@dataclass
class Fonts:
    """All that the lint asks of a font library."""

    families: tuple[str, ...] = ("Inter", "Source Serif 4")


def template(svg: str, manifest: str | None = None, files: Mapping[str, bytes] | None = None) -> Template:
    read = read_manifest("card", manifest) if manifest is not None else Manifest()
    kept = {"template.svg": svg.encode(), **(files or {})}
    if manifest is not None:
        kept["manifest.toml"] = manifest.encode()
    return Template("card", read, 400, 200, kept, (), "0")


def findings(svg: str, manifest: str | None = "", files: Mapping[str, bytes] | None = None) -> tuple[Finding, ...]:
    return lint(template(svg, manifest, files), Fonts())  # type: ignore[arg-type]  # families are all it asks for


def inside(body: str) -> str:
    return f"{SVG}{TEXT}>Hello</text>{body}</svg>"


def codes(svg: str, manifest: str | None = "", files: Mapping[str, bytes] | None = None) -> list[str]:
    return [finding.code for finding in findings(svg, manifest, files)]


NAME = '[params.name]\ndefault = "you"\n'

BROKEN = {
    "no-box": (f'{SVG}<text font-family="Inter">{{{{ name }}}}</text></svg>', NAME),
    "no-fit": (f'{SVG}<text font-family="Inter" inline-size="90">{{{{ name }}}}</text></svg>', NAME),
    "box-missing": (inside('<text font-family="Inter" data-box="#frame">Hi</text>'), ""),
    "box-outside": (inside('<text font-family="Inter" x="40" direction="rtl" inline-size="300">Hi</text>'), ""),
    "min-size": (inside('<text font-family="Inter" font-size="12" data-min-size="14">Hi</text>'), ""),
    "unknown-attribute": (inside('<text font-family="Inter" data-valing="top">Hi</text>'), ""),
    "duplicate-id": (inside('<rect id="a"/><rect id="a"/>'), ""),
    "outlined-text": (f'{SVG}<rect width="9" height="9"/></svg>', ""),
    "font-missing": (inside('<text font-family="Intre">Hi</text>'), ""),
    "font-generic": (inside('<text font-family="sans-serif">Hi</text>'), ""),
    "font-face": (inside("<style>@font-face{font-family:X;src:local(X)}</style>"), ""),
    "unused-param": (inside(""), NAME),
    "unknown-param": (inside('<rect data-if="nmae"/>'), ""),
    "no-default": (f"{SVG}{TEXT}>Hi {{{{ name }}}}</text></svg>", '[params.name]\nsample = "Ada"\n'),
    "no-sample": (f'{SVG}{TEXT} data-if="name">{{{{ name }}}}</text></svg>', '[params.name]\ntype = "text"\n'),
    "placeholder-lost": (inside('<text font-family="Inter">&#123;&#123; name }}</text>'), ""),
    "picture-missing": (inside('<image href="logo.png"/>'), ""),
    "picture-remote": (inside('<image href="https://example.com/logo.png"/>'), ""),
    "picture-svg": (inside('<image href="data:image/svg+xml,%3Csvg/%3E"/>'), ""),
    "picture-large": (inside(f'<image href="data:image/png;base64,{"A" * 200_001}"/>'), ""),
    "picture-look": (inside('<image href="initials:A" width="9" height="9" data-tile="greenish"/>'), ""),
    "picture-only": (inside('<rect width="9" height="9" data-plate="#fff"/>'), ""),
    "picture-box": (inside('<image href="{{ logo }}" width="9"/>'), '[params.logo]\ntype = "image"\nsample = ""\n'),
    "not-xml": (f"{SVG}<g></svg>", ""),
    "jinja-syntax": (f"{SVG}{{% if %}}</svg>", ""),
    "jinja-forbidden": (f"{SVG}{{% autoescape false %}}{{% endautoescape %}}</svg>", ""),
    "jinja-in-tag": (f"{SVG}{TEXT}>Hi</text>{{% if name %}}<g>{{% else %}}<g id='b'>{{% endif %}}</g></svg>", NAME),
    "entities": (f'<!DOCTYPE svg [<!ENTITY a "b">]>{inside("")}', ""),
    "too-large": (inside(f"<!--{'x' * 1_000_000}-->"), ""),
    "too-many-elements": (inside("<g/>" * 2_000), ""),
    "too-deep": (inside("<g>" * 64 + "</g>" * 64), ""),
    "too-many-rules": (inside(f"<style>{'.a{fill:red}' * 501}</style>"), ""),
    "too-many-uses": (inside('<use href="#none"/>' * 201), ""),
    "nested-kind": (inside('<mask id="m"><g mask="url(#n)"/></mask><mask id="n"/>'), ""),
    "bad-number": (inside('<circle r="inf"/>'), ""),
    "script": (inside('<rect onclick="alert(1)"/>'), ""),
    "foreign-object": (inside("<foreignObject/>"), ""),
    "flow-text": (inside('<text font-family="Inter" style="shape-inside:url(#f)">Hi</text><rect id="f"/>'), ""),
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_broken_rule_is_found(code: str) -> None:
    svg, manifest = BROKEN[code]
    assert codes(svg, manifest) == [code]


def test_a_sound_template_has_no_findings() -> None:
    svg = f"{SVG}{TEXT}>Hi {{{{ name }}}}</text></svg>"
    assert codes(svg, NAME) == []


@pytest.mark.parametrize(("shown", "found"), [('{{ name or "there" }}', []), ("{{ name }}", ["no-default"])])
def test_a_lone_svg_needs_no_declarations_but_a_word_for_nothing(shown: str, found: list[str]) -> None:
    lone = Template(
        "hello",
        Manifest.model_validate({"params": {"name": {"default": ""}}}),
        400,
        200,
        {"template.svg": f"{SVG}{TEXT}>Hi {shown}</text></svg>".encode()},
        (),
        "0",
    )
    assert [finding.code for finding in lint(lone, Fonts())] == found  # type: ignore[arg-type]  # asks for families only


def test_a_finding_survives_json() -> None:
    for finding in findings(*BROKEN["box-missing"]):
        assert Finding.from_json(finding.to_json()) == finding


def test_the_line_is_that_of_the_start_of_the_tag_in_the_source() -> None:
    svg = (
        f'<?xml version="1.0"?>\n{SVG}\n{{# a\nnote #}}\n{{% if name %}}\n{TEXT}\n  id="a">{{{{ name }}}}</text>\n'
        '{%- endif -%}\n\n<image\n  x="1"\n  href="logo.png"/>\n</svg>'
    )
    assert [(finding.code, finding.line) for finding in findings(svg, NAME)] == [("picture-missing", 10)]


def test_a_style_rule_is_found_on_its_line() -> None:
    svg = inside("\n<style>\n.a{fill:red}\n@media screen{.a{fill:blue}}</style>")
    assert [(finding.code, finding.line) for finding in findings(svg)] == [("css-at-rule", 4)]


CUT_BY_CONDITIONS = [
    '<rect {% if name %}x="1"{% else %}x="2"{% endif %}/>',
    '<rect {% if name %}x="1"{% endif %} {% if not name %}x="2"{% endif %}/>',
    "{% if name %}<g>{% else %}<g id='b'>{% endif %}</g>",
]


@pytest.mark.parametrize("body", CUT_BY_CONDITIONS)
def test_conditions_that_cut_through_tags_are_named(body: str) -> None:
    assert "jinja-in-tag" in codes(inside(body), NAME)


def test_what_is_no_xml_under_any_condition_is_no_fault_of_conditions() -> None:
    svg = inside('{% if name %}<g/>{% else %}<rect x="1"/>{% endif %}\n<g><rect\n\n</g>{{ name }}')
    (found,) = findings(svg, NAME)
    assert (found.code, found.line) == ("not-xml", 2)  # where the tag begins, not where reading stopped
    assert "finish the tag" in found.cure


def test_every_branch_is_seen() -> None:
    svg = inside(
        '{% if name %}<image href="a.png"/>{% elif not name %}<image href="b.png"/>'
        '{% else %}<image href="c.png"/>{% endif %}'
    )
    assert [finding.message.split('"')[1] for finding in findings(svg, NAME)] == ["a.png", "b.png", "c.png"]


def test_an_included_file_is_linted_under_its_own_name_and_line() -> None:
    svg = inside('\n{% include "row.svg" %}\n')
    part = b'<g>\n  <image href="x.png"/>\n</g>'
    (found,) = findings(svg, "", {"row.svg": part})
    assert (found.code, found.file, found.line) == ("picture-missing", "row.svg", 2)


def test_conditions_nested_without_end_are_a_finding() -> None:
    assert codes(inside("{% if name %}" * 500 + "{% endif %}" * 500), NAME) == ["jinja-syntax"]


def test_files_that_include_each_other_end() -> None:
    assert "picture-missing" in codes(
        inside('{% include "a.svg" %}'), "", {"a.svg": b'<g><image href="x.png"/>{% include "a.svg" %}</g>'}
    )


def test_the_same_id_in_two_branches_is_no_duplicate() -> None:
    assert codes(inside('{% if name %}<rect id="a"/>{% else %}<circle id="a"/>{% endif %}'), NAME) == []


def test_the_same_id_in_two_conditions_is_a_duplicate() -> None:
    body = '{% if name %}<rect id="a"/>{% endif %}{% if name %}<circle id="a"/>{% endif %}'
    assert codes(inside(body), NAME) == ["duplicate-id"]


@pytest.mark.parametrize(
    "text",
    [
        "{% if name %}<text font-family='Inter' inline-size='9' data-fit='shrink'>{{ name }}</text>{% endif %}",
        "<g data-if='name'><text font-family='Inter' inline-size='9' data-fit='shrink'>{{ name }}</text></g>",
        "<text font-family='Inter' inline-size='9' data-fit='shrink'>{{ name or 'you' }}</text>",
        "<text font-family='Inter' inline-size='9' data-fit='shrink'>{{ name | default('you', true) }}</text>",
        "<text font-family='Inter' inline-size='9' data-fit='shrink'>{{ name if name else 'you' }}</text>",
        "<text font-family='Inter' inline-size='9' data-fit='shrink'>a<tspan data-if='name'>{{ name }}</tspan></text>",
    ],
)
def test_a_text_that_asks_first_needs_no_default(text: str) -> None:
    assert codes(inside(text), '[params.name]\nsample = "Ada"\n') == []


def test_a_required_param_needs_no_default() -> None:
    svg = f"{SVG}{TEXT}>{{{{ name }}}}</text></svg>"
    assert codes(svg, '[params.name]\nrequired = true\nsample = "Ada"\n') == []


def test_names_set_in_the_template_are_no_params() -> None:
    body = "{% set step = 4 %}{% for at in range(3) %}<rect x='{{ at * step + loop.index0 }}'/>{% endfor %}"
    assert codes(inside(body)) == []


@pytest.mark.parametrize(
    ("svg", "manifest", "near"),
    [
        (f"{SVG}{TEXT}>{{{{ frist_name }}}}</text></svg>", '[params.first_name]\ndefault = "you"\n', "first_name"),
        (inside('<text font-family="Intre">Hi</text>'), "", "Inter"),
        (inside('<rect id="title-box"/><text font-family="Inter" data-box="#titel-box">Hi</text>'), "", "#title-box"),
        (inside('<text font-family="Inter" data-fit="shrnk">Hi</text>'), "", "shrink"),
        (inside('<text font-family="Inter" data-max-line="2">Hi</text>'), "", "data-max-lines"),
    ],
)
def test_a_misspelling_is_answered_with_the_nearest_name(svg: str, manifest: str, near: str) -> None:
    assert f"did you mean {near}?" in findings(svg, manifest)[0].cure


def test_a_misspelt_filter_is_found_and_a_known_one_is_not() -> None:
    svg = f"{SVG}{TEXT}>{{{{ name|money('EUR') }}}}</text>\n{TEXT}>{{{{ name|mony('EUR') }}}}</text></svg>"
    (found,) = findings(svg, NAME)
    assert (found.code, found.line) == ("jinja-forbidden", 2)
    assert "did you mean money?" in found.message


def test_data_attributes_of_other_tools_are_left_alone() -> None:
    assert codes(inside('<g data-name="Layer 1" data-figma-bg-blur-radius="3" data-x="1"/>')) == []


BESIDE = [
    '<text font-family="Inter" x="390" inline-size="300">Hi</text>',
    '<text font-family="Inter" x="10" text-anchor="end" inline-size="300">Hi</text>',
    '<text font-family="Inter" x="-10" text-anchor="middle" inline-size="300">Hi</text>',
    '<g direction="rtl"><text font-family="Inter" x="390" text-anchor="end" inline-size="300">Hi</text></g>',
    '<g transform="translate(300 9)"><text font-family="Inter" x="90" inline-size="300">Hi</text></g>',
    '<rect id="a" x="390" width="300" height="9"/><text font-family="Inter" data-box="#a">Hi</text>',
]
IN_ITS_PLACE = [
    '<text font-family="Inter" x="390" direction="rtl" inline-size="300">Hi</text>',
    '<text font-family="Inter" x="10" inline-size="390">Hi</text>',
    '<text font-family="Inter" x="40" inline-size="600">bleeding</text>',
    '<text font-family="Inter" x="390" y="900" inline-size="300">parked below</text>',
    '<text font-family="Inter" x="390" y="-90" inline-size="300">parked above</text>',
    '<rect id="a" x="390" y="300" width="300" height="9"/><text font-family="Inter" data-box="#a">parked</text>',
    '<g transform="translate(-300)"><text font-family="Inter" x="390" inline-size="300">Hi</text></g>',
    '<g transform="scale(.1)"><text font-family="Inter" x="900" inline-size="900">Hi</text></g>',
    '<text font-family="Inter" x="10" direction="auto" inline-size="300">Hi</text>',
    "<text font-family=\"Inter\" x=\"{{ name or 'there' }}\" text-anchor='end' inline-size='300'>Hi</text>",
    '<defs><text font-family="Inter" x="390" inline-size="300">Hi</text></defs>',
    '<svg x="-300"><text font-family="Inter" x="390" inline-size="300">Hi</text></svg>',
]


@pytest.mark.parametrize("body", BESIDE)
def test_a_box_beside_the_picture_is_found(body: str) -> None:
    assert codes(inside(body)) == ["box-outside"]


@pytest.mark.parametrize("body", IN_ITS_PLACE)
def test_a_box_in_the_picture_or_parked_is_none(body: str) -> None:
    assert "box-outside" not in codes(inside(body), NAME)


@pytest.mark.parametrize(("view", "found"), [("100 0 400 200", True), ("0 0 800 400", False), ("0 0 400 400", False)])
def test_a_box_is_held_against_what_the_view_box_shows(view: str, found: bool) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200" viewBox="{view}">'
    text = '<text x="-100" y="50" font-family="Inter" inline-size="300">Hi</text></svg>'
    assert (codes(svg + text) == ["box-outside"]) is found


def test_a_data_box_must_be_a_rectangle() -> None:
    assert codes(inside('<circle id="a"/><text font-family="Inter" data-box="#a">Hi</text>')) == ["box-missing"]
    assert codes(inside('<rect id="a"/><text font-family="Inter" data-box="#a">Hi</text>')) == []


def test_the_min_size_is_held_against_the_inherited_font_size() -> None:
    body = '<g style="font-size:12px"><text font-family="Inter" data-min-size="14">Hi</text></g>'
    assert codes(inside(body)) == ["min-size"]


@pytest.mark.parametrize("families", ["Nope, 'Source Serif 4', serif", "inter", '"Inter"'])
def test_one_known_family_of_the_list_is_enough(families: str) -> None:
    assert (
        codes(
            inside(f"<text font-family='{families.replace(chr(39), chr(34))}'>Hi</text>")
            if "'" in families
            else inside(f"<text style='font-family:{families}'>Hi</text>")
        )
        == []
    )


@pytest.mark.parametrize("family", sorted(GENERIC_FAMILIES))
def test_a_generic_family_is_no_missing_font(family: str) -> None:
    assert codes(inside(f'<text font-family="{family}">Hi</text>')) == ["font-generic"]


@pytest.mark.parametrize("name", sorted(BASELINES.keys() | AROUND))
def test_a_baseline_that_is_drawn_is_no_finding(name: str) -> None:
    assert codes(inside(f'<text font-family="Inter" dominant-baseline="{name}">Hi</text>')) == []
    assert codes(inside(f'<text font-family="Inter" dominant-baseline="{name}x">Hi</text>')) == ["text-baseline"]


def test_the_family_is_found_in_the_font_shorthand() -> None:
    assert codes(inside('<text style="font:italic 700 20px/1.2 Intre, serif">Hi</text>')) == ["font-missing"]


def test_a_picture_of_the_folder_is_found() -> None:
    assert codes(inside('<image href="img/../logo.png"/>'), "", {"logo.png": b"\x89PNG"}) == []


LOGO = '<image href="{{ logo }}" width="50%" height="90"/>'


def test_a_picture_param_is_not_looked_for() -> None:
    assert codes(inside(LOGO), '[params.logo]\ntype = "image"\ndefault = ""\n') == []


def test_pictures_set_in_type_and_placed_with_care_are_right() -> None:
    look = 'data-trim="true" data-max-upscale="1.5" data-plate="#fff navy rgb(0,0,0)" data-plate-padding="8px"'
    tile = 'data-tile="none" data-tile-ink="#123" data-plate-radius="0"'
    assert codes(inside(f'<image href="wordmark:Acme" width="9" height="9" {look} {tile}/>'), "") == []


@pytest.mark.parametrize(
    "attribute",
    [
        'data-plate=""',
        'data-plate="#fff,#000"',
        'data-plate="none"',
        'data-tile-ink="none"',
        'data-plate-padding="-4"',
        'data-plate-radius="10%"',
        'data-max-upscale="twice"',
        'data-max-upscale="inf"',
    ],
)
def test_a_look_that_is_none_is_named(attribute: str) -> None:
    (found,) = findings(inside(f'<image href="initials:A" width="9" height="9" {attribute}/>'), "")
    assert found.code == "picture-look"
    assert attribute in found.message


def test_the_default_of_a_picture_param_must_be_there() -> None:
    manifest = '[params.logo]\ntype = "image"\ndefault = "logo.png"\n'
    (found,) = findings(inside(LOGO), manifest)
    assert (found.code, found.file, found.line) == ("picture-missing", "manifest.toml", 1)


CHAINED = """
[params.logo]
type = "image"
default = ""
fallback = ["avatar", "wordmark:company"]
[params.avatar]
type = "image"
default = ""
fallback = ["initials:name", "blank.png"]
[params.company]
default = ""
[params.name]
default = ""
[params.city]
default = ""
"""


def test_a_param_that_stands_in_for_a_picture_is_used() -> None:
    found = findings(inside(LOGO), CHAINED, {"blank.png": b"\x89PNG"})
    assert [(finding.code, finding.message.partition(":")[0]) for finding in found] == [("unused-param", "city")]


def test_a_param_that_stands_in_for_an_unused_one_is_unused() -> None:
    assert codes(inside(""), CHAINED, {"blank.png": b"\x89PNG"}) == ["unused-param"] * 5


@pytest.mark.parametrize("role", ["default", "sample"])
def test_a_picture_param_shows_no_svg_of_the_folder(role: str) -> None:
    manifest = f'[params.logo]\ntype = "image"\n{role} = "logo.svg"\n'
    (found,) = findings(inside(LOGO), manifest, {"logo.svg": b"<svg/>"})
    assert (found.code, found.file, found.line) == ("picture-svg", "manifest.toml", 1)
    assert "PNG" in found.cure


def test_an_svg_of_the_folder_that_only_a_link_can_name_is_told() -> None:
    manifest = '[params.logo]\ntype = "image"\ndefault = ""\n'
    (found,) = findings(inside(LOGO), manifest, {"logos/acme.svg": b"<svg/>"})
    assert (found.code, found.severity, found.file) == ("svg-file", "warning", "logos/acme.svg")
    assert "PNG" in found.cure
    part = inside(LOGO + '{% include "row.svg" %}')
    assert codes(part, manifest, {"row.svg": b"<g/>"}) == []
    assert codes(inside(""), "", {"acme.svg": b"<svg/>"}) == []


def test_a_param_in_a_colour_or_a_style_is_not_judged_by_its_sample() -> None:
    manifest = '[params.accent]\ntype = "text"\ndefault = "#1144ff"\nsample = "hwb(1 2% 3%)"\n'
    body = '<rect fill="{{ accent }}"/><rect style="fill:{{ accent }};stroke:{% if accent %}red{% endif %}"/>'
    assert codes(inside(body), manifest) == []


def test_html_in_a_switch_of_illustrator_is_no_finding() -> None:
    body = '<switch><foreignObject requiredExtensions="http://ns.adobe.com/x"/><g><rect/></g></switch>'
    assert codes(inside(body)) == []


@pytest.mark.parametrize(
    "body",
    [
        '<mask id="m"><rect fill="#fff" mask="url(#n)"/></mask><mask id="n"/><mask id="n2" mask="url(#m)"/>',
        '<clipPath id="c"><use href="#r"/></clipPath><rect id="r" clip-path="url(#d)"/><clipPath id="d"/>',
        '<marker id="m" viewBox="0 0 1 1"><path d="M0 0L1 1" marker-end="url(#m)"/></marker>',
        '<g id="a"><use href="#a"/></g>',
        '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
    ],
)
def test_definitions_inside_their_own_kind_are_found(body: str) -> None:
    assert "nested-kind" in codes(inside(body))


@pytest.mark.parametrize(
    "attributes",
    ['d="M0 0L1e9 4"', 'transform="scale(1e100)"', 'points="1,2 nan,4"', 'viewBox="0 0 1e-100 1"', 'r="infinity"'],
)
def test_numbers_that_harm_are_found(attributes: str) -> None:
    assert codes(inside(f"<path {attributes}/>")) == ["bad-number"]


@pytest.mark.parametrize(
    "attributes", ['id="inf"', 'd="M0 0L10 4"', 'fill="#1e9999"', 'd="M1e-5 0L10 4"', 'class="nan"']
)
def test_names_and_plain_numbers_do_no_harm(attributes: str) -> None:
    assert codes(inside(f"<path {attributes}/>")) == []


GLYPH = "m10 0c4 0 8 4 8 8s-4 8 -8 8s-8 -4 -8 -8s4 -8 8 -8z"


def test_a_line_of_outlined_letters_is_noticed() -> None:
    in_one = f'<path d="M0 0{GLYPH * 9}"/>'
    as_group = "<g>" + "".join(f'<path d="M{20 * at} 0{GLYPH}"/>' for at in range(9)) + "</g>"
    wide = in_one.replace(GLYPH, GLYPH + "m16 0")
    assert [codes(inside(body)) for body in (wide, as_group)] == [["outlined-text"], ["outlined-text"]]
    assert codes(inside('<g aria-label="Sarah"><path d="M0 0z"/></g>')) == ["outlined-text"]


def test_an_ornament_is_not_taken_for_letters() -> None:
    square = "<g>" + "".join(f'<path d="M{20 * (at % 3)} {20 * (at // 3)}{GLYPH}"/>' for at in range(9)) + "</g>"
    lines = "<g stroke='red' fill='none'>" + "".join(f'<path d="M{20 * at} 0{GLYPH}"/>' for at in range(9)) + "</g>"
    assert codes(inside(square)) == codes(inside(lines)) == []


def test_figmas_drop_shadow_is_called_a_shadow_with_the_cure() -> None:
    body = (
        '<g filter="url(#filter0_d)"><rect width="9" height="9"/></g><filter id="filter0_d"><feFlood '
        'flood-opacity="0"/><feOffset dy="4"/><feGaussianBlur stdDeviation="2"/><feBlend/></filter>'
    )
    (found,) = findings(inside(body))
    assert found.code == "shadow"
    assert "Figma" in found.cure


def test_a_path_is_followed_through_relative_and_repeated_commands() -> None:
    (first, second) = subpaths("m1 1 2 0 0 2zM10-5.5.5h4v-4z")[:2]
    assert first == [(1, 1), (3, 1), (3, 3)]
    assert second[0] == (10, -5.5)


@pytest.mark.parametrize(("points", "clockwise"), [([(0, 0), (1, 0), (1, 1)], True), ([(0, 0), (1, 1), (1, 0)], False)])
def test_the_turn_of_a_shape_is_known(points: list[tuple[float, float]], clockwise: bool) -> None:
    assert is_clockwise(points) == clockwise


PIECES = st.sampled_from(
    [
        "<g>",
        "</g>",
        "<rect/>",
        "{% if name %}",
        "{% else %}",
        "{% endif %}",
        "{{ name }}",
        "{{ name",
        "%}",
        "&",
        "<",
        '<path d="',
        '"/>',
        "\n",
        "{# note #}",
        "<style>",
        "</style>",
        "@media x{",
        "url(#",
        "</svg>",
        "]]>",
        "<!--",
        "{% include 'template.svg' %}",
        "\x00",
        "é",
        "<use href='#a' id='a'/>",
        "{% raw %}",
        "{% endraw %}",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=20))
def test_whatever_a_template_holds_the_lint_ends_with_findings_of_the_table(pieces: list[str]) -> None:
    for finding in findings(inside("".join(pieces)), NAME):
        assert finding.line is None or finding.line >= 1


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["\n", "<g/>", "{# a\n b #}", "{% if name %}", "{{ name }}", "<g\n>\n</g>"]), max_size=12)
)
def test_lines_stay_true_whatever_stands_before(pieces: list[str]) -> None:
    before = "".join(pieces)
    ends = "{% endif %}" * before.count("{% if")
    svg = f"{SVG}{before}<image href='x.png'/>{ends}</svg>"
    source = read_source(template(svg, NAME).files, {"name": "Ada\nLovelace"})
    (image,) = [node for node in read_document(source).nodes if node.tag == "image"]
    assert image.origin.line == 1 + before.count("\n")
