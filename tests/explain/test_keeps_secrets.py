"""Whatever is pasted, nothing is raised, and neither a key nor a signature that the text did not bring comes out."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from server.catalog.catalog import Published
from server.commands.explaining import Shown
from server.errors import NameplateError
from server.explain import Explanation
from server.explain.surface import split_link
from server.urls.request import parse_request
from server.urls.signing import sign_target, signature
from server.urls.target import parse_path
from tests.explain.conftest import INVITE
from tests.support.house import KEY, NOW, RING, House, make_template

Asking = tuple[House, asyncio.Runner]


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    house = House(tmp_path_factory.mktemp("house"))
    house.catalog.publish(Published(make_template("invite", INVITE)))
    with asyncio.Runner() as runner:
        yield house, runner
        runner.run(house.store.close())


def signed(values: list[tuple[str, str]], opened: list[str], *, ends_in: int | None) -> str:
    expires = (NOW + timedelta(ends_in)).strftime("%Y%m%d") if ends_in is not None else None
    return sign_target(
        f"invite.png?{'&'.join(f'{name}={value}' for name, value in values)}",
        declared_of=lambda _: make_template("invite", INVITE).query_names,
        ring=RING,
        open_params=opened,
        expires=expires,
        now=NOW,
    )


VALUES = st.sampled_from(
    ["Acme", "AT%26T", "Zo%C3%AB", "", "50%25", "A%2BB", "O%27Brien", "a%20b", "%F0%9F%8E%89", "x" * 60]
)
NAMES = ("first_name", "company", "event", "seats", "mood")
LINKS = st.builds(
    signed,
    st.lists(st.tuples(st.sampled_from(NAMES), VALUES), unique_by=lambda pair: pair[0]),
    st.lists(st.sampled_from(("first_name", "company")), max_size=2),
    ends_in=st.none() | st.integers(0, 500),
)

JUNK = st.sampled_from(
    [
        "&",
        "=",
        "?",
        "#",
        "%",
        "+",
        "%20",
        "&amp;",
        "=\n",
        "=3D",
        "&_open=",
        "&_open=company",
        "&event=Gala",
        "&_sig=",
        "'",
        '"',
        "<",
        ">",
        "%00",
        "\x1b[31m",
        "é",
        "&#x26;",
        "%25",
        "_exp=20200101&",
        "@2x",
        ".jpg",
        "k2.",
        "\ud800",
        "&_sig=k1.0",
    ]
)


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """A signed link with some pieces cut out, put in, doubled or written in another case."""
    link = draw(LINKS)
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(link)))
        end = draw(st.integers(start, min(len(link), start + 12)))
        piece = draw(st.sampled_from(["", link[start:end] * 2, link[start:end].swapcase()]) | JUNK)
        link = link[:start] + piece + link[end:]
    around = draw(
        st.sampled_from(["{}", '<img src="{}">', "https://ci3.googleusercontent.com/x#http://a.b{}", "<{}>."])
    )
    return around.replace("{}", link)


def everything_shown(found: Explanation) -> str:
    written = io.StringIO()
    Shown(Console(file=written, width=80, highlight=False)).all(found)
    return written.getvalue() + json.dumps(found.to_json())


@settings(max_examples=150, deadline=None)
@given(mutants())
def test_no_mutant_of_a_link_brings_out_a_key_or_a_signature(asking: Asking, pasted: str) -> None:
    house, runner = asking
    found = runner.run(house.explainer().explain(pasted))
    shown = everything_shown(found)
    assert KEY.secret.hex() not in shown
    assert KEY.secret.decode("latin-1") not in shown
    for good in good_signatures(house, found.link):
        assert good not in shown or good in pasted.lower()
    keys = {found.answer.key} if found.answer else set()
    brought = re.sub(r"=\r?\n|\s", "", pasted).lower()
    for digits in re.findall(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", shown):
        assert digits in brought or any(digits in key for key in keys)


def good_signatures(house: House, link: str) -> list[str]:
    """Of the link as it arrived, in every format and at every scale."""
    spelling = split_link(link)[1]
    try:
        target = parse_path(spelling.path)
        template = house.catalog.find(target.template).template
        asked = parse_request(target, spelling.query, template.query_names)
    except NameplateError:
        return []
    return [signature(asked, KEY).partition(".")[2]]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.builds("/i/invite.png?{}".format, st.text(max_size=200)))
def test_anything_may_be_pasted(asking: Asking, pasted: str) -> None:
    house, runner = asking
    everything_shown(runner.run(house.explainer().explain(pasted)))


def test_a_refused_link_gets_no_picture_from_outside_and_spends_nothing(tmp_path: Path) -> None:
    house = House(tmp_path)
    with asyncio.Runner() as runner:
        found = runner.run(house.explainer().explain("/i/card.png?name=Amy&_sig=k1." + "0" * 32))
        runner.run(house.store.close())
    assert found.picture == house.default
    assert found.params[0].drawn == "Amy"


def test_what_moves_a_terminals_cursor_is_written_out(tmp_path: Path) -> None:
    house = House(tmp_path)
    with asyncio.Runner() as runner:
        found = runner.run(house.explainer().explain("/i/card.png?name=%1B%5B2Jx%1B]0;owned%07"))
        runner.run(house.store.close())
    written = io.StringIO()
    Shown(Console(file=written, width=80, highlight=False)).all(found)
    assert "\x1b" not in written.getvalue()
    assert "\\x1b" in written.getvalue()
