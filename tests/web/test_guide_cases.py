"""What goes wrong in every mailing, each case by its name, from the pasted link to the picture that a recipient sees.

A real server with real workers answers. That no raw tag is in a picture is shown by its being, byte for byte, the
picture of a link that says plainly what should be there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import httpx2 as httpx
import pytest

from tests.support.running import RunningServer, running

GUEST = "webinar.png?company=Larkfield&event=Ask+us+anything&speaker_name=Elena+Marchetti"
TICKET = "event-ticket.png?company=Larkfield&date=4+May&venue=Harbour+Hall"
DIPLOMA = "certificate.png?name=Sarah+Jones&course=Baking&organizer=Larkfield"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running(tmp_path_factory.mktemp("data")) as server:
        yield server


def ask(server: RunningServer, target: str, open_params: Sequence[str] = ()) -> httpx.Response:
    """A picture, whatever is in the link."""
    answer = server.get(server.sign(target, open_params))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert "nameplate-problem" not in answer.headers
    return answer


def fill_in(server: RunningServer, target: str, param: str, value: str) -> httpx.Response:
    """The same with the open `param`, into which a mail tool wrote `value`."""
    link = server.sign(f"{target}&{param}=*|TAG|*", [param])
    answer = server.get(link.replace("*|TAG|*", value))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert "nameplate-problem" not in answer.headers
    return answer


def fallback(answer: httpx.Response) -> str | None:
    found: str | None = answer.headers.get("nameplate-fallback")
    return found


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "empty"),
        ("*|FNAME|*", "unmerged"),
        ("%7B%7B%20first_name%20%7D%7D", "unmerged"),
        ("null", "placeholder"),
    ],
)
def test_a_missing_first_name(server: RunningServer, value: str, reason: str) -> None:
    answer = fill_in(server, GUEST, "first_name", value)
    assert fallback(answer) == f"first_name;reason={reason}"
    assert answer.content == ask(server, GUEST).content
    assert answer.content != ask(server, f"{GUEST}&first_name=Sarah").content


@pytest.mark.parametrize(("value", "reason"), [("", "empty"), ("no-such-logo.png", "no-picture")])
def test_a_missing_logo_is_the_companys_name_as_a_wordmark(server: RunningServer, value: str, reason: str) -> None:
    answer = ask(server, f"{GUEST}&logo_url={value}")
    assert fallback(answer) == f"logo_url;reason={reason}"
    assert answer.content == ask(server, GUEST).content
    assert answer.content != ask(server, f"{GUEST}&logo_url=logo-wide.png").content


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("htp:/elena.png", "no-picture"),
        ("https%3A%2F%2F127.0.0.1%2Felena.png", "address-refused"),
        ("http%3A%2F%2F[fd00%3A%3A1]%2Felena.png", "address-refused"),
        ("https%3A%2F%2Felena%2Felena.png", "address-refused"),
        ("http%3A%2F%2Felena.example%3A8080%2Felena.png", "address-refused"),
    ],
)
def test_an_invalid_photo_url_is_the_initials(server: RunningServer, address: str, reason: str) -> None:
    answer = ask(server, f"{GUEST}&speaker_photo={address}")
    assert fallback(answer) == f"speaker_photo;reason={reason}"
    assert answer.content == ask(server, GUEST).content
    assert answer.content != ask(server, f"{GUEST}&speaker_photo=speaker.png").content


def test_a_photo_url_that_nobody_filled_in_is_no_open_door(server: RunningServer) -> None:
    """The template names no hosts, so no mail tool, nor whoever holds the link, may put a picture there."""
    answer = fill_in(server, GUEST, "speaker_photo", "https%3A%2F%2Fevil.example%2Fx.png")
    assert fallback(answer) == "speaker_photo;reason=not-open"
    assert answer.content == ask(server, GUEST).content


def test_an_empty_event_field_draws_the_banner_that_needs_none(server: RunningServer) -> None:
    answer = fill_in(server, f"{TICKET}&name=Sarah+Jones", "event", "")
    assert fallback(answer) == "event;reason=empty"
    banner = ask(server, f"{TICKET}&name=Sarah+Jones".replace("event-ticket", "event-banner"))
    assert answer.content == banner.content


@pytest.mark.parametrize(
    ("value", "reason"), [("", "empty"), ("Platinum", "not-a-choice"), ("%25LEVEL%25", "unmerged")]
)
def test_a_missing_badge_level_is_a_certificate_without_a_badge(server: RunningServer, value: str, reason: str) -> None:
    answer = fill_in(server, DIPLOMA, "level", value)
    assert fallback(answer) == f"level;reason={reason}"
    assert answer.content == ask(server, DIPLOMA).content
    assert answer.content != ask(server, f"{DIPLOMA}&level=gold").content


@pytest.mark.parametrize("blank", ["", "%20", "+++", "%C2%A0", "%E2%80%8B", "%E3%85%A4"])
def test_a_blank_attendee_name(server: RunningServer, blank: str) -> None:
    answer = fill_in(server, f"{TICKET}&event=Summit", "name", blank)
    assert fallback(answer) == "name;reason=empty"
    assert answer.content == ask(server, f"{TICKET}&event=Summit").content


@pytest.mark.parametrize("typed", ["SARAH JONES", "sarah jones", "  Sarah   Jones ", "JONES, SARAH"])
def test_unusual_capitalization_that_nobody_chose_is_mended(server: RunningServer, typed: str) -> None:
    answer = fill_in(server, f"{TICKET}&event=Summit", "name", typed.replace(" ", "%20").replace(",", "%2C"))
    assert fallback(answer) is None
    assert answer.content == ask(server, f"{TICKET}&event=Summit&name=Sarah+Jones").content


def test_unusual_capitalization_that_somebody_chose_is_kept(server: RunningServer) -> None:
    answer = fill_in(server, f"{TICKET}&event=Summit", "name", "deShawn")
    assert fallback(answer) is None
    assert answer.content != ask(server, f"{TICKET}&event=Summit&name=Deshawn").content
