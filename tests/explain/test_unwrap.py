"""What people paste, and the link that is in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.explain.unwrap import FOREIGN, MAX_PASTED, WRAPPINGS, Wrapping, unwrap

LINK = "https://img.example.com/i/webinar.png?first_name=Zo%C3%AB&company=AT%26T&_open=first_name&_sig=k1.0f"

PASTED = {
    "html with &amp;": (f'<img src="{LINK.replace("&", "&amp;")}" width="600" alt="Hi">', [Wrapping.HTML]),
    "html in single quotes": (f"<td><img width=600 src='{LINK}'></td>", [Wrapping.HTML]),
    "html without quotes": (f"<img src={LINK.replace('&', '&amp;')} alt=x>", [Wrapping.HTML]),
    "the picture of a linked picture": (f'<a href="https://acme.com/"><img src="{LINK}"></a>', [Wrapping.HTML]),
    "css": (f"<td style=\"background:url('{LINK}')\">", [Wrapping.HTML]),
    "only the attribute": (f'src="{LINK.replace("&", "&amp;")}"', [Wrapping.HTML]),
    "markdown": (f'![Hi]({LINK} "Hi")', [Wrapping.MARKDOWN]),
    "entities by number": (LINK.replace("&", "&#38;"), [Wrapping.ENTITIES]),
    "gmail": (f"https://ci3.googleusercontent.com/meips/ADKq_NZ=s0-d-e1-ft#{LINK}", [Wrapping.GMAIL]),
    "gmail of before": (f"https://ci5.googleusercontent.com/proxy/abc=s0-d-e1-ft#{LINK}", [Wrapping.GMAIL]),
    "outlook": (
        (
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fimg.example.com%2Fi%2Fwebinar.png%3F"
            "first_name%3DZo%25C3%25AB%26company%3DAT%2526T%26_open%3Dfirst_name%26_sig%3Dk1.0f&data=05%7C02&reserved=0"
        ),
        [Wrapping.SAFELINKS],
    ),
    "yahoo": (
        (
            "https://ecp.yusercontent.com/mail?url=https%3A%2F%2Fimg.example.com%2Fi%2Fwebinar.png%3Ffirst_name%3DZo%25C3%25AB"
            "%26company%3DAT%2526T%26_open%3Dfirst_name%26_sig%3Dk1.0f&t=1700000000&sig=abc~D"
        ),
        [Wrapping.REDIRECT],
    ),
    "proofpoint": (f"https://urldefense.com/v3/__{LINK}__;!!AbC$", [Wrapping.URL_DEFENSE]),
    "spaces and quotes": (f'  "{LINK}"\n', [Wrapping.QUOTES]),
    "typographic quotes": (f"“{LINK}”", [Wrapping.QUOTES]),
    "angle brackets": (f"<{LINK}>", [Wrapping.QUOTES]),
    "a sentence": (f"Look: {LINK} is wrong", [Wrapping.QUOTES]),
    "lines": (LINK.replace("&company", "\n    &company"), [Wrapping.LINE_BREAKS]),
    "quoted-printable": (
        LINK.replace("=", "=3D").replace("company", "com=\npany"),
        [Wrapping.QUOTED_PRINTABLE],
    ),
    "soft breaks alone": (LINK.replace("company", "com=\r\npany"), [Wrapping.QUOTED_PRINTABLE]),
    "the source of a mail": (
        '<img src=3D"'
        + LINK.replace("&", "&amp;").replace("=", "=3D").replace("_open", "_op=\nen")
        + '" width=3D"600">',
        [Wrapping.QUOTED_PRINTABLE, Wrapping.HTML],
    ),
    "encoded as a whole": (LINK.replace("%", "%25").replace(":", "%3A").replace("/", "%2F"), [Wrapping.ENCODED]),
    "a safe link in html": (
        (
            '<a href="https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fimg.example.com%2Fi%2Fwebinar.png'
            "%3Ffirst_name%3DZo%25C3%25AB%26company%3DAT%2526T%26_open%3Dfirst_name%26_sig%3Dk1.0f&amp;data=05"
            '">picture</a>'
        ),
        [Wrapping.HTML, Wrapping.SAFELINKS],
    ),
    "nothing around it": (LINK, []),
}


@pytest.mark.parametrize(("pasted", "wrappings"), PASTED.values(), ids=PASTED)
def test_the_link_is_found_and_what_was_around_it_is_said(pasted: str, wrappings: list[Wrapping]) -> None:
    found = unwrap(pasted)
    assert found.link == LINK
    assert list(found.wrappings) == wrappings
    assert found.foreign == ""


@pytest.mark.parametrize(
    "link",
    [
        "/i/card.png?name=3D%20Printing&_sig=k1.0f",
        "/i/card.png?name=3D&x=3D&_sig=k1.0f",
        "/i/card.png?name={{first_name|default:'there'}}&_open=name",
        "/i/card.png?name=*|URL:FNAME|*&_open=name",
        "/i/card.png?name=%FIRSTNAME%&_open=name",
        "/i/card.png?section=1&copy=2&reg=3",
        "https://img.example.com/i/card.png?name={{ first_name }}&_open=name",
        "https://img.example.com/i/card.png?name=Sarah Jane&_open=name",
        "/i/card.png?url=https%3A%2F%2Fimg.example.com%2Fi%2Fother.png",
        "/i/card.png?name=a%26amp%3Bb&x=&amp;_sig=k1.0f",
    ],
)
def test_what_only_looks_wrapped_is_left_alone(link: str) -> None:
    assert unwrap(link).link == link


@pytest.mark.parametrize(
    "piece",
    [
        "http://",
        "[",
        "[](",
        "![a](",
        " ",
        "\t",
        " \n",
        "=",
        "= ",
        "=\n ",
        '"',
        "'",
        "<",
        "< ",
        'src="',
        "src=",
        "url(",
        'url("',
        "(",
        "&#",
        "&#38;",
        "https://a#",
        "/i/",
        "%3A",
        "https%3A%2F%2F",
        "*|",
        "{{",
    ],
)
def test_no_piece_makes_it_slow_by_being_there_often(piece: str) -> None:
    """What grows with the square of the length would take minutes here."""
    many = piece * (MAX_PASTED // len(piece))
    for text in (many, f"x{many}/i/{many}y", f"<a {many}>", f"https://a.b/?{many}x"):
        unwrap(text)


def test_attributes_are_read_as_browsers_do() -> None:
    """&sect without its semicolon is no paragraph sign there."""
    assert unwrap('<img src="/i/card.png?a=1&section=2&amp;b=3">').link == "/i/card.png?a=1&section=2&b=3"


@pytest.mark.parametrize(
    ("pasted", "says"),
    [
        ("https://mcusercontent.com/abc/images/def.png", "Mailchimp"),
        ("https://ci3.googleusercontent.com/meips/ADKq=s0-d-e1-ft", "Show original"),
        ('<img src="cid:image001.png@01DA">', "inside the mail"),
        ("data:image/png;base64,iVBORw0KGgo=", "picture itself"),
        ("https://acme.list-manage.com/track/click?u=1&id=2", "click"),
    ],
)
def test_what_cannot_be_a_link_of_ours_is_said(pasted: str, says: str) -> None:
    assert says in unwrap(pasted).foreign


def test_every_wrapping_has_its_sentence() -> None:
    assert set(WRAPPINGS) == set(Wrapping)
    assert all(said.endswith(".") for said in (*WRAPPINGS.values(), *FOREIGN.values()))


@given(st.text(max_size=300))
def test_anything_can_be_pasted(text: str) -> None:
    unwrap(text)
    unwrap(f'<img src="{text}">=3D={text}\n')
