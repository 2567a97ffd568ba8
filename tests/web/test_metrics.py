"""`/metrics` over HTTP: numbers counted by hand, names from closed sets, and nobody but the operator."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.testclient import TestClient

from server.errors import Overloaded, TimedOut
from server.report import Reason
from server.tally.counting import Key, Tally
from server.urls.signing import sign_target, sign_values
from server.web.endpoints import Site, make_app
from server.web.health import Health
from server.web.metrics import MEANINGS, Metrics, closed
from server.web.responses import Caching
from tests.support.house import KEY, RING, House

CANARY = "Xanthippe-4711"
ROOT = Path(__file__).parents[2]
SIGNED = sign_values("card", {"name": "Sarah"}, key=KEY)
HERE = "http://127.0.0.1:8000"
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


class Counted(House):
    """A house that counts; `is_for_all` as if the setting were given."""

    def __init__(self, tmp_path: Path) -> None:
        super().__init__(tmp_path, allow_unsigned=False)
        self.tally = Tally()
        self.service._turns._drawn = self.tally.drawn

    def counted_app(self, *, strict: bool = False, is_for_all: bool = False) -> Starlette:
        metrics = Metrics(self.tally, self.catalog, is_for_all=is_for_all)

        async def prove() -> None: ...

        health = Health(catalog=self.catalog, pool=self.pool, prove=prove)
        caching = Caching(86_400, 604_800)
        site = Site(self.service, health, None, caching, strict, 1_000_000, self.tally, metrics)
        return make_app(site, None)  # type: ignore[arg-type, return-value]  # no lifespan is fine for Starlette


@pytest.fixture
def counted(tmp_path: Path) -> Counted:
    return Counted(tmp_path)


@pytest.fixture
def client(counted: Counted) -> Iterator[TestClient]:
    with TestClient(counted.counted_app(), base_url=HERE) as client:
        yield client


def samples(client: TestClient) -> Samples:
    page = client.get("/metrics")
    assert page.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page.text)
        for sample in family.samples
    }


def requests(client: TestClient) -> dict[tuple[str, str], float]:
    return {
        (dict(labels)["template"], dict(labels)["outcome"]): n
        for (name, labels), n in samples(client).items()
        if name == "nameplate_requests_total"
    }


def test_each_way_of_answering_counts_once(counted: Counted, client: TestClient) -> None:
    for _ in range(5):
        client.get(SIGNED)  # drawn, from memory, three of the memo
    client.get(SIGNED, headers={"if-none-match": "*"})
    client.head(SIGNED)
    client.head(sign_values("card", {"name": "Zoe"}, key=KEY))
    client.get("/i/card.png?name=x")
    client.get("/i/nobody.png")
    client.get("/i/card.gif")
    client.get("/i/old-card.png?name=x")  # an alias is its template
    counted.pool.error = Overloaded("full")
    client.get(sign_values("card", {"name": "Ann"}, key=KEY))
    assert requests(client) == {
        ("card", "drawn"): 1,
        ("card", "memory"): 1,
        ("card", "memo"): 5,
        ("card", "not-drawn"): 1,
        ("card", "unsigned"): 2,
        ("card", "overloaded"): 1,
        ("", "unknown-template"): 1,
        ("", "unknown-format"): 1,
    }


def test_a_fallback_counts_on_every_way_that_it_is_answered(client: TestClient) -> None:
    link = sign_values("card", {"name": "", "seats": "many"}, key=KEY)
    for _ in range(4):
        client.get(link)
    found = {labels: n for (name, labels), n in samples(client).items() if name == "nameplate_fallbacks_total"}
    assert found == {
        (("param", "name"), ("reason", "empty"), ("template", "card")): 4,
        (("param", "seats"), ("reason", "not-a-number"), ("template", "card")): 4,
    }


def test_bytes_are_those_of_bodies_sent(client: TestClient) -> None:
    sizes = [len(client.get(SIGNED).content) for _ in range(4)]
    client.head(SIGNED)
    client.get(SIGNED, headers={"if-none-match": "*"})
    assert samples(client)["nameplate_picture_bytes_total", ()] == sum(sizes)


def test_a_problem_counts_where_it_is_answered_strictly(counted: Counted) -> None:
    with TestClient(counted.counted_app(strict=True), base_url=HERE) as client:
        assert client.get("/i/card.png").status_code == 403
        assert requests(client) == {("card", "unsigned"): 1}


def test_what_nobody_foresaw_counts(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with TestClient(counted.counted_app(), base_url=HERE, raise_server_exceptions=False) as client:
        monkeypatch.setattr(counted.service, "answer", fail)
        assert client.get(SIGNED).status_code == 500
        assert requests(client) == {("", "error"): 1}


def test_an_image_of_metrics_is_not_a_metric(client: TestClient) -> None:
    assert client.get("/i/metrics").status_code == 404
    assert client.post("/metrics").status_code == 405


@pytest.mark.parametrize(
    ("host", "headers", "status"),
    [
        ("127.0.0.1:8000", {}, 200),
        ("localhost:8000", {}, 200),
        ("[::1]:8000", {}, 200),
        ("evil.example", {}, 404),  # a name that a page elsewhere points at this machine
        ("127.0.0.1:8000", {"x-forwarded-for": "203.0.113.9"}, 404),
        ("127.0.0.1:8000", {"via": "1.1 proxy"}, 404),
    ],
)
def test_by_default_it_is_for_this_machine_alone(
    client: TestClient, host: str, headers: dict[str, str], status: int
) -> None:
    assert client.get("/metrics", headers={"host": host, **headers}).status_code == status


def test_an_operator_may_open_it(counted: Counted) -> None:
    with TestClient(counted.counted_app(is_for_all=True), base_url="http://nameplate.internal") as client:
        assert client.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 200


def test_off_it_is_not_there(counted: Counted) -> None:
    with TestClient(counted.app(), base_url=HERE) as client:
        assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize(
    "accept", ["application/openmetrics-text; version=x", "text/plain;version=\r\n", "\x00", "*" * 9000]
)
def test_no_accept_header_changes_what_is_said(client: TestClient, accept: str) -> None:
    page = client.get("/metrics", headers={"accept": accept.encode("latin-1").replace(b"\r\n", b" ").decode("latin-1")})
    assert page.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


@pytest.mark.parametrize(
    "key",
    [
        ("answers", "gone", "drawn"),
        ("answers", "card", CANARY),
        ("answers", "card"),
        ("answers", "card", "drawn", "more"),
        ("fallbacks", "card", CANARY, "empty"),
        ("fallbacks", "card", "name", 'x"} 1\nevil 1'),
        ("renders", CANARY),
        ("stage", "paint", "7"),
        ("stage-seconds", CANARY),
        ("other",),
        (CANARY,),
        (),
    ],
)
def test_a_label_that_is_of_no_closed_set_is_left_out(counted: Counted, key: Key) -> None:
    known: dict[Key, float] = {("answers", "card", "drawn"): 1}
    assert closed({**known, key: 5}, counted.catalog) == known


def test_the_number_of_series_does_not_follow_the_requests(counted: Counted, client: TestClient) -> None:
    client.get(SIGNED)
    before = len(samples(client))
    for i in range(300):
        client.get(f"/i/template-{i}.png?p{i}={i}")
        client.get(sign_values("card", {"name": f"N{i}"}, key=KEY))
        client.get(f"/i/card.png?name=x{i}&_sig=k{i}.{'0' * 32}")
    templates, params = 2, 3  # with that of no template, and with *scale
    outcomes = 5 + 20
    assert len(samples(client)) < before + templates * outcomes + params * len(Reason)
    assert len(samples(client)) <= before + 6  # what really happened here


def test_no_value_reaches_log_or_metrics(
    counted: Counted, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """A name in every place that a request has, on every way through."""
    params = ("name", "seats", "nick", "unknown", CANARY)

    def declared(_: str) -> frozenset[str]:
        return frozenset(params)

    odd = (CANARY, f"{{{{{CANARY}}}}}", f"{CANARY}\x00", f"{CANARY}%zz", f"<b>{CANARY}</b>", f"{CANARY}\n" * 40)
    with caplog.at_level(logging.DEBUG):
        for value in odd:
            for param in params:
                link = f"card.png?{param}={quote(value)}"
                for path in (f"/i/{link}", sign_target(link, declared_of=declared, ring=RING, open_params=[param])):
                    for _ in range(3):
                        client.get(path)
                        client.head(path)
        for path in (
            f"/i/{CANARY}.png",
            f"/i/card.{CANARY}",
            f"/i/card@{CANARY}.png",
            f"/{CANARY}",
            f"/metrics/{CANARY}",
        ):
            client.get(path, headers={"user-agent": CANARY, "referer": CANARY, "if-none-match": CANARY})
        client.get(f"/metrics?{CANARY}={CANARY}", headers={"accept": CANARY, "cookie": CANARY})
        counted.pool.error = TimedOut("late")
        client.get(sign_values("card", {"name": f"{CANARY} again"}, key=KEY))
    page = client.get("/metrics").text
    assert CANARY not in page
    assert CANARY.lower() not in page.lower()
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("nameplate", "server"))]
    assert ours
    assert not [line for line in ours if CANARY.lower() in line.lower()]


def test_every_metric_is_in_the_docs_as_it_is(client: TestClient) -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for meaning in MEANINGS:
        labels = ", ".join(f"`{label}`" for label in meaning.labels) or "none"
        assert f"| `{meaning.name}` | {meaning.kind} | {labels} | {meaning.help} |" in page
    rows = [line for line in page.splitlines() if line.startswith("| `nameplate_")]
    assert len(rows) == len(MEANINGS)


def test_every_metric_of_the_table_is_on_the_page(client: TestClient) -> None:
    page = client.get("/metrics").text
    for meaning in MEANINGS:
        assert f"# HELP {meaning.name} {meaning.help}" in page
        assert f"# TYPE {meaning.name} {meaning.kind}" in page
