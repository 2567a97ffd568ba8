"""What of a document stays and what is live: by its values, its references, its groups and its style sheets."""

from __future__ import annotations

import pytest
from lxml import etree

from server.render.compose import hole
from server.render.layers.cut import MAX_PARTS, Kind, Part, cut

HOLE = hole(0)
LIVE = f"<text id='live'>{HOLE}</text>"
STILL = "<rect id='still' width='9' height='9'/>"


def cut_of(body: str, root: str = "") -> tuple[Part, ...] | None:
    return cut(etree.fromstring(f'<svg xmlns="http://www.w3.org/2000/svg" {root}>{body}</svg>'))


def outline(root: etree._Element) -> list[str]:
    """The ids of what is painted of a document, from back to front."""
    painted = [element for child in root if not child.tag.endswith(("defs", "style")) for element in child.iter()]
    return [element.get("id") for element in painted if element.get("id")]


def parts(body: str, root: str = "") -> tuple[list[str], list[list[str]]]:
    """What is live, with numbers where layers go, and the layers."""
    found = cut_of(body, root)
    assert found is not None
    layers = [outline(part.root) for part in found if part.kind is Kind.STAYS]
    numbers = map(str, range(len(layers)))
    live = [[next(numbers)] if part.kind is Kind.STAYS else outline(part.root) for part in found]
    return [name for names in live for name in names], layers


def kinds(body: str, root: str = "") -> list[Kind]:
    found = cut_of(body, root)
    assert found is not None
    return [part.kind for part in found]


def test_neighbours_that_stay_are_one_layer() -> None:
    live, layers = parts(f"{STILL}<circle id='dot'/>{LIVE}<path id='line'/>")
    assert live == ["0", "live", "1"]
    assert layers == [["still", "dot"], ["line"]]


def test_a_document_of_values_alone_is_one_piece() -> None:
    assert cut_of(LIVE) is None


def test_a_document_without_values_is_one_layer() -> None:
    assert parts(STILL) == (["0"], [["still"]])


@pytest.mark.parametrize(
    "group",
    [
        'transform="scale(2)"',
        'fill="red"',
        'style="isolation:isolate"',
        'clip-path="url(#c)"',
        'opacity-is="no"',
        'style="fill:red"',
        'class="a"',
    ],
)
def test_groups_that_only_hand_things_down_dissolve(group: str) -> None:
    live, layers = parts(f"<clipPath id='c'><path/></clipPath><g {group}>{STILL}{LIVE}</g>")
    assert (live, layers) == (["0", "live"], [["still"]])


def test_ten_groups_of_a_design_tool_dissolve_too() -> None:
    open_groups = "".join(f'<g clip-path="url(#c{n})">' for n in range(10))
    live, layers = parts(f"{open_groups}{STILL}{LIVE}{STILL}{'</g>' * 10}")
    assert (live, layers) == (["0", "live", "1"], [["still"], ["still"]])


@pytest.mark.parametrize("start", ["<switch>", "<switch><foreignObject requiredExtensions='x'/>", "<switch><!-- -->"])
def test_of_a_switch_what_it_draws_is_cut(start: str) -> None:
    live, layers = parts(f"{start}<g requiredFeatures='x'>{LIVE}</g><g>{STILL}{LIVE}{STILL}</g><g>{LIVE}</g></switch>")
    assert (live, layers) == (["0", "live", "1"], [["still"], ["still"]])


def test_a_switch_that_draws_nothing_is_no_part() -> None:
    live, layers = parts(f"<circle id='dot'/><switch><g systemLanguage='de'>{LIVE}</g></switch>")
    assert (live, layers) == (["0"], [["dot"]])


def test_a_child_keeps_the_groups_around_it() -> None:
    found = cut_of(f"<g transform='scale(2)'><g fill='red'>{STILL}{LIVE}</g></g>")
    assert found is not None
    still = found[0].root.find(".//{*}rect")
    assert [outer.attrib for outer in still.iterancestors()][:2] == [{"fill": "red"}, {"transform": "scale(2)"}]


@pytest.mark.parametrize(
    "group",
    [
        'opacity="0.5"',
        'mask="url(#m)"',
        'style="opacity:.5"',
        'data-choose="first-fit"',
    ],
)
def test_groups_that_are_more_than_their_children_stay_whole(group: str) -> None:
    live, layers = parts(f"<circle id='dot'/><g id='g' {group}>{STILL}{LIVE}</g>")
    assert (live, layers) == (["0", "g", "still", "live"], [["dot"]])


@pytest.mark.parametrize("selector", [".veil", "#g", "g.veil", "g", "svg g", "#other, .veil"])
def test_a_style_sheet_can_make_a_group_whole(selector: str) -> None:
    sheet = f"<style>{selector} {{ opacity: 0.5 }}</style>"
    live, layers = parts(f"{sheet}<circle id='dot'/><g id='g' class='veil'>{STILL}{LIVE}</g>")
    assert (live, layers) == (["0", "g", "still", "live"], [["dot"]])


@pytest.mark.parametrize("rule", [".other { opacity: 0.5 }", "#x { mask: none }", ".veil { fill-opacity: 0.5 }"])
def test_a_style_sheet_for_others_leaves_a_group_to_dissolve(rule: str) -> None:
    live, layers = parts(f"<style>{rule}</style><g id='g' class='veil'>{STILL}{LIVE}</g>")
    assert (live, layers) == (["0", "g", "live"], [["g", "still"]])


@pytest.mark.parametrize(
    "selector", ["rect:first-child", "rect + text", "rect ~ text", "svg > rect", "rect:nth-child(2)", "[x]"]
)
def test_selectors_that_look_at_neighbours_leave_a_document_in_one_piece(selector: str) -> None:
    assert cut_of(f"<style>{selector} {{ fill: red }}</style>{STILL}{LIVE}") is None


@pytest.mark.parametrize("rule", ["@import url('https://a.b/c.css');", "/* a > b:c */"])
def test_words_outside_rules_do_no_harm(rule: str) -> None:
    assert cut_of(f"<style>{rule} rect {{ fill: red }}</style>{STILL}{LIVE}") is not None


@pytest.mark.parametrize(
    "body",
    [
        f"<linearGradient id='a'><stop stop-color='{HOLE}'/></linearGradient><rect id='x' fill='url(#a)'/>",
        f"<clipPath id='a'><rect width='{HOLE}'/></clipPath><rect id='x' clip-path='url(#a)'/>",
        f"<clipPath id='a'><rect width='{HOLE}'/></clipPath><g clip-path='url(#a)'><rect id='x'/></g>",
        f"<symbol id='a'><text>{HOLE}</text></symbol><use id='x' href='#a'/>",
        f"<pattern id='a' href='#b'/><pattern id='b' x='{HOLE}'/><rect id='x' style='fill:url( \"#a\" )'/>",
        f"<rect id='x' width='{HOLE}'/>",
        f"<g fill='{HOLE}'><rect id='x'/></g>",
    ],
)
def test_what_depends_on_a_value_by_whatever_way_is_live(body: str) -> None:
    live, layers = parts(f"<circle id='dot'/>{body}")
    assert "x" in live
    assert layers == [["dot"]]


@pytest.mark.parametrize(
    ("body", "root"),
    [
        (STILL + LIVE, f'fill="{HOLE}"'),
        (STILL + LIVE, 'opacity="0.5"'),
        (f"<style>* {{ opacity: 0.5 }}</style>{STILL}{LIVE}", ""),
        (f"<style>rect {{ fill: {HOLE} }}</style>{STILL}{LIVE}", ""),
        (f"{HOLE}{STILL}{LIVE}", ""),
        (f"{STILL}{HOLE}{LIVE}", ""),
    ],
)
def test_a_value_that_means_all_of_it_leaves_a_document_in_one_piece(body: str, root: str) -> None:
    assert cut_of(body, root) is None


def test_each_part_has_all_it_refers_to_and_nothing_else() -> None:
    found = cut_of(
        "<defs><linearGradient id='a' href='#b'/><linearGradient id='b'/><linearGradient id='c'/></defs>"
        f"<rect id='box' fill='url(#a)'/><text data-box='#box' fill='url(#c)'>{HOLE}</text>"
    )
    assert found is not None
    layer, live = ({element.get("id") for element in part.root.iter()} - {None} for part in found)
    assert (layer, live) == ({"a", "b", "box"}, {"a", "b", "box", "c"})
    assert found[1].root.find("{*}defs").find(".//{*}rect") is not None, "the box of a text is not painted again"


def test_markup_that_was_printed_leaves_its_group_whole() -> None:
    live, _ = parts(f"<circle id='dot'/><g id='g'>{STILL}{HOLE}</g>")
    assert live == ["0", "g", "still"]


def test_after_many_parts_the_rest_is_one() -> None:
    found = cut_of((STILL + LIVE) * MAX_PARTS)
    assert found is not None
    assert len(found) == MAX_PARTS + 1
    assert found[-1].kind is Kind.DRAWING
    assert outline(found[-1].root) == ["still", "live"] * (MAX_PARTS // 2)


@pytest.mark.parametrize(
    "words",
    [
        LIVE,
        f"<g transform='scale(2)'>{LIVE}</g>",
        f"<text opacity='0.5'>Hi {HOLE}!</text>",
        f"<text>Hi <tspan fill='red'>{HOLE}<tspan x='4'>{HOLE}</tspan></tspan>!</text>",
        f"<g data-choose='first-fit'>{LIVE}{LIVE}</g>",
        f"<rect id='a'/><g fill='red'><g data-choose='first-fit'><text data-box='#a'>{HOLE}</text></g></g>",
    ],
)
def test_a_text_in_which_values_are_words_is_told_from_other_drawings(words: str) -> None:
    assert kinds(STILL + words) == [Kind.STAYS, Kind.WORDS]


@pytest.mark.parametrize(
    "drawing",
    [
        f"<text fill='{HOLE}'>{HOLE}</text>",
        f"<g transform='translate({HOLE})'>{LIVE}</g>",
        f"<text>Hi <tspan fill='{HOLE}'>{HOLE}</tspan></text>",
        f"<text>Hi <a>{HOLE}</a></text>",
        f"<text>Hi <!-- you -->{HOLE}</text>",
        f"<text><textPath href='#path'>{HOLE}</textPath></text>",
        f"<g opacity='0.5'>{LIVE}</g>",
        f"<g data-choose='first-fit' opacity='0.5'>{LIVE}{LIVE}</g>",
        f"<g data-choose='first-fit'>{LIVE}<text>a <tspan>b</tspan></text></g>",
        f"<image href='{HOLE}'/>",
        f"<text data-box='#a'>{HOLE}</text><defs><rect id='a' width='{HOLE}'/></defs>",
    ],
)
def test_any_other_element_that_a_value_changes_is_a_drawing(drawing: str) -> None:
    assert kinds(STILL + drawing) == [Kind.STAYS, Kind.DRAWING]


def test_each_live_element_is_a_part_of_its_own() -> None:
    assert kinds(f"{STILL}{LIVE}{LIVE}<image href='{HOLE}'/>") == [Kind.STAYS, Kind.WORDS, Kind.WORDS, Kind.DRAWING]
