"""docs/signing-vectors.json is published: it must hold for our code. (Other signers: test_signers.py.)"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from server.errors import RequestError
from server.urls.canonical import base_string, print_query
from server.urls.query import read_query
from server.urls.request import ImageRequest, parse_request
from server.urls.ring import Key, KeyRing, KeyState
from server.urls.signing import signature, verify
from server.urls.target import parse_path, print_path

DOCS = Path(__file__).parents[2] / "docs"
VECTORS = json.loads((DOCS / "signing-vectors.json").read_text(encoding="utf-8"))
SIGNED, READINGS, REFUSED = VECTORS["signed"], VECTORS["readings"], VECTORS["refused"]
NOW = datetime.fromisoformat(REFUSED["now"])

Vector = dict[str, Any]


def about(vector: Vector) -> str:
    return str(vector["about"])


def read(url: str, declared: list[str]) -> ImageRequest:
    path, _, query = url.partition("?")
    return parse_request(parse_path(unquote(path)), query.encode(), declared)


def test_there_are_enough_of_each_kind() -> None:
    assert len(SIGNED) >= 12
    assert len(READINGS) >= 12
    assert len(REFUSED["links"]) >= 12


@pytest.mark.parametrize("vector", SIGNED, ids=about)
def test_our_base_and_signature_are_the_published_ones(vector: Vector) -> None:
    request = read(vector["url"], vector["declared"])
    key = Key(vector["kid"], bytes.fromhex(vector["secret"]))
    assert base_string(request, key.kid) == vector["base"].encode()
    assert signature(request, key) == vector["signature"] == request.signature


@pytest.mark.parametrize("vector", SIGNED, ids=about)
def test_a_vector_says_what_its_url_is_read_as(vector: Vector) -> None:
    request = read(vector["url"], vector["declared"])
    assert {name: value.text for name, value in request.locked} == {
        name: text for name, text in vector["values"].items() if name not in (vector["open"] or ())
    }
    assert (request.template, request.format, request.scale) == (vector["template"], vector["format"], vector["scale"])
    assert request.open == (None if vector["open"] is None else tuple(vector["open"]))
    assert (request.expires, request.version, request.audience) == (
        vector["expires"],
        vector["version"],
        vector["audience"],
    )


@pytest.mark.parametrize("vector", SIGNED, ids=about)
def test_a_vector_is_canonical_exactly_when_it_says_so(vector: Vector) -> None:
    request = read(vector["url"], vector["declared"])
    printed = f"{print_path(request.target)}?{print_query(request, verbatim=request.open or ())}"
    assert (printed == vector["url"]) is vector["canonical"]


@pytest.mark.parametrize("reading", READINGS, ids=about)
def test_a_query_is_read_as_published(reading: Vector) -> None:
    found = []
    for name, value in read_query(reading["query"].encode("latin-1"), reading["declared"]):
        if name in reading["declared"]:
            flags = {"unmerged": value.unmerged, "over_encoded": value.over_encoded}
            found.append({"name": name, "text": value.text, **{flag: True for flag, is_set in flags.items() if is_set}})
    assert found == reading["params"]


@pytest.mark.parametrize("link", REFUSED["links"], ids=about)
def test_a_refused_link_is_refused_for_the_published_reason(link: Vector) -> None:
    ring = KeyRing(
        tuple(
            Key(kid, bytes.fromhex(secret), KeyState.REVOKED if kid in REFUSED["revoked"] else KeyState.ACTIVE)
            for kid, secret in REFUSED["keys"].items()
        )
    )
    with pytest.raises(RequestError) as refused:
        verify(read(link["url"], REFUSED["declared"]), ring, NOW)
    assert refused.value.code == link["problem"]
