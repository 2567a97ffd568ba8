"""Whatever happens in whatever order, a server with the memo and one without it give the same answers."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from starlette.types import ASGIApp

from server.catalog.catalog import Published
from server.images import Format, Picture
from server.urls.keys import FixedKeys, Key, KeyRing, KeyState
from server.urls.signing import sign_values
from tests.support.house import KEY, MANIFEST, NOW, House, make_template

SECOND_KEY = Key("k2", b"\x02" * 32, KeyState.ACTIVE, NOW)
KEYS = (KEY, SECOND_KEY)
GUESTS = ("Sarah", "Zoë", "*|FNAME|*")
LINKS = [
    *(sign_values("card", {"name": guest}, key=KEY) for guest in GUESTS),
    sign_values("old-card", {"name": "Sarah"}, key=SECOND_KEY),
    sign_values("card", {"name": "Sarah"}, key=SECOND_KEY, expires="20261124"),
    sign_values("card", {"seats": "many"}, key=KEY, expires="20261201"),
    sign_values("card", {"name": "Sarah"}, key=KEY).replace("Sarah", "Mallory"),
    sign_values("ticket", {"city": "Oslo"}, key=KEY),
]
TICKET = 'generic = "card"\n[params.city]\n[params.event]\nrequired = true\n'
PER_REQUEST = b"server-timing"


@dataclass(frozen=True, slots=True)
class Got:
    status: int
    headers: frozenset[tuple[bytes, bytes]]
    body: bytes


class NoDisk:
    """So that only memory counts, and no thread's haste."""

    def get(self, key: str) -> bytes | None:
        return None

    def put(self, key: str, body: bytes, ttl_seconds: float | None = None) -> None: ...
    def put_all(self, entries: Iterable[tuple[str, bytes]]) -> None: ...
    def sweep(self) -> int:
        return 0

    def release(self) -> None: ...
    def close(self) -> None: ...


async def ask(app: ASGIApp, method: str, link: str, headers: Sequence[tuple[bytes, bytes]]) -> Got:
    path, _, query = link.partition("?")
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": headers}
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, body = sent
    kept = frozenset((name, value) for name, value in start["headers"] if name != PER_REQUEST)
    return Got(start["status"], kept, body["body"])


class TwoServers(RuleBasedStateMachine):
    """The same is done to both; every request is put to both."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.Runner()
        self.houses = self.loop.run(self._build())
        self.apps = [house.app(memo_bytes=room) for house, room in zip(self.houses, (20_000, 0), strict=True)]
        self.etag = b"*"
        self.asked: set[str] = set()
        for house in self.houses:
            house.service.ring = FixedKeys(KeyRing(KEYS))

    async def _build(self) -> list[House]:
        return [House(Path(self.folder.name), disk=NoDisk()) for _ in range(2)]

    def teardown(self) -> None:
        for house in self.houses:
            self.loop.run(house.store.close())
        self.loop.close()
        self.folder.cleanup()

    @rule(
        link=st.sampled_from(LINKS),
        method=st.sampled_from(["GET", "GET", "HEAD", "POST"]),
        condition=st.sampled_from(["", "", "last", "*", 'W/"0"']),
        times=st.integers(1, 4),
    )
    def a_request(self, link: str, method: str, condition: str, times: int) -> None:
        sent = self.etag if condition == "last" else condition.encode()
        headers = [(b"if-none-match", sent)] if sent else []
        for _ in range(times):
            self._put_to_both(method, link, headers)

    def _put_to_both(self, method: str, link: str, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
        known, read = (self.loop.run(ask(app, method, link, headers)) for app in self.apps)
        assert known == read
        for house in self.houses:  # or one still had on its way to the disk what the other has forgotten
            house.written()
        self.etag = dict(known.headers).get(b"etag", self.etag)
        self.asked.add(link)

    def _everything_again(self) -> None:
        """After each event, which is when a memo can be wrong; often enough to be known again."""
        for _ in range(3):
            for link in sorted(self.asked):
                self._put_to_both("GET", link)

    @rule(state=st.sampled_from(list(KeyState)), which=st.sampled_from([0, 1]))
    def a_key_changes(self, state: KeyState, which: int) -> None:
        keys = [replace(key, state=state) if number == which else key for number, key in enumerate(KEYS)]
        for house in self.houses:
            house.service.ring = FixedKeys(KeyRing(tuple(keys)))
        self._everything_again()

    @rule(version=st.integers(1, 3))
    def a_template_is_published(self, version: int) -> None:
        manifest = MANIFEST + f'[params.city]\ndefault = "Oslo {version}"\n'
        for house in self.houses:
            house.catalog.publish(Published(make_template("card", manifest), {Format.PNG: house.default}))
        self._everything_again()

    @rule(name=st.sampled_from(["ticket", "old-card"]), is_there=st.booleans())
    def another_template_comes_or_goes(self, name: str, is_there: bool) -> None:
        for house in self.houses:
            if is_there:
                house.catalog.publish(Published(make_template(name, TICKET)))
            else:
                house.catalog.withdraw(name)
        self._everything_again()

    @rule(hours=st.sampled_from([1, 30, 24 * 7]))
    def time_passes(self, hours: int) -> None:
        for house in self.houses:
            house.now += timedelta(hours=hours)
        self._everything_again()

    @rule()
    def memory_fills_with_other_pictures(self) -> None:
        for house in self.houses:
            for number in range(4):
                self.loop.run(house.store.put(f"{number:064}", Picture(Format.PNG, 1, 1, b"x" * 300_000)))
        self._everything_again()


TwoServersAgree = TwoServers.TestCase
TwoServersAgree.settings = settings(max_examples=100, stateful_step_count=15, deadline=None)
