from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from server.catalog.resolve import Drawing, default_spec, missing_required, repairs, resolve
from server.catalog.spec import RenderSpec, Value
from server.catalog.template import Template, build_template
from server.images import Format
from server.report import Fallback, Reason
from server.urls.request import parse_request
from server.urls.target import Target

DRAWING = Drawing(max_pixels=12_000_000, renderer="r1")
MANIFEST = """
retired = ["old_name"]
[params.first_name]
default = "there"
max_length = 12
aliases = ["fname"]
[params.note]
too_long = "fallback"
max_length = 5
[params.nick]
missing_glyphs = "drop"
[params.link_text]
allow_url = true
[params.seats]
type = "number"
min = 0
max = 500
default = 10
[params.accent]
type = "color"
default = "#112233"
[params.level]
type = "choice"
choices = ["Gold", "Silver", "none"]
[params.vip]
type = "flag"
[params.day]
type = "date"
[params.logo_url]
type = "image"
default = "logo.png"
[params.site]
type = "url"
"""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"/>'


def template(manifest: str = MANIFEST, svg: bytes = SVG) -> Template:
    return build_template(
        "card", {"template.svg": svg, "manifest.toml": manifest.encode(), "logo.png": b"", "other.jpg": b""}
    )


def spec(query: str, *, scale: int = 1, of: Template | None = None, max_pixels: int = 12_000_000) -> RenderSpec:
    card = of or template()
    request = parse_request(Target("card", Format.PNG, scale), query.encode(), card.query_names)
    return resolve(request, card, Drawing(max_pixels, "r1", missing_from=no_runes))


def no_runes(text: str) -> tuple[str, ...]:
    """What fonts without runes and without alchemists' signs lack."""
    return tuple(character for character in text if "\u16a0" <= character <= "\u16ff" or character == "🜁")


def drawn(query: str, param: str) -> tuple[Value, Reason | None]:
    found = spec(query)
    reasons = {fallback.param: fallback.reason for fallback in found.fallbacks}
    return found.mapping()[param], reasons.get(param)


@pytest.mark.parametrize(
    ("query", "param", "value", "reason"),
    [
        ("first_name=Sarah", "first_name", "Sarah", None),
        ("fname=Sarah", "first_name", "Sarah", None),
        ("first_name=%20%20Zo%C3%AB%20", "first_name", "Zoë", None),
        ("", "first_name", "there", None),
        ("first_name=&_open=first_name", "first_name", "there", Reason.EMPTY),
        ("_open=first_name", "first_name", "there", Reason.MISSING),
        ("_open=fname", "first_name", "there", Reason.MISSING),
        ("first_name=*|FNAME|*", "first_name", "there", Reason.UNMERGED),
        ("first_name=%FIRSTNAME%", "first_name", "there", Reason.UNMERGED),
        ("first_name=undefined", "first_name", "there", Reason.PLACEHOLDER),
        ("first_name=Alexandria Margaret", "first_name", "Alexandria…", Reason.CUT),
        ("first_name=ᚠᚢ", "first_name", "there", Reason.NO_GLYPHS),
        ("first_name=Anna ᚠ", "first_name", "there", Reason.NO_GLYPHS),
        ("first_name=Anna 🜁", "first_name", "Anna", Reason.GLYPHS_DROPPED),
        ("first_name=Alexandria Margaret 🜁", "first_name", "Alexandria…", Reason.CUT),
        ("nick=Anna ᚠ", "nick", "Anna", Reason.GLYPHS_DROPPED),
        ("note=too long", "note", None, Reason.TOO_LONG),
        ("note=%25252541252525", "note", None, Reason.OVER_ENCODED),
        ("note=a@b.c&_open=note", "note", None, Reason.FORBIDDEN),
        ("note=a@b.c", "note", "a@b.c", None),
        ("first_name=b.ly/x1&_open=first_name", "first_name", "there", Reason.FORBIDDEN),
        ("first_name=Booking.com&_open=first_name", "first_name", "Booking.com", None),
        ("link_text=www.x.example&_open=link_text", "link_text", "www.x.example", None),
        ("seats=12", "seats", Decimal(12), None),
        ("seats=inf", "seats", Decimal(500), Reason.OUT_OF_RANGE),
        ("seats=1e100", "seats", Decimal(500), Reason.OUT_OF_RANGE),
        ("seats=-1", "seats", Decimal(0), Reason.OUT_OF_RANGE),
        ("seats=nan", "seats", Decimal(10), Reason.PLACEHOLDER),
        ("seats=many", "seats", Decimal(10), Reason.NOT_A_NUMBER),
        ("seats=0x10", "seats", Decimal(10), Reason.NOT_A_NUMBER),
        ("accent=ff0000", "accent", "#ff0000", None),
        ("accent=url(x)", "accent", "#112233", Reason.NOT_A_COLOR),
        ("accent=ff0000&_open=accent", "accent", "#112233", Reason.NOT_OPEN),
        ("level=gold", "level", "Gold", None),
        ("level=Platinum", "level", None, Reason.NOT_A_CHOICE),
        ("level=none", "level", "none", None),
        ("level=null", "level", None, Reason.PLACEHOLDER),
        ("vip=yes", "vip", True, None),
        ("", "vip", False, None),
        ("vip=maybe", "vip", False, Reason.NOT_A_FLAG),
        ("day=2027-02-28", "day", date(2027, 2, 28), None),
        ("day=2027-02-30", "day", None, Reason.NOT_A_DATE),
        ("logo_url=other.jpg", "logo_url", "other.jpg", None),
        ("logo_url=../../etc/passwd", "logo_url", "logo.png", Reason.NO_PICTURE),
        ("logo_url=template.svg", "logo_url", "logo.png", Reason.NO_PICTURE),
        ("logo_url=https://logo.example/a.png", "logo_url", "logo.png", Reason.NOT_FETCHED),
        ("site=https://example.com/a", "site", "https://example.com/a", None),
        ("site=javascript:alert(1)", "site", None, Reason.NOT_A_URL),
    ],
)
def test_a_value_is_drawn_or_falls_back_with_its_reason(
    query: str, param: str, value: Value, reason: Reason | None
) -> None:
    assert drawn(query, param) == (value, reason)


def test_a_required_param_that_is_missing_says_so() -> None:
    card = template("[params.name]\nrequired = true")
    found = spec("", of=card)
    assert found.fallbacks == (Fallback("name", Reason.MISSING),)
    assert missing_required(found.fallbacks, card) == found.fallbacks


def test_a_required_param_that_was_only_cut_is_not_missing() -> None:
    card = template("[params.name]\nrequired = true\nmax_length = 3")
    assert missing_required(spec("name=Alexandria", of=card).fallbacks, card) == ()


def test_names_the_template_does_not_declare_change_nothing() -> None:
    assert spec("first_name=Sarah&utm_source=x&old_name=y&fbclid=z").key == spec("first_name=Sarah").key


def test_the_order_of_params_changes_nothing() -> None:
    assert spec("first_name=Sarah&seats=3").key == spec("seats=3&first_name=Sarah").key


def test_signature_key_and_expiry_are_in_no_key() -> None:
    assert spec("first_name=Sarah&_sig=k1.0&_exp=20300101&_v=2").key == spec("first_name=Sarah").key


@pytest.mark.parametrize("other", ["first_name=Sara", "first_name=Sarah&seats=11", "first_name=Sarah&vip=1"])
def test_another_value_is_another_key(other: str) -> None:
    assert spec(other).key != spec("first_name=Sarah").key


def test_a_default_that_fell_back_and_one_that_was_asked_for_are_two_pictures() -> None:
    assert spec("first_name=there").key != spec("first_name=*|FNAME|*").key


def test_another_version_of_template_or_renderer_is_another_key() -> None:
    request = parse_request(Target("card", Format.PNG), b"", ())
    keys = {
        resolve(request, template(MANIFEST + "\n" * n), Drawing(12_000_000, renderer)).key
        for n, renderer in ((0, "r1"), (1, "r1"), (0, "r2"))
    }
    assert len(keys) == 3


def test_scale_multiplies_the_designed_size() -> None:
    found = spec("", scale=3)
    assert (found.width, found.height, found.scale) == (1200, 600, 3)


def test_a_scale_past_the_largest_output_is_lowered_with_a_reason() -> None:
    found = spec("", scale=3, max_pixels=320_000)
    assert (found.width, found.height) == (800, 400)
    assert Fallback("*scale", Reason.TOO_LARGE) in found.fallbacks


def test_the_default_spec_is_the_picture_of_a_bare_link() -> None:
    assert default_spec(template(), Format.PNG, DRAWING).key == spec("").key


def test_samples_are_read_as_a_link_would_give_them() -> None:
    card = template('[params.seats]\ntype = "number"\nsample = 40\n[params.vip]\ntype = "flag"\nsample = true')
    assert default_spec(card, Format.PNG, DRAWING, samples=True).mapping() == {"seats": Decimal(40), "vip": True}


# What the people who send mailings ask about, by its name.
BADGE = """
[params.first_name]
clean = "person"
part = "first"
default = "there"
[params.attendee]
clean = "person"
[params.event]
clean = "title"
default = "our next event"
[params.level]
type = "choice"
choices = ["Gold", "Silver"]
[params.company]
clean = "company"
"""


def on_badge(query: str) -> tuple[dict[str, Value], dict[str, Reason]]:
    found = spec(query, of=template(BADGE))
    return dict(found.values), {fallback.param: fallback.reason for fallback in found.fallbacks}


def test_a_missing_first_name_is_the_default() -> None:
    values, reasons = on_badge("_open=first_name")
    assert (values["first_name"], reasons["first_name"]) == ("there", Reason.MISSING)


def test_an_empty_event_field_is_the_default() -> None:
    values, reasons = on_badge("event=&_open=event")
    assert (values["event"], reasons["event"]) == ("our next event", Reason.EMPTY)


def test_a_missing_badge_level_is_nothing_so_that_the_badge_is_left_out() -> None:
    values, reasons = on_badge("level=&_open=level")
    assert (values["level"], reasons["level"]) == (None, Reason.EMPTY)


@pytest.mark.parametrize("blank", ["", "%20", "+++", "%C2%A0", "%E2%80%8B", "%09%0A", "%E3%85%A4"])
def test_a_blank_attendee_name_is_empty_whatever_it_is_blank_with(blank: str) -> None:
    values, reasons = on_badge(f"attendee={blank}&_open=attendee")
    assert (values["attendee"], reasons["attendee"]) == (None, Reason.EMPTY)


@pytest.mark.parametrize(
    ("arrives", "shown"),
    [("SARAH", "Sarah"), ("sarah", "Sarah"), ("O'BRIEN", "O'Brien"), ("deShawn", "deShawn"), ("sArAh", "sArAh")],
)
def test_unusual_capitalization_is_mended_where_nobody_chose_it(arrives: str, shown: str) -> None:
    values, reasons = on_badge(f"attendee={arrives}&_open=attendee")
    assert (values["attendee"], reasons.get("attendee")) == (shown, None)


def test_a_mended_value_has_the_key_of_the_value_that_came_right() -> None:
    card = template(BADGE)
    assert spec("attendee=SMITH,+JOHN", of=card).key == spec("attendee=John+Smith", of=card).key


def test_repairs_are_told_by_param() -> None:
    card = template(BADGE)
    request = parse_request(Target("card", Format.PNG), b"attendee=SARAH&company=ACME&event=a++b", card.query_names)
    assert repairs(request, card) == {"attendee": ("case",), "event": ("spaces", "case")}


def test_a_name_that_becomes_a_tag_when_it_is_clean_is_one() -> None:
    assert on_badge("attendee={%E2%80%8B{first_name}}")[1]["attendee"] is Reason.UNMERGED


def test_an_address_is_told_as_no_name_also_where_it_is_forbidden() -> None:
    assert on_badge("attendee=sarah@example.com&_open=attendee")[1]["attendee"] is Reason.NOT_A_NAME
