"""A good link, what happens to it on its way, and what is said of that. Links are literal but for their signature."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from itertools import islice

import pytest

from server.errors import BrokenKeys
from server.explain.explanation import Outcome
from server.explain.policy import MOST_TEXTS, _other_values, _without_what_was_glued
from server.urls.query import QueryValue
from server.urls.request import parse_request
from server.urls.ring import Key, KeyRing
from server.urls.signing import signature
from server.urls.target import parse_path
from tests.explain.conftest import Explain, Sign
from tests.support.house import KEY, House

# By the code that is told: what was signed, the open params, and what somebody made of it.
CHANGES: dict[str, tuple[str, tuple[str, ...], Callable[[str], str]]] = {
    "hash": (
        "invite.png?first_name=C%23%20Fan&company=Acme",
        ("first_name",),
        lambda link: link.replace("%23", "#"),
    ),
    "encoded-query": (
        "invite.png?company=Acme",
        (),
        lambda link: link.replace("=", "%3D").replace("&", "%26"),
    ),
    "quoted-printable": (
        "invite.png?company=Acme&first_name=",
        ("first_name",),
        lambda link: link.replace("first_name=&", "first_name=Bo&").replace("company=", "company=3D"),
    ),
    "semicolons": ("invite.png?company=Acme&event=Gala", (), lambda link: link.replace("&event", ";event")),
    "question-mark": ("invite.png?company=Acme", (), lambda link: link.replace("&_sig", "?utm_source=mail&_sig")),
    "name-case": ("invite.png?company=Acme", (), lambda link: link.replace("company=", "Company=")),
    "path-case": ("invite.png?company=Acme", (), lambda link: link.replace("invite.png", "Invite.PNG")),
    "signature-tail": ("invite.png?company=Acme", (), lambda link: f"{link})."),
    "signature-case": ("invite.png?company=Acme", (), lambda link: link[:-34] + link[-34:].upper()),
    "open-separators": (
        "invite.png?company=Acme&first_name=x&seats=2",
        ("first_name", "seats"),
        lambda link: link.replace("first_name,seats", "first_name;seats"),
    ),
    "repeated-first": (
        "invite.png?company=Acme",
        (),
        lambda link: f"{link}&company=Globex",
    ),
    "repeated-last": (
        "invite.png?company=Acme",
        (),
        lambda link: link.replace("?", "?company=Globex&"),
    ),
    "plus": ("invite.png?company=A%2BB", (), lambda link: link.replace("%2B", "+")),
    "plus-kept": ("invite.png?company=Two%20Words", (), lambda link: link.replace("%20", "%2B")),
    "glued": ("invite.png?company=Acme", (), lambda link: link.replace("Acme", "Acme&my param=x")),
    "encoded-again": (
        "invite.png?company=50%25%20off",
        (),
        lambda link: link.replace("%25%20", "%25252525%25252520"),
    ),
    "mojibake": ("invite.png?company=Caf%C3%A9", (), lambda link: link.replace("%C3%A9", "%C3%83%C2%A9")),
    "spaces": ("invite.png?company=Acme", (), lambda link: link.replace("Acme", "%20Acme%20")),
    "unseen": ("invite.png?company=Acme", (), lambda link: link.replace("Acme", "Ac%E2%80%8Bme")),
    "typography": ("invite.png?company=Joe%27s", (), lambda link: link.replace("%27", "%E2%80%99")),
    "unicode-form": ("invite.png?company=Caf%C3%A9", (), lambda link: link.replace("%C3%A9", "e%CC%81")),
    "tail": ("invite.png?company=Acme", (), lambda link: link.replace("Acme", "Acme)")),
    "case": ("invite.png?company=acme", (), lambda link: link.replace("acme", "ACME")),
    "added": ("invite.png?company=Acme", (), lambda link: link.replace("?", "?event=Gala&")),
    "lost": ("invite.png?company=Acme&mood=loud", (), lambda link: link.replace("&mood=loud", "")),
    "edited": ("invite.png?company=Acme&mood=loud", (), lambda link: link.replace("loud", "wild")),
    "opened": (
        "invite.png?company=Acme&first_name=x",
        ("first_name",),
        lambda link: link.replace("_open=first_name", "_open=first_name,seats"),
    ),
    "closed": (
        "invite.png?company=Acme&first_name=x",
        ("company", "first_name"),
        lambda link: link.replace("_open=company,", "_open="),
    ),
    "open-lost": (
        "invite.png?first_name=x",
        ("first_name",),
        lambda link: link.replace("&_open=first_name", ""),
    ),
    "output": ("invite.png?company=Acme", (), lambda link: link.replace(".png", "@2x.jpg")),
    "template": ("invite.png?company=Acme", (), lambda link: link.replace("invite", "card")),
    "version": ("invite.png?company=Acme", (), lambda link: link.replace("&_sig", "&_v=2&_sig")),
    "audience": ("invite.png?company=Acme", (), lambda link: link.replace("&_sig", "&_aud=a&_sig")),
}


@pytest.mark.parametrize(("target", "opened", "change"), CHANGES.values(), ids=CHANGES)
def test_what_happened_to_a_link_is_told_and_the_link_that_was_signed_given_back(
    explain: Explain,
    sign: Sign,
    request: pytest.FixtureRequest,
    target: str,
    opened: tuple[str, ...],
    change: Callable[[str], str],
) -> None:
    code = request.node.callspec.id
    good = f"https://img.example.com{sign(target, *opened)}"
    assert explain(good).outcome is not Outcome.DEFAULT_PICTURE
    found = explain(change(good))
    assert found.outcome in (Outcome.DEFAULT_PICTURE, Outcome.NO_PICTURE)
    assert code in [remark.code for remark in found.hints], found.hints
    assert found.fix is not None
    restored = explain(found.fix.url)
    assert restored.problem is None
    assert restored.fix is None
    assert found.fix.url.startswith("https://img.example.com/i/")


def test_an_end_that_was_typed_anew_is_told_with_the_signed_one(explain: Explain, sign: Sign) -> None:
    link = sign("invite.png?company=Acme", expires="2027-03-31")
    found = explain(link.replace("20270331", "20271231"))
    assert "until 2027-03-31" in " ".join(remark.said for remark in found.hints)
    assert found.fix is not None
    assert found.fix.url == link
    lost = explain(link.replace("&_exp=20270331", ""))
    assert "until 2027-03-31" in " ".join(remark.said for remark in lost.hints)


def test_an_end_in_another_form_is_told(explain: Explain, sign: Sign) -> None:
    link = sign("invite.png?company=Acme", expires="2027-03-31")
    found = explain(link.replace("20270331", "2027-03-31"))
    assert "expiry-form" in [remark.code for remark in found.hints]
    assert found.fix is not None
    assert found.fix.url == link


def test_two_changes_of_the_spelling_and_one_of_a_value_are_undone_together(explain: Explain, sign: Sign) -> None:
    link = sign("invite.png?company=A%2BB&event=Gala")
    found = explain(link.replace("company", "COMPANY").replace("%2B", "+") + ">.")
    assert {"name-case", "signature-tail", "plus"} <= {remark.code for remark in found.hints}
    assert found.fix is not None
    assert found.fix.url == link


def test_the_first_difference_to_what_was_signed_is_shown(explain: Explain, sign: Sign) -> None:
    found = explain(sign("invite.png?company=A%2BB").replace("%2B", "+"))
    assert found.signature is not None
    differing = [part for part in found.signature.base if part.signed is not None]
    assert [(part.part, part.here, part.signed) for part in differing] == [("locked company", "A B", "A+B")]


@pytest.mark.parametrize("digits", [0, 1, 20, 31])
def test_of_a_signature_that_was_cut_only_its_length_is_told(explain: Explain, sign: Sign, digits: int) -> None:
    """Were the right beginning told from a wrong one, a signature could be guessed piece by piece."""
    link = sign("invite.png?company=Acme")
    right = link[: len(link) - 32 + digits]
    wrong = right[: len(right) - digits] + "0" * digits
    told, told_of_wrong = explain(right), explain(wrong)
    assert "cut" in [remark.code for remark in told.hints]
    assert f"{digits} digits of 32" in told.hints[0].said
    assert told.hints == told_of_wrong.hints
    assert told.fix is None


def test_an_edited_value_that_nobody_can_know_is_told_with_the_locked_params(explain: Explain, sign: Sign) -> None:
    found = explain(sign("invite.png?company=Acme&event=Gala").replace("Acme", "Globex"))
    assert [remark.code for remark in found.hints] == ["locked", "elsewhere"]
    assert "company, event" in found.hints[0].said
    assert found.fix is None
    assert found.signature is not None
    assert all(part.signed is None for part in found.signature.base)


def test_a_link_that_is_over_says_since_when_and_is_not_given_back(explain: Explain, sign: Sign, house: House) -> None:
    link = sign("invite.png?company=Acme", expires="2026-12-31")
    house.now = house.now.replace(year=2027, month=1, day=3, hour=0)
    found = explain(f'<img src="{link}">')
    assert found.problem is not None
    assert found.problem.code == "expired-link"
    assert "good until 2026-12-31 23:59:59 UTC, 2 days ago" in " ".join(remark.said for remark in found.hints)
    assert found.fix is None
    changed = explain(link.replace("Acme", "ACME").replace("company", "Company"))
    assert changed.fix is None


def test_a_key_that_is_not_here_is_told_with_those_that_are(explain: Explain, sign: Sign) -> None:
    found = explain(sign("invite.png?company=Acme").replace("_sig=k1", "_sig=k7"))
    assert found.problem is not None
    assert found.problem.code == "unknown-key"
    assert "The link says k7; the ring here has k1 (active)." in [remark.said for remark in found.hints]


def signed_by(key: Key, link: str, house: House) -> str:
    path, _, query = link.partition("?")
    target = parse_path(path)
    declared = house.catalog.find(target.template).template.query_names
    return f"{link}&_sig={signature(parse_request(target, query.encode(), declared), key)}"


def test_a_signer_that_takes_the_hex_digits_for_the_secret_is_told_so(explain: Explain, house: House) -> None:
    wrong = Key("k1", KEY.secret.hex().encode())
    found = explain(signed_by(wrong, "/i/invite.png?company=Acme", house))
    assert [remark.code for remark in found.hints] == ["signer-secret"]
    assert found.fix is None


def test_a_signer_that_takes_the_whole_digest_is_told_so_and_its_link_restored(explain: Explain, sign: Sign) -> None:
    link = sign("invite.png?company=Acme")
    base = b"2:k1,6:invite,3:png,1:1,0:,0:,0:,1:1,7:company,4:Acme,1:0,"
    key = hmac.digest(KEY.secret, b"nameplate locked v1", hashlib.sha256)
    whole = hmac.digest(key, base, hashlib.sha256).hex()
    assert whole.startswith(link[-32:])
    found = explain(f"/i/invite.png?company=Acme&_sig=k1.{whole}")
    assert found.fix is not None
    assert found.fix.url == link
    assert found.signature is None or found.signature.netstring == base.decode()


def test_a_signer_that_signs_encoded_values_is_told_so(explain: Explain, house: House) -> None:
    link = signed_by(KEY, "/i/invite.png?company=AT%252526T", house)  # reads as AT&T at last
    assert explain(link).problem is None
    base = b"2:k1,6:invite,3:png,1:1,0:,0:,0:,1:1,7:company,6:AT%26T,1:0,"
    key = hmac.digest(KEY.secret, b"nameplate locked v1", hashlib.sha256)
    found = explain(f"/i/invite.png?company=AT%26T&_sig=k1.{hmac.digest(key, base, hashlib.sha256)[:16].hex()}")
    assert "signed-encoded" in [remark.code for remark in found.hints]
    assert found.fix is None


def test_a_signer_that_does_not_sort_the_open_names_is_told_so(explain: Explain) -> None:
    base = b"2:k1,6:invite,3:png,1:1,0:,0:,0:,1:0,1:2,5:seats,10:first_name,"
    key = hmac.digest(KEY.secret, b"nameplate open v1", hashlib.sha256)
    seal = hmac.digest(key, base, hashlib.sha256)[:16].hex()
    found = explain(f"/i/invite.png?seats=1&first_name=x&_open=seats,first_name&_sig=k1.{seal}")
    assert [remark.code for remark in found.hints] == ["signer-open-order"]


def test_a_link_without_its_end_is_told_so(explain: Explain, sign: Sign) -> None:
    found = explain(sign("invite.png?first_name=x", "first_name").partition("&_sig")[0])
    assert found.problem is not None
    assert found.problem.code == "unsigned"
    assert [remark.code for remark in found.hints] == ["cut"]


def test_a_key_ring_that_cannot_be_read_is_told_and_no_signature_is_judged(house: House, sign: Sign) -> None:
    link = sign("invite.png?company=Acme")

    class Damaged:
        def current(self) -> KeyRing:
            raise BrokenKeys("keys.json cannot be read")

    house.service.ring = Damaged()
    found = asyncio.run(house.explainer().explain(link))
    assert found.problem is not None
    assert found.problem.code == "broken-keys"
    assert found.signature is None
    assert found.params[0].drawn == "Acme"
    assert found.answer is not None


def test_the_longest_way_to_no_cause_is_bounded(explain: Explain, sign: Sign) -> None:
    """Values that could be decoded or cut thousands of times: each is tried a few dozen times."""
    value = QueryValue.of("&" * 2000)
    assert sum(1 for _ in islice(_without_what_was_glued(value), MOST_TEXTS)) == MOST_TEXTS
    link = sign("invite.png?company=Acme")
    for hostile in ("%25" * 2000, "%26" * 2600, "%3F" * 2600, "%252525" * 1000):
        assert explain(link.replace("Acme", hostile)).outcome is Outcome.DEFAULT_PICTURE


@pytest.mark.parametrize("tail", [".", ")", ">", "%20", "&quot;", "%E2%80%8B", "/", "?width=600", "0f", ".."])
def test_whatever_is_glued_to_the_signature_is_taken_off(explain: Explain, sign: Sign, tail: str) -> None:
    link = sign("invite.png?company=A%2BB")
    found = explain(link.replace("%2B", "+") + tail)
    assert found.fix is not None
    assert found.fix.url == link


def test_no_plus_is_blamed_where_there_is_none() -> None:
    request = parse_request(parse_path("/i/invite.png"), b"company=a%2520b&_sig=k1.0", {"company"})
    assert not [remark for remark, _ in _other_values(request) if remark.code == "plus"]


def test_another_scale_is_called_a_scale(explain: Explain, sign: Sign) -> None:
    told = explain(sign("invite.png?company=Acme").replace(".png", "@2x.png"))
    assert "The scale was changed: the link was signed for .png." in [hint.said for hint in told.hints]
