"""What the form's script asks for: links that verify and draw what was typed, and reasons in words."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from server.catalog.catalog import Published
from server.urls.mail_tools import MAIL_TOOLS
from server.web.gallery.links import Links
from server.web.gallery.wish import read_wish
from tests.support.house import House, make_template
from tests.support.shipped import templates

FORM = {"_format": "png", "_scale": "1", "_tool": "mailchimp"}


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    for template in templates():
        house.catalog.publish(Published(template))
    return house


def ask(client: TestClient, template: str, **form: Any) -> dict[str, Any]:
    answer = client.post(f"/t/{template}/links", data={**FORM, **form})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    made: dict[str, Any] = answer.json()
    return made


@pytest.mark.parametrize(
    "typed", ["Sarah", "AT&T", "C# Shop", "100% Pure", "A+B = C?", "José 🎉", 'O\'Brien "x" <b>', "a/b\\c"]
)
@pytest.mark.parametrize("is_open", [False, True])
def test_the_links_verify_and_draw_what_was_typed(house: House, client: TestClient, typed: str, is_open: bool) -> None:
    made = ask(client, "card", name=typed, **({"_open": "name"} if is_open else {}))
    src = re.search(r'src="([^"]+)"', made["links"]["page"])
    assert src
    for link in (made["links"]["sample"], unescape(src[1]), made["picture"].replace("..", "http://testserver", 1)):
        answer = client.get(link)
        assert "nameplate-problem" not in answer.headers
        assert "nameplate-fallback" not in answer.headers
        assert house.pool.drawn[-1].mapping()["name"] == typed
    assert made["reasons"] == {}


@pytest.mark.parametrize("tool", MAIL_TOOLS)
def test_the_tools_link_is_good_once_its_tags_are_filled_in(house: House, client: TestClient, tool: str) -> None:
    made = ask(client, "webinar", first_name="Sarah", company="Larkfield", _open=["first_name", "company"], _tool=tool)
    found = re.search(r'src="([^"]+)"', made["links"]["mail"])
    assert found
    for link in (made["links"]["tagged"], unescape(found[1])):
        raw = client.get(link)
        assert raw.headers["nameplate-fallback"] == "company;reason=unmerged, first_name;reason=unmerged"
        filled = link
        for name, value in (("first_name", "Zo%C3%AB"), ("company", "AT%26T")):
            filled = filled.replace(MAIL_TOOLS[tool].tag_of(name), value)
        answer = client.get(filled)
        assert "nameplate-problem" not in answer.headers
        assert "nameplate-fallback" not in answer.headers
        drawn = house.pool.drawn[-1].mapping()
        assert (drawn["first_name"], drawn["company"]) == ("Zoë", "AT&T")


def test_the_html_for_a_mail_is_sharp_and_as_wide_as_a_column(client: TestClient) -> None:
    wide = ask(client, "webinar")["links"]["mail"]
    assert "/i/webinar.png?" in wide  # designed at 1200, which is twice the column
    assert ' width="600" height="315" alt="' in wide
    narrow = ask(client, "email-header")["links"]["mail"]
    assert "/i/email-header@2x.png?" in narrow
    assert ' width="600" height="200" alt="' in narrow


def test_the_alternative_text_of_a_mail_has_no_tag_and_no_sample(client: TestClient) -> None:
    mail = ask(client, "webinar", first_name="Sarah", company="Larkfield", event="Pricing", _open="first_name")[
        "links"
    ]["mail"]
    alt = re.search(r'alt="([^"]*)"', mail)
    assert alt
    assert "Pricing" in alt[1]
    assert "Sarah" not in alt[1]
    assert "*|" not in alt[1]


def test_quotes_in_a_value_stay_inside_the_attributes(client: TestClient) -> None:
    made = ask(client, "webinar", event='"><script>alert(1)</script>')
    for html in (made["links"]["mail"], made["links"]["page"]):
        assert re.fullmatch(r'<img src="[^"<>]*" width="\d+" height="\d+" alt="[^"<>]*"( style="[^"<>]*")?>', html)


@pytest.mark.parametrize(
    ("template", "typed", "reason"),
    [
        ("card", {"seats": "many"}, "Not a number"),
        ("listing", {"beds": "1200"}, "Not within 0 and 999"),
        ("webinar", {"first_name": "La" * 150}, "Longer than 60 characters"),
        ("webinar", {"first_name": "*|FNAME|*"}, "This is a merge tag"),
        ("webinar", {"first_name": "null", "_open": "first_name"}, "what machines write for nothing"),
        ("webinar", {"first_name": "see evil.example/x", "_open": "first_name"}, "no link and no address"),
        ("webinar", {"first_name": "%41"}, "looks encoded"),
        ("email-header", {"accent": "reddish"}, "Not a colour"),
        ("certificate", {"level": "bronze"}, "None of the choices"),
        ("webinar", {"logo_url": "https://evil.example/logo.png"}, "fetches no pictures"),
        ("webinar", {"_open": "first_name"}, "Nothing given"),
    ],
)
def test_what_is_not_drawn_as_typed_is_said_in_words(
    client: TestClient, template: str, typed: dict[str, str], reason: str
) -> None:
    made = ask(client, template, **typed)
    name = next((name for name in typed if name != "_open"), "first_name")
    assert reason in made["reasons"][name]
    assert "nameplate-problem" not in client.get(made["links"]["sample"]).headers


def test_a_required_param_without_a_value_names_the_template_that_stands_in(client: TestClient) -> None:
    assert ask(client, "event-ticket")["reasons"]["event"] == "Without it, event-banner is drawn instead."


def test_a_tag_that_is_a_guess_is_said_to_be_one(client: TestClient) -> None:
    def guessed(**form: Any) -> list[str]:
        return [note for note in ask(client, "webinar", **form)["notes"] if "guess" in note]

    assert guessed(_open="first_name") == []
    assert guessed(_open=["first_name", "company"], _tool="klaviyo") == []
    (note,) = guessed(_open=["first_name", "event", "speaker_name"])
    assert "Look up how your tool calls Event, Speaker name" in note


def test_what_a_template_keeps_closed_cannot_be_opened(client: TestClient) -> None:
    made = ask(client, "email-header", _open=["accent", "logo_url", "first_name", "nothing", "_sig"])
    assert "&_open=first_name&_sig=" in made["links"]["tagged"]


def test_format_and_size_are_in_every_link_and_unknown_ones_are_not(client: TestClient) -> None:
    made = ask(client, "card", _format="webp", _scale="3")
    assert (made["width"], made["height"]) == (1200, 600)
    assert all("/i/card@3x.webp" in text for text in (*made["links"].values(), made["picture"]))
    assert any("Outlook" in note for note in made["notes"])
    plain = ask(client, "card", _format="gif", _scale="9")["links"]
    assert all("/i/card.png" in plain[name] for name in ("tagged", "sample", "page"))


def test_a_tool_that_cannot_encode_is_warned_of(client: TestClient) -> None:
    assert any(
        "SendGrid writes values unencoded" in note
        for note in ask(client, "card", _open="name", _tool="sendgrid")["notes"]
    )
    assert ask(client, "card", _open="name")["notes"] == []


def test_links_that_would_be_too_long_are_refused_with_the_reason(client: TestClient) -> None:
    answer = client.post("/t/card/links", data={**FORM, "name": "x" * 9000})
    assert answer.status_code == 414
    assert "8192" in answer.json()["detail"]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_another_sites_page_is_answered_nothing(client: TestClient, site: str) -> None:
    answer = client.post("/t/card/links", data=FORM, headers={"sec-fetch-site": site})
    assert answer.status_code == 404
    assert "_sig" not in answer.text
    assert client.post("/t/card/links", data=FORM, headers={"sec-fetch-site": "same-origin"}).status_code == 200


def test_no_page_elsewhere_may_read_the_answer(client: TestClient) -> None:
    answer = client.post("/t/card/links", data=FORM, headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe%zz", b"&" * 60_000, b"a=b&" * 10_000, b"_format=png&name=%00%ff", b"{}", b"=" * 5000]
)
def test_any_body_is_a_form(client: TestClient, body: bytes) -> None:
    assert client.post("/t/card/links", content=body).status_code == 200


def test_a_body_beyond_any_form_is_refused(client: TestClient) -> None:
    assert client.post("/t/card/links", content=b"x" * 65_537).status_code == 413


def test_a_params_name_can_be_none_of_the_forms_own(house: House, client: TestClient) -> None:
    house.catalog.publish(
        Published(make_template("odd", "[params.format]\n[params.scale]\n[params.open]\n[params.tool]\n"))
    )
    made = ask(client, "odd", format="a", scale="b", open="c", tool="d")
    assert "/i/odd.png?format=a&scale=b&open=c&tool=d&_sig=" in made["links"]["sample"]


def test_under_a_public_address_with_a_path_only_what_is_pasted_begins_with_it(house: House) -> None:
    links = Links(house.service, base="https://example.com/np", is_public=True)
    offer = asyncio.run(links.offer(read_wish(house.card, b"_format=png&name=Sarah")))
    assert offer.sample.startswith("https://example.com/np/i/card.png?name=Sarah&")
    assert offer.picture.startswith("/i/card.png?name=Sarah&")  # the pages put their own root in front
    assert offer.notes == ()


def test_an_address_that_only_this_machine_knows_is_warned_of(house: House) -> None:
    links = Links(house.service, base="http://127.0.0.1:8000", is_public=False)
    assert any(
        "Ask whoever runs this server to set public_url" in note
        for note in asyncio.run(links.offer(read_wish(house.card, b""))).notes
    )
