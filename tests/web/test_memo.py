"""The memo answers what the long way would: one case for each thing that makes an answer another one, over HTTP."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from server.catalog.catalog import Published
from server.errors import DrawingFailed, NameplateError, NoWorker, Overloaded
from server.images import Format, Picture
from server.service import Answer
from server.urls.keys import FixedKeys, KeyFile, KeyRing, KeyState
from server.urls.signing import sign_values
from tests.support.house import KEY, MANIFEST, NOW, House, make_template

SIGNED = sign_values("card", {"name": "Sarah"}, key=KEY)
PER_REQUEST = {"server-timing"}


class Watched(House):
    """A house that counts what was answered the long way."""

    def __init__(self, tmp_path: Path, **how: Any) -> None:
        super().__init__(tmp_path, **how)
        self.read = 0
        long_way = self.service.answer

        async def counted(*what: Any, **how: Any) -> Answer:
            self.read += 1
            return await long_way(*what, **how)

        self.service.answer = counted  # type: ignore[method-assign]  # to watch the real one


@pytest.fixture
def house(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def know(client: TestClient, link: str) -> None:
    """Ask until the memo answers: drawn, found in memory, known."""
    for _ in range(2):
        client.get(link)


def headers_of(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in PER_REQUEST}


def test_the_third_request_for_a_url_is_not_read_and_gets_what_the_second_got(
    house: Watched, client: TestClient
) -> None:
    _, second, third = (client.get(SIGNED) for _ in range(3))
    assert house.read == 2
    assert (third.status_code, third.content) == (200, second.content)
    assert headers_of(third) == headers_of(second)
    assert third.headers["cache-status"] == "nameplate; hit; detail=memory"


def test_head_has_the_headers_of_get_and_no_body(house: Watched, client: TestClient) -> None:
    know(client, SIGNED)
    got, head = client.get(SIGNED), client.head(SIGNED)
    assert house.read == 2
    assert (head.status_code, head.content) == (200, b"")
    assert headers_of(head) == headers_of(got)


@pytest.mark.parametrize("sent", ["{}", "W/{}", '"x", {}', "*"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_client_that_has_the_picture_gets_304(house: Watched, client: TestClient, sent: str, method: str) -> None:
    know(client, SIGNED)
    etag = client.get(SIGNED).headers["etag"]
    answer = client.request(method, SIGNED, headers={"if-none-match": sent.format(etag.removeprefix("W/"))})
    assert house.read == 2
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == etag
    assert "max-age=86400" in answer.headers["cache-control"]
    assert not {"content-type", "content-length"} & set(answer.headers)


def test_a_client_that_has_another_picture_gets_this_one(house: Watched, client: TestClient) -> None:
    know(client, SIGNED)
    assert client.get(SIGNED, headers=[(b"if-none-match", b'W/"0", "\xe9"')]).status_code == 200
    assert house.read == 2


def test_a_conditional_request_alone_is_remembered_too(house: Watched, client: TestClient) -> None:
    for _ in range(4):
        answer = client.get(SIGNED, headers={"if-none-match": "*"})
    assert (answer.status_code, house.read) == (304, 2)
    assert client.get(SIGNED).content == b"card:{'name': 'Sarah', 'seats': None}"


def test_other_methods_never_reach_the_memo(client: TestClient) -> None:
    know(client, SIGNED)
    assert client.post(SIGNED).status_code == 405


def test_a_url_that_differs_in_one_byte_is_another_one(client: TestClient) -> None:
    know(client, SIGNED)
    assert client.get(SIGNED.replace("Sarah", "Sarai")).headers["nameplate-problem"] == "bad-signature"
    assert client.get(SIGNED.replace("card.png", "card.jpg")).headers["nameplate-problem"] == "bad-signature"


def test_a_link_that_reaches_its_end_shows_the_default(house: Watched, client: TestClient) -> None:
    house.now = datetime(2026, 11, 22, 23, 59, 58, tzinfo=UTC)
    link = sign_values("card", {"name": "Sarah"}, key=KEY, expires="20261122")
    know(client, link)
    house.now += timedelta(seconds=1)  # its last second
    assert "nameplate-problem" not in client.get(link).headers
    assert house.read == 2
    house.now += timedelta(seconds=1)
    answer = client.get(link)
    assert (answer.content, answer.headers["nameplate-problem"]) == (b"pinned default", "expired-link")


def test_a_known_picture_is_never_kept_past_the_end_of_its_link(house: Watched, client: TestClient) -> None:
    link = sign_values("card", {"name": "Sarah"}, key=KEY, expires="20261122")
    house.now = NOW - timedelta(days=30)
    know(client, link)
    seen = []
    end = datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC)
    for left in (timedelta(days=30), timedelta(seconds=30), timedelta(seconds=10)):
        house.now = end - left
        seen.append(client.get(link).headers["cache-control"])
        assert seen[-1] == client.get(link, headers={"if-none-match": "*"}).headers["cache-control"]
    assert house.read == 2
    assert seen == [
        "public, max-age=86400, stale-while-revalidate=604800, stale-if-error=604800",
        "public, max-age=30, stale-while-revalidate=0, stale-if-error=0",
        "public, max-age=10, stale-while-revalidate=0, stale-if-error=0",
    ]


def test_a_key_that_another_process_revokes_is_refused_at_the_next_request(
    house: Watched, client: TestClient, tmp_path: Path
) -> None:
    house.service.ring = KeyFile(tmp_path / "keys.json")
    link = sign_values("card", {"name": "Sarah"}, key=house.service.ring.current().signing)
    know(client, link)
    assert client.get(link).content != b"pinned default"
    assert house.read == 2
    KeyFile(tmp_path / "keys.json").revoke("k1")
    answer = client.get(link)
    assert (answer.content, answer.headers["nameplate-problem"]) == (b"pinned default", "revoked-key")


def test_a_key_that_is_gone_from_the_ring_is_refused(house: Watched, client: TestClient) -> None:
    know(client, SIGNED)
    house.service.ring = FixedKeys(KeyRing(()))
    assert client.get(SIGNED).headers["nameplate-problem"] == "unknown-key"


def test_a_key_that_only_verifies_goes_on_being_answered(house: Watched, client: TestClient) -> None:
    know(client, SIGNED)
    house.service.ring = FixedKeys(KeyRing((replace(KEY, state=KeyState.VERIFY),)))
    assert "nameplate-problem" not in client.get(SIGNED).headers


def test_a_damaged_key_file_stops_the_memo_too_until_it_is_mended(
    house: Watched, client: TestClient, tmp_path: Path
) -> None:
    file = tmp_path / "keys.json"
    house.service.ring = KeyFile(file)
    link = sign_values("card", {"name": "Sarah"}, key=house.service.ring.current().signing)
    know(client, link)
    good = file.read_bytes()
    file.write_bytes(b"{")
    assert client.get(link).headers["nameplate-problem"] == "broken-keys"
    file.write_bytes(good)
    assert client.get(link).content != b"pinned default"


def test_a_template_published_anew_is_drawn_anew(house: Watched, client: TestClient) -> None:
    know(client, SIGNED)
    before = client.get(SIGNED)
    house.catalog.publish(Published(make_template("card", MANIFEST + '[params.city]\ndefault = "Oslo"\n')))
    after = client.get(SIGNED)
    assert b"Oslo" in after.content
    assert after.headers["etag"] != before.headers["etag"]


def test_a_template_that_is_withdrawn_is_unknown(house: Watched, client: TestClient) -> None:
    know(client, SIGNED)
    house.catalog.withdraw("card")
    assert client.get(SIGNED).status_code == 404


def test_an_alias_gives_way_to_a_template_of_that_name(house: Watched, client: TestClient) -> None:
    link = sign_values("old-card", {"name": "Sarah"}, key=KEY)
    know(client, link)
    assert client.get(link).content.startswith(b"card:")
    house.catalog.publish(Published(make_template("old-card", MANIFEST.replace("old-card", "older-card"))))
    assert client.get(link).content.startswith(b"old-card:")


def test_a_stand_in_that_is_published_later_is_shown(house: Watched, client: TestClient) -> None:
    house.catalog.publish(Published(make_template("ticket", 'generic = "banner"\n[params.event]\nrequired = true\n')))
    link = sign_values("ticket", {}, key=KEY)
    know(client, link)
    assert client.get(link).content.startswith(b"ticket:")
    house.catalog.publish(Published(make_template("banner", "")))
    assert client.get(link).content.startswith(b"banner:")


async def _fill(house: House) -> None:
    for number in range(4):
        await house.store.put(f"{number:064}", Picture(Format.PNG, 1, 1, b"x" * 300_000))


def test_a_picture_that_left_the_memory_tier_comes_from_the_disk(house: Watched, client: TestClient) -> None:
    know(client, SIGNED)
    client.portal.call(_fill, house)  # type: ignore[union-attr]  # there is one while the client is open
    # Up to when it is written it is on its way to the disk, and can be had.
    assert soon(lambda: client.get(SIGNED).headers["cache-status"] == "nameplate; hit; detail=disk")
    assert b"Sarah" in client.get(SIGNED).content


def test_the_memo_keeps_no_picture_alive(house: Watched, client: TestClient) -> None:
    know(client, sign_values("card", {"name": "Wilhelmina"}, key=KEY))
    assert _pictures_of(b"Wilhelmina")
    client.portal.call(_fill, house)  # type: ignore[union-attr]  # as above
    assert soon(lambda: not _pictures_of(b"Wilhelmina"))  # once it is written to the disk


def _pictures_of(name: bytes) -> list[Picture]:
    gc.collect()
    return [one for one in gc.get_objects() if isinstance(one, Picture) and name in one.body]


@pytest.mark.parametrize("error", [NoWorker("none"), Overloaded("full"), DrawingFailed("it broke")])
def test_what_may_be_otherwise_in_a_minute_is_never_remembered(
    house: Watched, client: TestClient, error: NameplateError
) -> None:
    house.pool.error = error
    for _ in range(4):
        assert client.get(SIGNED).headers["cache-control"] == "public, max-age=60"
    house.pool.error = None
    assert b"Sarah" in client.get(SIGNED).content


def test_a_forged_link_is_never_remembered(house: Watched, client: TestClient) -> None:
    for _ in range(4):
        client.get(SIGNED.replace("Sarah", "Mallory"))
    assert house.read == 4


def test_strict_is_strict_with_a_link_that_was_known(tmp_path: Path) -> None:
    house = Watched(tmp_path)
    link = sign_values("card", {"name": "Sarah"}, key=KEY, expires="20261122")
    with TestClient(house.app(strict=True)) as client:
        know(client, link)
        assert client.get(link).status_code == 200
        house.now = NOW + timedelta(days=1)
        answer = client.get(link)
    assert (answer.status_code, answer.json()["title"]) == (410, "expired-link")


def test_fallbacks_are_told_by_the_memo_and_its_log_line(
    house: Watched, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "nameplate.access")
    link = sign_values("card", {"name": "*|FNAME|*", "seats": "many"}, key=KEY)
    know(client, link)
    caplog.clear()
    assert client.get(link).headers["nameplate-fallback"] == "name;reason=unmerged, seats;reason=not-a-number"
    assert soon(lambda: "cache=hit fallback=name;reason=unmerged, seats;reason=not-a-number" in caplog.text)


def test_development_mode_says_so_on_known_answers_too(tmp_path: Path) -> None:
    house = Watched(tmp_path, allow_unsigned=True)
    with TestClient(house.app()) as client:
        know(client, "/i/card.png?name=Sarah")
        assert "nameplate-dev" in client.get("/i/card.png?name=Sarah").headers
    assert house.read == 2


def test_the_log_has_a_line_for_each_known_answer_and_no_value(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    know(client, SIGNED)
    caplog.set_level(logging.INFO, "nameplate.access")
    size = len(client.get(SIGNED).content)
    client.head(SIGNED)
    client.get(SIGNED, headers={"if-none-match": "*"})
    assert soon(lambda: len(_lines(caplog)) == 3)
    assert [line.split()[:4] for line in _lines(caplog)] == [
        ["GET", "/i/card.png", "200", str(size)],
        ["HEAD", "/i/card.png", "200", str(size)],
        ["GET", "/i/card.png", "304", "-"],
    ]
    assert all(line.endswith("ms cache=hit") for line in _lines(caplog))
    assert "Sarah" not in caplog.text


def test_without_request_lines_nothing_is_gathered(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "nameplate.access")
    for _ in range(3):
        assert client.get(SIGNED).status_code == 200
    assert not _lines(caplog)


def test_a_memo_of_no_bytes_is_switched_off(house: Watched) -> None:
    with TestClient(house.app(memo_bytes=0)) as client:
        for _ in range(4):
            client.get(SIGNED)
    assert house.read == 4


def test_the_memo_is_bounded_and_forgets_first_what_was_asked_for_last(house: Watched) -> None:
    links = [sign_values("card", {"name": f"Guest {number}"}, key=KEY) for number in range(4)]
    room_for_two = 2 * 1700
    with TestClient(house.app(memo_bytes=room_for_two)) as client:
        memo = client.app._memo  # type: ignore[attr-defined]  # the front door's
        know(client, links[0])
        know(client, links[1])
        client.get(links[0])
        know(client, links[2])
        assert (len(memo), house.read) == (2, 6)
        client.get(links[0])
        client.get(links[2])
        assert house.read == 6
        client.get(links[1])
        assert house.read == 7
        for link in links:
            know(client, link)
            assert memo.used_bytes <= room_for_two


def test_an_answer_that_stands_on_another_basis_by_now_is_not_remembered(house: Watched) -> None:
    with TestClient(house.app()) as client:
        client.get(SIGNED)
        long_way = house.service.answer

        async def answer_and_publish(*what: Any, **how: Any) -> Answer:
            answer = await long_way(*what, **how)
            house.catalog.publish(Published(make_template("card", MANIFEST + '[params.city]\ndefault = "Oslo"\n')))
            return answer

        house.service.answer = answer_and_publish  # type: ignore[method-assign]  # a publication at an unlucky moment
        assert b"Oslo" not in client.get(SIGNED).content
        house.service.answer = long_way  # type: ignore[method-assign]  # as it was
        assert b"Oslo" in client.get(SIGNED).content


def soon(true: Callable[[], bool]) -> bool:
    """The log's lines and the store's pictures are written behind the answers."""
    for _ in range(200):
        if true():
            return True
        time.sleep(0.01)
    return False


def _lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    messages = [record.message for record in caplog.records if record.name == "nameplate.access"]
    return [line for message in messages for line in message.split("\n")]
