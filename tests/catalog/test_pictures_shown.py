"""What an image param shows, and what stands in for a picture that is missing or was not fetched."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from server.catalog.pictures import Outside, fetched
from server.catalog.resolve import Draft, Drawing, draft, settle
from server.catalog.spec import RenderSpec, Value
from server.catalog.template import Template, build_template
from server.errors import BrokenTemplate
from server.images import Format
from server.report import Reason
from server.urls.request import parse_request
from server.urls.target import Target
from server.values.typed import Judged

DRAWING = Drawing(max_pixels=12_000_000, renderer="r1")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"/>'
CARD = """
[params.name]
clean = "person"
default = "there"
[params.company]
default = "Acme & Co"
[params.city]
[params.logo]
type = "image"
fallback = ["partner", "wordmark:city", "wordmark:company"]
[params.partner]
type = "image"
[params.photo]
type = "image"
fallback = ["initials:name", "face.png"]
[params.avatar]
type = "image"
hosts = ["cdn.acme.com"]
fallback = ["initials:name"]
default = "mark.png"
"""
ADDRESS = "https%3A%2F%2Fcdn.acme.com%2Fa.png"
URL = "https://cdn.acme.com/a.png"


def template(manifest: str = CARD) -> Template:
    files = {"template.svg": SVG, "manifest.toml": manifest.encode(), "face.png": b"", "mark.png": b"", "x.txt": b""}
    return build_template("card", files)


def asked(query: str, of: Template | None = None) -> Draft:
    card = of or template()
    return draft(parse_request(Target("card", Format.PNG), query.encode(), card.query_names), card, DRAWING)


def shown(query: str, gathered: Mapping[str, Judged] | None = None) -> tuple[dict[str, Value], dict[str, Reason]]:
    spec = settle(asked(query), gathered or {})
    return dict(spec.values), {fallback.param: fallback.reason for fallback in spec.fallbacks}


def key(query: str, gathered: Mapping[str, Judged] | None = None) -> str:
    found: RenderSpec = settle(asked(query), gathered or {})
    return found.key


def test_what_must_be_fetched_is_told_with_the_hosts_of_its_param() -> None:
    wanted = asked(f"logo={ADDRESS}&avatar={ADDRESS}&photo=face.png").outside
    assert wanted == {"logo": Outside(URL, ()), "avatar": Outside(URL, ("cdn.acme.com",))}


def test_a_picture_that_was_fetched_is_shown_by_its_digest() -> None:
    values, reasons = shown(f"logo={ADDRESS}", {"logo": fetched("ab" * 32)})
    assert values["logo"] == f"remote:{'ab' * 32}"
    assert reasons == {}


def test_the_same_picture_from_two_addresses_is_one_key() -> None:
    there, here = {"logo": fetched("ab" * 32)}, {"logo": fetched("cd" * 32)}
    other = ADDRESS.replace("a.png", "b.png")
    assert key(f"logo={ADDRESS}", there) == key(f"logo={other}", there) != key(f"logo={ADDRESS}", here)


@pytest.mark.parametrize("reason", [Reason.TIMEOUT, Reason.BAD_STATUS, Reason.NOT_A_PICTURE, Reason.HOST_NOT_ALLOWED])
def test_a_picture_that_could_not_be_fetched_says_why_whatever_stands_in_for_it(reason: Reason) -> None:
    values, reasons = shown(f"logo={ADDRESS}", {"logo": Judged(None, reason)})
    assert values["logo"] == "wordmark:Acme & Co"
    assert reasons == {"logo": reason}


def test_a_picture_that_could_not_be_fetched_and_one_that_was_are_two_keys() -> None:
    slow, there = {"logo": Judged(None, Reason.TIMEOUT)}, {"logo": fetched("ab" * 32)}
    assert len({key(f"logo={ADDRESS}", slow), key(f"logo={ADDRESS}", there), key("")}) == 3


def test_where_nothing_is_fetched_it_says_so() -> None:
    values, reasons = shown(f"photo={ADDRESS}&name=Sarah+Jones")
    assert (values["photo"], reasons) == ("initials:SJ", {"photo": Reason.NOT_FETCHED})


@pytest.mark.parametrize(
    ("query", "param", "value"),
    [
        ("partner=face.png", "logo", "face.png"),
        ("city=Oslo", "logo", "wordmark:Oslo"),
        ("company=", "logo", "wordmark:Acme & Co"),
        ("", "logo", "wordmark:Acme & Co"),
        ("name=Sarah+Jones", "photo", "initials:SJ"),
        ("name=Sarah", "photo", "initials:S"),
        ("name=SARAH+JONES", "photo", "initials:SJ"),
        ("", "photo", "face.png"),  # "there" is nobody's name
        ("name=&_open=name", "photo", "face.png"),
        ("name=*|NAME|*", "photo", "face.png"),
        ("name=%F0%9F%98%80", "photo", "face.png"),  # a name of one emoji
        ("photo=nobody.png&name=Sarah", "photo", "initials:S"),
        ("avatar=&_open=avatar", "avatar", "mark.png"),
        ("", "partner", None),
    ],
)
def test_the_first_of_the_chain_that_there_is_stands_in(query: str, param: str, value: Value) -> None:
    assert shown(query)[0][param] == value


def test_another_param_of_the_chain_may_be_fetched_too() -> None:
    gathered = {"partner": fetched("ab" * 32)}
    values, reasons = shown(f"partner={ADDRESS}", gathered)
    assert (values["logo"], values["partner"], reasons) == (f"remote:{'ab' * 32}", f"remote:{'ab' * 32}", {})


@pytest.mark.parametrize(
    "value", ["initials:XX", "wordmark:Mallory", "remote:" + "ab" * 32, "data:image/png;base64,AA"]
)
def test_a_link_cannot_name_what_stands_in(value: str) -> None:
    values, reasons = shown(f"avatar={value}")
    assert (values["avatar"], reasons["avatar"]) == ("mark.png", Reason.NO_PICTURE)


def test_an_open_picture_without_hosts_is_not_open() -> None:
    assert asked(f"logo={ADDRESS}&_open=logo").outside == {}
    assert shown(f"logo={ADDRESS}&_open=logo")[1] == {"logo": Reason.NOT_OPEN}


@pytest.mark.parametrize(
    ("tag", "reason"),
    [("*|LOGO|*", Reason.UNMERGED), ("", Reason.EMPTY), ("null", Reason.PLACEHOLDER), ("ftp://x", Reason.NO_PICTURE)],
)
def test_an_open_picture_that_names_none_says_why(tag: str, reason: Reason) -> None:
    assert shown(f"avatar={tag}&_open=avatar")[1] == {"avatar": reason}


def manifest_with(chain: str) -> str:
    return CARD.replace('["initials:name", "face.png"]', chain)


@pytest.mark.parametrize(
    ("chain", "said"),
    [
        ('["logos"]', "names no param of this template"),
        ('["initials:nobody"]', "names no param of this template"),
        ('["missing.png"]', "is no picture of the template's folder"),
        ('["x.txt"]', "is no picture of the template's folder"),
        ('["logo.svg"]', "is an SVG, and pictures of the folder are PNG, JPEG, WebP or GIF: save it as PNG"),
        ('["company"]', "wordmark:company would set its text in type"),
        ('["initials:logo"]', "needs a text param"),
        ('["wordmark:"]', "names no param of this template"),
        ('["photo"]', "goes round: photo → photo"),
    ],
)
def test_a_chain_that_cannot_be_followed_is_refused_with_its_line(chain: str, said: str) -> None:
    with pytest.raises(BrokenTemplate) as refused:
        template(manifest_with(chain))
    assert said in refused.value.message
    assert refused.value.message.startswith("params.photo: ")
    assert (refused.value.file, refused.value.line) == ("manifest.toml", 13)


def test_a_chain_that_goes_round_by_way_of_another_is_refused() -> None:
    with pytest.raises(BrokenTemplate, match="goes round: logo → partner → logo"):
        template(
            CARD.replace('[params.partner]\ntype = "image"', '[params.partner]\ntype = "image"\nfallback = ["logo"]')
        )


@pytest.mark.parametrize("words", ['fallback = ["face.png"]', 'hosts = ["acme.com"]'])
def test_chains_and_hosts_are_for_pictures(words: str) -> None:
    with pytest.raises(BrokenTemplate, match=r'go with type = "image"'):
        template(f"[params.name]\n{words}")


@pytest.mark.parametrize("host", ["https://acme.com", "acme", "*", "*.", "a*.com", "acme.com/logos", "ACME.com", ""])
def test_a_host_that_is_none_is_refused(host: str) -> None:
    with pytest.raises(BrokenTemplate, match="is no host"):
        template(f'[params.logo]\ntype = "image"\nhosts = ["{host}"]')
