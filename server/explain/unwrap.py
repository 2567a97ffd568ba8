"""What people paste, into the link that a mail client asks us for: HTML, proxies' and scanners' addresses and the
transport of mail are taken off, one layer at a time, and each is said. What the link says is for others to read.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from urllib.parse import unquote, urlsplit

from server.urls.target import IMAGE_PREFIX

MAX_PASTED = 65_536  # characters; a whole mail is more, and its links are to be pasted one by one
MAX_LAYERS = 8  # a scanner's address in a proxy's in HTML in quotes is four


class Wrapping(StrEnum):
    """What stood around the link. Stable and public (docs/explain.md)."""

    QUOTED_PRINTABLE = "quoted-printable"
    HTML = "html"
    MARKDOWN = "markdown"
    ENTITIES = "entities"
    LINE_BREAKS = "line-breaks"
    QUOTES = "quotes"
    GMAIL = "gmail-proxy"
    SAFELINKS = "outlook-safelinks"
    URL_DEFENSE = "url-defense"
    REDIRECT = "redirect"
    ENCODED = "encoded"


WRAPPINGS: dict[Wrapping, str] = {
    Wrapping.QUOTED_PRINTABLE: "It was in the source of a mail: line ends with = and =3D were undone.",
    Wrapping.HTML: "It was in HTML: the address was taken out, and &amp; read as &.",
    Wrapping.MARKDOWN: "It was in Markdown: the address was taken out.",
    Wrapping.ENTITIES: "Its & were written as entities, like &#38;.",
    Wrapping.LINE_BREAKS: "It went over several lines, which were joined.",
    Wrapping.QUOTES: "Quotes, brackets or spaces around it were left out.",
    Wrapping.GMAIL: "It was the address of Gmail's picture proxy: ours stands behind its #.",
    Wrapping.SAFELINKS: "It was an Outlook Safe Link: ours stands in its url=.",
    Wrapping.URL_DEFENSE: "It was a Proofpoint URL Defense link: ours stands in it.",
    Wrapping.REDIRECT: "It was an address that leads on to ours, which stands in one of its values.",
    Wrapping.ENCODED: "The whole address was percent-encoded.",
}

# Addresses that cannot be taken apart, because ours does not stand in them: what they are, by a part of the host.
FOREIGN: dict[str, str] = {
    "googleusercontent.com": "This is Gmail's proxy without the part behind its #. Copy the picture's address anew, "
    "or take it from the source of the mail (Show original).",
    "mcusercontent.com": "This is a copy of the picture that Mailchimp keeps: everybody sees the same one. Put the "
    "link into a Code block instead of an Image block.",
    "gallery.mailchimp.com": "This is a copy of the picture that Mailchimp keeps: everybody sees the same one. Put "
    "the link into a Code block instead of an Image block.",
    "list-manage.com": "This is a click that Mailchimp counts, not a picture. Copy the address of the picture itself.",
    "klclick": "This is a click that Klaviyo counts, not a picture. Copy the address of the picture itself.",
    "cloudfront.net": "This is a copy of the picture that a mail tool keeps (Klaviyo's lie there): everybody sees "
    "the same one. Put the link into an HTML block.",
    "hubspotusercontent": "This is a copy of the picture that HubSpot keeps: everybody sees the same one. Put the "
    "link into the source code of a module.",
    "hubfs": "This is a copy of the picture that HubSpot keeps: everybody sees the same one. Put the link into the "
    "source code of a module.",
    "cid:": "This picture lies inside the mail, as an attachment. It was copied into it before it was sent.",
    "data:": "This is a picture itself and not its address. Copy the address from the source of the mail.",
}


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """`link` is what a mail client asks for. `foreign` says what it is where it cannot be a link of ours."""

    link: str
    wrappings: tuple[Wrapping, ...] = ()
    foreign: str = ""


def unwrap(pasted: str) -> Unwrapped:
    """The link in `pasted`; never raises, and what it cannot take apart it leaves alone."""
    link = pasted[:MAX_PASTED].replace("\0", "")
    found: list[Wrapping] = []
    for _ in range(MAX_LAYERS):
        layer = next(((kind, inner) for kind, take in _LAYERS if (inner := take(link)) not in (None, link)), None)
        if layer is None:
            break
        kind, link = layer[0], layer[1] or ""
        found.append(kind)
    return Unwrapped(link, tuple(dict.fromkeys(found)), "" if IMAGE_PREFIX in link else _foreign(link))


def _foreign(link: str) -> str:
    return next((said for part, said in FOREIGN.items() if part in link[:300].lower()), "")


# A soft break ends a line with =; where every = is =3D the whole went through the encoding, so that all of it is
# undone. A link with a value that begins with 3D is not: there another = stands plain.
_SOFT_BREAK = re.compile(r"=[ \t]*\r?\n[ \t]*")
_PLAIN_EQUALS = re.compile(r"=(?!3D|[0-9A-F]{2}|[ \t]*\r?\n)")


def _from_mail_source(text: str) -> str | None:
    joined = _SOFT_BREAK.sub("", text)
    if "=3D" in joined and not _PLAIN_EQUALS.search(joined):
        return quopri.decodestring(joined.encode("utf-8", "replace")).decode("utf-8", "replace")
    return joined


# In none of these may an opening sign stand inside: each would be followed to the end of the text, again and again.
_ADDRESS = re.compile(
    r"""\b(?:src|href|srcset|background|content|data-src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_CSS_ADDRESS = re.compile(r"""\burl\(\s*(?:"([^"]*)"|'([^']*)'|([^\s"'()]+))\s*\)""", re.IGNORECASE)
_MARKDOWN = re.compile(r"!?\[[^\[\]]*\]\(\s*<?([^\s>\[\]]+?)>?(?:\s+\"[^\"]*\")?\s*\)")
_TAG_STARTS = re.compile(r"<\s*[a-z!]", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def _from_html(text: str) -> str | None:
    if not _TAG_STARTS.search(text) and not re.match(r"\s*(?:src|href)\s*=", text, re.IGNORECASE):
        return None
    found = [next(filter(None, groups), "") for groups in (*_ADDRESS.findall(text), *_CSS_ADDRESS.findall(text))]
    inner = next((address for address in found if IMAGE_PREFIX in address), next(filter(None, found), None))
    # Only entities with their semicolon, as browsers read the attribute of an element: &sect=1 is no paragraph sign.
    return None if inner is None else _ENTITY.sub(lambda entity: unescape(entity[0]), inner)


def _from_markdown(text: str) -> str | None:
    found = _MARKDOWN.search(text)
    return found[1] if found and IMAGE_PREFIX in found[1] else None


_NUMERIC_AMPERSAND = re.compile(r"&#(?:0*38|[xX]0*26);")


def _from_entities(text: str) -> str | None:
    return _NUMERIC_AMPERSAND.sub("&", text)


def _joined(text: str) -> str | None:
    lines = re.split(r"[\r\n]+", text.strip())
    return "".join(line.strip(" \t") for line in lines).replace("\t", "")


# At the end no ) or ] or } or %: a merge tag may end so. A lone > is the end of <https://…>.
_BEFORE = " \t\r\n\u00a0\u200b\ufeff\"'`<([“”‘’«»"
_BEHIND = " \t\r\n\u00a0\u200b\ufeff\"'`>“”‘’«»"


def _unquoted(text: str) -> str | None:
    bare = text.lstrip(_BEFORE).rstrip(_BEHIND)
    # One that begins with its address is left whole: a space in it may be a name's, or a tag's like {{ first_name }}.
    is_address = re.match(r"https?:|/", bare, re.IGNORECASE)
    return bare if is_address else _address_in(bare) or bare


def _address_in(text: str) -> str | None:
    """The one address of a picture of ours in a line of words, if it is a single word."""
    words = [word for word in text.split() if IMAGE_PREFIX in word and word.lower().startswith("http")]
    if len(words) != 1 or _holds_open_bracket(words[0]):
        return None
    return words[0].lstrip(_BEFORE).rstrip(_BEHIND)


def _holds_open_bracket(word: str) -> bool:
    """Whether a tag begins in `word` and goes on behind the space after it."""
    return any(word.count(first) != word.count(last) for first, last in ("{}", "[]", "()", ("*|", "|*")))


def _from_gmail(text: str) -> str | None:
    before, _, behind = text.partition("#")
    is_proxy = re.match(r"https?://[\w.-]*\bgoogleusercontent\.com/", before, re.IGNORECASE)
    return behind if is_proxy and behind.lower().startswith("http") else None


def _from_safelinks(text: str) -> str | None:
    found = re.match(r"https?://[\w.-]*safelinks\.protection\.outlook\.(?:com|us)/[^?]*\?(.*)", text, re.IGNORECASE)
    return _value_with_address(found[1], names={"url"}) if found else None


def _from_url_defense(text: str) -> str | None:
    if found := re.match(r"https?://urldefense\.(?:com|us|proofpoint\.com)/v3/__(.+?)__;", text, re.IGNORECASE):
        return re.sub(r"^(https?):/(?!/)", r"\1://", found[1])
    if found := re.match(r"https?://urldefense\.proofpoint\.com/v[12]/url\?(.*)", text, re.IGNORECASE):
        inner = re.search(r"(?:^|&)u=([^&]*)", found[1])
        return unquote(inner[1].replace("-", "%").replace("_", "/")) if inner else None
    return None


def _from_redirect(text: str) -> str | None:
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if IMAGE_PREFIX in parts.path or not parts.scheme.startswith("http"):
        return None
    return _value_with_address(parts.query) or _value_with_address(parts.fragment)


def _value_with_address(query: str, names: set[str] | None = None) -> str | None:
    """The first value that is an address with a picture of ours, decoded once."""
    for piece in re.split(r"&(?:amp;)?", query):
        name, _, value = piece.partition("=")
        address = unquote(value)
        if (names is None or name in names) and re.match(r"https?://", address) and IMAGE_PREFIX in address:
            return address
    return None


def _decoded(text: str) -> str | None:
    return unquote(text) if re.match(r"https?%3A%2F%2F", text, re.IGNORECASE) else None


Layer = Callable[[str], str | None]
# Outermost first. Each gives what is inside, or None (or the same) when it is not there.
_LAYERS: tuple[tuple[Wrapping, Layer], ...] = (
    (Wrapping.QUOTED_PRINTABLE, _from_mail_source),
    (Wrapping.HTML, _from_html),
    (Wrapping.MARKDOWN, _from_markdown),
    (Wrapping.ENTITIES, _from_entities),
    (Wrapping.LINE_BREAKS, lambda text: _joined(text) if re.search(r"[\r\n\t]", text.strip()) else None),
    (Wrapping.QUOTES, _unquoted),
    (Wrapping.GMAIL, _from_gmail),
    (Wrapping.SAFELINKS, _from_safelinks),
    (Wrapping.URL_DEFENSE, _from_url_defense),
    (Wrapping.ENCODED, _decoded),
    (Wrapping.REDIRECT, _from_redirect),
)
