"""A server with two templates and one key, and its explainer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.catalog.catalog import Published
from server.explain import Explanation
from server.images import Format, Picture
from server.urls.signing import sign_target
from tests.support.house import NOW, RING, House, make_template

INVITE = """
aliases = ["invite-old"]
retired = ["ribbon"]
[params.first_name]
clean = "person"
sample = "Sarah"
[params.company]
clean = "company"
max_length = 40
aliases = ["firm"]
[params.event]
default = "our webinar"
[params.seats]
type = "number"
min = 1
max = 99
[params.mood]
type = "choice"
choices = ["calm", "loud"]
[params.color]
type = "color"
"""

Explain = Callable[[str], Explanation]
Sign = Callable[..., str]


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    invite = make_template("invite", INVITE)
    house.catalog.publish(Published(invite, {Format.PNG: Picture(Format.PNG, 400, 200, b"pinned")}))
    return house


@pytest.fixture
def explain(house: House) -> Iterator[Explain]:
    """One loop for all questions of a test, as in a server."""
    with asyncio.Runner() as runner:
        yield lambda pasted: runner.run(house.explainer().explain(pasted))
        runner.run(house.store.close())


@pytest.fixture
def sign(house: House) -> Sign:
    def signed(target: str, *opened: str, expires: str | None = None) -> str:
        return sign_target(
            target,
            declared_of=lambda name: house.catalog.find(name).template.query_names,
            ring=RING,
            open_params=opened,
            expires=expires,
            now=NOW,
        )

    return signed
