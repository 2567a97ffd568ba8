"""The pages for people: complete, escaped, answered only to those who may see them."""

from __future__ import annotations

import logging
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pytest
from starlette.testclient import TestClient

from server.app import create_app
from server.catalog.catalog import Published
from server.catalog.template import build_template
from server.errors import BrokenTemplate
from server.settings import load_settings
from server.urls.keys import FixedKeys, Key, KeyRing, KeyState
from server.web.gallery.pages import LONE_SVG
from tests.support.house import NOW, House, make_template
from tests.support.running import until
from tests.support.shipped import templates

SHIPPED = [template.name for template in templates()]
ATTACK = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"


class Elements(HTMLParser):
    """Every element of a page as its name and attributes, and the text in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attributes}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    for template in templates():
        house.catalog.publish(Published(template))
    return house


def elements(client: TestClient, path: str) -> Elements:
    answer = client.get(path)
    assert answer.status_code == 200
    return Elements(answer.text)


def assert_pictures_are_drawn(client: TestClient, path: str, page: Elements) -> None:
    for image in page.all("img"):
        answer = client.get(urljoin(f"http://testserver{path}", image["src"]))
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("image/")
        assert "nameplate-problem" not in answer.headers, image["src"]


def test_every_template_has_a_tile_with_its_picture_and_a_page(client: TestClient) -> None:
    page = elements(client, "/")
    pages = {link["href"] for link in page.all("a")} - {"#main", "explain"}
    assert pages == {f"t/{name}" for name in [*SHIPPED, "card"]}
    assert len(page.all("img")) >= len(pages)
    assert_pictures_are_drawn(client, "/", page)
    for template in templates():
        assert (template.manifest.title or template.name) in page.text


@pytest.mark.parametrize("name", SHIPPED)
def test_a_templates_page_has_every_example_and_every_param(client: TestClient, name: str) -> None:
    template = next(template for template in templates() if template.name == name)
    page = elements(client, f"/t/{name}")
    assert len(page.all("img")) == 1 + max(1, len(template.examples))
    assert_pictures_are_drawn(client, f"/t/{name}", page)
    for example in template.examples:
        assert example.title in page.text
    fields = {field.get("name") for tag in ("input", "select") for field in page.all(tag)}
    assert {*template.params, "_format", "_scale", "_tool"} <= fields
    for param in template.params.values():
        assert param.help in page.text


@pytest.mark.parametrize("path", ["/", *(f"/t/{name}" for name in SHIPPED)])
def test_nothing_moves_and_everything_has_a_name(client: TestClient, path: str) -> None:
    page = elements(client, path)
    for image in page.all("img"):
        assert image["width"].isdigit()
        assert image["height"].isdigit()
        assert image["alt"]
    labels = {label.get("for") for label in page.all("label")}
    for tag in ("input", "select"):
        for field in page.all(tag):
            named = field.get("id") in labels or field.get("name") in ("_open", "_tool")
            assert named or field.get("type") == "hidden", field
    ids = [attributes["id"] for _, attributes in page.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    descriptions = [meta["content"] for meta in page.all("meta") if meta.get("name") == "description"]
    assert len(descriptions) == 1
    assert descriptions[0]


@pytest.mark.parametrize("path", ["/", "/t/webinar"])
def test_the_preview_for_others_is_a_picture_of_ours(client: TestClient, path: str) -> None:
    pictures = [meta["content"] for meta in elements(client, path).all("meta") if meta.get("property") == "og:image"]
    assert len(pictures) == 1
    assert pictures[0].startswith("http://testserver/i/webinar.")
    assert "nameplate-problem" not in client.get(pictures[0]).headers


@pytest.mark.parametrize("path", ["/", "/t/card"])
def test_the_policy_lets_nothing_run_but_our_own_file(client: TestClient, path: str) -> None:
    answer = client.get(path)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    page = Elements(answer.text)
    assert not page.all("style")
    assert not [script for script in page.all("script") if "src" not in script]
    assert not [element for element in page.found if any(name.startswith(("on", "style")) for name in element[1])]


def test_script_and_style_are_kept_for_good_under_their_version_only(client: TestClient) -> None:
    page = elements(client, "/t/card")
    sources = [
        page.all("script")[0]["src"],
        next(link for link in page.all("link") if link["rel"] == "stylesheet")["href"],
    ]
    for source, kind in zip(sources, ("text/javascript", "text/css"), strict=True):
        address = urljoin("http://testserver/t/card", source)
        answer = client.get(address)
        assert answer.headers["content-type"].startswith(kind)
        assert "immutable" in answer.headers["cache-control"]
        assert client.get(re.sub(r"v=\w+", "v=old", address)).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/t/card", "/t/card/links", "/gallery.js", "/gallery.css"])
def test_switched_off_there_is_no_trace_of_it(house: House, path: str) -> None:
    with TestClient(house.app(gallery=False)) as client:
        for method in ("GET", "POST"):
            answer = client.request(method, path)
            nothing = client.request(method, "/nothing-here")
            assert (answer.status_code, answer.text) == (404, nothing.text)


@pytest.mark.parametrize(
    "name",
    [
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "testserver.evil.example",
        "127.0.0.1/x",
        "x@127.0.0.1",
        "127.0.0.1:x",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", "/t/card"])
def test_under_a_name_that_is_not_ours_there_is_no_gallery(client: TestClient, name: str, path: str) -> None:
    assert client.get(path, headers={"host": name}).status_code == 404


@pytest.mark.parametrize("name", ["127.0.0.1:8000", "[::1]:8000", "localhost:8000", "192.168.1.5", "TESTSERVER"])
def test_under_an_address_and_under_our_names_there_is(client: TestClient, name: str) -> None:
    assert client.get("/", headers={"host": name}).status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
@pytest.mark.parametrize("path", ["/", "/t/card"])
def test_on_by_default_only_it_is_not_shown_through_a_proxy(client: TestClient, header: str, path: str) -> None:
    assert client.get(path, headers={header: "203.0.113.9"}).status_code == 404


@pytest.mark.parametrize(("given", "status"), [({}, 404), ({"gallery": True}, 200)])
def test_whoever_switches_it_on_sees_it_through_a_proxy(tmp_path: Path, given: dict[str, bool], status: int) -> None:
    client = TestClient(create_app(load_settings(data=tmp_path, **given)), base_url="http://localhost")
    assert client.get("/", headers={"x-forwarded-for": "203.0.113.9"}).status_code == status
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("path", ["/t/", "/t/nobody", "/t/card/", "/t/CARD", "/t/card/links/x", "/t/..%2F..%2Fkeys"])
def test_what_is_no_template_has_no_page(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in (404, 405)


def test_an_alias_has_the_page_of_its_template(client: TestClient) -> None:
    assert 'action="card"' in client.get("/t/old-card").text


def test_the_words_of_a_template_are_text_and_never_markup(house: House, client: TestClient) -> None:
    quoted = "'''" + ATTACK.replace("'", "’") + "'''"
    manifest = f"""
title = {quoted}
description = {quoted}
alt = {quoted}
[params.name]
default = {quoted}
help = {quoted}
[params.level]
type = "choice"
choices = [{quoted}]
"""
    example = f"title = {quoted}\n[values]\nname = {quoted}\n"
    files = {
        "template.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"/>',
        "manifest.toml": manifest.encode(),
        "examples/usual.toml": example.encode(),
        "<script>alert(1)<.png": b"x",
    }
    house.catalog.publish(Published(build_template("hostile", files)))
    for path in ("/", "/t/hostile"):
        page = elements(client, path)
        assert "<script>alert(1)</script>" in page.text
        assert all(script.get("src", "").startswith(("../gallery.js", "../copy.js")) for script in page.all("script"))
        assert not [image for image in page.all("img") if image["src"] == "x"]


@pytest.mark.parametrize("field", ["name", "seats", "_format", "_scale", "_open", "_tool", "_example", "other"])
def test_what_is_typed_is_text_and_never_markup(client: TestClient, field: str) -> None:
    page = Elements(client.get("/t/card", params={"_format": "png", field: ATTACK}).text)
    assert [script["src"].partition("?")[0] for script in page.all("script")] == ["../gallery.js", "../copy.js"]
    assert not [image for image in page.all("img") if image["src"] == "x"]


def test_without_a_script_the_form_brings_the_same_page_with_its_links(client: TestClient) -> None:
    sent = {"_format": "jpg", "_scale": "2", "name": "Zoë & Co", "_open": "name", "_tool": "klaviyo"}
    page = elements(
        client, "/t/card?" + "&".join(f"{name}={value}" for name, value in {**sent, "name": "Zo%C3%AB+%26+Co"}.items())
    )
    assert (
        "http://testserver/i/card@2x.jpg?name={{first_name|urlencode}}%20{{last_name|urlencode}}&_open=name&_sig=k1."
        in page.text
    )
    assert "http://testserver/i/card@2x.jpg?name=Zo%C3%AB%20%26%20Co&_open=name&_sig=k1." in page.text
    assert [field["value"] for field in page.all("input") if field.get("name") == "name"] == ["Zoë & Co"]
    assert [field["value"] for field in page.all("input") if field.get("name") == "_tool" and "checked" in field] == [
        "klaviyo"
    ]
    assert_pictures_are_drawn(client, "/t/card", page)


def test_an_example_fills_the_form(client: TestClient) -> None:
    page = elements(client, "/t/webinar?_example=shortest")
    assert "Amy" in [field.get("value") for field in page.all("input") if field.get("name") == "first_name"]


def test_a_value_that_is_not_drawn_as_typed_is_said_beside_its_field(client: TestClient) -> None:
    page = client.get("/t/card", params={"_format": "png", "seats": "1e99"}).text
    assert re.search(r'id="why-seats"[^>]*>Not within -1,000,000,000 and 1,000,000,000', page)


def test_a_flag_that_is_true_by_default_can_be_unticked(house: House, client: TestClient) -> None:
    house.catalog.publish(Published(make_template("flagged", '[params.open]\ntype = "flag"\ndefault = true\n')))
    ticked = [field for field in elements(client, "/t/flagged").all("input") if field.get("name") == "open"]
    assert [field["type"] for field in ticked] == ["hidden", "checkbox"]  # the browser sends the box last, if ticked
    assert "open=false&" in Elements(client.get("/t/flagged?_format=png&open=false").text).text
    assert "open=true&" in Elements(client.get("/t/flagged?_format=png&open=false&open=true").text).text


def test_without_a_key_that_signs_the_pages_say_so(house: House, client: TestClient) -> None:
    house.service.ring = FixedKeys(KeyRing((Key("k1", b"\x01" * 32, KeyState.VERIFY, NOW),)))
    assert client.get("/").status_code == 200
    assert "no key is active" in client.get("/t/card").text


def test_development_mode_is_said(tmp_path: Path) -> None:
    with TestClient(House(tmp_path, allow_unsigned=True).app()) as client:
        assert "Development mode" in client.get("/").text
        assert "Development mode" in client.get("/t/card").text


def test_what_the_usual_example_leaves_out_is_folded_away(client: TestClient) -> None:
    page = client.get("/t/webinar?_example=missing").text
    shown, folded = page.split("<details>")
    assert 'name="first_name"' in shown  # also where the example that is shown has no name
    assert 'name="greeting"' in folded
    assert 'name="greeting"' in client.get("/t/webinar?_format=png&greeting=Ciao").text.split("<details>")[0]


def test_without_templates_the_gallery_says_how_to_make_one(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.catalog.withdraw("card")
    with TestClient(house.app()) as client:
        assert "nameplate new my-card" in client.get("/").text


def test_a_broken_template_is_said_in_the_gallery(house: House, client: TestClient) -> None:
    house.catalog.broken["card"] = BrokenTemplate("card", "has no <svg>", line=3)
    assert "card/template.svg:3: has no &lt;svg&gt;" in client.get("/").text


def test_a_broken_edit_is_said_on_the_templates_own_page(house: House, client: TestClient) -> None:
    assert "broken" not in client.get("/t/card").text
    house.catalog.broken["card"] = BrokenTemplate("card", "has no <svg>", line=3)
    for name in ("card", "old-card"):
        assert "card/template.svg:3: has no &lt;svg&gt;" in client.get(f"/t/{name}").text
    assert "broken" not in client.get("/t/webinar").text


def test_only_a_file_by_itself_is_called_one(house: House, client: TestClient) -> None:
    assert LONE_SVG not in client.get("/t/card").text  # a folder without a description
    assert client.get("/").text.count(LONE_SVG.partition(":")[0]) == 1
    assert LONE_SVG in client.get("/t/hello").text


def test_stand_ins_come_last_under_a_heading_of_their_own(client: TestClient) -> None:
    pick, _, rest = client.get("/").text.partition('<h2 id="stand-ins-title">Stand-ins</h2>')
    assert set(re.findall(r'href="t/([a-z-]+)"', rest)) == {"event-banner", "event-banner-wide"}
    assert 'href="t/event-banner' not in pick


def test_where_no_template_is_a_stand_in_there_is_no_heading_for_them(tmp_path: Path) -> None:
    with TestClient(House(tmp_path).app()) as client:
        assert "Stand-ins" not in client.get("/").text


@pytest.mark.parametrize("example", ["usual", "longest"])
def test_beside_the_companies_of_all_recipients_there_is_no_logo_of_one(client: TestClient, example: str) -> None:
    page = client.get(f"/t/webinar?_example={example}").text
    assert "_open=company,first_name" in page
    links = re.findall(r'id="text-\w+">(.*?)</code>', page)
    assert len(links) == 4
    assert not [link for link in links if "logo_url" in link]
    assert "speaker_photo=" in links[0]  # the same for everybody, and meant so


def test_the_senders_logo_and_one_that_was_chosen_stay(client: TestClient) -> None:
    assert "logo_url=" in client.get("/t/email-header").text.partition('id="text-tagged">')[2]
    chosen = "/t/webinar?_format=png&_open=company&logo_url=logo-wide.png"
    assert "logo_url=logo-wide.png" in client.get(chosen).text.partition('id="text-tagged">')[2]


@pytest.mark.parametrize("path", ["/", "/t/webinar", "/t/hello"])
def test_the_pages_do_not_speak_of_params(client: TestClient, path: str) -> None:
    assert not re.search(r"\bparams?\b", elements(client, path).text, re.IGNORECASE)


def test_what_is_typed_is_never_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client.get("/t/card?_format=png&name=Sarah")
    client.post("/t/card/links", content=b"_format=png&name=Sarah")
    client.get("/t/Sarah")
    client.get("/", headers={"host": "sarah.example"})
    assert until(lambda: "GET / 404" in caplog.text), "which was the last"
    assert "/t/card 200" in caplog.text
    assert "/t/card/links 200" in caplog.text
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("nameplate", "server"))]
    assert not [line for line in ours if "sarah" in line.lower()]
