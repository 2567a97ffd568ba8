"""The page that explains a link: complete, escaped, for whom the gallery is, no value in any address or log."""

from __future__ import annotations

import logging
import re

import pytest
from starlette.testclient import TestClient

from server.urls.signing import sign_target
from tests.support.house import NOW, RING, House
from tests.support.running import until

ATTACK = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"


def signed(house: House, target: str, *opened: str) -> str:
    return sign_target(target, declared_of=lambda _: house.card.query_names, ring=RING, open_params=opened, now=NOW)


def ask(client: TestClient, pasted: str, **how: dict[str, str]) -> str:
    answer = client.post("/explain", data={"pasted": pasted}, **how)  # type: ignore[arg-type]  # headers
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return answer.text


def test_the_page_asks_for_a_link_by_the_body_of_a_form(client: TestClient) -> None:
    page = client.get("/explain").text
    assert re.search(r'<form[^>]* action="explain" method="post"', page)
    assert "verdict" not in page


def test_an_address_with_a_link_in_it_explains_nothing(client: TestClient, house: House) -> None:
    assert "verdict" not in client.get("/explain", params={"pasted": signed(house, "card.png?name=Amy")}).text


def test_a_good_link_is_told_with_its_picture_in_the_page_itself(client: TestClient, house: House) -> None:
    page = ask(client, signed(house, "card.png?name=Amy"))
    assert "The link is good, and everything is drawn as given." in page
    assert re.search(r'<img src="data:image/png;base64,[^"]+" width="400" height="200"', page)
    assert "/i/" not in "".join(re.findall(r'(?:src|href|action)="([^"]*)"', page))


def test_a_changed_link_is_told_with_the_one_that_was_signed(client: TestClient, house: House) -> None:
    link = signed(house, "card.png?name=A%2BB")
    page = ask(client, link.replace("%2B", "+"))
    assert "bad-signature" in page
    assert f'id="text-fix">{link.replace("&", "&amp;")}</code>' in page
    assert '<tr class="differs">' in page


def test_what_is_pasted_is_escaped(client: TestClient, house: House) -> None:
    for pasted in (ATTACK, f"/i/card.png?name={ATTACK}&{ATTACK}={ATTACK}", f"/i/{ATTACK}.png?{ATTACK}"):
        page = ask(client, pasted)
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_no_value_reaches_the_log(client: TestClient, house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(client, signed(house, "card.png?name=Zebedee"))
        ask(client, "/i/card.png?name=Zebedee&_sig=k1.00")
        ask(client, "/i/Zebedee.png?name=Zebedee")
        assert until(lambda: caplog.text.count("POST /explain") == 3)
    assert "POST /explain 200" in caplog.text
    assert "Zebedee" not in caplog.text


@pytest.mark.parametrize(
    "headers", [{"x-forwarded-for": "203.0.113.9"}, {"host": "evil.example"}, {"sec-fetch-site": "cross-site"}]
)
def test_it_answers_nobody_whom_the_gallery_does_not(client: TestClient, house: House, headers: dict[str, str]) -> None:
    link = signed(house, "card.png?name=Amy")
    assert client.post("/explain", data={"pasted": link}, headers=headers).status_code == 404


def test_it_is_not_there_without_the_gallery(house: House) -> None:
    with TestClient(house.app(gallery=False)) as client:
        assert client.get("/explain").status_code == 404


def test_a_form_that_is_too_long_or_not_ours_is_refused_or_asks_again(client: TestClient) -> None:
    assert client.post("/explain", data={"pasted": "x" * 70_000}).status_code == 413
    for body in (b"", b"\xff\xfe", b"a=1&b=2&c=3", b"pasted=%20%0A"):
        answer = client.post("/explain", content=body)
        assert answer.status_code == 200
        assert "verdict" not in answer.text


def test_nothing_on_it_runs_or_is_styled_in_place(client: TestClient, house: House) -> None:
    page = ask(client, signed(house, "card.png?name=Amy"))
    assert not re.search(r"<style|\son\w+=|\sstyle=", page)
    assert re.findall(r"<script ([^>]*)>", page) == [
        attributes for attributes in re.findall(r"<script ([^>]*)>", page) if "src=" in attributes
    ]
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
