"""Requests as nobody would write them, from a number each: the same number gives the same request. The grammar knows
what an image link is made of and spoils each part now and then."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, quote_from_bytes

from server.catalog.template import Template
from server.urls.keys import Key, KeyRing
from server.urls.signing import sign_target, sign_values

CANARY = "Xanthippe-4711"
LONGEST_QUERY = 12_000  # the server takes some 8,000; what is much longer ends in the HTTP parser

_VALUES = (
    CANARY,
    "Sarah",
    "",
    " ",
    "Zoë",
    "山田太郎",
    "محمد",
    "👩‍👩‍👧‍👦",
    "*|FNAME|*",
    "{{first_name}}",
    "{{ person.first_name|default:'there' }}",
    "%%FNAME%%",
    "[[first_name]]",
    "${name}",
    "null",
    "undefined",
    "N/A",
    "<script>alert(1)</script>",
    "&lt;b&gt;",
    "a\x00b",
    "\x1b[31mred",
    "\u202eevil",
    "\ud7ff\uffff",
    "e\u0301" * 50,
    "\u0300" * 300,
    "W" * 500,
    "../../etc/passwd",
    "file:///etc/passwd",
    "https://example.com/a.png",
    "http://127.0.0.1/a.png",
    "#ff0000",
    "-1",
    "1e309",
    "NaN",
    "2026-13-45",
    "2026-11-22",
    "Ren�e",
    "RenÃ©e",
    "%2525252541",
    "true",
    "photo.jpg",
)
_PLAIN = (
    CANARY,
    "Sarah",
    "Zoë",
    "山田太郎",
    "null",
    "-1",
    "1e309",
    "2026-13-45",
    "W" * 500,
    "true",
    "../../etc/passwd",
)
_BROKEN = (
    b"%",
    b"%4",
    b"%zz",
    b"%00",
    b"%ff%fe",
    b"%c0%af",
    b"%ed%a0%80",
    b"+",
    b"%2B",
    b"&",
    b"&&",
    b"=",
    b";",
    b"?",
    b"%0d%0a",
)
_NAMES = (
    "hello",
    "nobody",
    "..",
    ".",
    "-",
    "a" * 65,
    "HELLO",
    "h%65llo",
    "webinar%00",
    "webinar%2F..",
    "%E2%98%83",
    "",
)
_ENDINGS = ("png", "jpg", "webp", "gif", "svg", "PNG", "jpeg", "png.png", "", "png%00", "avif")
_SCALES = ("", "@2x", "@3x", "@1x", "@4x", "@2X", "@@2x", "@2x@2x", "@", "@-1x", "@0x")
_PLACES = (
    "/",
    "/i",
    "/i/",
    "/i//",
    "//i/hello.png",
    "/healthz",
    "/robots.txt",
    "/metrics",
    "/t/hello",
    "/t/nobody",
    "/static/x",
    "/%00",
)
_METHODS = (*["GET"] * 14, *["HEAD"] * 3, "OPTIONS", "POST", "PUT", "DELETE", "TRACE")
_HEADERS = (
    (b"range", (b"bytes=0-10", b"bytes=-1", b"bytes=5-1", b"bytes=0-1,2-3", b"lines=1")),
    (b"if-none-match", (b"*", b'"x"', b'W/"', b",,,", b'W/"' + b"a" * 40 + b'"', b"\xff\xfe", b'"' * 500)),
    (b"if-modified-since", (b"yesterday", b"Sun, 22 Nov 2026 12:00:00 GMT")),
    (b"accept", (b"image/webp,*/*;q=0.1", b"*", b"\xc3\xa9", b"application/openmetrics-text; version=x")),
    (b"accept-encoding", (b"gzip, br", b"identity;q=0")),
    (b"user-agent", (b"", CANARY.encode(), b"GoogleImageProxy", b"x" * 3000, b"\xff")),
    (b"referer", (b"https://mail.example/?to=" + CANARY.encode(),)),
    (b"cookie", (b"a=b; " * 100,)),
    (b"x-forwarded-for", (b"203.0.113.9", b"unknown, \xff")),
    (b"x-forwarded-proto", (b"https", b"javascript")),
    (b"host", (b"", b"evil.example", b"[::1", b"a b", b"\xff")),
    (b"content-type", (b"multipart/form-data", b"application/json")),
    (b"expect", (b"200-ok",)),
)


@dataclass(frozen=True, slots=True)
class AnyRequest:
    """`wants_picture`: its path is that of a template that there is, so nothing else of it may spoil the answer.
    `is_image`: its path is of an image, whether there is one or not."""

    method: str
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    wants_picture: bool
    is_image: bool

    def to_bytes(self) -> bytes:
        lines = [b"%s %s HTTP/1.1" % (self.method.encode(), self.target), *(b"%s: %s" % pair for pair in self.headers)]
        return b"\r\n".join((*lines, b"", b""))


def any_request(number: int, templates: Sequence[Template], key: Key) -> AnyRequest:
    chance = random.Random(number)
    template = chance.choice(templates)
    kind = chance.random()
    if kind < 0.05:
        target = chance.choice(_PLACES).encode()
        wants = False
    elif kind < 0.25:
        path = f"/i/{chance.choice((*_NAMES, template.name))}{chance.choice(_SCALES)}.{chance.choice(_ENDINGS)}"
        target, wants = path.encode() + _query(chance, template), False
    elif kind < 0.5:
        target, wants = _signed(chance, template, key), True
    else:
        name = chance.choice((template.name, template.name, *template.manifest.aliases))
        path = f"/i/{name}{chance.choice(_SCALES[:3])}.{chance.choice(_ENDINGS[:3])}"
        target, wants = path.encode() + _query(chance, template), True
    method = chance.choice(_METHODS)
    return AnyRequest(method, target, _headers(chance), wants and method in ("GET", "HEAD"), target.startswith(b"/i/"))


def _signed(chance: random.Random, template: Template, key: Key) -> bytes:
    """A good link of few different values, so that it is often asked for again; a third of them spoilt."""
    names = sorted(template.params)
    chosen = chance.sample(names, min(len(names), chance.randrange(3)))
    target = (_open if chance.random() < 0.5 else _locked)(chance, template, key, chosen)
    if chance.random() < 0.3:
        place = chance.randrange(target.find(b"?") + 1, len(target))
        target = target[:place] + chance.choice(_BROKEN) + target[place:]
    return target


def _locked(chance: random.Random, template: Template, key: Key, names: Sequence[str]) -> bytes:
    values = {name: chance.choice(_PLAIN) for name in names}
    return sign_values(template.name, values, key=key, expires=chance.choice(("", "", "20200101", "20991231"))).encode()


def _open(chance: random.Random, template: Template, key: Key, names: Sequence[str]) -> bytes:
    """Signed without its values, which then arrive as a mail tool may send them."""
    link = sign_target(
        f"{template.name}.{chance.choice(_ENDINGS[:3])}",
        declared_of=lambda _: template.query_names,
        ring=KeyRing((key,)),
        open_params=names,
    )
    values = (f"&{name}={quote(chance.choice(_VALUES))}".encode() for name in names)
    return link.encode() + b"".join(values)


def _query(chance: random.Random, template: Template) -> bytes:
    if chance.random() < 0.1:
        return b""
    names = (*template.params, "_sig", "_open", "_exp", "_v", "_aud", "utm_source", "__proto__", "", CANARY)
    parts = []
    for _ in range(chance.randrange(6)):
        value = chance.choice(_VALUES)
        written = quote(value, errors="surrogatepass") if chance.random() < 0.7 else _raw(value)
        spoilt = chance.choice(_BROKEN) if chance.random() < 0.3 else b""
        parts += [quote(chance.choice(names)).encode() + b"=" + written.encode() + spoilt] * chance.choice((1, 1, 1, 2))
    if chance.random() < 0.02:
        parts.append(b"x=" + b"y" * chance.randrange(LONGEST_QUERY))
    if chance.random() < 0.05:
        parts.append(quote_from_bytes(chance.randbytes(chance.randrange(60))).encode())
    return b"?" + b"&".join(parts)


def _raw(value: str) -> str:
    """As somebody types it: unencoded where HTTP still gets through."""
    return "".join(sign if "!" <= sign <= "~" and sign != "#" else quote(sign) for sign in value)


def _headers(chance: random.Random) -> tuple[tuple[bytes, bytes], ...]:
    chosen = chance.sample(_HEADERS, chance.choice((0, 0, 0, 1, 1, 2, 4)))
    headers = [(name, chance.choice(values)) for name, values in chosen]
    if not any(name == b"host" for name, _ in headers):
        headers.append((b"host", b"127.0.0.1"))
    chance.shuffle(headers)
    return tuple(headers)
