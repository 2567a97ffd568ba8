"""A link as a person types or pastes it into a request to sign, and the checks that belong to signing.

A signer is stricter than a reader: what a reader would drop, glue or decode in silence is refused here, with
the cure, while somebody is looking.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import quote, unquote

from server.errors import MalformedLink, UnfitValue
from server.urls.query import OURS, QueryValue, decode_once, read_query, read_value
from server.urls.request import ImageRequest, parse_request
from server.urls.target import IMAGE_PREFIX, Target, parse_path

# The brackets of the common dialects: enough to warn a person. Whoever knows all dialects passes a better
# judge.
_TAG_MARKS = re.compile(
    r"\{\{|\}\}|\{%|%\}|\*\||\|\*|%%|\[\[|\]\]|\[%|<%|%>|\$\{|\{[$!]"
    r"|(?<!\w)%[A-Za-z_][\w.]+%(?!\w)"
)
_ORIGIN = re.compile(r"(?:https?://[^/?#\s]+(?:/[^?#\s]*)?)?", re.IGNORECASE)
_PARAM_NAME = re.compile(r"[a-z][a-z0-9_]*")  # never one of ours, and printed as it is
_STRAY = "a part of the query belongs to no param; write it as name=value, and an & inside a value as %26"
_PART_OF_ADDRESS = "; if {name} is part of the address before it, write its & as %26, or give the address with -p"
_LINE_BREAKERS = frozenset({"Cc", "Zl", "Zp"})


def looks_like_a_tag(text: str) -> bool:
    return _TAG_MARKS.search(text) is not None


@dataclass(frozen=True, slots=True)
class TypedLink:
    """`origin` is what stood before the path, like `https://img.example.com`; empty when nothing did."""

    origin: str
    target: Target
    query: bytes

    def request(self, declared: Collection[str]) -> ImageRequest:
        """What the query asks for. Raises UnfitValue for what a reader would pass over in silence."""
        before = ""
        for name, value in read_query(self.query, declared):
            if name not in declared and name not in OURS:
                hint = _PART_OF_ADDRESS.format(name=name) if before.startswith(("http://", "https://")) else ""
                raise UnfitValue(name, _unknown(name, declared) + hint if name else _STRAY)
            before = value.text
            if value.raw.encode("latin-1") not in self.query:
                raise _unfit(name, "has && in it, and one of them would be lost; write %26%26")
        return parse_request(self.target, self.query, declared)


def read_typed(text: str) -> TypedLink:
    """`webinar` (a PNG), `webinar.png?…`, `/i/webinar.png?…` or a whole URL. Raises MalformedLink,
    UnknownFormat and UnknownTemplate."""
    address, _, query = text.strip().partition("?")
    origin, prefix, file = address.rpartition(IMAGE_PREFIX)
    if not _ORIGIN.fullmatch(origin) or (not prefix and "/" in file):
        raise MalformedLink(
            f"give a template's name, a path like {IMAGE_PREFIX}webinar.png?company=Acme, or a whole URL of ours"
        )
    target = parse_path(IMAGE_PREFIX + unquote(file if "." in file else f"{file}.png"))
    try:
        return TypedLink(origin, target, query.encode())
    except UnicodeEncodeError:
        raise MalformedLink("the text has characters that are no Unicode; type it anew") from None


def check_open(name: str, value: QueryValue | None, declared: Collection[str]) -> None:
    """An open value is printed as typed, so it may hold anything that a URL line can. Raises UnfitValue."""
    if name not in declared:
        raise UnfitValue(name, _unknown(name, declared))
    typed = value.raw.encode("latin-1").decode() if value else ""
    if "#" in typed:
        raise _unfit(
            name,
            "has a #, and a # cuts a URL short: what follows never reaches the server. "
            "Use a tag without one, or write it as %23",
        )
    if any(unicodedata.category(character) in _LINE_BREAKERS for character in typed):
        raise _unfit(name, "has a line break or a control character, and a URL is one line")


def check_locked(name: str, value: QueryValue, is_unmerged: Callable[[str], bool]) -> None:
    """A locked value must be meant for everybody, and read as it was typed. Raises UnfitValue."""
    if value.unmerged or is_unmerged(value.text):
        raise _unfit(
            name,
            "looks like a merge tag, and a locked param is the same for everybody; "
            f"if a mail tool fills it in, make it open: --open {name}",
        )
    if any("=" in piece for piece in value.raw.split("&")[1:]):
        raise _unfit(
            name,
            "would take in what comes after it, which is no param; check how that is spelled, "
            "or write the & before it as %26 if it is meant",
        )
    check_plain(name, decode_once(value.raw.encode("latin-1")))


def check_name(name: str) -> None:
    if not _PARAM_NAME.fullmatch(name):
        raise UnfitValue(name, "a param's name has small letters, digits and underscores, a letter first")


def check_plain(name: str, text: str) -> None:
    """What we print of `text` must read as `text` again. Raises UnfitValue."""
    try:
        printed = quote(text, safe="").encode()
    except UnicodeEncodeError:
        raise _unfit(name, "has characters that are no Unicode") from None
    if read_value(printed) != QueryValue(text, text):
        raise _unfit(
            name,
            "looks encoded (like %41 or &amp;), and every reader of the link would decode it. "
            "Give the plain text; if this is the plain text, it needs the private form of "
            f"links, which is to come; until then make it open: --open {name}",
        )


def _unfit(name: str, why: str) -> UnfitValue:
    return UnfitValue(name, f"the value of {name} {why}")


def _unknown(name: str, declared: Collection[str]) -> str:
    near = difflib.get_close_matches(name.lower(), declared, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"its params are: {', '.join(sorted(declared)) or 'none'}"
    return f"the template has no param {name}; {hint}"
