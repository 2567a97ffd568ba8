"""Every signer of docs/signers makes the links of docs/signing-vectors.json, to the letter."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.urls.request import parse_request
from server.urls.ring import Key
from server.urls.signing import signature
from server.urls.target import parse_path
from tests.support.signers import CALLS, LANGUAGES, Bench, Language

DOCS = Path(__file__).parents[2] / "docs"
SIGNERS = DOCS / "signers"
SIGNED = json.loads((DOCS / "signing-vectors.json").read_text(encoding="utf-8"))["signed"]

# A signer prints one spelling, and knows neither versions nor audiences.
VECTORS = [vector for vector in SIGNED if vector["canonical"] and not vector["version"] and not vector["audience"]]
MOST_LINES = 20  # of the function that signs; "a signer in twenty lines" is what docs/urls.md promises
MOST_LINES_WITH_TYPES = 35  # Go has no sets and sorts no maps; its line is a shorter one


def line_of(vector: dict[str, Any], opened: list[str] | None) -> str:
    texts = [part.encode().hex() for pair in vector["values"].items() for part in pair]
    named = "-" if opened is None else ",".join(opened)
    told = [
        vector["kid"],
        vector["secret"],
        vector["template"],
        vector["format"],
        str(vector["scale"]),
        vector["expires"],
    ]
    return "\t".join([*told, named, *texts]) + "\n"


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_a_signer_makes_the_published_links(language: Language, tmp_path: Path) -> None:
    """Open names count once, in whatever order they are given: the second half of the lines turns them round."""
    turned = [vector for vector in VECTORS if vector["open"]]
    lines = [line_of(vector, vector["open"]) for vector in VECTORS]
    lines += [line_of(vector, [*vector["open"][::-1], vector["open"][0]]) for vector in turned]
    made = Bench(language, SIGNERS, tmp_path).run(language.main, "".join(lines))
    for vector, url in zip([*VECTORS, *turned], made, strict=True):
        assert url == vector["url"], vector["about"]


def test_the_vectors_have_what_goes_wrong_in_signers() -> None:
    def some(holds: Callable[[dict[str, Any]], bool]) -> bool:
        return any(holds(vector) for vector in VECTORS)

    locked = ["".join(v["values"][name] for name in v["values"] if name not in (v["open"] or ())) for v in VECTORS]
    for character in "&+%=#'\"()*!~/? ;<>":
        assert any(character in texts for texts in locked), character
    assert any(not texts.isascii() for texts in locked)
    assert some(lambda v: not v["values"])
    assert some(lambda v: v["open"] == [])
    assert some(lambda v: len(v["open"] or ()) > 1)
    assert some(lambda v: v["scale"] > 1 and v["expires"])
    assert some(lambda v: list(v["values"]) != sorted(v["values"]) and v["open"] is None)
    assert some(lambda v: sorted(v["values"]) != sorted(v["values"], key=lambda name: name.replace("_", "")))


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_a_signer_is_as_short_as_promised(language: Language) -> None:
    text = (SIGNERS / language.signer).read_text(encoding="utf-8")
    _, _, function = re.split(r"^(.*\bsign\()", text, maxsplit=1, flags=re.MULTILINE | re.IGNORECASE)
    code = [line for line in function.splitlines() if line.strip(" \t{});,]")]
    assert len(code) <= (MOST_LINES_WITH_TYPES if language.name in ("Go", "Java") else MOST_LINES)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_the_call_that_the_page_shows_makes_a_good_link(language: Language, tmp_path: Path) -> None:
    block, program = CALLS[language.name]
    page = (DOCS / "urls.md").read_text(encoding="utf-8")
    [call] = re.findall(rf"^```{block}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    secret = VECTORS[0]["secret"]
    url = Bench(language, SIGNERS, tmp_path).run(program.format(secret=secret, call=call.strip()))[0]
    request = parse_request(
        parse_path(url.partition("?")[0]), url.partition("?")[2].encode(), ["first_name", "company"]
    )
    assert request.open == ("first_name",)
    assert request.expires == "20271231"
    assert {name: value.text for name, value in request.locked} == {"company": "AT&T"}
    assert request.signature == signature(request, Key("k1", bytes.fromhex(secret)))
    [shown] = re.findall(r"^    (/i/\S+)SIGNATURE$", page, re.MULTILINE)
    assert set(re.split("[?&]", url.removesuffix((request.signature or "").removeprefix("k1.")))) == set(
        re.split("[?&]", shown)
    )
