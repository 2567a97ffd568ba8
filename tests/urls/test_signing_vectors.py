"""docs/signing-vectors.json is published: it must hold for our code, and for the signers that docs/urls.md prints."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
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


def block(language: str) -> str:
    [found] = re.findall(
        rf"^```{language}\n(.*?)^```", (DOCS / "urls.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    return str(found)


# The printed signers know neither versions nor audiences.
PLAIN = [vector for vector in SIGNED if not vector["version"] and not vector["audience"]]


def check(vector: Vector, url: str) -> None:
    """A printed signer's link is the vector's, or another lawful spelling of it."""
    assert url.endswith(f"_sig={vector['signature']}")
    request = read(url, vector["declared"])
    key = Key(vector["kid"], bytes.fromhex(vector["secret"]))
    assert base_string(request, key.kid) == vector["base"].encode()
    assert signature(request, key) == request.signature


@pytest.mark.parametrize("vector", PLAIN, ids=about)
def test_the_printed_python_signer_makes_the_published_links(vector: Vector) -> None:
    names: dict[str, Any] = {}
    exec(compile(block("python"), "docs/urls.md", "exec"), names)  # our own page, which is what is on trial
    sign: Callable[..., str] = names["sign"]
    url = sign(
        vector["kid"],
        bytes.fromhex(vector["secret"]),
        vector["template"],
        vector["values"],
        format=vector["format"],
        scale=vector["scale"],
        open_params=vector["open"],
        expires=vector["expires"],
    )
    check(vector, url)
    if vector["canonical"]:
        assert url == vector["url"]


@pytest.mark.skipif(
    shutil.which("node") is None, reason="the Node signer of docs/urls.md is tried only where node is installed"
)
def test_the_printed_node_signer_makes_the_published_links() -> None:
    script = (
        block("js")
        + """
    const vectors = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    console.log(JSON.stringify(vectors.map((v) => sign(v.kid, Buffer.from(v.secret, "hex"), v.template, v.values, v))));
    """
    )
    node = shutil.which("node") or ""
    ran = subprocess.run(
        [node, "-e", script], input=json.dumps(PLAIN), capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    urls = json.loads(ran.stdout)
    assert len(urls) == len(PLAIN)
    for vector, url in zip(PLAIN, urls, strict=True):
        check(vector, url)


def test_every_link_inside_the_page_leads_somewhere() -> None:
    page = (DOCS / "urls.md").read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^a-z0-9 -]", "", title.lower()).strip().replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", page, re.M)
    }
    for target in re.findall(r"\]\(([^)]+)\)", page):
        assert target.removeprefix("#") in headings if target.startswith("#") else (DOCS / target).is_file(), target
