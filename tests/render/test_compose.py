"""Values in, safe XML out: escaping, the sandbox, data-if, and errors that name their line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from server.errors import BrokenTemplate
from server.render.compose import compose

SVG = "{http://www.w3.org/2000/svg}"
NASTY = """<b>&"'</b>]]>--{{ x }}{% raw %}<!--"""


@pytest.fixture
def composed(make_template: Any, make_spec: Any) -> Any:
    def run(body: str, params: str = "name", files: dict[str, bytes] | None = None, **values: Any) -> Any:
        template = make_template(body, params=params, files=files)
        return etree.fromstring(compose(make_spec(template, **values), template).xml)

    return run


def broken(composed: Any, body: str, **arguments: Any) -> BrokenTemplate:
    with pytest.raises(BrokenTemplate) as raised:
        composed(body, **arguments)
    return raised.value


@pytest.mark.parametrize(
    "body",
    [
        "<text>{{ name }}</text>",
        "<text><tspan>{{ name }}</tspan></text>",
        '<text data-note="{{ name }}">x</text>',
        "<text data-note='{{ name }}'>x</text>",
    ],
)
def test_a_value_comes_out_as_it_went_in(composed: Any, body: str) -> None:
    text = composed(body, name=NASTY).find(f".//{SVG}text")
    assert NASTY in ("".join(text.itertext()), text.get("data-note"))
    assert len(text) == body.count("<tspan")


def test_characters_that_xml_forbids_become_replacement_characters(composed: Any) -> None:
    root = composed("<text>{{ name }}</text>", name="a\x00b\x0b\ufffe\ud800c")
    assert root.findtext(f"{SVG}text") == "a\ufffdb\ufffd\ufffd\ufffdc"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_a_line_end_is_one_whatever_stands_beside_it(composed: Any, end: str) -> None:
    root = composed("<text>&#13;\n{{ name }}\n</text>", name=f"{end}a{end}")
    assert root.findtext(f"{SVG}text") == "\r\n\na\n\n"


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Decimal("1E+3"), "1000"),
        (Decimal("10.50"), "10.50"),
        (True, "true"),
        (None, ""),
    ],
)
def test_values_print_plainly(composed: Any, value: Any, printed: str) -> None:
    assert composed("<text>x{{ name }}</text>", name=value).findtext(f"{SVG}text") == f"x{printed}"


def test_nothing_stays_nothing_through_a_filter(composed: Any) -> None:
    assert composed("<text>x{{ name|upper }}</text>", name=None).findtext(f"{SVG}text") == "x"


def test_numbers_can_be_reckoned_with(composed: Any) -> None:
    root = composed(
        "<text>{{ (price * 1.2)|round(2) }}</text>", params="[params.price]\ntype = 'number'\n", price=Decimal(10)
    )
    assert float(root.findtext(f"{SVG}text")) == 12


@pytest.mark.parametrize(
    "expression",
    [
        "name.__class__",
        "name['__class__']",
        "name[0]",
        "name|attr('upper')",
        "name.upper()",
        "''.join(name)",
        "name|safe",
        "name|format(1)",
        "[name]|map(attribute='x')|join",
        "range(1000000)",
        "lipsum()",
        "cycler(1, 2)",
        "joiner()",
        "namespace(a=1)",
        "self",
        "'x' * 1000000000",
        "2 ** name|length",
        "name % 3",
        "range.__self__",
        "loop",
        "dict(a=1)",
    ],
)
def test_the_sandbox_refuses(composed: Any, expression: str) -> None:
    error = broken(composed, f"<text>{{{{ {expression} }}}}</text>", name="Ada")
    assert error.line == 2


@pytest.mark.parametrize(
    "statement",
    [
        "{% autoescape false %}{{ name }}{% endautoescape %}",
        "{% include name %}",
        "{% import name as m %}",
        "{% include 'missing.svg' %}",
        "{% include '../../etc/passwd' %}",
        "{% include 'logo.png' %}",
        "{% if %}",
        "{{ name",
        "{% for x in range(2) %}{{ loop.__class__ }}{% endfor %}",
    ],
)
def test_statements_that_are_refused_name_their_line(composed: Any, statement: str) -> None:
    error = broken(composed, f"<text>{statement}</text>", name="Ada", files={"logo.png": b"\x89PNG"})
    assert (error.file, error.line) == ("template.svg", 2) or "includes" in error.message


def test_a_text_file_of_the_template_can_be_included(composed: Any) -> None:
    files = {"parts/hello.svg": b"<text>Hello {{ name }}</text>"}
    root = composed("<g>{% include 'parts/hello.svg' %}</g>", files=files, name="A & B")
    assert root.findtext(f".//{SVG}text") == "Hello A & B"


def test_macros_of_another_file_can_be_used(composed: Any) -> None:
    files = {"m.svg": b"{% macro line(t) %}<text>{{ t }}</text>{% endmacro %}"}
    root = composed("{% import 'm.svg' as m %}{{ m.line(name) }}", files=files, name="A & B")
    assert root.findtext(f".//{SVG}text") == "A & B"


def test_loops_know_their_place(composed: Any) -> None:
    body = "{% for i in range(3) %}<text>{{ loop.index }}</text>{% endfor %}"
    assert [text.text for text in composed(body).iter(f"{SVG}text")] == ["1", "2", "3"]


@pytest.mark.parametrize("numbers", ["1, true, 1.5, 0.0, -0.0, '1'", "'1', -0.0, 0.0, 1.5, true, 1"])
def test_equal_numbers_are_printed_as_they_are_whatever_was_printed_before(composed: Any, numbers: str) -> None:
    printed = {"1": "1", "true": "true", "1.5": "1.5", "0.0": "0", "-0.0": "-0", "'1'": "1"}
    root = composed(f"{{% for number in [{numbers}] %}}<text>{{{{ number }}}}</text>{{% endfor %}}")
    assert [text.text for text in root.iter(f"{SVG}text")] == [printed[number] for number in numbers.split(", ")]


def test_decimals_keep_their_zeros(composed: Any) -> None:
    params = "[params.a]\ntype = 'choice'\nchoices = ['x']\n"
    for value in (Decimal("1.0"), Decimal("1.00"), Decimal(1)):
        assert composed("<text>{{ a }}</text>", params=params, a=value).findtext(f"{SVG}text") == str(value)


def test_an_undeclared_name_is_an_error_even_where_it_is_not_reached(composed: Any) -> None:
    error = broken(composed, "<g>\n{% if name %}{{ nmae }}{% endif %}</g>", name=None)
    assert error.line == 3
    assert "nmae" in error.message
    assert "did you mean name?" in error.message


def test_an_expression_that_fails_names_its_line_and_no_value(composed: Any) -> None:
    error = broken(composed, "<g>\n<text>{{ 1 / name|length }} {{ name|int + name }}</text></g>", name="secret")
    assert error.line == 3
    assert "secret" not in str(error)


def test_xml_errors_name_the_line_of_the_template(composed: Any) -> None:
    body = "{% if name %}<g>\n<rect/>\n</g>{% endif %}\n<g>\n<text>oops</tspan>\n</g>"
    assert broken(composed, body, name=None).line == 6


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("x", ["if"]),
        ("", ["not"]),
        (None, ["not"]),
        (False, ["not"]),
        (True, ["if"]),
        (Decimal(0), ["not"]),
    ],
)
def test_data_if_keeps_or_drops(composed: Any, value: Any, kept: list[str]) -> None:
    root = composed('<rect id="if" data-if="name"/><rect id="not" data-if-not="name"/>', name=value)
    assert [rect.get("id") for rect in root] == kept
    assert all("data-if" not in attribute for rect in root for attribute in rect.attrib)


def test_text_behind_a_dropped_span_stays(composed: Any) -> None:
    root = composed('<text>Hi <tspan data-if="name">dear</tspan>friend</text>', name=None)
    assert "".join(root.find(f"{SVG}text").itertext()) == "Hi friend"


def test_data_if_of_an_undeclared_name_is_an_error_with_its_line(composed: Any) -> None:
    error = broken(composed, '<g>\n<rect data-if="nam"/></g>')
    assert error.line == 3
    assert "did you mean name?" in error.message


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>",
        "<rect onclick='x()'/>",
        "<image href='http://evil/x.png'/>",
        "<image href='file:///etc/passwd'/>",
        "<image href='data:image/svg+xml,x'/>",
        "<use href='other.svg#a'/>",
        "<animate attributeName='x'/>",
        "<style>@import url(http://evil/x.css);</style>",
        "<image href='../secret.png'/>",
        "<rect fill='url(http://evil/x#y)'/>",
        "<!-- http://evil --><?php evil ?>",
        "<x:y xmlns:x='http://evil' x:z='1'>evil</x:y>",
    ],
)
def test_what_could_reach_outside_is_taken_out(composed: Any, body: str) -> None:
    xml = etree.tostring(composed(body)).decode().replace("http://www.w3.org/2000/svg", "")
    for word in ("evil", "script", "alert", "onclick", "file:", "data:", "other", "animate", "secret", "@import"):
        assert word not in xml


def test_own_pictures_and_fragments_stay(composed: Any) -> None:
    xlink = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    root = composed(f'<image {xlink} xlink:href="./logo.png"/><use href="#a"/>', files={"logo.png": b"x"})
    assert [child.get("href") for child in root] == ["logo.png", "#a"]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE svg [<!ENTITY a "b">]>',
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_are_refused(make_spec: Any, make_template: Any, doctype: str) -> None:
    plain = make_template("<text>x</text>")
    template = plain.__class__(
        plain.name,
        plain.manifest,
        100,
        60,
        {"template.svg": f"{doctype}{plain.svg}".encode()},
        (),
        "other" + doctype,
    )
    with pytest.raises(BrokenTemplate, match="DOCTYPE"):
        compose(make_spec(template), template)


def test_a_switch_does_not_depend_on_the_machine(composed: Any) -> None:
    body = '<switch><rect id="en" systemLanguage="en"/><foreignObject/><rect id="any"/><rect id="later"/></switch>'
    assert [rect.get("id") for rect in composed(body).iter(f"{SVG}rect")] == ["any"]


def test_composing_stops_at_the_size_limit(composed: Any) -> None:
    body = "{% for i in range(1000) %}{% for j in range(1000) %}<g/>{% endfor %}{% endfor %}"
    assert "bytes" in broken(composed, body).message


@pytest.mark.parametrize("comment", ["<!-- {{ name }} -->", "<!-- {{ name }}-->", "<!--\n{{ name }}\n-->"])
def test_a_value_in_a_comment_cannot_end_it(composed: Any, comment: str) -> None:
    assert composed(f"{comment}<text>{{{{ name }}}}</text>", name="A -- B-").findtext(f"{SVG}text") == "A -- B-"


def test_tags_may_be_hidden_in_comments(composed: Any) -> None:
    body = "<!-- {% if name %} shown with a name --><text>{{ name }}</text><!-- {% endif %} -->"
    assert composed(body, name="A").findtext(f"{SVG}text") == "A"
    assert composed(body, name="").find(f"{SVG}text") is None


@pytest.mark.parametrize("name", ["e", "escape"])
def test_an_escape_is_none_too_many(composed: Any, name: str) -> None:
    root = composed(f"<text>{{{{ name|{name} }}}} 3</text>", name="<שרה>")
    assert root.findtext(f"{SVG}text") == "\u2068<שרה>\u2069 3"
