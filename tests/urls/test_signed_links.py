"""What may happen to a signed link on its way without breaking it, and what must break it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from server.errors import RepeatedParam, RequestError
from server.images import Format
from server.urls.canonical import print_query
from server.urls.query import OURS, QueryValue
from server.urls.request import ImageRequest, parse_request
from server.urls.ring import Key, KeyRing
from server.urls.signing import signature, verify

NOW = datetime(2027, 6, 1, tzinfo=UTC)
KEY = Key("k1", b"\x01" * 32)
RING = KeyRing((KEY, Key("k2", b"\x02" * 32)))
DECLARED = ("company", "first_name", "headline", "firm")

# Bytes that clients and gateways leave alone in a value; all others may not stand there bare.
_MAY_STAND_BARE = frozenset(
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$'()*,/:;?@|{}[]<>\"^`\\="
)
_JUNK = st.sampled_from(
    [
        b"utm_source=news",
        b"utm_medium=e%20mail",
        b"fbclid=IwAR0_x",
        b"mc_cid=1f&mc_eid=2e",
        b"_kx=abc.def",
        b"_hsenc=p2",
        b"gclid",
        b"Company=Evil",
        b"x[]=1",
    ]
)


@dataclass(frozen=True)
class Link:
    request: ImageRequest

    def pieces(self) -> list[tuple[str, bytes]]:
        """Name and decoded bytes of everything in the query."""
        pieces = [(name, value.text.encode()) for name, value in self.request.values.items()]
        if self.request.open is not None:
            pieces.append(("_open", ",".join(self.request.open).encode()))
        if self.request.expires:
            pieces.append(("_exp", self.request.expires.encode()))
        return [*pieces, ("_sig", (self.request.signature or "").encode())]


texts = st.text(max_size=8) | st.sampled_from(
    ["AT&T", "C# Shop", "100% Pure", "A+B", "Zoë 🎉", "50%ab", "R&D;", "a=b", "é%"]
)
values = st.dictionaries(
    st.sampled_from(DECLARED), texts.map(QueryValue.of).filter(lambda value: not value.over_encoded), max_size=3
)


@st.composite
def links(draw: st.DrawFn) -> Link:
    opened = draw(st.none() | st.lists(st.sampled_from(DECLARED), unique=True).map(lambda names: tuple(sorted(names))))
    request = ImageRequest(
        "webinar",
        draw(st.sampled_from(Format)),
        draw(st.sampled_from([1, 2, 3])),
        values=draw(values),
        open=opened,
        expires=draw(st.sampled_from(["", "20271231", "1830297599"])),
    )
    return Link(replace(request, signature=signature(request, KEY)))


def respell(data: bytes, draw: st.DrawFn) -> bytes:
    spelt = []
    for byte in data:
        ways = [b"%%%02X" % byte, b"%%%02x" % byte]
        if byte in _MAY_STAND_BARE or byte >= 0x80:
            ways += [bytes([byte])] * 3
        if byte == ord(" "):
            ways += [b"+", b" "]
        spelt.append(draw(st.sampled_from(ways)))
    return b"".join(spelt)


@st.composite
def sent(draw: st.DrawFn) -> tuple[Link, bytes]:
    """A link and its query after a lawful journey: re-encoded, reordered, escaped for HTML, with junk of tools."""
    link = draw(links())
    pieces = []
    for name, data in draw(st.permutations(link.pieces())):
        amp = b"amp;" * draw(st.integers(0, 2))
        pieces.append(amp + respell(name.encode(), draw) + b"=" + respell(data, draw))
        if draw(st.booleans()):
            pieces.append(draw(_JUNK.filter(lambda junk: b"=" in junk)))
    return link, b"&".join(pieces)


@given(sent())
def test_no_lawful_journey_breaks_a_link(journey: tuple[Link, bytes]) -> None:
    link, query = journey
    arrived = parse_request(link.request.target, query, DECLARED)
    verify(arrived, RING, NOW)
    assert {name: value.text for name, value in arrived.values.items()} == {
        n: v.text for n, v in link.request.values.items()
    }


@given(links(), st.lists(_JUNK, max_size=3), st.booleans())
def test_junk_of_tools_before_or_after_breaks_no_link(link: Link, junk: list[bytes], before: bool) -> None:
    query = print_query(link.request).encode("latin-1")
    parts = [*junk, query] if before else [query, *junk]
    verify(parse_request(link.request.target, b"&".join(parts), DECLARED), RING, NOW)


def refused(request: ImageRequest) -> bool:
    try:
        verify(request, RING, NOW)
    except RequestError:
        return True
    return False


def changed_values(request: ImageRequest, data: st.DataObject) -> Mapping[str, QueryValue]:
    """The values with one locked param added, taken away, renamed or given another text."""
    locked = [name for name, _ in request.locked]
    free = [name for name in DECLARED if name not in request.values and not request.is_open(name)]
    ways = (["text", "drop"] if locked else []) + (["add"] if free else []) + (["rename"] if locked and free else [])
    assume(ways)
    way = data.draw(st.sampled_from(ways))
    new = dict(request.values)
    if way == "add":
        new[data.draw(st.sampled_from(free))] = QueryValue.of(data.draw(texts))
        return new
    name = data.draw(st.sampled_from(locked))
    old = new.pop(name)
    if way == "rename":
        new[data.draw(st.sampled_from(free))] = old
    if way == "text":
        new[name] = QueryValue.of(data.draw(texts.filter(lambda text: text != old.text)))
    return new


@given(links(), st.data())
def test_changing_anything_under_the_seal_breaks_a_link(link: Link, data: st.DataObject) -> None:
    request = link.request
    names = st.lists(st.sampled_from([*DECLARED, "nickname"]), unique=True).map(lambda n: tuple(sorted(n)))
    what = data.draw(
        st.sampled_from(["template", "format", "scale", "expires", "version", "audience", "open", "values", "kid"])
    )
    other = {
        "template": lambda: replace(request, template=data.draw(st.sampled_from(["webinar2", "seminar", "webina"]))),
        "format": lambda: replace(
            request, format=data.draw(st.sampled_from([f for f in Format if f != request.format]))
        ),
        "scale": lambda: replace(
            request, scale=data.draw(st.sampled_from([s for s in (1, 2, 3) if s != request.scale]))
        ),
        "expires": lambda: replace(request, expires="20991231"),
        "version": lambda: replace(request, version="2"),
        "audience": lambda: replace(request, audience="q83vEg"),
        "open": lambda: replace(request, open=data.draw((st.none() | names).filter(lambda n: n != request.open))),
        "values": lambda: replace(request, values=changed_values(request, data)),
        "kid": lambda: replace(request, signature="k2" + (request.signature or "")[2:]),
    }[what]()
    assert refused(other)


@given(links(), st.data())
def test_the_same_holds_for_what_is_sent(link: Link, data: st.DataObject) -> None:
    """Any edit of the query either leaves the policy as it was, or is refused."""
    query = bytearray(print_query(link.request).encode("latin-1"))
    at = data.draw(st.integers(0, len(query)))
    query[at : at + data.draw(st.integers(0, 3))] = data.draw(
        st.binary(max_size=3) | st.sampled_from([b"&", b"&amp;", b"%", b"=", b"+"])
    )
    try:
        arrived = parse_request(link.request.target, bytes(query), DECLARED)
    except RequestError:
        return
    same = (
        (arrived.open, arrived.expires, arrived.version, arrived.audience)
        == (link.request.open, link.request.expires, "", "")
        and [(n, v.text) for n, v in arrived.locked] == [(n, v.text) for n, v in link.request.locked]
        and arrived.signature == link.request.signature
    )
    assert refused(arrived) is not same


@given(links(), st.data())
def test_open_values_may_be_anything_and_locked_ones_only_what_they_were(link: Link, data: st.DataObject) -> None:
    request = link.request
    for name in request.values:
        other = replace(
            request,
            values={**request.values, name: QueryValue.of(data.draw(texts.filter(lambda t: t != "Acme")) + "!")},
        )
        if other.values[name].text != request.values[name].text:
            assert refused(other) is not request.is_open(name)


@given(links(), st.data(), st.booleans())
def test_a_second_value_breaks_a_link_wherever_it_stands(link: Link, data: st.DataObject, before: bool) -> None:
    assume(link.request.values)
    name = data.draw(st.sampled_from([*link.request.values, "_sig"]))
    second = f"{name}={data.draw(st.sampled_from(['Evil', '', 'Acme']))}"
    query = print_query(link.request)
    with pytest.raises(RepeatedParam):
        parse_request(
            link.request.target, "&".join([second, query] if before else [query, second]).encode("latin-1"), DECLARED
        )


def test_ours_are_five_and_none_can_be_declared_away() -> None:
    assert {"_open", "_exp", "_sig", "_aud", "_v"} == OURS
