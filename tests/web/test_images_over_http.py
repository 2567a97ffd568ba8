"""Image links over HTTP: status, caching, conditions and headers, with a pool that draws at once."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from server.catalog.catalog import Published
from server.errors import DrawingFailed, NoWorker
from server.images import Format, Picture
from server.urls.signing import sign_values
from tests.support.house import KEY, House
from tests.support.running import until

SIGNED = sign_values("card", {"name": "Sarah"}, key=KEY)
FORGED = SIGNED.replace("Sarah", "Mallory")


def test_a_good_link_is_an_image_that_others_may_keep(client: TestClient) -> None:
    answer = client.get(SIGNED)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert (
        answer.headers["cache-control"] == "public, max-age=86400, stale-while-revalidate=604800, stale-if-error=604800"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert re.fullmatch(r'W/"[0-9a-f]{40}"', answer.headers["etag"])
    for unwanted in ("vary", "set-cookie", "location", "nameplate-problem", "nameplate-fallback", "nameplate-dev"):
        assert unwanted not in answer.headers


def test_miss_and_hit_are_told_apart(client: TestClient) -> None:
    assert client.get(SIGNED).headers["cache-status"] == "nameplate; fwd=miss; stored"
    assert client.get(SIGNED).headers["cache-status"] == "nameplate; hit; detail=memory"


@pytest.mark.parametrize("sent", ["{}", "W/{}", '"x", {}', "*"])
def test_a_client_that_has_the_picture_gets_304(client: TestClient, sent: str) -> None:
    etag = client.get(SIGNED).headers["etag"]
    answer = client.get(SIGNED, headers={"if-none-match": sent.format(etag.removeprefix("W/"))})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == etag
    assert "max-age=86400" in answer.headers["cache-control"]


def test_another_etag_gets_the_picture(client: TestClient) -> None:
    assert client.get(SIGNED, headers={"if-none-match": 'W/"0"'}).status_code == 200


def test_a_picture_is_never_kept_past_the_end_of_its_link(house: House, client: TestClient) -> None:
    house.now = datetime(2026, 11, 22, 23, 59, 29, tzinfo=UTC)
    link = sign_values("card", {"name": "Sarah"}, key=KEY, expires="20261122")
    assert client.get(link).headers["cache-control"] == "public, max-age=30, stale-while-revalidate=0, stale-if-error=0"


def test_a_forged_link_is_the_default_picture_for_a_minute(client: TestClient) -> None:
    answer = client.get(FORGED)
    assert (answer.status_code, answer.content) == (200, b"pinned default")
    assert answer.headers["nameplate-problem"] == "bad-signature"
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["cache-status"] == "nameplate; fwd=bypass"


def test_the_default_picture_and_the_real_one_never_revalidate_as_each_other(client: TestClient) -> None:
    assert client.get(FORGED).headers["etag"] != client.get(SIGNED).headers["etag"]


def test_a_dead_pool_is_the_default_picture_for_a_minute(house: House, client: TestClient) -> None:
    house.pool.error = NoWorker("none")
    answer = client.get(SIGNED)
    assert (answer.status_code, answer.content) == (200, b"pinned default")
    assert answer.headers["nameplate-problem"] == "no-worker"
    assert answer.headers["cache-control"] == "public, max-age=60"


def test_fallbacks_are_in_a_header_on_miss_and_hit(client: TestClient) -> None:
    link = sign_values("card", {"name": "*|FNAME|*", "seats": "many"}, key=KEY)
    for _ in range(2):
        assert client.get(link).headers["nameplate-fallback"] == "name;reason=unmerged, seats;reason=not-a-number"


def test_head_on_a_miss_draws_nothing_and_promises_nothing(house: House, client: TestClient) -> None:
    answer = client.head(SIGNED)
    assert (answer.status_code, answer.content) == (200, b"")
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["content-type"] == "image/png"
    assert "content-length" not in answer.headers
    assert answer.headers["cache-status"] == "nameplate; fwd=miss"
    assert not house.pool.drawn


def test_head_on_a_hit_has_the_headers_of_get(client: TestClient) -> None:
    got = client.get(SIGNED)
    head = client.head(SIGNED)
    assert head.content == b""
    for name in ("content-length", "etag", "content-type", "cache-control"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize(
    ("path", "media_type", "code"),
    [
        ("/i/nobody.png", "image/png", "unknown-template"),
        ("/i/nobody.jpg", "image/jpeg", "unknown-template"),
        ("/i/card.gif", "image/png", "unknown-format"),
        ("/i/card@4x.png", "image/png", "unknown-format"),
        ("/i/card", "image/png", "unknown-format"),
        ("/i/", "image/png", "unknown-format"),
        ("/i/a/b.png", "image/png", "malformed-link"),
        ("/i/%00.png", "image/png", "unknown-template"),
    ],
)
def test_what_there_is_not_is_404_with_an_image(client: TestClient, path: str, media_type: str, code: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == media_type
    assert answer.headers["nameplate-problem"] == code
    assert len(answer.content) > 1000


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    assert client.request(method, SIGNED).status_code == 405


def test_strict_turns_problems_into_problem_json(house: House) -> None:
    with TestClient(house.app(strict=True)) as client:
        answer = client.get(FORGED)
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["title"] == "bad-signature"
        assert client.get("/i/nobody.png").json()["status"] == 404
        assert client.get(SIGNED).status_code == 200


@pytest.mark.parametrize("path", ["/i", "/healthz/?next=Sarah", "/robots.txt/"])
def test_nothing_redirects(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"host": "evil.example"}, follow_redirects=False)
    assert answer.status_code == 404
    assert "location" not in answer.headers


def test_what_only_an_operator_should_read_is_not_sent(house: House) -> None:
    house.pool.error = DrawingFailed("secret detail")
    with TestClient(house.app(strict=True)) as client:
        answer = client.get(SIGNED)
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_the_last_resort_and_a_default_picture_never_revalidate_as_each_other(house: House, client: TestClient) -> None:
    before = client.get("/i/card.webp?name=x").headers["etag"]
    picture = Picture(Format.WEBP, 400, 200, b"drawn at last")
    house.catalog.publish(Published(house.card, {Format.WEBP: picture}))
    answer = client.get("/i/card.webp?name=x", headers={"if-none-match": before})
    assert (answer.status_code, answer.content) == (200, b"drawn at last")


def test_development_mode_says_so_on_every_image(tmp_path: Path) -> None:
    with TestClient(House(tmp_path, allow_unsigned=True).app()) as client:
        answer = client.get("/i/card.png?name=Sarah")
        assert answer.status_code == 200
        assert answer.headers["nameplate-dev"] == "unsigned requests are allowed"


def test_the_log_has_no_values(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "nameplate.access")
    client.get(SIGNED)
    client.get(FORGED)
    client.get("/i/Mallory-Smith.png?name=Sarah")
    client.get("/Mallory?name=Sarah")
    assert until(lambda: "GET /? 404" in caplog.text), "which was the last"
    assert "/i/card.png 200" in caplog.text
    assert "problem=bad-signature" in caplog.text
    for value in ("Sarah", "Mallory", "_sig", "k1."):
        assert value not in caplog.text


def test_healthz_tells_what_the_workers_went_through(house: House, client: TestClient) -> None:
    house.pool.kills = 3
    facts = client.get("/healthz").json()
    assert facts["renderers"] == {"alive": 2, "kills": 3, "offline": True}
    assert facts["templates"] == {"served": 1, "broken": []}


def test_readyz_is_a_real_drawing(house: House, client: TestClient) -> None:
    house.pool.error = NoWorker("none can be started")
    assert client.get("/readyz").status_code == 503
    house.pool.error = None
    assert client.get("/readyz").status_code == 200
