"""Addresses with escapes of their own, from whoever makes the link to what is asked for."""

from __future__ import annotations

import pytest

from server.catalog.carried import carried, with_carried
from server.catalog.pictures import Outside
from server.catalog.resolve import Draft, Drawing, draft
from server.catalog.template import Template, build_template
from server.images import Format
from server.report import Reason
from server.urls.request import parse_request
from server.urls.target import Target
from server.values import typed

MANIFEST = """
[params.logo]
type = "image"
hosts = ["cdn.acme.com"]
open = true
[params.site]
type = "url"
[params.company]
"""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"/>'
FIREBASE = "https://cdn.acme.com/o/logos%2Facme.png?alt=media"
ESCAPED = [FIREBASE, "https://cdn.acme.com/a+b.png", "https://cdn.acme.com/my%20logo.png", "https://a.co/%252F?s=%2B"]


def template() -> Template:
    return build_template("card", {"template.svg": SVG, "manifest.toml": MANIFEST.encode()})


def asked(query: str) -> Draft:
    card = template()
    request = parse_request(Target("card", Format.PNG), query.encode(), card.query_names)
    return draft(request, card, Drawing(max_pixels=12_000_000, renderer="r1"))


@pytest.mark.parametrize("address", ESCAPED)
@pytest.mark.parametrize("name", ["logo", "site"])
def test_an_address_with_escapes_is_asked_for_as_it_was_typed(address: str, name: str) -> None:
    target, changed = with_carried(f"card.png?{name}={address}&company=Acme", template())
    found = asked(target.partition("?")[2])
    got = found.outside[name].url if name in found.outside else found.own[name].value
    assert got == address
    assert changed == {name: address}
    assert "&company=Acme" in target


def test_one_that_is_encoded_as_a_whole_is_the_address_that_it_stands_for() -> None:
    target, changed = with_carried("card.png?logo=https%3A%2F%2Fcdn.acme.com%2Fmy%2520logo.png", template())
    assert changed == {"logo": "https://cdn.acme.com/my%20logo.png"}
    assert asked(target.partition("?")[2]).outside["logo"].url == "https://cdn.acme.com/my%20logo.png"


@pytest.mark.parametrize(
    "query",
    [
        "logo=https://cdn.acme.com/a.png",
        "logo=https%3A%2F%2Fcdn.acme.com%2Fa.png",
        "logo=https://cdn.acme.com/{{a+b}}.png",
        "logo=*|LOGO|*",
        "company=https://a.co/a%2Fb",
        "logo=b64:aHR0cA",
    ],
)
def test_what_reading_leaves_alone_is_left_alone(query: str) -> None:
    assert with_carried(f"card.png?{query}", template()) == (f"card.png?{query}", {})


def test_a_plain_value_is_encoded_only_where_it_must_be() -> None:
    params = template().params
    assert carried(FIREBASE, params["logo"]) == typed.encoded(FIREBASE)
    assert carried("https://cdn.acme.com/a+b c.png", params["logo"]) == "https://cdn.acme.com/a+b c.png"
    assert carried(FIREBASE, params["company"]) == FIREBASE


@pytest.mark.parametrize("value", ["b64:", "b64:!!", "b64:A", "b64:_____w", "b64:bm8", "b64:aHR0cDovLwpB"])
def test_a_hostile_one_is_no_picture(value: str) -> None:
    found = asked(f"logo={value}&site={value}")
    assert found.own["logo"].reason is Reason.NO_PICTURE
    assert found.own["site"].reason is Reason.NOT_A_URL


def test_an_open_one_obeys_the_hosts_of_its_param() -> None:
    found = asked(f"logo={typed.encoded('https://evil.example/a%2Fb.png')}&_open=logo")
    assert found.outside["logo"] == Outside("https://evil.example/a%2Fb.png", ("cdn.acme.com",), is_open=True)


def test_spaces_and_other_letters_of_a_path_are_no_reason_to_refuse_it() -> None:
    assert asked("logo=https://cdn.acme.com/my logo.png").outside["logo"].url == "https://cdn.acme.com/my%20logo.png"
    assert asked("logo=https://cdn.acme.com/caf%C3%A9.png").outside["logo"].url == "https://cdn.acme.com/café.png"
    assert asked("logo=https://cdn acme.com/a.png").own["logo"].reason is Reason.NO_PICTURE
