"""How a link is read, and each value from the link to the picture."""

from __future__ import annotations

import asyncio
import re
from dataclasses import fields
from pathlib import Path

import pytest

from server.catalog.catalog import Published
from server.errors import TimedOut
from server.explain import Explanation
from server.explain.explanation import Arrived, Outcome, Remark, Role
from server.urls.signing import sign_values
from tests.explain.conftest import Explain, Sign
from tests.support.house import KEY, House, make_template
from tests.support.outside import Outside


def of(found: Explanation, name: str) -> Arrived:
    return next(one for one in found.query if one.name == name)


def codes(remarks: tuple[Remark, ...]) -> list[str]:
    return [remark.code for remark in remarks]


@pytest.mark.parametrize(
    ("value", "rounds", "remarks"),
    [
        ("Acme", (), []),
        ("AT%26T", ("AT&T",), []),
        ("AT&T", (), ["glued"]),
        ("a+b", ("a b",), ["plus"]),
        ("Jos%E9", ("José",), ["windows-1252"]),
        ("Jos%25C3%25A9", ("Jos%C3%A9", "José"), ["encoded-again"]),
        ("AT%2526amp%253BT", ("AT%26amp%3BT", "AT&T"), ["encoded-again"]),
        ("O%26%2339%3BBrien", ("O'Brien",), ["entities"]),
        ("%FIRSTNAME%", (), ["bare-tag"]),
        ("%2525252541", ("%25252541", "%252541", "%2541"), ["encoded-again", "over-encoded"]),
    ],
)
def test_each_round_of_decoding_is_told(
    explain: Explain, value: str, rounds: tuple[str, ...], remarks: list[str]
) -> None:
    one = of(explain(f"/i/invite.png?company={value}&_sig=k1.0"), "company")
    assert one.arrived == value
    assert one.rounds == rounds
    assert codes(one.remarks) == remarks


def test_what_each_name_is_and_does_is_told(explain: Explain, sign: Sign) -> None:
    link = sign("invite.png?firm=Acme&first_name=x&ribbon=1", "first_name")
    found = explain(f"{link}&amp;seats=3&utm_source=mail&firstname=Bo&whatever=1")
    assert [(one.name, one.role) for one in found.query] == [
        ("firm", Role.LOCKED),
        ("first_name", Role.OPEN),
        ("ribbon", Role.RETIRED),
        ("_open", Role.OURS),
        ("_sig", Role.OURS),
        ("seats", Role.LOCKED),
        ("utm_source", Role.NO_EFFECT),
        ("firstname", Role.NO_EFFECT),
        ("whatever", Role.NO_EFFECT),
    ]
    assert of(found, "firm").means == "company"
    assert codes(of(found, "seats").remarks) == ["amp"]
    assert "Did you mean first_name?" in of(found, "firstname").remarks[0].said
    assert codes(of(found, "utm_source").remarks) == ["tracking"]
    assert codes(of(found, "whatever").remarks) == ["unknown"]


def test_a_value_is_told_from_the_link_to_the_picture(explain: Explain, sign: Sign) -> None:
    found = explain(sign("invite.png?first_name=%20SARAH%20&seats=500"))
    name, seats = found.params[:2]
    assert (name.arrived, name.read, name.cleaned, name.drawn) == ("%20SARAH%20", " SARAH ", "Sarah", "Sarah")
    assert codes(name.repairs) == ["spaces", "case"]
    assert (seats.drawn, seats.reason) == ("99", "out-of-range")
    assert "Not within 1 and 99" in seats.why
    assert found.outcome is Outcome.WITH_FALLBACKS
    assert found.answer is not None
    assert found.answer.headers["nameplate-fallback"] == "seats;reason=out-of-range"
    assert found.answer.headers["cache-control"].startswith("public, max-age=86400")


@pytest.mark.parametrize(
    ("arrived", "says"),
    [
        ("*|FNAME|*", "In Mailchimp write *|URL:FNAME|*."),
        ("{{contact.firstname}}", "In HubSpot write {{contact.firstname|urlencode}}."),
        ("{{ contact.FIRSTNAME }}", "In Brevo write {{contact.FIRSTNAME}}."),
        ("%FNAME%", "In ActiveCampaign write %FIRSTNAME%."),
        ("{{ first_name }}", "In Klaviyo write {{first_name|urlencode}}; In Customer.io write"),
        ("{{first_name|urlencode}}", "The tag is as Klaviyo has it"),
        ("[FNAME]", "test with a real contact."),
    ],
)
def test_of_a_tag_that_was_left_the_tool_s_own_way_to_write_it_is_told(
    explain: Explain, sign: Sign, arrived: str, says: str
) -> None:
    found = explain(sign("invite.png?first_name=x", "first_name").replace("=x&", f"={arrived}&"))
    assert found.params[0].reason == "unmerged"
    assert says in found.params[0].cure


def test_a_picture_that_was_kept_says_where(explain: Explain, sign: Sign) -> None:
    link = sign("invite.png?company=Acme")
    first, second = explain(link).answer, explain(link).answer
    assert first is not None
    assert second is not None
    assert (first.found, second.found) == ("none", "memory")
    assert first.key == second.key


def test_an_unknown_template_is_told_with_the_nearest(explain: Explain) -> None:
    found = explain("https://img.example.com/i/invit.png?company=Acme")
    assert found.outcome is Outcome.NO_PICTURE
    assert found.problem is not None
    assert found.problem.code == "unknown-template"
    assert "Did you mean invite?" in [hint.said for hint in found.hints]
    assert found.answer is not None
    assert found.answer.status == 404


def test_a_drawing_that_fails_is_told_as_the_recipient_sees_it(explain: Explain, sign: Sign, house: House) -> None:
    house.pool.error = TimedOut("the drawing took too long")
    found = explain(sign("invite.png?company=Acme"))
    assert found.outcome is Outcome.DEFAULT_PICTURE
    assert found.problem is not None
    assert found.problem.code == "timed-out"
    assert found.signature is not None
    assert found.signature.code == "good"


def test_a_required_param_that_is_missing_names_the_stand_in(explain: Explain, sign: Sign, house: House) -> None:
    house.catalog.publish(Published(make_template("vip", 'generic = "card"\n[params.name]\nrequired = true\n')))
    found = explain(sign("vip.png"))
    assert "card is drawn in its place" in " ".join(hint.said for hint in found.hints)
    assert found.params[0].reason == "missing"


def test_strict_servers_answers_are_told_as_they_send_them(house: House) -> None:
    found = asyncio.run(house.explainer(strict=True).explain("/i/card.png?name=Amy"))
    assert found.answer is not None
    assert found.answer.status == 403


def test_the_json_has_the_names_that_the_docs_have(explain: Explain, sign: Sign, root: Path) -> None:
    page = (root / "docs/explain.md").read_text(encoding="utf-8").partition("## As JSON")[2]
    documented = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    told = explain(sign("invite.png?company=Acme")).to_json()
    assert set(documented) == set(told) == {"version", *(one.name for one in fields(Explanation))} - {"picture"}
    for name, value in told.items():
        for one in value if isinstance(value, list) else [value]:
            for key in one if isinstance(one, dict) and name not in ("drawing", "headers") else ():
                assert f"`{key}`" in page, (name, key)


def test_a_picture_of_a_refused_link_is_said_to_be_left_alone_for_that(tmp_path: Path) -> None:
    house = House(tmp_path, gatherer=Outside())
    house.catalog.publish(Published(make_template("logo", '[params.logo]\ntype = "image"')))
    link = "/i/logo.png?logo=https%3A%2F%2Fcdn.acme.com%2Fa.png"
    told = asyncio.run(house.explainer().explain(link))
    assert [story.why for story in told.params] == ["Not asked for, because the link is refused."]
    good = sign_values("logo", {"logo": "https://cdn.acme.com/a.png"}, key=KEY)
    assert "is_settled" not in asyncio.run(house.explainer().explain(good)).pictures[0].facts
