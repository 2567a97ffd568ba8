"""A URL has one reading: what is read is what is connected to, and reading its one spelling again changes nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.gather.location import Location, read_location
from server.gather.refusals import NotFetched
from server.gather.rules import Leniency, Rules, is_on_list
from server.report import Reason

awkward = st.text(alphabet=st.sampled_from("ab.:/?#@[]%\\ \t\n-_xX0127éß。①\u200d\u00ad"), max_size=40)


def read(text: str) -> Location | Reason:
    try:
        return read_location(text)
    except NotFetched as refusal:
        return refusal.reason


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("HTTP://CDN.Acme.COM", "http://cdn.acme.com/"),
        ("https://cdn.acme.com:443/a.png#top", "https://cdn.acme.com/a.png"),
        ("https://cdn.acme.com:80/a.png", "https://cdn.acme.com:80/a.png"),
        ("https://cdn.acme.com.:/?", "https://cdn.acme.com/?"),
        ("https://my_bucket.s3.amazonaws.com/Logo Größe.png", "https://my_bucket.s3.amazonaws.com/Logo%20Gr%C3%B6%C3%9Fe.png"),
        ("https://a.com/50%off/%2e%2E?a=b|c&d=%zz", "https://a.com/50%25off/%2e%2E?a=b%7Cc&d=%25zz"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://ＡＣＭＥ。com/x", "https://acme.com/x"),
        ("http://1.1.1.1./x", "http://1.1.1.1/x"),
        ("http://[2606:4700:0:0::1111]/x", "http://[2606:4700::1111]/x"),
        ("http://a.com//b/../c", "http://a.com//b/../c"),
    ],
)  # fmt: skip
def test_a_url_has_one_spelling(text: str, url: str) -> None:
    location = read_location(text)
    assert location.url == url
    assert read_location(url) == location


@pytest.mark.parametrize(
    "text",
    [
        "", "a.png", "//cdn.acme.com/a.png", "ftp://a.com/", "file:///etc/passwd", "data:image/png;base64,AAAA",
        "javascript:alert(1)", "http:/a.com", "http://", "http:///a.png", "http://@a.com/", "http://u:p@a.com/",
        "http://a.com:80:80/", "http://a.com:x/", "http://a.com:080/", "http://a.com:0/", "http://a.com:65536/",
        "http://a..com/", "http://.a.com/", "http://a.com../", "http://-a.com/", "http://a%2ecom/", "http://a b.com/",
        "http://a.com\\b", "http://a.com/\\b", "http://a.com/\nb", "http://a.com/\x00", "http://a.com/\ud800",
        "http://a\u2028.com/", "http://[::1", "http://::1/", "http://[::1]x/", "http://[1.1.1.1]/", "http://[fe80::1%25lo]/",
        "http://xn--/", "http://" + "a" * 64 + ".com/", "http://" + "a." * 127 + "com/", "http://a.com/" + "x" * 2048,
        "http://é" + "é" * 2000 + ".com/", "http://a.com℀.b/", "http://a,b.com/", "http://a.com;b/", "http://*.a.com/",
    ],
)  # fmt: skip
def test_what_others_may_read_otherwise_is_no_url(text: str) -> None:
    assert read(text) is Reason.NOT_A_URL


@pytest.mark.parametrize("text", ["http://localhost/", "http://intranet/", "http://com./", "http://127.1/", "http://1/",
    "http://0x7f.1/", "http://a.b.0x/", "http://256.1.1.1/", "http://1.2.3.4.5/", "http://01.1.1.1/",
    "http://a.localhost/", "http://A.LocalHost./", "http://printer.local/", "http://metadata.google.internal/",
    "http://nas.home.arpa/", "http://home.arpa/", "http://a.b.test/", "http://a.invalid/", "http://a.onion/",
    "http://a.alt/", "http://a.ｌocal/"])  # fmt: skip
def test_what_is_no_public_name_whatever_the_name_server_says_is_refused(text: str) -> None:
    assert read(text) is Reason.ADDRESS_REFUSED


@pytest.mark.parametrize("host", ["mylocal.com", "notlocalhost.com", "internal.acme.com", "local.acme.com", "a.arpa"])
def test_a_public_name_may_look_like_one_that_is_not(host: str) -> None:
    assert read_location(f"http://{host}/").host == host


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("acme.com", "acme.com"),
        ("h1.cdn.Acme.com.", "acme.com"),
        ("1.2.3.4", "1.2.3.4"),
        ("[2606:4700::1111]", "2606:4700::1111"),
    ],
)
def test_all_hosts_below_two_labels_are_one_site(host: str, site: str) -> None:
    assert read_location(f"http://{host}/").site == site


@given(
    st.one_of(st.text(), awkward.map(lambda text: f"http://{text}"), awkward.map(lambda text: f"http://a.com{text}"))
)
@example("http://a.com:/?#")
def test_any_text_is_a_location_with_one_spelling_or_is_refused(text: str) -> None:
    location = read(text)
    if isinstance(location, Reason):
        return
    assert read_location(location.url) == location
    assert location.url.isascii()
    assert not set(location.url) & set(" \t\r\n\\\x00")
    other = urlsplit(location.url)  # a reader with other habits sees the same
    assert (other.scheme, other.hostname, other.username) == (location.scheme, location.host, None)
    assert (other.port or {"http": 80, "https": 443}[other.scheme]) == location.port


@given(st.one_of(st.text(), awkward, awkward.map(lambda text: f"//{text}")))
@example("//a.com:99999/")
@example("http://[")
def test_a_redirect_leads_to_a_location_or_is_refused(reference: str) -> None:
    try:
        followed = read_location("https://cdn.acme.com/a/b.png?c").follow(reference)
    except NotFetched:
        return
    assert read_location(followed.url) == followed


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("/x.png", "https://cdn.acme.com/x.png"),
        ("x.png", "https://cdn.acme.com/a/x.png"),
        ("../x.png", "https://cdn.acme.com/x.png"),
        ("?d", "https://cdn.acme.com/a/b.png?d"),
        ("//other.com/x", "https://other.com/x"),
        ("http://other.com", "http://other.com/"),
    ],
)
def test_a_redirect_is_read_from_where_it_was_found(reference: str, url: str) -> None:
    assert read_location("https://cdn.acme.com/a/b.png?c").follow(reference).url == url


@pytest.mark.parametrize(
    ("host", "pattern", "is_on"),
    [
        ("cdn.acme.com", "cdn.acme.com", True),
        ("cdn.acme.com", "CDN.Acme.com.", True),
        ("xn--bcher-kva.example", "bücher.example", True),
        ("a.b.acme.com", "*.acme.com", True),
        ("acme.com", "*.acme.com", False),
        ("evilacme.com", "*.acme.com", False),
        ("acme.com.evil.com", "*.acme.com", False),
        ("cdn.acme.com", "acme.com", False),
        ("cdn.acme.com", "*", False),
        ("cdn.acme.com", "*.com", False),  # a star stands before a name of two parts at least
        ("cdn.acme.com", "cdn.*.com", False),
        ("cdn.acme.com", "", False),
        ("1.1.1.1", "1.1.1.1", True),
        ("1.1.1.1", "*.1.1.1", False),
    ],
)
def test_a_host_is_on_a_list_as_a_whole_or_below_a_star(host: str, pattern: str, is_on: bool) -> None:
    assert is_on_list(host, [pattern]) is is_on


def test_leniency_is_for_loopback_alone() -> None:
    with pytest.raises(ValueError, match="loopback"):
        Leniency(addresses=frozenset({"10.0.0.1"}))
    assert not Rules().allows("127.0.0.1")
    assert Rules(leniency=Leniency(addresses=frozenset({"127.0.0.1"}))).allows("127.0.0.1")
