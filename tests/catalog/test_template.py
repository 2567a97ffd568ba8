from __future__ import annotations

from pathlib import Path

import pytest

from server.catalog.alt import alt_text
from server.catalog.manifest import read_manifest
from server.catalog.template import MAX_SVG_BYTES, build_template, find_templates, read_template
from server.errors import BrokenTemplate

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><text x="10" y="50">{{ name }}</text></svg>'


def size_of(attributes: str) -> tuple[int, int]:
    template = build_template(
        "card", {"template.svg": f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}/>'.encode()}
    )
    return template.width, template.height


def broken(files: dict[str, bytes]) -> BrokenTemplate:
    with pytest.raises(BrokenTemplate) as caught:
        build_template("card", files)
    return caught.value


def test_a_lone_svg_makes_every_placeholder_a_text_param_with_an_empty_default() -> None:
    svg = (
        b'<svg width="40" height="20">{% if badge %}{{ badge }}{% endif %}<g data-if="level">{{ name|upper }}</g></svg>'
    )
    template = build_template("hello", {"template.svg": svg})
    assert {name: param.default for name, param in template.params.items()} == {"badge": "", "level": "", "name": ""}


def test_set_variables_are_no_params() -> None:
    svg = b'<svg width="400" height="200">{% set y = 20 %}<text y="{{ y }}">{{ name }}</text></svg>'
    assert set(build_template("hello", {"template.svg": svg}).params) == {"name"}


@pytest.mark.parametrize(
    ("jinja", "names"),
    [
        ('{% set name = name or "you" %}{{ name }}', {"name"}),
        ("{% for line in lines.split() %}{{ loop.index }}{{ line }}{% endfor %}", {"lines"}),
        ("{{ 9 ** 9 ** 9 ** 9 }}{{ 'x'|center(10 ** 12) }}", set()),
        (
            "{% macro row(y) %}{{ y }}{{ city }}{% endmacro %}{{ row(1) }}{% for i in range(3) %}{{ i }}{% endfor %}",
            {"city"},
        ),
        ('<path d="{{ qr(ticket) }}"/>', {"ticket"}),
    ],
)
def test_placeholders_are_found_by_reading_alone(jinja: str, names: set[str]) -> None:
    svg = f'<svg width="40" height="20"><text>{jinja}</text></svg>'
    assert set(build_template("card", {"template.svg": svg.encode()}).params) == names


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="1200" height="630"', (1200, 630)),
        ('width="1200px" height="630px"', (1200, 630)),
        ('width="100%" height="100%" viewBox="0 0 600 200"', (600, 200)),
        ('viewBox="0,0,600.4,200"', (600, 200)),
        ('width="210mm" height="297mm"', (794, 1123)),
    ],
)
def test_the_designed_size_is_read_from_the_root(attributes: str, size: tuple[int, int]) -> None:
    assert size_of(attributes) == size


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        'width="1200"',
        'width="5000" height="100"',
        'width="4" height="100"',
        'width="inf" height="1"',
        'width="1e999" height="100"',
        'viewBox="0 0 0 0"',
        'width="-5" height="100"',
        'width="4096" height="4096"',
    ],
)
def test_a_size_that_is_missing_or_out_of_bounds_is_refused(attributes: str) -> None:
    with pytest.raises(BrokenTemplate):
        size_of(attributes)


def test_jinja_around_the_root_does_not_hide_it() -> None:
    svg = b'<?xml version="1.0"?>\n{# a note <svg #}\n{% set x = 1 %}\n<svg width="40" height="20"/>'
    assert build_template("card", {"template.svg": svg}).width == 40


def test_jinja_that_cannot_be_parsed_says_its_line() -> None:
    assert broken({"template.svg": b'<svg width="40" height="20">\n\n{{ name | }}\n</svg>'}).line == 3


@pytest.mark.parametrize("jinja", ["{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "{{ " + "9" * 5000 + " }}"])
def test_jinja_that_python_cannot_hold_is_a_broken_template_and_nothing_worse(jinja: str) -> None:
    broken({"template.svg": f'<svg width="40" height="20">{jinja}</svg>'.encode()})


@pytest.mark.parametrize(
    "alt",
    ["{{ 9 ** (9 ** 9) }}", "{{ name", "{{ 1/0 }}", "{{ name.x }}", "{{ name|upper }}", "{{ f() }}"],
)
def test_an_alternative_text_takes_placeholders_and_conditions_only(alt: str) -> None:
    error = broken({"template.svg": SVG, "manifest.toml": f"alt = '{alt}'\n[params.name]".encode()})
    assert error.file == "manifest.toml"


def test_an_alternative_text_has_the_values_in_it() -> None:
    alt = "alt = 'For {{ name }}{% if city %} in {{ city }}{% endif %}'"
    manifest = read_manifest("card", f"{alt}\n[params.name]\n[params.city]")
    assert alt_text(manifest, {"name": "O'Brien & Co"}) == "For O'Brien & Co"
    assert alt_text(manifest, {"name": "Zoë", "city": "Oslo"}) == "For Zoë in Oslo"


def test_an_entity_bomb_is_refused_before_it_is_read() -> None:
    svg = b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg width="&a;" height="20"/>'
    assert "DOCTYPE" in str(broken({"template.svg": svg}))


def test_the_doctype_of_design_tools_is_fine() -> None:
    svg = (
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
        b'<svg width="40" height="20"/>'
    )
    assert build_template("card", {"template.svg": svg}).width == 40


@pytest.mark.parametrize("svg", [b"", b"hello", b"<html/>", b"<svg", b"\xff\xfe<svg/>"])
def test_what_is_no_svg_is_refused(svg: bytes) -> None:
    broken({"template.svg": svg})


def test_a_template_over_the_limit_is_refused() -> None:
    assert "larger" in str(broken({"template.svg": SVG + b" " * MAX_SVG_BYTES}))


def test_the_digest_changes_with_what_is_drawn_and_not_with_examples() -> None:
    files = {"template.svg": SVG, "manifest.toml": b"[params.name]"}
    digest = build_template("card", files).digest
    assert build_template("card", {**files, "examples/usual.toml": b'title = "U"'}).digest == digest
    assert build_template("card", {**files, "logo.png": b"x"}).digest != digest
    assert build_template("card", {**files, "manifest.toml": b"[params.name]\n"}).digest != digest


def test_an_example_may_give_declared_params_only() -> None:
    error = broken({"template.svg": SVG, "examples/odd.toml": b'[values]\nnmae = "x"'})
    assert "nmae" in str(error)
    assert error.file == "examples/odd.toml"


def test_a_folder_is_read_without_hidden_files_and_links_out_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "card"
    folder.mkdir()
    (tmp_path / "secret.png").write_bytes(b"secret")
    (folder / "template.svg").write_bytes(SVG)
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "template.svg~").write_bytes(b"x")
    (folder / "leak.png").symlink_to(tmp_path / "secret.png")
    assert set(read_template(folder).files) == {"template.svg"}


def test_folders_and_lone_svgs_are_found_by_name(tmp_path: Path) -> None:
    (tmp_path / "card").mkdir()
    (tmp_path / "card" / "template.svg").write_bytes(SVG)
    (tmp_path / "hello.svg").write_bytes(SVG)
    (tmp_path / "Not A Name.svg").write_bytes(SVG)
    (tmp_path / "notes").mkdir()
    assert set(find_templates(tmp_path)) == {"card", "hello"}
